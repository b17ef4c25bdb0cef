"""What happens because time has passed, also while the program was not running."""

import logging
from datetime import timedelta

import pytest

from bot.flow.model import Severity
from bot.prompt import Token, Verb
from bot.storage import cases, timers
from bot.storage.vault import Tampered
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


def test_a_timer_that_fails_holds_up_no_other(school: School) -> None:
    broken = school.report(danger="yes")
    school.settle()
    whole = school.report("kowalczyk")
    school.settle()
    number = school.read(lambda tx: tx.execute("select number from case_file where id = ?", (broken.id,)).fetchone()[0])
    school.run(lambda tx: tx.execute("update case_file set sealed = x'00' where number = ?", (number,)))
    school.clock.forward(timedelta(hours=3))
    with pytest.raises(Tampered):
        school.keep_time()
    found = school.read(lambda tx: cases.by_id(tx, whole.id))
    assert found is not None
    assert found.rung == 1


def test_the_timer_of_a_finished_talk_is_gone(school: School) -> None:
    school.report()
    kinds = school.read(lambda tx: [t.kind for t in timers.due(tx, school.clock.now() + timedelta(days=9), 100)])
    assert "talk" not in kinds


def test_going_on_puts_the_deadline_off(school: School) -> None:
    prompt = school.talk("p-aisha", "worry", until="how", danger="no")
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
