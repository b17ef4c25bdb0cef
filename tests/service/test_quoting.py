"""Policies are made ready beside everything else, searched once a turn, and are always those in force."""

import asyncio
import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.flow.load import load
from bot.inbound import Inbound, Press, Typed
from bot.policy.find import Finder
from bot.policy.model import Answer, Document, Passage, Quote
from bot.prompt import Prompt, Reply, Token, Verb
from bot.reading import Mistakes
from bot.school.folder import read_folder
from bot.service.quoting import Policies
from bot.storage import policies
from tests.folder import hillside
from tests.school import FRIDAY, School, identity, larkfield

QUESTION = "can i use my phone in class?"


class Counting(Finder):
    """Says how often it was asked."""

    asked = 0

    def answer(self, question: str, today: date) -> Answer:
        self.asked += 1
        return super().answer(question, today)


class Maker:
    """Makes policies ready as the school does, once it is let."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may = threading.Event()
        self.may.set()
        self.threads: list[str] = []
        self.made: list[Counting] = []
        self._make = larkfield().finder

    def __call__(self, documents: tuple[Document, ...]) -> Finder:
        self.threads.append(threading.current_thread().name)
        self.begun.set()
        assert self.may.wait(30)
        finder = self._make(documents)
        counting = Counting([], finder._lexicon)
        counting.__dict__.update(finder.__dict__)
        self.made.append(counting)
        return counting


@pytest.fixture
def maker(school: School) -> Maker:
    found = Maker()
    school.beacon.office.policies = Policies(found)
    return found


def ask(school: School, who: str = "oyelaran") -> Prompt:
    reply = school.type(who, QUESTION)
    assert isinstance(reply, Prompt)
    return reply


def test_a_question_is_searched_once_a_turn_and_the_policies_made_ready_once(school: School, maker: Maker) -> None:
    prompt = ask(school)
    assert prompt.quotes
    assert [finder.asked for finder in maker.made] == [1]
    reply = school.answer("oyelaran", prompt, "around")  # shown once more, with what is around it
    assert isinstance(reply, Prompt)
    assert reply.quotes[0].around
    assert [finder.asked for finder in maker.made] == [1]
    school.type("okafor", "who may take photos?")
    assert [finder.asked for finder in maker.made] == [2]


def test_the_next_day_it_is_searched_anew(school: School, maker: Maker) -> None:
    """A policy may be past its review by then, and the answer is to say so."""
    talk = ask(school).talk
    for forward, asked in ((timedelta(), 1), (timedelta(days=1), 2)):
        school.clock.forward(forward)
        assert school._loop.run(school.beacon.desk.present(identity("oyelaran"), talk))
        assert [finder.asked for finder in maker.made] == [asked]


@pytest.mark.parametrize(
    ("number", "first", "last"), [(1, 1, 15), (4, 1, 15), (20, 13, 27), (37, 26, 40), (40, 26, 40)]
)
def test_of_a_long_section_as_much_is_shown_on_either_side(school: School, number: int, first: int, last: int) -> None:
    long = tuple(Passage(n, f"Rule {n} about kites.", ("Kites",), "1") for n in range(1, 41))
    kites = Document("Kites", "ab" * 32, (*long, Passage(41, "A rule about boats.", ("Boats",), "2")))
    school.run(lambda tx: policies.add(tx, "kites", kites, "kites.md", school.clock.now()))
    school.beacon.office.policies.prepare(school.beacon.stored.reader)
    around = school.beacon.office.policies.section(Quote(long[number - 1], "Kites", ""))
    assert [passage.number for passage in around] == list(range(first, last + 1))


def test_the_one_who_writes_never_makes_policies_ready(school: School, maker: Maker) -> None:
    ask(school)
    assert maker.threads
    assert not [name for name in maker.threads if "writer" in name or "reader" in name or name == "MainThread"]


def test_nobody_else_waits_while_policies_are_made_ready(school: School, maker: Maker) -> None:
    maker.may.clear()
    desk = school.beacon.desk

    async def meanwhile() -> tuple[Reply, Reply, bool]:
        typed = Inbound(identity("oyelaran"), "asked", Typed(QUESTION))
        asking = asyncio.ensure_future(desk.receive(typed))
        await asyncio.to_thread(maker.begun.wait, 30)
        other = await desk.receive(Inbound(identity("okafor"), "other", Press(Token(Verb.START, "concern"))))
        front = await desk.home(identity("okafor"))
        waited = not asking.done()
        maker.may.set()
        assert front.unfinished
        return await asking, other, waited

    asked, other, waited = school._loop.run(meanwhile())
    assert waited
    assert isinstance(asked, Prompt)
    assert asked.quotes
    assert isinstance(other, Prompt)


def test_policies_are_ready_before_anybody_asks(school: School, maker: Maker) -> None:
    async def begin() -> None:
        async with school.beacon.running():
            await asyncio.to_thread(maker.begun.wait, 30)

    school._loop.run(begin())
    assert maker.threads


def test_a_question_right_after_a_change_is_answered_by_what_is_in_force(school: School, maker: Maker) -> None:
    kept = school.read(policies.current)
    assert ask(school).quotes
    now = school.clock.now()
    school.run(lambda tx: policies.retire(tx, "online-safety", now))
    reply = school.type("okafor", QUESTION)
    assert isinstance(reply, Prompt)
    assert reply.quotes == ()
    reworded = tuple(replace(p, text=p.text.replace("class", "the classroom")) for p in kept[0].passages)
    newer = replace(kept[0], passages=reworded, digest="00" * 32)
    school.run(lambda tx: policies.add(tx, "online-safety", newer, "new.md", now))
    present = school._loop.run(school.beacon.desk.present(identity("oyelaran"), prompt_of(school, "oyelaran").talk))
    assert isinstance(present, Prompt)
    texts = {p.text for p in reworded}
    assert present.quotes
    assert {quote.text for quote in present.quotes} <= texts
    assert len(maker.made) == 3


def prompt_of(school: School, who: str) -> Prompt:
    reply = school.press(who, Token(Verb.START, "ask"))
    assert isinstance(reply, Prompt)
    return reply


@pytest.fixture
def reminding(school: School) -> School:
    """A school that reminds of a question that was left."""
    book = school.book
    source = book.sources["ask"].replace(b'do = "close" }', b'do = "close", remind = true }')
    assert source != book.sources["ask"]
    flows = {**book.flows, "ask": load("ask.toml", source, book.lists)}
    school.beacon.office.book = school.book = replace(book, flows=flows, sources={**book.sources, "ask": source})
    return school


def test_time_passes_over_a_question_whose_policies_are_not_ready(
    reminding: School, caplog: pytest.LogCaptureFixture
) -> None:
    ask(reminding)
    maker = Maker()
    reminding.beacon.office.policies = Policies(maker)  # as after a start
    reminding.later(hours=1, minutes=1)
    assert maker.made
    assert caplog.text == ""


def test_a_warning_that_cannot_be_read_is_raised_and_nothing_old_is_quoted(school: School) -> None:
    assert ask(school).quotes

    def fail(_: tuple[Document, ...]) -> Finder:
        raise ValueError("no lexicon")

    school.beacon.office.policies._make = fail
    school.run(lambda tx: policies.retire(tx, "online-safety", school.clock.now()))
    with pytest.raises(ValueError, match="no lexicon"):
        school.type("okafor", QUESTION)


@pytest.mark.parametrize(("file", "words"), [("lexicon.toml", "no concept"), ("traps/hillside.toml", "hillside.toml")])
def test_what_a_school_wrote_wrongly_is_said_before_anything_starts(tmp_path: Path, file: str, words: str) -> None:
    folder = hillside(tmp_path / "hillside")
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text('[concepts.swim]\nwords = ["swim"]\nnear = ["swimm"]\n', "utf-8")
    with pytest.raises(Mistakes, match=words):
        read_folder(folder, FRIDAY)
