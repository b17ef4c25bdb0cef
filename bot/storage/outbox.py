"""Places and how they should look: a revision wanted against a revision sent. Must not know platforms or wording.

A row is leased by time, so that a worker which dies holds it up for that long and no longer. Where a row goes is
sealed, since a notice's place is the reporter.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.storage import audit
from bot.storage.times import moment, moment_or_none, stored
from bot.storage.tx import Tx
from bot.storage.vault import Tampered

log = logging.getLogger("beacon.storage")

Kind = Literal["card", "notice", "mail"]


@dataclass(frozen=True, slots=True)
class Item:
    """A place to bring up to `rev`. `ref` is the platform's reference of what is there now, "" for nothing yet."""

    number: int
    place: str
    kind: Kind
    subject: str
    rev: int
    ref: str
    body: bytes
    attempts: int
    rank: int
    wanted_at: datetime
    lease: datetime

    @property
    def in_channel(self) -> bool:
        """Whether the place is a channel, and not somebody's direct messages."""
        return self.place.startswith("channel:")

    @property
    def name(self) -> str:
        """Whose the place is: a member's id, or the name of a channel."""
        return self.place.partition(":")[2]


def direct(person: str) -> str:
    """Give the place of somebody's direct messages."""
    return f"person:{person}"


def channel(name: str) -> str:
    """Give the place of a channel of the school's settings."""
    return f"channel:{name}"


def _about(place: bytes, kind: str, subject: str, part: str) -> str:
    return f"outbox {place.hex()} {kind} {subject} {part}"


def want(
    tx: Tx, place: str, kind: Kind, subject: str, rev: int, at: datetime, body: bytes = b"", rank: int = 0
) -> bool:
    """Want a place to look like `rev`; False when it or a later one was wanted already. A greater rank is first."""
    blind, now = tx.vault.blind(f"place {place}"), stored(at)
    wanted = tx.execute(
        "select want_rev from outbox where school = ? and place = ? and kind = ? and subject = ?",
        (tx.school, blind, kind, subject),
    ).fetchone()
    if wanted is not None and wanted[0] >= rev:  # asked first: every change of a case wants all of its places again
        return False
    tx.come_back("outbox", now)
    tx.execute(
        "insert into outbox (school, place, kind, subject, want_rev, rank, wanted_at, due, address, body)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (school, place, kind, subject) do update set"
        " want_rev = excluded.want_rev, address = excluded.address, body = excluded.body, rank = excluded.rank,"
        " attempts = 0, error = '', dead = 0,"
        " wanted_at = case when due is null then excluded.wanted_at else wanted_at end, due = excluded.due",
        (
            *(tx.school, blind, kind, subject, rev, rank, now, now),
            tx.vault.seal(place.encode(), _about(blind, kind, subject, "address")),
            tx.vault.seal(body, _about(blind, kind, subject, "body")) if body else None,
        ),
    )
    return True


def want_again(tx: Tx, subject: str, rev: int, at: datetime, rank: int) -> None:
    """Want every place that shows a card about a subject, or is to, to show it as `rev`."""
    now = stored(at)
    done = tx.execute(
        "update outbox set want_rev = ?, body = null, rank = ?, attempts = 0, error = '', dead = 0,"
        " wanted_at = case when due is null then ? else wanted_at end, due = ?"
        " where school = ? and subject = ? and kind = 'card' and want_rev < ?",
        (rev, rank, now, now, tx.school, subject, rev),
    )
    if done.rowcount:
        tx.come_back("outbox", now)


def drop(tx: Tx, kind: Kind, subject: str) -> None:
    """Forget what was wanted about a subject, sent or not; what is on its way now arrives all the same."""
    tx.execute("delete from outbox where school = ? and kind = ? and subject = ?", (tx.school, kind, subject))


