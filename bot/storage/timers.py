"""What is to happen later, kept over restarts. Must not know what a timer's kind means."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.storage.times import moment, moment_or_none, stored
from bot.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Timer:
    """One thing to come back to. `rank` says how urgent it is; greater is more."""

    kind: str
    subject: str
    level: int
    due: datetime
    rank: int


def put(tx: Tx, kind: str, subject: str, level: int, due: datetime, rank: int, keep: bool = False) -> None:
    """Set a timer; one of the same kind, subject and level is replaced, or with `keep` stays as it is."""
    tx.come_back("timer", stored(due))
    tx.execute(
        "insert into timer (school, subject, kind, level, due, rank) values (?, ?, ?, ?, ?, ?)"
        " on conflict (school, subject, kind, level)"
        " do update set due = excluded.due, rank = excluded.rank where not ?",
        (tx.school, subject, kind, level, stored(due), rank, keep),
    )


def put_off(tx: Tx, timer: Timer, until: datetime) -> None:
    """Let a timer that could not be acted upon come back later, unless it was stopped or set anew meanwhile."""
    tx.execute(
        "update timer set due = ? where school = ? and subject = ? and kind = ? and level = ? and due = ?",
        (stored(until), tx.school, timer.subject, timer.kind, timer.level, stored(timer.due)),
    )


def stop(tx: Tx, subject: str, kinds: Iterable[str] | None = None) -> None:
    """Stop a subject's timers, or only those of some kinds."""
    if kinds is None:
        tx.execute("delete from timer where school = ? and subject = ?", (tx.school, subject))
        return
    for kind in kinds:
        tx.execute("delete from timer where school = ? and subject = ? and kind = ?", (tx.school, subject, kind))


def due(tx: Tx, now: datetime, limit: int) -> tuple[Timer, ...]:
    """Give the timers whose moment has come: most urgent first, then the longest overdue."""
    rows = tx.execute(
        "select kind, subject, level, due, rank from timer where school = ? and due <= ?"
        " order by rank desc, due, subject, kind, level limit ?",
        (tx.school, stored(now), limit),
    )
    return tuple(Timer(kind, subject, level, moment(at), rank) for kind, subject, level, at, rank in rows)


def next_due(tx: Tx) -> datetime | None:
    """Give the moment of the next timer, which may have passed; None when none is set."""
    return moment_or_none(tx.execute("select min(due) from timer where school = ?", (tx.school,)).fetchone()[0])


def done(tx: Tx, timer: Timer) -> bool:
    """Take away a timer that was acted upon; False when it had been stopped or set anew meanwhile."""
    deleted = tx.execute(
        "delete from timer where school = ? and subject = ? and kind = ? and level = ? and due = ?",
        (tx.school, timer.subject, timer.kind, timer.level, stored(timer.due)),
    )
    return deleted.rowcount > 0
