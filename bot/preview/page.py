"""A page for each platform with every prompt, card and notice as it shows them, for people who edit flows and wording.

What the pages say around them is in content/en/preview.html. Knows no platform: each comes as a `Face`. They are pages
of their own because what is opened often is to open quickly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.clock import school_date
from bot.files import shipped
from bot.flow.model import Flow, Question, When
from bot.flow.show import Blanks
from bot.flow.talk import State
from bot.library import LANGUAGE
from bot.people import Roster
from bot.preview.cases import REFERENCE, Audience, Look, fronts, looks, notices, speaker
from bot.preview.ways import Sample, Screen, Way, screens, ways
from bot.prompt import Home, Quotation, Reply
from bot.service.reporting import TalkBlanks
from bot.service.rulebook import Rulebook
from bot.words import Words


class Face(Protocol):
    """How one platform shows things, as HTML that needs no script and nothing from elsewhere.

    `label` is what people call it, and `style` the rules its figures need, once on the page.
    """

    name: str
    label: str
    style: Markup

    def figure(self, reply: Reply, at: datetime | None, audience: Audience) -> Markup:
        """Give a reply as the platform shows it to such people; with `at` as what came to them then."""

    def front(self, home: Home, audience: Audience) -> Markup:
        """Give a front page of such people."""


Condition = tuple[str, tuple[str, ...]]  # a question's id, and the labels of the answers that count; "" for none


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its screen as it is first asked, and when it is."""

    question: Question
    when: tuple[Condition, ...]
    screen: Screen | None  # None for what Beacon answers itself


@dataclass(frozen=True, slots=True)
class Part:
    """All there is to see of one flow."""

    flow: Flow
    on: bool  # whether the school has it
    asked: tuple[Asked, ...]
    ways: tuple[Way, ...]
    longest: int  # the way, counted from one, whose check page is shown
    screens: tuple[Screen, ...]  # all but those of the questions
    looks: tuple[Look, ...]

    def picked(self, way: Way) -> tuple[Condition, ...]:
        """Give what decides on a way, in words."""
        return _conditions(self.flow, {question: frozenset(values) for question, values in way.picked.items()})

    def when(self, when: When) -> tuple[Condition, ...]:
        """Give a condition of the flow in words."""
        return _conditions(self.flow, when)

    def of(self, what: str) -> tuple[Screen, ...]:
        """Give the screens of one kind."""
        return tuple(screen for screen in self.screens if screen.what == what)


def pages(book: Rulebook, people: Roster, faces: Mapping[str, Face], words: Words, now: datetime) -> dict[str, str]:
    """Give a page for each platform, by the name of its file.

    Args:
        book: the school's rules, with the flows that are shown.
        people: who fills the blanks.
        faces: the platforms, by the name of the file in which each will stand: the pages lead to each other.
        words: what stands where somebody would write (preview.toml).
        now: the moment at which everything happens.
    """
    sample = Sample(
        words=(words.say("words"),),
        person=words.say("person"),
        addresses=(words.say("address"),),
        quotes=(Quotation(words.say("quote"), words.say("source")),),
        today=school_date(now),
        names=people.adult_names,
    )
    lives = looks(book, people, sample, now)
    shown = {
        "school": book.school.name,
        "now": now,
        "today": school_date(now),
        "fronts": fronts(book, people, lives, now),
        "parts": [_part(book, people, flow, sample, lives.get(flow.id, ()), now) for flow in _in_order(book)],
        "notices": notices(book, words.say("who"), words.say("at")),
    }
    jinja = Environment(
        loader=FileSystemLoader(shipped("content") / LANGUAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = jinja.get_template("preview.html")
    return {file: template.render(shown, face=face, faces=faces, file=file) for file, face in faces.items()}


def _in_order(book: Rulebook) -> list[Flow]:
    """Give what anybody can begin in the order in which it is offered, then what is off, then casework."""
    offered = [flow.id for audience in ("staff", "pupil") for flow in book.offered(audience)]
    rank = {flow_id: n for n, flow_id in enumerate(offered)}
    last = len(rank)
    return sorted(book.flows.values(), key=lambda f: (f.audience == "caseworker", rank.get(f.id, last), f.title))


def _part(book: Rulebook, people: Roster, flow: Flow, sample: Sample, lives: tuple[Look, ...], now: datetime) -> Part:
    reporter = speaker(flow, people)

    def blanks(state: State) -> Blanks:
        return TalkBlanks(book, people, flow, state.answers, reporter, state.severity, now, None, REFERENCE)

    shown = tuple(screens(flow, book.words, blanks, sample))
    first = {s.question: s for s in reversed(shown) if s.what == "question"}
    found = ways(flow, sample)
    longest = max(range(len(found)), key=lambda n: len(found[n].questions))
    return Part(
        flow=flow,
        on=flow.id in book.school.flows or flow.procedure == "casework",
        asked=tuple(Asked(q, _conditions(flow, q.when), first.get(q.id)) for q in flow.questions),
        ways=found,
        longest=longest + 1,
        screens=tuple(_once(shown, longest)),
        looks=lives,
    )


def _once(shown: Sequence[Screen], longest: int) -> Iterator[Screen]:
    """Give the screens that are not a question's, each once, and the check page of the longest way only."""
    checks = [screen for screen in shown if screen.what == "check"]
    yield from checks[longest : longest + 1]
    seen: set[tuple[str, bool]] = set()
    for screen in shown:
        match screen.what:
            case "stopping" if (screen.status, screen.raised) in seen:
                continue
            case "stopping" | "advice" | "ending" | "over":
                seen.add((screen.status, screen.raised))
                yield screen
            case _:
                continue


def _conditions(flow: Flow, when: When) -> tuple[Condition, ...]:
    return tuple((q.id, tuple(_labels(q, when[q.id]))) for q in flow.questions if q.id in when)


def _labels(question: Question, values: frozenset[str]) -> Iterator[str]:
    yield from (choice.label for choice in question.choices if choice.value in values)
    if "" in values:  # it is left out
        yield ""
