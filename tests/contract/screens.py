"""Every screen that every flow can show, and cards and notices, some with hostile words. Knows no adapter."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product

from bot.files import shipped
from bot.flow.model import Answer, Flow, Kind, Question, path
from bot.flow.show import show
from bot.flow.talk import Remark, State, Status
from bot.library import rulebook
from bot.prompt import Button, Card, Notice, Prompt, Reply, Row, Token, Tone, Verb
from bot.school_file import read_school
from bot.service.rulebook import Rulebook

NASTY = (
    "<b>bold</b> <script>alert(1)</script> & &amp; *star* _under_ ~tilde~ `tick` [a](https://a.example) <@U1> <!here>"
)
HOSTILE = (
    NASTY,
    "x" * 3000,
    "é" * 2999 + "\n",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 " * 120,
    "\u202e\u0645\u0631\u062d\u0628\u0627\u202c {{ 7 }}",
    "\n  two\n\nlines",
)
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TONES: tuple[Tone, ...] = ("urgent", "high", "same_day", "routine", "done")


def _answer(question: Question, choice: int) -> Answer:
    match question.kind:
        case Kind.CHOICE:
            return question.choices[choice % len(question.choices)].value
        case Kind.CHOICES:
            return tuple(c.value for c in question.choices[: choice + 1])
        case Kind.DATE:
            return "2026-11-19"
        case Kind.PERSON:
            return "Dr Helen Lindqvist"
        case Kind.TEXT | Kind.LONG_TEXT:
            return HOSTILE[choice % len(HOSTILE)][: question.limit]


def _ways(flow: Flow) -> Iterator[dict[str, Answer]]:
    """Give answers that lead to every question: each choice a condition mentions, in every combination."""
    asked_about = [q for q in flow.questions if any(q.id in other.when for other in flow.questions)]
    for picked in product(*(range(len(q.choices)) for q in asked_about)):
        at = dict(zip((q.id for q in asked_about), picked, strict=True))
        yield {q.id: _answer(q, at.get(q.id, sum(picked))) for q in flow.questions}


def screens(book: Rulebook, flow: Flow) -> Iterator[Prompt | Notice]:
    """Give every screen a flow can show: questions new, answered and wrong, its check page, stopping and endings."""
    blanks = dict.fromkeys(
        ("tell", "tell_place", "tell_phone", "next", "next_phone", "recipients", "deadline", "reference", "about"),
        "Beacon",
    ) | {"school": book.school.name, **book.school.numbers}
    seen: set[tuple[str, ...]] = set()

    def at(state: State, *, remarks: tuple[Remark, ...] = ()) -> Prompt | Notice:
        names = ("Mrs Amara Okafor", "Dr Helen Lindqvist")
        return show(flow, state, book.words, blanks, date(2026, 11, 20), remarks=remarks, names=names)

    for answers in _ways(flow):
        on_path = path(flow, answers)
        if (way := tuple(q.id for q in on_path)) in seen:
            continue
        seen.add(way)
        given: dict[str, Answer] = {}
        for turn, question in enumerate(on_path):
            yield at(State("t-1_A", flow.digest, "asking", given, turn))
            moved = at(State("t-1_A", flow.digest, "asking", given, turn), remarks=(Remark("moved-on"),))
            yield moved
            given = {**given, question.id: answers[question.id]}
            yield at(State("t-1_A", flow.digest, "asking", given, turn, editing=question.id))
        yield at(State("t-1_A", flow.digest, "checking", given, len(on_path)))
        yield at(State("t-1_A", flow.digest, "stopping", given, len(on_path)))
    ended: tuple[Status, ...] = ("sent", "cancelled", "expired")
    raises = (False, True) if flow.procedure == "alert" else (False,)
    for status, raised in product(ended, raises):
        yield at(State("t-1_A", flow.digest, status, {}, 9, raised=raised))


def cards() -> Iterator[Card | Notice]:
    """Give cards and notices with ordinary and with hostile words."""
    press = tuple(
        Button(Token(verb, "KX7F2M"), verb.title(), main=n == 0)
        for n, verb in enumerate((Verb.ACKNOWLEDGE, Verb.PASS_ON, Verb.OPEN))
    )
    facts = (Row("Reference", "KX7F2M"), Row("Reported", f"{AT - timedelta(minutes=3):%H:%M}"))
    for tone in TONES:
        yield Card("KX7F2M", 1, "Concern", tone, facts, ("A line.",), buttons=press)
        yield Card(
            "KX7F2M", 2, "Concern", tone, facts, buttons=press, rows=tuple(Row("What", words) for words in HOSTILE)
        )
    yield Notice(("Thank you.", "Two lines."), title="Sent", buttons=press[:1])
    for words in HOSTILE:
        yield Notice((words,))


def book() -> Rulebook:
    """Give the shipped flows and wording, under the settings of the made-up school."""
    return rulebook(read_school(shipped("content") / "schools" / "example.toml"))


BOOK = book()
ALL: dict[str, list[Reply]] = {
    **{flow.id: list(dict.fromkeys(screens(BOOK, flow))) for flow in BOOK.flows.values()},
    "cards": list(cards()),
}
