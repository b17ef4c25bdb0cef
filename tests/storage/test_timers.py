"""Timers: one of each, most urgent first, none lost."""

from datetime import timedelta

from bot.storage import timers
from bot.storage.timers import Timer

from .conftest import AT, Run

MINUTE = timedelta(minutes=1)


def test_a_timer_of_the_same_kind_and_level_is_replaced(run: Run) -> None:
    run(lambda tx: timers.put(tx, "escalate", "case1", 1, AT, 3))
    run(lambda tx: timers.put(tx, "escalate", "case1", 1, AT + MINUTE, 2))
    assert run(lambda tx: timers.due(tx, AT, 9)) == ()
    assert run(lambda tx: timers.due(tx, AT + MINUTE, 9)) == (Timer("escalate", "case1", 1, AT + MINUTE, 2),)


def test_a_timer_can_be_set_only_if_there_is_none(run: Run) -> None:
    run(lambda tx: timers.put(tx, "heartbeat", "", 0, AT, 1, keep=True))
    run(lambda tx: timers.put(tx, "heartbeat", "", 0, AT + MINUTE, 2, keep=True))
    assert run(lambda tx: timers.due(tx, AT, 9)) == (Timer("heartbeat", "", 0, AT, 1),)


def test_a_timer_is_put_off_unless_it_was_set_anew(run: Run) -> None:
    for subject in ("case1", "case2"):
        run(lambda tx, s=subject: timers.put(tx, "escalate", s, 1, AT, 3))  # type: ignore[misc]
    one, two = run(lambda tx: timers.due(tx, AT, 9))
    run(lambda tx: timers.put(tx, "escalate", "case2", 1, AT + 3 * MINUTE, 3))
    for timer in (one, two):
        run(lambda tx, t=timer: timers.put_off(tx, t, AT + MINUTE))  # type: ignore[misc]
    later = run(lambda tx: timers.due(tx, AT + 9 * MINUTE, 9))
    assert [(t.subject, t.due) for t in later] == [("case1", AT + MINUTE), ("case2", AT + 3 * MINUTE)]


def test_most_urgent_first_then_the_longest_overdue(run: Run) -> None:
    for subject, minutes, rank in [("a", 1, 0), ("b", 5, 3), ("c", 2, 3), ("d", 0, 1), ("later", 99, 3)]:
        run(lambda tx, s=subject, m=minutes, r=rank: timers.put(tx, "k", s, 0, AT + m * MINUTE, r))  # type: ignore[misc]
    now = AT + 10 * MINUTE
    assert [t.subject for t in run(lambda tx: timers.due(tx, now, 9))] == ["c", "b", "d", "a"]
    assert [t.subject for t in run(lambda tx: timers.due(tx, now, 2))] == ["c", "b"]
    assert run(timers.next_due) == AT


def test_stopping_a_subject_or_only_some_kinds(run: Run) -> None:
    for kind in ("escalate", "decide", "expiry"):
        for subject in ("case1", "case2"):
            run(lambda tx, k=kind, s=subject: timers.put(tx, k, s, 0, AT, 0))  # type: ignore[misc]
    run(lambda tx: timers.stop(tx, "case1", ["escalate", "decide"]))
    assert {(t.kind, t.subject) for t in run(lambda tx: timers.due(tx, AT, 9))} == {
        *(("expiry", "case1"), ("escalate", "case2"), ("decide", "case2"), ("expiry", "case2"))
    }
    run(lambda tx: timers.stop(tx, "case2", []))
    run(lambda tx: timers.stop(tx, "case1"))
    assert {t.subject for t in run(lambda tx: timers.due(tx, AT, 9))} == {"case2"}
    run(lambda tx: timers.stop(tx, "case2"))
    assert run(timers.next_due) is None


def test_a_timer_set_anew_is_not_done_by_the_old_one(run: Run) -> None:
    run(lambda tx: timers.put(tx, "escalate", "case1", 1, AT, 3))
    (old,) = run(lambda tx: timers.due(tx, AT, 9))
    run(lambda tx: timers.put(tx, "escalate", "case1", 1, AT + MINUTE, 3))
    assert not run(lambda tx: timers.done(tx, old))
    (new,) = run(lambda tx: timers.due(tx, AT + MINUTE, 9))
    assert run(lambda tx: timers.done(tx, new))
    assert run(timers.next_due) is None


def test_moments_come_back_to_the_microsecond(run: Run) -> None:
    odd = AT.replace(microsecond=123_457)
    run(lambda tx: timers.put(tx, "k", "s", 0, odd, 0))
    assert run(timers.next_due) == odd
    assert run(lambda tx: timers.due(tx, odd - timedelta(microseconds=1), 9)) == ()
    assert len(run(lambda tx: timers.due(tx, odd, 9))) == 1
