"""Every screen that every flow can show, and cards and notices, some with hostile words. Knows no adapter."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from bot.files import shipped
from bot.flow.model import Flow
from bot.library import rulebook
from bot.preview.ways import Sample, screens
from bot.prompt import Button, Card, Notice, Prompt, Quotation, Reply, Row, Token, Tone, Verb
from bot.school.settings_file import read_school
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
QUOTES = (
    Quotation("They ask before use.", "Online safety policy, 4.2", "Staff", ("One.", "Two."), ("Out of date.",)),
    *(Quotation(words, "Online safety policy, 4.3") for words in HOSTILE),
)
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TONES: tuple[Tone, ...] = ("urgent", "high", "same_day", "routine", "done")


SAMPLE = Sample(
    words=HOSTILE,
    person="Dr Helen Lindqvist",
    addresses=tuple("https://example.com/" + "x" * (400 * n) for n in range(6)),
    quotes=QUOTES,
    today=AT.date(),
    names=("Mrs Amara Okafor", "Dr Helen Lindqvist"),
)


def replies(book: Rulebook, flow: Flow) -> Iterator[Prompt | Notice]:
    """Give every screen a flow can show, with hostile words in it."""
    blanks = dict.fromkeys(
        (
            *("tell", "tell_place", "tell_phone", "next", "next_phone"),
            *("recipients", "alone", "deadline", "reference", "about"),
        ),
        "Beacon",
    ) | {
        "school": book.school.name,
        "senior_team": book.school.senior_team,
        "filter": book.school.filter.product,
        **book.school.numbers,
    }
    for screen in screens(flow, book.words, lambda _: blanks, SAMPLE):
        yield screen.reply


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
    say = BOOK.words.say  # what somebody is asked who is not on the list
    asked = (("worry", "start-unlisted-pupil", "pupil"), ("concern", "start-unlisted-staff", "staff"))
    starts = (Button(Token(Verb.START, flow), say(key), main=True, picture=who) for flow, key, who in asked)
    yield Notice((say("home-unlisted"),), title=say("who-are-you"), buttons=tuple(starts))
    for words in HOSTILE:
        yield Notice((words,))


def book() -> Rulebook:
    """Give the shipped flows and wording, under the settings of the made-up school."""
    return rulebook(read_school(shipped("content") / "schools" / "example.toml"))


BOOK = book()


class _Screens(Mapping[str, list[Reply]]):
    """Made when they are first asked for: every process that collects tests comes by here, and few need them."""

    def __init__(self) -> None:
        self._made: dict[str, list[Reply]] = {}

    def __iter__(self) -> Iterator[str]:
        yield from (*BOOK.flows, "cards")

    def __len__(self) -> int:
        return len(BOOK.flows) + 1

    def __getitem__(self, name: str) -> list[Reply]:
        if name not in self._made:
            self._made[name] = list(cards() if name == "cards" else dict.fromkeys(replies(BOOK, BOOK.flows[name])))
        return self._made[name]


ALL = _Screens()
