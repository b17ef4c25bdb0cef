"""What the outbox gave up: listed for whoever looks after Beacon, and wanted again. Must not know what it says."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.storage import outbox
from bot.storage.outbox import Kind
from bot.storage.times import moment, stored
from bot.storage.tx import Tx
from bot.storage.vault import Tampered

log = logging.getLogger("beacon.storage")


@dataclass(frozen=True, slots=True)
class Dead:
    """A row that is no longer tried. `place` is "" where it cannot be read; `error` is what `outbox.dead` was told."""

    number: int
    place: str
    kind: Kind
    subject: str
    wanted_at: datetime
    error: str
    tried: int


def given_up(tx: Tx) -> tuple[Dead, ...]:
    """Give what was given up, the longest wanted first."""
    rows = tx.execute(
        "select number, place, address, kind, subject, wanted_at, error, attempts from outbox"
        " where school = ? and dead order by wanted_at, number",
        (tx.school,),
    ).fetchall()
    return tuple(_dead(tx, row) for row in rows)


def _dead(tx: Tx, row: tuple[int, bytes, bytes, Kind, str, int, str, int]) -> Dead:
    number, blind, sealed, kind, subject, wanted_at, error, attempts = row
    try:
        place = outbox.address_of(tx, blind, kind, subject, sealed)
    except Tampered:
        log.error("outbox %d: its place cannot be read", number)
        place = ""
    return Dead(number, place, kind, subject, moment(wanted_at), error, attempts + 1)


def want_again(tx: Tx, numbers: Iterable[int], at: datetime) -> int:
    """Try rows again that were given up, and give how many those were."""
    now, done = stored(at), 0
    for number in numbers:
        done += tx.execute(
            "update outbox set dead = 0, error = '', attempts = 0, lease = 0, due = ?"
            " where school = ? and number = ? and dead",
            (now, tx.school, number),
        ).rowcount
    if done:
        tx.come_back("outbox", now)
    return done
