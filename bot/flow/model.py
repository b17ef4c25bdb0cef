"""What a flow file holds, as frozen dataclasses. Must not know how files are read or talks are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum, StrEnum
from typing import Literal

Answer = str | tuple[str, ...]  # "" and () mean that the question was skipped
Answers = Mapping[str, Answer]
When = Mapping[str, frozenset[str]]  # every key must match; any of its values will do

TITLE_LIMIT = 24  # characters: Slack cuts a modal's title there
TEXT_LIMIT = 200
ADDRESS_LIMIT = 1000  # characters
LONG_TEXT_LIMIT = 3000  # characters: what Slack's and Teams' inputs hold


class Kind(StrEnum):
    """What an answer looks like."""

    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    PERSON = "person"
    ADDRESS = "address"  # of a website; shown so that nobody can follow it by a tap
    LOOKUP = "lookup"  # answered by Beacon itself, from the school's policies: `sure`, `several` or `none`


class Severity(IntEnum):
    """How soon somebody must act; `domain/questions.md` 6.10. Greater is more urgent."""

    ROUTINE = 0
    SAME_DAY = 1
    HIGH = 2
    URGENT = 3

    @property
    def word(self) -> Literal["routine", "same_day", "high", "urgent"]:
        """The name that flow files and settings use."""
        return _SEVERITY_WORDS[self]

    @classmethod
    def of(cls, word: str) -> "Severity":
        """Read the name that flow files and settings use. Raises KeyError for another."""
        return cls[word.upper()]


_SEVERITY_WORDS: dict[Severity, Literal["routine", "same_day", "high", "urgent"]] = {
    Severity.ROUTINE: "routine",
    Severity.SAME_DAY: "same_day",
    Severity.HIGH: "high",
    Severity.URGENT: "urgent",
}


class Subject(StrEnum):
    """Who a report is about, as far as routing cares; `domain/questions.md` 6.1 prompt 1."""

    CHILD = "child"
    ADULT = "adult"
    HEAD = "head"
    DSL = "dsl"
    DEPUTY = "deputy"
    IT = "it"
    CHAIR = "chair"
    SELF = "self"  # the reporter
    UNSURE = "unsure"


Procedure = Literal["alert", "approval", "record", "notice", "policy", "casework"]
"""What a finished talk becomes (design 3). `policy` is answered in the talk itself, and becomes a case only when a
person is asked; `casework` acts on a case that there is.
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be answered."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One screen: what is asked, of what kind, and when it applies."""

    id: str
    kind: Kind
    ask: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    optional: bool = False
    when: When = field(default_factory=dict)
    limit: int = TEXT_LIMIT
    row: str = ""  # a short label for the check page and the case; the question itself when empty
    subject: bool = False  # its answer says who the report is about
    ahead: bool = False  # a date to come; without it, one that has been
    quotes: str = ""  # the question whose answer the school's policies are asked about; what they say is shown here
    around: bool = False  # with `quotes`: the whole section is shown, and not only the clause

    @property
    def values(self) -> frozenset[str]:
        """The values of its choices."""
        return frozenset(c.value for c in self.choices)


@dataclass(frozen=True, slots=True)
class Alert:
    """What raises a talk's severity: answers that match `when`, or words of the list `mentions`.

    At `urgent` the alert goes out the moment the answer is given. `say` is shown with the next question.
    """

    severity: Severity
    when: When = field(default_factory=dict)
    mentions: str = ""
    say: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """Whom the school's settings name for a report, when answers match; the first that does counts."""

    to: str
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ending:
    """Answers at which a talk is over before its end, with nothing kept: `say` is what there is to know instead."""

    when: When
    say: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """Another flow that is offered once a talk has ended, when answers match. A school that has it off offers none.

    `label` is what its button says here; "" for the flow's own title.
    """

    flow: str
    when: When = field(default_factory=dict)
    label: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Which date questions say when a notice counts: from the first day to the last, or the first alone."""

    first: str
    last: str = ""

    def ends_first(self, answers: Answers) -> bool:
        """Say whether the last day that was answered comes before the first."""
        first, last = (str(answers.get(key) or "") for key in (self.first, self.last))
        return bool(first and last) and last < first  # kept as 2026-11-23


@dataclass(frozen=True, slots=True)
class Timeout:
    """What happens to a talk nobody goes on with. The flow's intro must have promised it."""

    after: timedelta
    do: Literal["send", "close"]
    remind: bool = False  # remind once at `after`, and act only when as long again has passed


@dataclass(frozen=True, slots=True)
class Flow:
    """One guided talk, read from a file and never changed. `digest` names this very version of it."""

    id: str
    title: str
    audience: Literal["staff", "pupil", "caseworker"]
    procedure: Procedure
    questions: tuple[Question, ...]
    timeout: Timeout
    digest: str
    severity: Severity = Severity.SAME_DAY
    summary: str = ""  # a content-free name of the kind of case, for cards: "Concern", "Worry"
    verb: str = ""  # casework only: what a finished talk asks of its case
    alerts: tuple[Alert, ...] = ()
    intro: tuple[str, ...] = ()
    help: str = ""  # on every screen
    check: str = ""  # heads the check page
    send: str = ""  # the button that sends
    stop: Literal["send", "ask"] = "ask"  # what Stop does once something was answered
    thanks: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()  # without any: the safeguarding leads, or whom an adult concern goes to
    for_it: tuple[str, ...] = ()  # the questions whose answers, and no others, IT gets as a task of its own
    expected: When | None = None  # answers at which a notice's window is mentioned on the card; {} is always
    unnamed: When | None = None  # answers at which whoever reads it is not told who reported
    window: Window | None = None  # notices only
    endings: tuple[Ending, ...] = ()
    offers: tuple[Offer, ...] = ()
    supersedes: bool = False  # talks under way in an older version go on in this one
    mentions: Mapping[str, frozenset[str]] = field(default_factory=dict)  # word lists its alerts use

    @property
    def is_checked(self) -> bool:
        """Whether the answers are looked through before they are sent; a question about the policy is not."""
        return self.procedure != "policy"

    def question(self, question_id: str) -> Question | None:
        """Give the question with this id, or None."""
        return next((q for q in self.questions if q.id == question_id), None)


def applies(when: When, answers: Answers) -> bool:
    """Say whether the answers meet a condition; an empty condition is always met."""
    for question_id, wanted in when.items():
        given = answers.get(question_id, "")
        if not wanted.intersection(given if isinstance(given, tuple) else (given,)):
            return False
    return True


def path(flow: Flow, answers: Answers) -> tuple[Question, ...]:
    """Give the questions that apply, in order. What a hidden question was answered counts for nothing."""
    seen: dict[str, Answer] = {}
    shown: list[Question] = []
    for question in flow.questions:
        if not question.when or applies(question.when, seen):
            shown.append(question)
            if question.id in answers:
                seen[question.id] = answers[question.id]
    return tuple(shown)


def counted(flow: Flow, answers: Answers) -> dict[str, Answer]:
    """Give only the answers of the questions that apply, in the flow's order."""
    return {q.id: answers[q.id] for q in path(flow, answers) if q.id in answers}
