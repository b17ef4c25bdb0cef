"""The people of the school, and who they are on each platform. Names and platform ids are sealed.

Who has left the list, or told something without ever being on it, is kept too, and known again by the same account.
"""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import replace

import msgspec

from bot.inbound import Identity
from bot.people import Member, Roster
from bot.storage.handover import hand_over
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
    """Take people off the list. Their accounts lead to them still, as to somebody who is not on it: what they are in
    the middle of telling is not lost.
    """
    for member_id in ids:
        tx.execute("update member set listed = 0 where school = ? and id = ?", (tx.school, member_id))


def unlink(tx: Tx, ids: Iterable[str]) -> None:
    """Forget the accounts of some people: no platform leads to them any more."""
    for member_id in ids:
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
    rows = tx.execute("select id, listed, sealed from member where school = ? order by number", (tx.school,))
    return Roster([_opened(tx, *row) for row in rows])


def get(tx: Tx, member_id: str) -> Member | None:
    """Give one person, also one who has left. Raises Tampered."""
    row = tx.execute(
        "select id, listed, sealed from member where school = ? and id = ?", (tx.school, member_id)
    ).fetchone()
    return None if row is None else _opened(tx, *row)


def _opened(tx: Tx, member_id: str, listed: int, sealed: bytes) -> Member:
    return replace(_member(tx.vault.unseal(sealed, f"member {member_id}")), listed=bool(listed))


def _who(tx: Tx, identity: Identity) -> bytes:
    return tx.vault.blind(f"identity {identity.surface}\0{identity.tenant}\0{identity.external}")


def link(tx: Tx, identity: Identity, member_id: str) -> None:
    """Say which member speaks under an identity. Raises sqlite3.IntegrityError for a member that is not there.

    Whoever spoke under it without being on the list was this member: what they told becomes the member's. A leaver was
    not, unless by another id: their account may be somebody else's now, as a tablet's is when a class moves up.
    """
    before = find(tx, identity)
    if before is not None and before != member_id and _was(get(tx, before), get(tx, member_id)):
        hand_over(tx, before, member_id)
    tx.execute(
        "insert into identity (school, who, member, sealed) values (?, ?, ?, ?)"
        " on conflict (school, who) do update set member = excluded.member, sealed = excluded.sealed",
        (tx.school, _who(tx, identity), member_id, tx.vault.seal(_encode(identity), f"identity {member_id}")),
    )


def _was(before: Member | None, now: Member | None) -> bool:
    """Say whether somebody who is not on the list is the same as somebody who is, and has the same account."""
    if before is None or now is None or before.listed:
        return False
    own = before.roles and not before.source  # of the school's own list once; nobody else has a name to go by
    return not own or before.name.casefold() == now.name.casefold()


def outside(tx: Tx, identity: Identity, name: str = "") -> Member:
    """Give whoever speaks under an identity and is not on the list: who has left it, or was never on it. Keeps nothing.

    They hold no role. Somebody listed a moment ago, of whom a copy of the list does not know yet, is given as listed.
    Raises Tampered.
    """
    known = get(tx, found) if (found := find(tx, identity)) else None
    if known is None:
        return Member(f"unlisted-{_who(tx, identity).hex()[:24]}", name, frozenset(), listed=False)
    return known if known.listed else replace(known, roles=frozenset())


def meet(tx: Tx, identity: Identity, member: Member) -> bool:
    """Keep somebody whom `outside` gave, so that they can be told what became of it; False when they were kept."""
    if find(tx, identity) is not None:
        return False
    tx.execute(
        "insert into member (school, id, listed, sealed) values (?, ?, 0, ?) on conflict (school, id) do nothing",
        (tx.school, member.id, tx.vault.seal(_encode(member), f"member {member.id}")),
    )
    link(tx, identity, member.id)
    return True


def find(tx: Tx, identity: Identity) -> str | None:
    """Give the id of whoever speaks under an identity, also off the list, or None for a stranger.

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


def identities(tx: Tx, *, unlisted: bool = False) -> dict[Identity, str]:
    """Give every identity of the people listed, and the member behind it; one that cannot be read is left out.

    With `unlisted`, also those of people who are not on the list, but told something.
    """
    rows = tx.execute(
        "select m.number, m.id, i.sealed from identity i join member m on m.school = i.school and m.id = i.member"
        " where i.school = ? and (m.listed or ?) order by m.id",
        (tx.school, unlisted),
    )
    found = {}
    for number, member_id, sealed in rows:
        try:
            found[_identity(tx.vault.unseal(sealed, f"identity {member_id}"))] = str(member_id)
        except Tampered:
            log.error("member %d: an identity cannot be read, left out", number)
    return found
