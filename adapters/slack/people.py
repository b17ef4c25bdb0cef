"""What Slack's user groups say of people, as the store keeps it, and what follows from it for the school's list.

The school's own list comes first, and alone names who works on cases about children: whoever may change a user group
would else choose who reads them, and nobody in school would notice. A group only adds staff, who report and open
nothing, and IT, who see to the filter. Must not know how Slack is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from adapters.slack.standing import Known, Standing
from bot.inbound import Identity
from bot.people import Member, Role
from bot.storage import members, references
from bot.storage.handover import hand_over
from bot.storage.tx import Tx

SURFACE = "slack"
GIVES = (Role.STAFF, Role.IT)  # what a group may say of somebody


class Grouped(msgspec.Struct, frozen=True):
    """Somebody of the groups, and what those give them."""

    user: str
    known: Known
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Change:
    """How many of the list were found by their e-mail address, how many people were added, and how many went."""

    linked: int = 0
    added: int = 0
    left: int = 0


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Grouped).decode


def keep(tx: Tx, people: Iterable[Grouped], now: datetime) -> None:
    """Keep what the groups said now, and nothing of what they said before."""
    references.clear(tx, SURFACE, "group")
    for each in people:
        references.put(tx, SURFACE, "group", each.user, _encode(each), now)


def kept(tx: Tx) -> tuple[Grouped, ...]:
    """Give what was kept. Raises Tampered."""
    return tuple(_decode(body) for _, body in references.every(tx, SURFACE, "group"))


def follow(tx: Tx, team: str) -> Change:
    """Make the list agree with what is kept: link accounts, add people, take off whom no group names any more."""
    full = {each.user: each for each in kept(tx) if each.known.standing is Standing.FULL}
    linked = _to_link(tx, team, full.values())
    for account, member in linked.items():
        members.link(tx, account, member)
    everyone = members.everyone(tx)
    own = {m.id for m in everyone if m.roles and not m.source}  # also who has left: a group brings nobody back
    mails = {m.email.casefold() for m in everyone if m.id in own and m.email}
    holders = members.identities(tx, unlisted=True)
    listed = {user: holder for user in full if (holder := holders.get(Identity(SURFACE, team, user))) in own}
    wanted = {
        _id(user): _member(each)
        for user, each in full.items()
        if user not in listed and each.known.mail not in mails and each.known.name.strip()
    }
    present = {m.id: m for m in members.roster(tx) if m.source == SURFACE}
    for user, holder in listed.items():  # the school lists them itself now: what they told as the one is the other's
        if _id(user) in present and holder:
            hand_over(tx, _id(user), holder)
    gone = present.keys() - wanted.keys()
    members.leave(tx, sorted(gone))
    members.put(tx, [member for key, member in wanted.items() if present.get(key) != member])
    for user in full:
        account = Identity(SURFACE, team, user)
        if _id(user) in wanted and holders.get(account) != _id(user):
            members.link(tx, account, _id(user))
    return Change(len(linked), len(wanted.keys() - present.keys()), len(gone))


def _to_link(tx: Tx, team: str, people: Iterable[Grouped]) -> Mapping[Identity, str]:
    """Give the accounts whose e-mail address is that of one person of the school's own list who has no account.

    Only one account and one person with an address will do.
    """
    holders, roster = members.identities(tx), members.roster(tx)
    with_account = {member for identity, member in holders.items() if identity.surface == SURFACE}
    owners: dict[str, list[str]] = {}
    for member in roster:
        if member.email and not member.source:
            owners.setdefault(member.email.casefold(), []).append(member.id)
    found: dict[str, list[Identity]] = {}
    for each in people:
        account, named = Identity(SURFACE, team, each.user), owners.get(each.known.mail, [])
        holder = roster.get(holders.get(account, ""))
        if len(named) == 1 and named[0] not in with_account and (holder is None or holder.source):
            found.setdefault(named[0], []).append(account)
    return {accounts[0]: member for member, accounts in found.items() if len(accounts) == 1}


def _member(each: Grouped) -> Member:
    name = " ".join("".join(c for c in each.known.name if c.isprintable()).split())
    return Member(_id(each.user), name, each.roles, email=each.known.mail, source=SURFACE)


def _id(user: str) -> str:
    return f"{SURFACE}.{user}"  # with a stop, which no id of a people file may hold