def hand_over(tx: Tx, before: str, place: str) -> None:
    """Let what waits to be shown at one place be shown at another instead: both are the same person's.

    What is on its way just now goes where it was going.
    """
    blind, other = tx.vault.blind(f"place {before}"), tx.vault.blind(f"place {place}")
    rows = tx.execute(
        "select number, kind, subject, body from outbox"
        " where school = ? and place = ? and due is not null and lease = 0 and ref is null",
        (tx.school, blind),
    ).fetchall()
    for number, kind, subject, body in rows:
        kept = None if body is None else tx.vault.unseal(body, _about(blind, kind, subject, "body"))
        tx.execute(
            "update or ignore outbox set place = ?, address = ?, body = ?, lease = 0 where number = ?",
            (
                other,
                tx.vault.seal(place.encode(), _about(other, kind, subject, "address")),
                None if kept is None else tx.vault.seal(kept, _about(other, kind, subject, "body")),
                number,
            ),
        )


def claim(tx: Tx, now: datetime, lease: timedelta, limit: int) -> tuple[Item, ...]:
    """Take what is to be sent now, for `lease`: most urgent first, then the longest wanted.

    A row that was tampered with or damaged is given up and recorded: it must not hold up the others.
    """
    until = now + lease
    rows = tx.execute(
        "update outbox set lease = ? where number in (select number from outbox"
        " where school = ? and due <= ? and lease <= ? order by rank desc, wanted_at, number limit ?)"
        " returning number, place, kind, subject, want_rev, attempts, rank, wanted_at, address, ref, body",
        (stored(until), tx.school, stored(now), stored(now), limit),
    ).fetchall()
    items = []
    for row in sorted(rows, key=lambda row: (-row[6], row[7], row[0])):  # what is returned has no order of its own
        number, subject = row[0], row[3]
        try:
            items.append(_item(tx, row, until))
        except Tampered:
            log.error("outbox %d: cannot be read, given up", number)
            tx.execute(
                "update outbox set dead = 1, due = null, lease = 0, error = 'Tampered' where number = ?", (number,)
            )
            audit.append(tx, now, "tampered", subject, "")
    return tuple(items)


def _item(tx: Tx, row: tuple[Any, ...], until: datetime) -> Item:
    number, blind, kind, subject, rev, attempts, rank, wanted_at, address, ref, body = row

    def opened(sealed: bytes | None, part: str) -> bytes:
        return b"" if sealed is None else tx.vault.unseal(sealed, _about(blind, kind, subject, part))

    return Item(
        number=number,
        place=opened(address, "address").decode(),
        kind=kind,
        subject=subject,
        rev=rev,
        ref=opened(ref, "ref").decode(),
        body=opened(body, "body"),
        attempts=attempts,
        rank=rank,
        wanted_at=moment(wanted_at),
        lease=until,
    )


def sent(tx: Tx, item: Item, rev: int, ref: str, at: datetime) -> None:
    """Record that the place shows `rev` under the platform's `ref`. It is due again if more was wanted meanwhile.

    A worker whose lease ran out may still report: what it sent, it sent, but the lease is another's now.
    """
    blind = tx.vault.blind(f"place {item.place}")
    sealed = tx.vault.seal(ref.encode(), _about(blind, item.kind, item.subject, "ref"))
    left = tx.execute(
        "update outbox set first_sent = coalesce(first_sent, ?), ref = case when ? >= sent_rev then ? else ref end,"
        " sent_rev = max(sent_rev, ?), attempts = 0, error = '', dead = 0,"
        " due = case when want_rev > max(sent_rev, ?) then ? end,"
        " body = case when want_rev > max(sent_rev, ?) then body end,"  # nothing is kept for longer than it is needed
        " lease = case when lease = ? then 0 else lease end where school = ? and number = ? returning due",
        (
            *(stored(at), rev, sealed, rev, rev, stored(at), rev),
            *(stored(item.lease), tx.school, item.number),
        ),
    ).fetchone()
    if left and left[0] is not None:
        tx.come_back("outbox", left[0])


def failed(tx: Tx, item: Item, due: datetime, error: str) -> None:
    """Record that sending failed, with the name of the error's kind, and when to try again.

    What was wanted meanwhile is tried at its own time.
    """
    tx.execute(
        "update outbox set attempts = attempts + 1, error = ?, due = ?, lease = 0"
        " where school = ? and number = ? and lease = ? and want_rev = ? and due is not null",
        (error, stored(due), tx.school, item.number, stored(item.lease), item.rev),
    )
    _free(tx, item)


