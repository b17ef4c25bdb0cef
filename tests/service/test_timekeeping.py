"""What happens because time has passed, also while the program was not running."""

import logging
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.flow.model import Severity
from bot.prompt import Notice, Token, Verb
from bot.service import casework, handover
from bot.service.timekeeping import begin
from bot.storage import cases, timers
from bot.storage.writer import NotStored
from tests.school import School


def actions(school: School) -> list[str]:
    found = []
    for case in reversed(school.cases()):
        found += [action for action, _ in school.actions(case) if action in ("escalated", "ladder_ended")]
    return found


def test_after_a_day_away_each_timer_fires_once_and_the_most_urgent_first(school: School) -> None:
    calm = school.report()
    urgent = school.report("kowalczyk", danger="yes")
    school.settle()
    school.clock.forward(timedelta(days=1))
    school.reopen()
    due = school.read(lambda tx: timers.due(tx, school.clock.now(), 100))
    assert [t.rank for t in due] == sorted((t.rank for t in due), reverse=True)
    school.settle()
    assert [a for a, _ in school.actions(urgent)].count("escalated") == 3
    assert [a for a, _ in school.actions(urgent)].count("ladder_ended") == 1
    assert [a for a, _ in school.actions(calm)].count("escalated") == 2
    before = actions(school)
    school.settle()
    assert actions(school) == before


def test_while_the_list_stays_as_it_is_no_case_is_looked_at(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    school.report()
    school.settle()
    looked_at: list[str] = []
    monkeypatch.setattr(handover, "hand_over", lambda _, *, case_id, **__: looked_at.append(case_id))
    school.later(hours=1)
    assert looked_at == []
    school.leave("pritchard")
    school.later(hours=1)
    assert looked_at == [school.case().id]


def test_a_timer_fires_at_its_moment_and_not_before(school: School) -> None:
    case = school.report(danger="yes")
    school.settle()
    school.clock.forward(timedelta(minutes=4, seconds=59))
    school.settle()
    assert school.case().rung == 0
    school.clock.forward(timedelta(seconds=1))
    school.settle()
    assert school.case().rung == 1
    assert ("escalated", "") in school.actions(case)


def test_acknowledging_stops_the_ladder(school: School) -> None:
    case = school.report(danger="yes")
    school.settle()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.later(minutes=59)
    assert "escalated" not in [a for a, _ in school.actions(case)]
    school.later(minutes=2)
    assert "decision_overdue" in [a for a, _ in school.actions(case)]


def test_a_clock_that_steps_back_skips_nothing_and_is_recorded(
    school: School, caplog: pytest.LogCaptureFixture
) -> None:
    case = school.report(danger="yes")
    school.settle()
    school.clock._now -= timedelta(hours=1)  # the machine's clock was wrong; its monotonic one never is
    with caplog.at_level(logging.WARNING):
        school.settle()
    assert "clock jumped by -3600 seconds" in caplog.text
    assert school.case().rung == 0
    school.later(minutes=70)
    assert [a for a, _ in school.actions(case)].count("escalated") >= 1
    kinds = school.read(lambda tx: tx.execute("select kind from audit").fetchall())
    assert ("clock_jumped",) in kinds


def test_a_timer_that_fails_holds_up_no_other(school: School, caplog: pytest.LogCaptureFixture) -> None:
    broken = school.report(danger="yes")
    school.settle()
    whole = school.report("kowalczyk")
    school.settle()
    number = school.read(lambda tx: tx.execute("select number from case_file where id = ?", (broken.id,)).fetchone()[0])
    school.run(lambda tx: tx.execute("update case_file set sealed = x'00' where number = ?", (number,)))
    school.clock.forward(timedelta(hours=3))
    school.keep_time()
    found = school.read(lambda tx: cases.by_id(tx, whole.id))
    assert found is not None
    assert found.rung == 1
    assert "timer 'escalate' failed, tried again later: Tampered at vault.py:" in caplog.text


def test_a_timer_that_fails_is_tried_again_ever_more_seldom(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    case = school.report(danger="yes")
    school.settle()
    school.clock.forward(timedelta(minutes=5))
    tried = []

    def broken(*_: object) -> None:
        tried.append(school.clock.now())
        raise KeyError("particular words")

    with monkeypatch.context() as defect:
        defect.setattr(casework, "pass_time", broken)
        school.keep_time()
        school.clock.forward(timedelta(seconds=1))
        school.keep_time()
        assert len(tried) == 1
        while len(tried) < 10:
            school.clock.forward(timedelta(seconds=1))
            school.keep_time()
    waits = [(later - sooner).total_seconds() for sooner, later in pairwise(tried)]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300]
    school.later(minutes=5)
    assert ("escalated", "") in school.actions(case)


def test_a_full_disk_is_nobodys_fault_and_is_said(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    school.report(danger="yes")
    school.settle()
    school.clock.forward(timedelta(minutes=5))

    def full(*_: object) -> None:
        raise NotStored("nothing was stored")

    with monkeypatch.context() as disk:
        disk.setattr(casework, "pass_time", full)
        with pytest.raises(NotStored):
            school.keep_time()
    school.keep_time()
    assert school.case().rung == 1


def test_a_heartbeat_that_came_due_while_the_program_was_away_is_not_lost(school: School) -> None:
    def heartbeats() -> int:
        return sum("heartbeat" in key for place, key, _ in school.platform.delivered if place == "channel:dsl")

    def start() -> None:
        school.run(lambda tx: begin(tx, school.beacon.office, school.clock.now()))

    start()
    school.later(hours=1)
    assert heartbeats() == 0
    school.clock.forward(timedelta(days=3))  # from a Friday to the Monday, after opening
    school.reopen()
    start()
    school.settle()
    assert heartbeats() == 1
    school.reopen()
    start()
    school.later(hours=24)
    assert heartbeats() == 2


def test_the_question_whether_anybody_talked_to_a_child_has_a_button(school: School) -> None:
    case = school.report("p-aisha", "worry")
    school.later(days=4)
    asked = [i for place, _, i in school.platform.delivered if place == "person:p-aisha" and isinstance(i, Notice)]
    assert [b.token for notice in asked for b in notice.buttons] == [Token(Verb.START, case.ref, 0, "talked")]


def test_the_timer_of_a_finished_talk_is_gone(school: School) -> None:
    school.report()
    kinds = school.read(lambda tx: [t.kind for t in timers.due(tx, school.clock.now() + timedelta(days=9), 100)])
    assert "talk" not in kinds


def test_going_on_puts_the_deadline_off(school: School) -> None:
    prompt = school.talk("p-aisha", "worry", up_to="how", danger="no")
    school.later(minutes=9)
    prompt = school.answer("p-aisha", prompt, "write")  # type: ignore[arg-type]
    school.later(minutes=9)
    assert school.cases() == ()
    school.later(minutes=2)
    assert school.case().halted == "timeout"
    assert school.case().severity is Severity.HIGH


def test_a_case_that_outran_a_restart_is_still_delivered(school: School) -> None:
    school.report()
    school.reopen()
    school.settle()
    assert len(school.platform.cards("person:okafor")) == 1
