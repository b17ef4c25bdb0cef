"""People whom a platform's groups add to the school's list: what the platform said is kept, and the list follows it.

The school's own list comes first, and alone names who works on cases about children: whoever may change a group would
else choose who reads them, and nobody in school would notice. Must not know how a platform is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.inbound import Identity
from bot.people import GIVES, Account, Member
from bot.storage import audit, members, references
from bot.storage.handover import hand_over
from bot.storage.tx import Tx

SHARE, FEW = 5, 5  # at once no more than a fifth of whom a platform added, or five of them, may go by themselves

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Account).decode
_ids = msgspec.json.Decoder(tuple[str, ...]).decode


@dataclass(frozen=True, slots=True)
class Source:
    """Where accounts come from: the platform, and the school's own part of it."""

    surface: str
    tenant: str

    def identity(self, account: str) -> Identity:
        """Give what somebody with an account speaks under."""
        return Identity(self.surface, self.tenant, account)

    def id(self, account: str) -> str:
        """Give the id of somebody whom the platform adds; with a stop, which no id of a people file may hold."""
        return f"{self.surface}.{account}"


@dataclass(frozen=True, slots=True)
class Change:
    """What came of it: how many of the list were found, were added, changed or taken off, and how many wait to go."""

    linked: int = 0
    added: int = 0
    changed: int = 0
    left: int = 0
    waiting: int = 0


def keep(tx: Tx, source: Source, accounts: Iterable[Account], now: datetime) -> None:
    """Keep what the platform said now, and nothing of what it said before."""
    references.clear(tx, source.surface, "person")
    for each in accounts:
        references.put(tx, source.surface, "person", each.id, _encode(each), now)


def known(tx: Tx, source: Source, account: str) -> Account | None:
    """Give what the platform said of an account; None when it was not asked, or did not say. Raises Tampered."""
    body = references.get(tx, source.surface, "person", account)
    return None if body is None else _decode(body)


def follow(tx: Tx, source: Source, now: datetime, *, word: bool = False) -> Change:
    """Make the list agree with what is kept: link accounts, add people, take off whom nobody names any more.

    When too many would go or change sides at once, nobody does until an administrator gives their `word`: an emptied
    group is more often a mishap than a school without pupils. Raises Tampered.
    """
    accounts = [_decode(body) for _, body in references.every(tx, source.surface, "person")]
    linked = _to_link(tx, source, accounts)
    for identity, person in linked.items():
        members.link(tx, identity, person)
    listed = _listed(tx, source)
    wanted = {m.id: m for each in accounts if not listed.has(each) and (m := _member(source, each)) is not None}
    present = {member.id: member for member in members.roster(tx) if member.source == source.surface}
    taken_over = {
        key: listed.accounts.get(each.id)
        for each in accounts
        if listed.has(each) and (key := source.id(each.id)) in present
    }
    gone = present.keys() - wanted.keys() - taken_over.keys()
    turned = {key for key in present.keys() & wanted.keys() if present[key].roles != wanted[key].roles}
    leavers = sorted(gone | turned)
    stopped = len(leavers) > max(FEW, len(present) // SHARE) and not word
    if stopped:
        references.put(tx, source.surface, "leaving", "", _encode(tuple(leavers)), now)
        gone, wanted = set(), {key: member for key, member in wanted.items() if key not in turned}
    else:
        references.drop(tx, source.surface, "leaving", "")
    for given, own in taken_over.items():  # the school lists them itself now: what they told as the one is the other's
        if own:
            hand_over(tx, given, own)
    members.leave(tx, sorted(gone | taken_over.keys()))
    differ = [key for key in wanted if present.get(key) != wanted[key]]
    members.put(tx, [wanted[key] for key in differ])
    for key in wanted.keys() - listed.linked:
        members.link(tx, source.identity(key.removeprefix(source.id(""))), key)
    added = len(wanted.keys() - present.keys())
    return Change(len(linked), added, len(differ) - added, len(gone), len(leavers) if stopped else 0)


def leaving(tx: Tx, source: Source) -> tuple[Member, ...]:
    """Give the people who are to go, or to change sides, and wait for an administrator's word. Raises Tampered."""
    body = references.get(tx, source.surface, "leaving", "")
    return members.roster(tx).among(_ids(body)) if body else ()


def let_go(tx: Tx, source: Source, now: datetime) -> Change:
    """Let them go, or change sides: an administrator has given their word. It is put on the record. Raises Tampered."""
    audit.append(tx, now, "leavers_let_go", "", "")
    return follow(tx, source, now, word=True)


def _to_link(tx: Tx, source: Source, accounts: Iterable[Account]) -> dict[Identity, str]:
    """Give the accounts whose e-mail address is that of one person of the school's own list who has no account.

    Only one account and one person with an address will do; never a guest's, nor one that is switched off.
    """
    identities = members.identities(tx)
    linked = {person for identity, person in identities.items() if identity.surface == source.surface}
    roster = members.roster(tx)
    by_mail = _by_mail(roster)
    found: dict[str, set[Identity]] = {}
    for each in accounts:
        identity = source.identity(each.id)
        holder = roster.get(identities.get(identity, ""))
        if each.guest or not each.enabled or (holder is not None and not holder.source):
            continue
        for mail in each.mails:
            if len(owners := by_mail.get(mail, [])) == 1 and owners[0] not in linked:
                found.setdefault(owners[0], set()).add(identity)
    return {next(iter(their)): person for person, their in found.items() if len(their) == 1}


@dataclass(frozen=True, slots=True)
class _Listed:
    """Whom the school's own list has: by account and by e-mail address; and which added people have their account."""

    accounts: Mapping[str, str]
    mails: frozenset[str]
    linked: frozenset[str]

    def has(self, account: Account) -> bool:
        """Say whether somebody is on it, or was: a group brings nobody back who has left."""
        return account.id in self.accounts or not self.mails.isdisjoint(account.mails)


def _listed(tx: Tx, source: Source) -> _Listed:
    everyone = members.everyone(tx)
    identities = members.identities(tx, unlisted=True)
    mine = {i.external: person for i, person in identities.items() if i == source.identity(i.external)}
    # Who told something without ever being on the list holds no role; what they told follows their account.
    own = {m.id for m in everyone if m.roles and not m.source}
    return _Listed(
        {account: person for account, person in mine.items() if person in own},
        frozenset(_by_mail(everyone)),
        frozenset(person for account, person in mine.items() if person == source.id(account)),
    )


def _by_mail(people: Iterable[Member]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for member in people:
        if member.email and not member.source:
            found.setdefault(member.email.casefold(), []).append(member.id)
    return found


def _member(source: Source, account: Account) -> Member | None:
    """Give somebody as a platform adds them; None for whom it does not: guests, what is off, who has no name or part.

    A role that opens anything about a case is not taken from a platform, whatever the settings were made to say.
    """
    name = " ".join("".join(c for c in account.name if c.isprintable()).split())
    roles = account.roles.intersection(GIVES[source.surface])
    if not roles or account.guest or not account.enabled or not name:
        return None
    mail = next(iter(account.mails), "")
    return Member(source.id(account.id), name, roles, email=mail, source=source.surface)
