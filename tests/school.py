"""A made-up school for tests: the real service, a real store, a clock that is moved, a surface that remembers."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from bot.cases.model import Case
from bot.clock import ManualClock
from bot.files import shipped
from bot.flow.model import Question
from bot.flow.step import current
from bot.inbound import Attached, Identity, Inbound, Press, Typed, Vouched
from bot.library import rulebook, shipped_school
from bot.people import Member
from bot.policy.model import Document
from bot.policy.read import read
from bot.prompt import Address, Card, Choose, Day, Home, Notice, Person, Prompt, Reply, Token, Verb, Write
from bot.service.rulebook import Rulebook
from bot.storage import cases, members, policies, talks
from bot.storage.tx import Tx
from bot.wiring import Beacon, open_store

T = TypeVar("T")
SCHOOL = "larkfield"
FRIDAY = datetime(2026, 11, 20, 10, 40, tzinfo=UTC)  # a school day, in winter: UTC is the school's time

# What `School.report` answers where it is not told otherwise; words for every question that asks for words.
ORDINARY = {
    "about": "child",
    "danger": "no",
    "home": "yes",
    "how": "saw",
    "adult_with_children": "no",
    "harmed": "no",
    "self_with_children": "no",
    "spoken": "no",
    "done": "nothing",
}


@cache
def rules_of(school: str) -> Rulebook:
    """Give the rules of one of the shipped schools."""
    return rulebook(shipped_school(school)[0])


@cache
def read_policy(path: Path) -> Document:
    """Read a policy once for all tests."""
    return read(path.name, path.read_bytes())


@cache
def people_of(school: str) -> tuple[Member, ...]:
    """Give the made-up people of one of the shipped schools."""
    return shipped_school(school)[1]


def larkfield() -> Rulebook:
    """Give the shipped rules of the made-up school."""
    return rules_of("example")


def larkfield_people() -> tuple[Member, ...]:
    """Give the shipped people of the made-up school."""
    return people_of("example")


class Loop:
    """A loop that does not watch for Ctrl-C: to begin and to end that costs more than most of what is run in it."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.get_loop().run_until_complete(work)

    def close(self) -> None:
        self._runner.close()


class Recorder:
    """A platform that keeps what it is given, and fails when it is told to."""

    name = "web"

    def __init__(self) -> None:
        self.shown: dict[tuple[str, str], Card | Notice] = {}  # what hangs at (place, key) now
        self.delivered: list[tuple[str, str, Card | Notice]] = []  # all of it, in order
        self.tried: list[tuple[str, str]] = []  # also what failed
        self.failing: dict[str, Exception] = {}  # place -> what delivering there raises; "" for everywhere
        self.readers_of: dict[str, frozenset[str] | None] = {}  # channel -> who really reads it
        self.expected: Callable[[str], frozenset[str]] = lambda _: frozenset()

    async def deliver(self, place: str, key: str, rev: int, item: Card | Notice, previous: str) -> str:
        self.tried.append((place, key))
        if wrong := self.failing.get(place) or self.failing.get(""):
            raise wrong
        self.shown[place, key] = item
        self.delivered.append((place, key, item))
        return f"{place}/{key}"

    async def readers(self, channel: str) -> frozenset[str] | None:
        return self.readers_of[channel] if channel in self.readers_of else self.expected(channel)

    def at(self, place: str) -> list[Card | Notice]:
        """Give what hangs at a place."""
        return [item for (where, _), item in self.shown.items() if where == place]

    def cards(self, place: str) -> list[Card]:
        return [item for item in self.at(place) if isinstance(item, Card)]

    def notices(self, place: str) -> list[str]:
        return [" ".join(item.lines) for item in self.at(place) if isinstance(item, Notice)]


