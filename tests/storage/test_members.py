"""The school's list and who is who on each platform."""

import sqlite3
from dataclasses import replace

import pytest

from bot.inbound import Identity
from bot.people import Member, Role
from bot.storage import members
from bot.storage.tx import Tx
from bot.storage.vault import Tampered

from .conftest import Run

AMARA = Member("m1", "Mrs Amara Okafor", frozenset({Role.DSL, Role.HEAD}), phone="01632 960001", place="Office")
TOM = Member("m2", "Tom", frozenset({Role.PUPIL}), klass="Oak")
SLACK = Identity("slack", "T1", "U1")
WEB = Identity("web", "", "amara")


def test_the_list_comes_back_whole_and_in_order(run: Run) -> None:
    run(lambda tx: members.put(tx, [TOM, AMARA]))
    assert list(run(members.roster)) == [TOM, AMARA]
    changed = Member("m2", "Tom", frozenset({Role.PUPIL}), klass="Elm")
    run(lambda tx: members.put(tx, [changed]))
    assert list(run(members.roster)) == [changed, AMARA]


def test_an_identity_leads_to_its_member_and_no_other_does(run: Run) -> None:
    run(lambda tx: members.put(tx, [AMARA, TOM]))
    for identity in (SLACK, WEB):
        run(lambda tx, i=identity: members.link(tx, i, "m1"))  # type: ignore[misc]
    assert run(lambda tx: members.find(tx, SLACK)) == "m1"
    strangers = [Identity("teams", "T1", "U1"), Identity("slack", "T2", "U1"), Identity("slack", "T1", "U2")]
    assert [run(lambda tx, i=i: members.find(tx, i)) for i in strangers] == [None] * 3  # type: ignore[misc]
    assert run(lambda tx: members.surfaces(tx, "m1")) == (SLACK, WEB)
    assert run(lambda tx: members.surfaces(tx, "m2")) == ()
    run(lambda tx: members.link(tx, SLACK, "m2"))
    assert run(lambda tx: members.find(tx, SLACK)) == "m2"
    assert run(lambda tx: members.surfaces(tx, "m1")) == (WEB,)


def test_parts_of_an_identity_cannot_run_into_each_other(run: Run) -> None:
    run(lambda tx: members.put(tx, [AMARA]))
    run(lambda tx: members.link(tx, Identity("slack", "T1", "2U"), "m1"))
    assert run(lambda tx: members.find(tx, Identity("slack", "T12", "U"))) is None


def test_a_leaver_is_listed_nowhere_but_still_has_a_name(run: Run) -> None:
    run(lambda tx: members.put(tx, [AMARA, TOM]))
    run(lambda tx: members.link(tx, SLACK, "m1"))
    run(lambda tx: members.leave(tx, ["m1"]))
    assert list(run(members.roster)) == [TOM]
    assert run(members.identities) == {}
    assert run(lambda tx: members.get(tx, "m1")) == replace(AMARA, listed=False)
    assert run(lambda tx: members.get(tx, "m9")) is None
    run(lambda tx: members.put(tx, [AMARA]))
    assert set(run(members.roster)) == {AMARA, TOM}


def test_nobody_is_linked_to_a_member_who_is_not_there(run: Run) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        run(lambda tx: members.link(tx, SLACK, "m9"))


def test_everybody_the_school_knows_is_found_at_once(run: Run) -> None:
    assert run(members.identities) == {}
    run(lambda tx: members.put(tx, [AMARA, TOM]))
    tom = Identity("web", "", "tom")
    for identity, member in [(SLACK, "m1"), (WEB, "m1"), (tom, "m2")]:
        run(lambda tx, i=identity, m=member: members.link(tx, i, m))  # type: ignore[misc]
    assert run(members.identities) == {SLACK: "m1", WEB: "m1", tom: "m2"}


@pytest.mark.parametrize(
    "edit",
    [
        "update identity set member = 'm1'",  # Tom's identity is said to be the DSL's
        "update identity set sealed = (select sealed from identity where member = 'm1'), member = 'm1'",
    ],
)
def test_an_identity_pointed_at_somebody_else_is_noticed(run: Run, edit: str) -> None:
    run(lambda tx: members.put(tx, [AMARA, TOM]))
    tom = Identity("web", "", "tom")
    run(lambda tx: members.link(tx, SLACK, "m1"))
    run(lambda tx: members.link(tx, tom, "m2"))
    run(lambda tx: tx.execute(edit))
    with pytest.raises(Tampered):
        run(lambda tx: members.find(tx, tom))


def test_a_damaged_identity_is_left_out_and_nobody_elses(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    run(lambda tx: members.put(tx, [AMARA, TOM]))
    run(lambda tx: members.link(tx, SLACK, "m1"))
    run(lambda tx: members.link(tx, WEB, "m2"))
    run(lambda tx: tx.execute("update identity set member = 'm1'"))
    assert run(members.identities) == {SLACK: "m1"}
    assert "member 1: an identity" in caplog.text


def test_swapped_names_are_noticed_and_left_out(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    run(lambda tx: members.put(tx, [AMARA, TOM]))

    def swap(tx: Tx) -> None:
        sealed = tx.execute("select sealed from member where id = 'm1'").fetchone()[0]
        tx.execute("update member set sealed = ? where id = 'm2'", (sealed,))

    run(swap)
    assert list(run(members.roster)) == [AMARA]
    assert "member 2: cannot be read" in caplog.text
    assert "Amara" not in caplog.text
    with pytest.raises(Tampered):
        run(lambda tx: members.get(tx, "m2"))
