"""What the directory said of people, as the store keeps it, and what follows from it for the school's list.

The school's own list comes first: it alone names who works on cases, for a group in the directory is changed by whoever
looks after computers, and nobody in school would notice. A group can only add staff and pupils, who report and open
nothing. Must not know how the directory is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from adapters.teams.chats import SURFACE
from adapters.teams.graph import Known
from bot.inbound import Identity
from bot.people import Member, Role
from bot.storage import audit, members, references
from bot.storage.handover import hand_over
from bot.storage.tx import Tx

GIVES = (Role.STAFF, Role.PUPIL)  # what a group may say of somebody
SHARE, FEW = 5, 5  # at once no more than a fifth of whom the directory added, or five of them, may go by themselves

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Known).decode
_ids = msgspec.json.Decoder(tuple[str, ...]).decode


@dataclass(frozen=True, slots=True)
class Change:
    """What came of it: how many of the list were found, were added, changed or taken off, and how many wait to go."""

    linked: int = 0
    added: int = 0
    changed: int = 0
    left: int = 0
    waiting: int = 0


def keep(tx: Tx, people: Iterable[Known], now: datetime) -> None:
    """Keep what the directory said now, and nothing of what it said before."""
    references.clear(tx, SURFACE, "person")
    for known in people:
        references.put(tx, SURFACE, "person", known.id, _encode(known), now)


def known(tx: Tx, account: str) -> Known | None:
    """Give what the directory said of an account; None when it was not asked, or did not say."""
    body = references.get(tx, SURFACE, "person", account)
    return None if body is None else _decode(body)


def met(tx: Tx, tenant: str) -> tuple[str, ...]:
    """Give the accounts that have a chat with Beacon and belong to nobody of the school's own list."""
    own = members.roster(tx)
    accounts = {i.external: own.get(member) for i, member in members.identities(tx).items() if _here(i, tenant)}
    found = (key for key, _ in references.every(tx, SURFACE, "chat"))
    return tuple(key for key in found if (member := accounts.get(key)) is None or member.source)


def follow(tx: Tx, tenant: str, now: datetime, *, word: bool = False) -> Change:
    """Make the list agree with what is kept: link accounts, add people, take off whom nobody names any more.

    When too many would go or change sides at once, nobody does until an administrator gives their `word`: an emptied
    group is more often a mishap than a school without pupils.
    """
    people = [_decode(body) for _, body in references.every(tx, SURFACE, "person")]
    linked = to_link(tx, tenant, people)
    for account, member in linked.items():
        members.link(tx, account, member)
    listed = _listed(tx, tenant)
    wanted = {m.id: m for known in people if not listed.has(known) and (m := _member(known)) is not None}
    present = {member.id: member for member in members.roster(tx) if member.source == SURFACE}
    taken_over = {_id(k.id): listed.accounts.get(k.id) for k in people if listed.has(k) and _id(k.id) in present}
    gone = present.keys() - wanted.keys() - taken_over.keys()
    turned = {key for key in present.keys() & wanted.keys() if present[key].roles != wanted[key].roles}
    leaving = sorted(gone | turned)
    stopped = len(leaving) > max(FEW, len(present) // SHARE) and not word
    if stopped:
        references.put(tx, SURFACE, "leaving", "", _encode(tuple(leaving)), now)
        gone, wanted = set(), {key: member for key, member in wanted.items() if key not in turned}
    else:
        references.drop(tx, SURFACE, "leaving", "")
    for given, own in taken_over.items():  # the school lists them itself now: what they told as the one is the other's
        if own:
            hand_over(tx, given, own)
    members.leave(tx, sorted(gone | taken_over.keys()))
    differ = [key for key in wanted if present.get(key) != wanted[key]]
    members.put(tx, [wanted[key] for key in differ])
    for key in wanted.keys() - listed.linked:
        members.link(tx, Identity(SURFACE, tenant, key.removeprefix(_id(""))), key)
    added = len(wanted.keys() - present.keys())
    return Change(len(linked), added, len(differ) - added, len(gone), len(leaving) if stopped else 0)


def leaving(tx: Tx) -> tuple[Member, ...]:
    """Give the people who are to go, or to change sides, and wait for an administrator's word."""
    body = references.get(tx, SURFACE, "leaving", "")
    return members.roster(tx).among(_ids(body)) if body else ()


def let_go(tx: Tx, tenant: str, now: datetime) -> Change:
    """Let them go, or change sides: an administrator has given their word. It is put on the record."""
    audit.append(tx, now, "leavers_let_go", "", "")
    return follow(tx, tenant, now, word=True)


def to_link(tx: Tx, tenant: str, people: Iterable[Known]) -> dict[Identity, str]:
    """Give the accounts whose e-mail address is that of one person of the school's own list who has no account.

    Only one account and one person with an address will do; never a guest's, nor one that is switched off.
    """
    identities = members.identities(tx)
    linked = {member for identity, member in identities.items() if identity.surface == SURFACE}
    roster = members.roster(tx)
    by_mail = _by_mail(roster)
    found: dict[str, set[Identity]] = {}
    for known in people:
        account = Identity(SURFACE, tenant, known.id)
        holder = roster.get(identities.get(account, ""))
        if known.guest or not known.enabled or (holder is not None and not holder.source):
            continue
        for mail in known.mails:
            if len(owners := by_mail.get(mail, [])) == 1 and owners[0] not in linked:
                found.setdefault(owners[0], set()).add(account)
    return {next(iter(accounts)): member for member, accounts in found.items() if len(accounts) == 1}


@dataclass(frozen=True, slots=True)
class _Listed:
    """Whom the school's own list has: by account and by e-mail address; and which added people have their account."""

    accounts: Mapping[str, str]
    mails: frozenset[str]
    linked: frozenset[str]

    def has(self, known: Known) -> bool:
        """Say whether somebody is on it, or was: a group brings nobody back who has left."""
        return known.id in self.accounts or not self.mails.isdisjoint(known.mails)


def _listed(tx: Tx, tenant: str) -> _Listed:
    everyone = members.everyone(tx)
    mine = {i.external: member for i, member in members.identities(tx, unlisted=True).items() if _here(i, tenant)}
    # Who told something without ever being on the list holds no role; what they told follows their account.
    own = {m.id for m in everyone if m.roles and not m.source}
    return _Listed(
        {account: member for account, member in mine.items() if member in own},
        frozenset(_by_mail(everyone)),
        frozenset(member for account, member in mine.items() if member == _id(account)),
    )


def _by_mail(people: Iterable[Member]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for member in people:
        if member.email and not member.source:
            found.setdefault(member.email.casefold(), []).append(member.id)
    return found


def _member(known: Known) -> Member | None:
    """Give somebody as the directory adds them; None for whom it does not: guests, what is off, who has no name."""
    name = "".join(c for c in known.name if c.isprintable()).strip()
    if known.role not in GIVES or known.guest or not known.enabled or not name:
        return None
    mail = next(iter(known.mails), "")
    return Member(_id(known.id), name, frozenset({Role(known.role)}), email=mail, source=SURFACE)


def _id(account: str) -> str:
    return f"{SURFACE}-{account}"  # longer than any id that a people file may hold


def _here(identity: Identity, tenant: str) -> bool:
    return identity.surface == SURFACE and identity.tenant == tenant