class School:
    """One school's Beacon, driven step by step: nothing happens unless a test asks for it."""

    def __init__(
        self,
        folder: Path,
        *,
        at: datetime = FRIDAY,
        people: tuple[Member, ...] | None = None,
        book: Rulebook | None = None,
    ) -> None:
        self.folder = folder
        self.book = book or larkfield()
        self.clock = ManualClock(at)
        self.platform = Recorder()
        self.vouched: dict[str, Vouched] = {}  # for whom the platform vouches, and what it calls them
        self._loop = Loop()
        self._events = count(1)
        self.open()
        self.put(people or larkfield_people())
        if self.book.school.id == SCHOOL:
            self.adopt("online-safety")

    def adopt(self, policy: str) -> None:
        """Put a shipped policy in force, unless it is."""
        path = shipped("content") / "policies" / f"{policy}.md"
        document = read_policy(path)
        if not self.read(lambda tx: policies.versions(tx, policy)):
            at = self.clock.now()
            self.beacon.stored.writer.run_now(lambda tx: policies.add(tx, policy, document, path.name, at))

    def open(self) -> None:
        stored = open_store(self.folder, self.book.school.id)
        self.beacon = Beacon(stored, self.book, self.clock, {self.platform.name: self.platform})
        roster = self.beacon.office.directory
        channels = self.book.school.channels
        self.platform.expected = lambda c: frozenset(m.id for m in roster.roster.holding(channels[c].readers))

    def reopen(self) -> None:
        """Close the store and begin again from what is on the disk."""
        self.beacon.stored.close()
        self.open()

    def close(self) -> None:
        self.beacon.stored.close()
        self._loop.close()

    # People -----------------------------------------------------------------------------------------------------------

    def put(self, people: tuple[Member, ...]) -> None:
        """List people, each of them reachable on the platform under their own id."""

        def job(tx: Tx) -> None:
            members.put(tx, people)
            for member in people:
                members.link(tx, self.identity(member.id), member.id)

        self.run(job)
        self.refresh()

    def leave(self, *people: str) -> None:
        self.run(lambda tx: members.leave(tx, people))
        self.refresh()

    def refresh(self) -> None:
        self.beacon.stored.reader.run_now(self.beacon.office.directory.refresh)

    def identity(self, who: str) -> Identity:
        """Give who somebody is on their platform."""
        return identity(who)

    # What people do ---------------------------------------------------------------------------------------------------

    def send(self, who: str, act: Press | Typed | Attached, event: str = "") -> Reply:
        inbound = Inbound(self.identity(who), event or f"event-{next(self._events)}", act, self.vouched.get(who))
        return self._loop.run(self.beacon.desk.receive(inbound))

    def press(self, who: str, token: Token, *values: str, event: str = "") -> Reply:
        return self.send(who, Press(token, values), event)

    def type(self, who: str, text: str, event: str = "") -> Reply:
        return self.send(who, Typed(text), event)

    def attach(self, who: str, event: str = "") -> Reply:
        return self.send(who, Attached(), event)

    def home(self, who: str) -> Home:
        return self._loop.run(self.beacon.desk.home(self.identity(who), self.vouched.get(who)))

    def start(self, who: str, flow: str, case: str = "") -> Prompt:
        reply = self.press(who, Token(Verb.START, case, 0, flow) if case else Token(Verb.START, flow))
        assert isinstance(reply, Prompt), reply
        return reply

    def answer(self, who: str, prompt: Prompt, *values: str) -> Reply:
        assert prompt.submit is not None
        return self.press(who, prompt.submit.token, *values)

    def talk(self, who: str, flow: str, /, case: str = "", *, up_to: str = "", **given: str) -> Reply:
        """Answer a flow to its end, or until it asks the question `up_to`. What is optional and not given is skipped.

        Several choices of one question are written with "+" between them.
        """
        reply: Reply = self.start(who, flow, case)
        while isinstance(reply, Prompt):
            assert not reply.error, reply
            if reply.field is None:
                if up_to == "check":
                    return reply
                reply = self.answer(who, reply)
                continue
            question = self.question(reply)
            if question.id == up_to:
                return reply
            reply = self._give(who, reply, question, {**(ORDINARY if flow == "concern" else {}), **given})
        return reply

    def question(self, prompt: Prompt) -> Question:
        """Give the question that a screen asks."""
        talk = self.read(lambda tx: talks.load(tx, prompt.talk))
        assert talk is not None
        question = current(self.book.flows[talk.flow], talk.state)
        assert question is not None
        return question

    def _give(self, who: str, prompt: Prompt, question: Question, given: Mapping[str, str]) -> Reply:
        value = given.get(question.id)
        if value is None and question.optional:
            skip = next(b for b in prompt.buttons if b.token.verb is Verb.SKIP)
            return self.press(who, skip.token)
        match prompt.field:
            case Choose(options=options):
                return self.answer(who, prompt, *(value.split("+") if value else [options[0].value]))
            case Day():
                return self.answer(who, prompt, value or f"{self.clock.now().date()}")
            case Address():
                return self.answer(who, prompt, value or "https://www.example.com/volcano")
            case Write() | Person():
                return self.answer(who, prompt, value or f"Words about {question.id}.")
            case None:
                raise AssertionError("there is nothing to answer")

    def report(self, who: str = "oyelaran", flow: str = "concern", /, **given: str) -> Case:
        """Send a report and give its case; nothing is delivered yet."""
        reply = self.talk(who, flow, **given)
        assert isinstance(reply, Notice), reply
        return self.cases()[0]

    # What follows -----------------------------------------------------------------------------------------------------

    def deliver(self) -> int:
        """Deliver what is due now, and what that leads to."""
        return self._until_quiet(self.beacon.delivery.once)

    def keep_time(self) -> int:
        """Fire the timers that are due now."""
        return self._until_quiet(self.beacon.timekeeping.once)

    def settle(self) -> None:
        """Do everything that is due now."""
        while self.keep_time() + self.deliver():
            pass

    def _until_quiet(self, once: Callable[[], Coroutine[Any, Any, int]]) -> int:
        done = 0
        while more := self._loop.run(once()):
            done += more
        return done

    def later(self, **by: float) -> None:
        """Let time pass, doing everything at the moment it is due."""
        until = self.clock.now() + timedelta(**by)
        self.settle()
        while (due := self.next_due()) is not None and due <= until:
            self.clock.forward(max(due - self.clock.now(), timedelta()))
            self.settle()
        self.clock.forward(until - self.clock.now())
        self.settle()

    def next_due(self) -> datetime | None:
        due = (self._loop.run(self.beacon.delivery.next_due()), self._loop.run(self.beacon.timekeeping.next_due()))
        return min((at for at in due if at), default=None)

    # What is stored ---------------------------------------------------------------------------------------------------

    def run(self, job: Callable[[Tx], T]) -> T:
        return self.beacon.stored.writer.run_now(job)

    def read(self, job: Callable[[Tx], T]) -> T:
        return self.beacon.stored.reader.run_now(job)

    def cases(self) -> tuple[Case, ...]:
        """Give all cases, the newest first."""
        return self.read(lambda tx: cases.all(tx, 1000))

    def case(self, ref: str = "") -> Case:
        """Give the case with a reference, or the newest."""
        return next(c for c in self.cases() if ref in ("", c.ref))

    def actions(self, case: Case) -> list[tuple[str, str]]:
        """Give what was done to a case, and by whom."""
        return [(a.action, a.person) for a in self.read(lambda tx: cases.actions(tx, case.id))]


def identity(member: str) -> Identity:
    return Identity("web", SCHOOL, member)


def label(reply: Reply, wanted: str) -> Token:
    """Give the token of the button of a reply that reads `wanted`."""
    submit = [reply.submit] if isinstance(reply, Prompt) and reply.submit else []
    found = [b.token for b in (*reply.buttons, *submit) if b.label == wanted]
    assert found, f"there is no button {wanted!r} in {[b.label for b in (*reply.buttons, *submit)]}"
    return found[0]


def said(reply: Reply) -> str:
    """Give everything a reply says, on one line."""
    match reply:
        case Prompt():
            rows = [f"{r.label}: {r.value}" for r in reply.rows]
            return " | ".join((*reply.remarks, *reply.lines, reply.ask, reply.error, *rows))
        case Card():
            rows = [f"{r.label}: {r.value}" for r in (*reply.facts, *reply.rows, *reply.history)]
            return " | ".join((reply.title, *reply.lines, *rows))
        case Notice():
            return " | ".join((reply.title, *reply.lines))
