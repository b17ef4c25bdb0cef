"""The school's policies: every version that was ever added, and which are in force. Must not know how they are found.

They are the school's own published texts and name nobody, so they are not sealed.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from bot.policy.model import Document, Passage
from bot.storage import audit
from bot.storage.times import moment, moment_or_none, stored
from bot.storage.tx import Conflict, Tx

_headings = msgspec.json.Decoder(tuple[str, ...]).decode
_encode = msgspec.json.Encoder().encode

_COLUMNS = "number, name, version, title, digest, dated, review_due, file, added_at, retired_at"


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept version of a policy, without its passages."""

    number: int  # its row
    name: str  # the policy's own short name, the same for every version
    version: int  # counting from 1
    title: str
    digest: str
    dated: str
    review_due: date | None
    file: str  # the name of the file it was read from
    added_at: datetime
    retired_at: datetime | None  # when it was withdrawn, or a newer version took its place


def add(tx: Tx, name: str, document: Document, file: str, at: datetime) -> Kept:
    """Put a version of a policy in force in place of the one that was. Gives what is kept.

    Raises Conflict when the version in force has the same passages and dates already.
    """
    before = in_force(tx, name)
    if before and _facts(before) == (document.title, document.digest, document.dated, document.review_due):
        raise Conflict(f"{name}: version {before.version} is this very text, in force already")
    if before:
        tx.execute("update policy set retired_at = ? where number = ?", (stored(at), before.number))
    version = (
        tx.execute("select max(version) from policy where school = ? and name = ?", (tx.school, name)).fetchone()[0]
        or 0
    ) + 1
    due = document.review_due.isoformat() if document.review_due else None
    row = (tx.school, name, version, document.title, document.digest, document.dated, due, file, stored(at))
    number = tx.execute(
        "insert into policy (school, name, version, title, digest, dated, review_due, file, added_at)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    ).lastrowid
    tx.db.conn.executemany(
        "insert into passage values (?, ?, ?, ?, ?, ?, ?)",
        [
            (tx.school, number, p.number, p.text, _encode(p.headings).decode(), p.section, p.lead_in)
            for p in document.passages
        ],
    )
    audit.append(tx, at, "policy_added", f"{name} {version}", "", bytes.fromhex(document.digest))
    return versions(tx, name)[-1]


def retire(tx: Tx, name: str, at: datetime) -> Kept:
    """Take a policy out of answers; it stays kept. Raises Conflict when none of that name is in force."""
    kept = in_force(tx, name)
    if kept is None:
        raise Conflict(f"{name}: is not in force")
    tx.execute("update policy set retired_at = ? where number = ?", (stored(at), kept.number))
    audit.append(tx, at, "policy_retired", f"{name} {kept.version}", "")
    return versions(tx, name)[-1]


def current(tx: Tx) -> tuple[Document, ...]:
    """Give every policy that is in force, in the order of their names."""
    return tuple(document(tx, kept) for kept in listed(tx) if kept.retired_at is None)


def version(tx: Tx) -> int:
    """Give a number that grows with every change of what is in force, for whoever keeps an index of it."""
    row = tx.execute("select count(*) + count(retired_at) from policy where school = ?", (tx.school,)).fetchone()
    return int(row[0])


def listed(tx: Tx) -> list[Kept]:
    """Give every version of every policy, by name, the oldest first."""
    return _kept(tx, "order by name, version")


def versions(tx: Tx, name: str) -> list[Kept]:
    """Give every version of one policy, the oldest first; nothing for a name that was never used."""
    return _kept(tx, "and name = ? order by version", name)


def in_force(tx: Tx, name: str) -> Kept | None:
    """Give the version of a policy that is in force; None when it was retired or never added."""
    return next(iter(_kept(tx, "and name = ? and retired_at is null", name)), None)


def document(tx: Tx, kept: Kept) -> Document:
    """Give a kept version with its passages."""
    rows = tx.execute(
        "select number, text, headings, section, lead_in from passage where school = ? and policy_number = ?"
        " order by number",
        (tx.school, kept.number),
    )
    passages = tuple(Passage(n, text, _headings(above), section, lead_in) for n, text, above, section, lead_in in rows)
    return Document(kept.title, kept.digest, passages, kept.dated, kept.review_due)


def _kept(tx: Tx, which: str, *params: Any) -> list[Kept]:
    rows = tx.execute(f"select {_COLUMNS} from policy where school = ? {which}", (tx.school, *params))  # noqa: S608
    return [
        Kept(number, name, version, title, digest, dated, _day(due), file, moment(added), moment_or_none(retired))
        for number, name, version, title, digest, dated, due, file, added, retired in rows
    ]


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _facts(kept: Kept) -> tuple[str, str, str, date | None]:
    return kept.title, kept.digest, kept.dated, kept.review_due
