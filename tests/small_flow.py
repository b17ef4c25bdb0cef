"""A small flow that has one of everything, for tests of the engine."""

from dataclasses import replace
from datetime import timedelta

from msgspec import structs

from bot.flow.model import Alert, Answer, Choice, Flow, Kind, Question, Severity, Timeout
from bot.flow.talk import State
from tests.school import FRIDAY


def choices(*values: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, f"Label {value}") for value in values)


YES_NO = choices("yes", "no", "unsure")
FLOW = Flow(
    id="small",
    title="A small flow",
    audience="staff",
    procedure="alert",
    questions=(
        Question("danger", Kind.CHOICE, "Danger?", choices=YES_NO),
        Question("who", Kind.PERSON, "Who?", limit=40, hint="A name."),
        Question("marks", Kind.CHOICES, "Marks?", choices=choices("arm", "leg", "head"), optional=True),
        Question("what", Kind.LONG_TEXT, "What?", limit=50, optional=True, row="In words"),
        Question("detail", Kind.TEXT, "Detail?", when={"marks": frozenset({"arm", "leg"})}),
    ),
    timeout=Timeout(timedelta(minutes=30), "send", remind=True),
    digest="d1",
    severity=Severity.SAME_DAY,
    alerts=(
        Alert(Severity.URGENT, {"danger": frozenset({"yes"})}, say=("Ring 999.",)),
        Alert(Severity.HIGH, {"marks": frozenset({"head"})}, say=("First aid.",)),
        Alert(Severity.URGENT, mentions="words", say=("Stay with them.",)),
        Alert(Severity.HIGH, {"danger": frozenset({"unsure"})}, mentions="words", say=("Take care.",)),
    ),
    intro=("Hello.",),
    help="Ring 999.",
    check="Right? It goes to {{ recipients }}.",
    send="Send",
    thanks=("Thanks.",),
    mentions={"words": frozenset({"hurt myself"})},
)
PUPIL = replace(FLOW, audience="pupil", stop="send")

ALL: dict[str, Answer] = {"danger": "no", "who": "Rory", "marks": ("head",), "what": "Words."}


def at(status: str = "asking", **facts: object) -> State:
    state = State("t1", "d1", turn=3, severity=Severity.SAME_DAY, deadline=FRIDAY + timedelta(minutes=30))
    return structs.replace(state, status=status, **facts)
