"""By which platform something goes: where it hangs, else by another that can; references are their own platform's."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.inbound import Identity
from bot.prompt import Card, Notice, Prompt, Token, Verb
from bot.service.surface import Later, Never
from bot.storage import members, outbox
from bot.storage.tx import Tx
from bot.wiring import Beacon, open_store
from tests.school import SCHOOL, Recorder, School

DSL = "person:okafor"


class Platform(Recorder):
    """A platform that remembers which reference it was given, and gives one of its own."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.given: list[str] = []

    async def deliver(self, place: str, key: str, rev: int, item: Card | Notice, previous: str) -> str:
        if place == DSL:
            self.given.append(previous)
        await super().deliver(place, key, rev, item, previous)
        return f"{self.name}/{rev}"


class Both(School):
    """A school on two platforms; the DSL has an account on each."""

    def open(self) -> None:
        stored = open_store(self.folder, self.book.school.id)
        self.first, self.second = Platform("web"), Platform("slack")
        self.platform = self.first
        self.beacon = Beacon(stored, self.book, self.clock, {"web": self.first, "slack": self.second})


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    school = Both(tmp_path / "both")
    school.first.readers_of = dict.fromkeys(school.book.school.channels)
    school.run(lambda tx: members.link(tx, Identity("slack", SCHOOL, "UOKAFOR"), "okafor"))
    school.refresh()
    yield school
    school.close()


def change(school: Both) -> None:
    """Let the case have another revision."""
    school.press("pritchard", Token(Verb.ACKNOWLEDGE, school.case().ref))
    school.settle()


def test_the_first_platform_brings_it_and_goes_on_with_it(both: Both) -> None:
    both.report()
    both.settle()
    change(both)
    assert (both.first.given[0], both.second.given) == ("", [])
    assert both.first.given[1].startswith("web/"), "its own reference, as it gave it"


def test_where_one_cannot_the_other_brings_it_and_goes_on_with_it(both: Both) -> None:
    both.report()
    both.settle()
    both.first.failing[DSL] = Never("stopped")
    change(both)
    assert both.second.given == [""], "what hangs elsewhere is none of its business"
    both.first.failing.clear()
    asked = len(both.first.given)
    both.press("pritchard", Token(Verb.PASS_ON, both.case().ref))
    both.settle()
    assert both.second.given[1].startswith("slack/")
    assert len(both.first.given) == asked


def test_a_fault_that_passes_is_waited_for_and_not_gone_round(both: Both) -> None:
    both.first.failing[DSL] = Later("busy")
    both.report()
    both.settle()
    assert both.second.given == []


def test_only_where_all_refuse_it_is_given_up_for_the_first_ones_reason(both: Both) -> None:
    both.first.failing[DSL] = Never("first")
    both.second.failing[DSL] = Never("second")
    both.report()
    both.settle()
    rows = both.read(lambda tx: tx.execute("select error from outbox where dead and kind = 'card'").fetchall())
    assert ("first",) in rows
    assert ("second",) not in rows


def test_a_reference_from_before_is_the_platforms_whose_place_it_was(both: Both) -> None:
    both.report()
    both.settle()

    def older(tx: Tx) -> None:
        (item,) = [i for i in outbox.claim(tx, both.clock.now(), timedelta(seconds=1), 50) if i.place == DSL]
        outbox.sent(tx, item, item.rev, "as-it-was", both.clock.now())

    both.press("pritchard", Token(Verb.ACKNOWLEDGE, both.case().ref))
    both.run(older)
    both.press("pritchard", Token(Verb.PASS_ON, both.case().ref))
    both.settle()
    assert both.first.given[-1] == "as-it-was"


def test_a_card_is_taken_back_where_it_hangs_and_told_of_nowhere_else(both: Both) -> None:
    """Whom it turned out to be about got a message on their other platform that there had been a case."""
    prompt = both.talk("oyelaran", "concern", up_to="check", danger="yes")
    both.settle()
    assert isinstance(prompt, Prompt)
    change = next(row.change for row in prompt.rows if row.label == "About")
    assert change
    both.first.failing[DSL] = Never("stopped")
    reply = both.press("oyelaran", change.token)
    assert isinstance(reply, Prompt)
    both.answer("oyelaran", reply, "dsl")
    both.settle()
    assert "okafor" in both.case().plan.excluded
    assert both.second.given == []