def dead(tx: Tx, item: Item, error: str) -> None:
    """Give up on an item, unless a later revision is wanted by now. `error` names the kind of what was wrong."""
    tx.execute(
        "update outbox set dead = 1, error = ?, due = null"
        " where school = ? and number = ? and lease = ? and want_rev = ?",
        (error, tx.school, item.number, stored(item.lease), item.rev),
    )
    _free(tx, item)


def moot(tx: Tx, item: Item) -> None:
    """Record that there is nothing to show at a place any more, unless a later revision is wanted by now."""
    tx.execute(
        "update outbox set due = null where school = ? and number = ? and lease = ? and want_rev = ?",
        (tx.school, item.number, stored(item.lease), item.rev),
    )
    _free(tx, item)


def _free(tx: Tx, item: Item) -> None:
    tx.come_back("outbox", 0)  # the row itself says when: it may be wanted again by now
    tx.execute(
        "update outbox set lease = 0 where school = ? and number = ? and lease = ?",
        (tx.school, item.number, stored(item.lease)),
    )


def waiting(tx: Tx) -> int:
    """Count the places that do not look yet as they should, and have not been given up."""
    row = tx.execute("select count(*) from outbox where school = ? and due is not null", (tx.school,)).fetchone()
    return int(row[0])


def lost(tx: Tx, place: str, subject: str) -> bool:
    """Say whether a place where a card about a subject is wanted could not be reached, and is no longer tried."""
    row = tx.execute(
        "select dead from outbox where school = ? and place = ? and kind = 'card' and subject = ?",
        (tx.school, tx.vault.blind(f"place {place}"), subject),
    ).fetchone()
    return row is not None and bool(row[0])


def address_of(tx: Tx, blind: bytes, kind: str, subject: str, sealed: bytes) -> str:
    """Open the place of a row. Raises Tampered."""
    return tx.vault.unseal(sealed, _about(blind, kind, subject, "address")).decode()


def given_up(tx: Tx) -> int:
    """Count the places that could not be reached and are no longer tried."""
    row = tx.execute("select count(*) from outbox where school = ? and dead", (tx.school,)).fetchone()
    return int(row[0])


def next_due(tx: Tx) -> datetime | None:
    """Give the moment at which there is next something to claim, which may have passed; None for nothing."""
    row = tx.execute(
        "select min(max(due, lease)) from outbox where school = ? and due is not null", (tx.school,)
    ).fetchone()
    return moment_or_none(row[0])


def next_after(tx: Tx, now: datetime) -> datetime | None:
    """Give the same once what was due `now` is claimed: then nothing needs to look through all that wait for later."""
    row = tx.execute(
        "select min(at) from (select min(due) as at from outbox where school = ? and due > ?"
        " union all select min(max(due, lease)) from outbox where school = ? and due <= ?)",
        (tx.school, stored(now), tx.school, stored(now)),
    ).fetchone()
    return moment_or_none(row[0])


def places(tx: Tx, subject: str) -> tuple[str, ...]:
    """Give every place that shows a card about a subject, or is to; one whose address cannot be read is left out."""
    rows = tx.execute(
        "select number, place, address from outbox where school = ? and subject = ? and kind = 'card' order by number",
        (tx.school, subject),
    )
    found = []
    for number, blind, sealed in rows:
        try:
            found.append(address_of(tx, blind, "card", subject, sealed))
        except Tampered:
            log.error("outbox %d: its place cannot be read", number)
    return tuple(found)


def shown(tx: Tx, subject: str) -> Mapping[str, datetime]:
    """Give the places that a card about a subject has reached, and when it first did. Raises Tampered."""
    rows = tx.execute(
        "select place, address, first_sent from outbox"
        " where school = ? and subject = ? and kind = 'card' and first_sent is not null",
        (tx.school, subject),
    )
    return {address_of(tx, blind, "card", subject, sealed): moment(at) for blind, sealed, at in rows}
