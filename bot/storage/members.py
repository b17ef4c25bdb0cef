"""The people of the school, and who they are on each platform. Names and platform ids are sealed."""

import hashlib
import logging
from collections.abc import Iterable

import msgspec

from bot.inbound import Identity
from bot.people import Member, Roster
from bot.storage.tx import Tx
from bot.storage.vault import Tampered

log = logging.getLogger("beacon.storage")

_encode = msgspec.json.Encoder().encode
_member = msgspec.json.Decoder(Member).decode
_identity = msgspec.json.Decoder(Identity).decode


def put(tx: Tx, members: Iterable[Member]) -> None:
    """Add people to the school's list, or replace what it says about them."""
    for member in members:
        tx.execute(
            "insert into member (school, id, sealed) values (?, ?, ?)"
            " on conflict (school, id) do update set listed = 1, sealed = excluded.sealed",
            (tx.school, member.id, tx.vault.seal(_encode(member), f"member {member.id}")),
        )


def leave(tx: Tx, ids: Iterable[str]) -> None:
    """Take people off the list. No platform leads to them any more; `get` still knows whom old cases name."""
    for member_id in ids:
        tx.execute("update member set listed = 0 where school = ? and id = ?", (tx.school, member_id))
        tx.execute("delete from identity where school = ? and member = ?", (tx.school, member_id))


def state(tx: Tx) -> bytes:
    """Give a digest of the list as it is stored, to see whether it has changed without opening every row."""
    found = hashlib.sha256()
    for rows in (
        tx.execute("select number, listed, sealed from member where school = ? order by number", (tx.school,)),
        tx.execute("select who, member, sealed from identity where school = ? order by who", (tx.school,)),
    ):
        for row in rows:
            found.update(repr(row).encode())
    return found.digest()


def roster(tx: Tx) -> Roster:
    """Give everybody the school lists now, in the order in which they were first listed.

    Somebody whose row was tampered with or damaged is left out: the others go on being alerted.
    """
    rows = tx.execute("select number, id, sealed from member where school = ? and listed order by number", (tx.school,))
    found = []
    for number, member_id, sealed in rows:
        try:
            found.append(_member(tx.vault.unseal(sealed, f"member {member_id}")))
        except Tampered:
            log.error("member %d: cannot be read, left out", number)
    return Roster(found)


def everyone(tx: Tx) -> Roster:
    """Give everybody the school ever listed, leavers too: what old cases name. Raises Tampered."""
    rows = tx.execute("select id, sealed from member where school = ? order by number", (tx.school,))
    return Roster([_member(tx.vault.unseal(sealed, f"member {member_id}")) for member_id, sealed in rows])


def get(tx: Tx, member_id: str) -> Member | None:
    """Give one person, also one who has left. Raises Tampered."""
    row = tx.execute("select sealed from member where school = ? and id = ?", (tx.school, member_id)).fetchone()
    return None if row is None else _member(tx.vault.unseal(row[0], f"member {member_id}"))


def _who(tx: Tx, identity: Identity) -> bytes:
    return tx.vault.blind(f"identity {identity.surface}\0{identity.tenant}\0{identity.external}")


def link(tx: Tx, identity: Identity, member_id: str) -> None:
    """Say which member speaks under an identity. Raises sqlite3.IntegrityError for a member that is not there."""
    tx.execute(
        "insert into identity (school, who, member, sealed) values (?, ?, ?, ?)"
        " on conflict (school, who) do update set member = excluded.member, sealed = excluded.sealed",
        (tx.school, _who(tx, identity), member_id, tx.vault.seal(_encode(identity), f"identity {member_id}")),
    )


def find(tx: Tx, identity: Identity) -> str | None:
    """Give the id of the member who speaks under an identity, or None for a stranger.

    Raises Tampered for a row that somebody pointed at another member: it would make anybody the DSL.
    """
    row = tx.execute(
        "select member, sealed from identity where school = ? and who = ?", (tx.school, _who(tx, identity))
    ).fetchone()
    if row is None:
        return None
    if _identity(tx.vault.unseal(row[1], f"identity {row[0]}")) != identity:
        raise Tampered("an identity is not the one it was kept as")
    return str(row[0])


def surfaces(tx: Tx, member_id: str) -> tuple[Identity, ...]:
    """Give every identity of a member: where they can be reached. Raises Tampered."""
    rows = tx.execute("select sealed from identity where school = ? and member = ?", (tx.school, member_id))
    found = (_identity(tx.vault.unseal(sealed, f"identity {member_id}")) for (sealed,) in rows)
    return tuple(sorted(found, key=lambda i: (i.surface, i.tenant, i.external)))


def identities(tx: Tx) -> dict[Identity, str]:
    """Give every identity the school knows, and the member behind it; one that cannot be read is left out."""
    rows = tx.execute(
        "select m.number, m.id, i.sealed from identity i join member m on m.school = i.school and m.id = i.member"
        " where i.school = ? order by m.id",
        (tx.school,),
    )
    found = {}
    for number, member_id, sealed in rows:
        try:
            found[_identity(tx.vault.unseal(sealed, f"identity {member_id}"))] = str(member_id)
        except Tampered:
            log.error("member %d: an identity cannot be read, left out", number)
    return found
