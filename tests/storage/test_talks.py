"""Talks, the inbox beside them, and the flows they are pinned to."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from bot.flow.model import Severity
from bot.flow.talk import State
from bot.storage import flows, inbox, talks
from bot.storage.talks import Talk
from bot.storage.tx import Conflict, Tx
from bot.storage.vault import Tampered

from .conftest import AT, Run

STATE = State(
    "t1",
    "d1",
    answers={"danger": "no", "where": ("online", "bus"), "what": "words\u2028 of \U0001f600 a child"},
    turn=3,
    editing="what",
    raised=True,
    severity=Severity.URGENT,
    deadline=AT + timedelta(minutes=10),
    said=("Well done.",),
)
TALK = Talk("t1", "pupil1", "worry", "", "case1", AT, STATE)


def over(talk: Talk) -> Talk:
    return replace(talk, state=structs.replace(talk.state, status="sent"))


def test_a_talk_comes_back_as_it_was(run: Run) -> None:
    run(lambda tx: talks.insert(tx, TALK))
    assert run(lambda tx: talks.load(tx, "t1")) == TALK
    assert run(lambda tx: talks.load(tx, "t2")) is None
    later = replace(TALK, case="case9", state=structs.replace(STATE, turn=4, answers={}))
    run(lambda tx: talks.save(tx, later, AT))
    assert run(lambda tx: talks.load(tx, "t1")) == later


def test_a_talk_that_was_never_begun_cannot_be_saved(run: Run) -> None:
    for talk in (TALK, over(TALK)):
        with pytest.raises(KeyError):
            run(lambda tx, t=talk: talks.save(tx, t, AT))  # type: ignore[misc]


def test_one_open_talk_a_person_and_subject(run: Run) -> None:
    run(lambda tx: talks.insert(tx, TALK))
    second = replace(TALK, id="t2")
    with pytest.raises(Conflict):
        run(lambda tx: talks.insert(tx, second))
    run(lambda tx: talks.insert(tx, replace(second, about="REF1")))
    run(lambda tx: talks.insert(tx, replace(second, id="t3", person="pupil2")))
    assert run(lambda tx: talks.open_at(tx, "pupil1", "")) == TALK
    found = run(lambda tx: talks.open_at(tx, "pupil1", "REF1"))
    assert found is not None
    assert found.id == "t2"
    assert run(lambda tx: talks.open_at(tx, "pupil3", "")) is None


@pytest.mark.parametrize("status", ["sent", "cancelled", "expired"])
def test_after_a_talk_is_over_another_can_begin(run: Run, status: str) -> None:
    run(lambda tx: talks.insert(tx, TALK))
    ended = replace(TALK, state=structs.replace(STATE, status=status))
    run(lambda tx: talks.save(tx, ended, AT))
    assert run(lambda tx: talks.open_at(tx, "pupil1", "")) is None
    run(lambda tx: talks.insert(tx, replace(TALK, id="t2")))
    assert run(lambda tx: talks.load(tx, "t1")) == ended


def test_clearing_wipes_the_words_and_keeps_where_they_went() -> None:
    with pytest.raises(ValueError, match="over"):
        talks.cleared(TALK)
    left = talks.cleared(over(TALK))
    assert (left.case, left.state.status, left.state.turn) == ("case1", "sent", 3)
    assert not left.state.answers


def test_a_state_put_in_another_talks_row_is_noticed(run: Run) -> None:
    run(lambda tx: talks.insert(tx, TALK))
    run(lambda tx: talks.insert(tx, replace(TALK, id="t2", person="pupil2")))

    def swap(tx: Tx) -> None:
        tx.execute("update talk set sealed = (select sealed from talk where id = 't1') where id = 't2'")

    run(swap)
    with pytest.raises(Tampered):
        run(lambda tx: talks.load(tx, "t2"))


def test_an_event_is_known_by_surface_and_id(run: Run) -> None:
    run(lambda tx: inbox.note(tx, "slack", "E1", AT, "t1"))
    run(lambda tx: inbox.note(tx, "web", "E2", AT, ""))
    assert run(lambda tx: inbox.seen(tx, "slack", "E1")) == "t1"
    assert run(lambda tx: inbox.seen(tx, "web", "E2")) == ""
    assert run(lambda tx: inbox.seen(tx, "web", "E1")) is None
    with pytest.raises(sqlite3.IntegrityError):
        run(lambda tx: inbox.note(tx, "slack", "E1", AT, "t2"))


def test_old_events_are_forgotten(run: Run) -> None:
    run(lambda tx: inbox.note(tx, "slack", "old", AT - timedelta(days=3), "t1"))
    run(lambda tx: inbox.note(tx, "slack", "new", AT, "t1"))
    assert run(lambda tx: inbox.forget_before(tx, AT)) == 1
    assert run(lambda tx: inbox.seen(tx, "slack", "old")) is None
    assert run(lambda tx: inbox.seen(tx, "slack", "new")) == "t1"


def test_a_flow_is_kept_once_and_never_overwritten(run: Run) -> None:
    assert run(lambda tx: flows.source(tx, "d1")) is None
    run(lambda tx: flows.keep(tx, "d1", "worry", b"first"))
    run(lambda tx: flows.keep(tx, "d1", "worry", b"second"))
    assert run(lambda tx: flows.source(tx, "d1")) == b"first"
