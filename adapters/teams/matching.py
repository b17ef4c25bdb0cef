"""Who of the school's list is who in the directory: by e-mail address, for those whose id the list does not hold.

The list alone says who somebody is and what they may do: a group never gives a role, and nobody is added. Runs beside
everything else, and keeps what Graph said, so that a list that is brought in again is matched again without asking.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from adapters.teams.chats import SURFACE
from adapters.teams.graph import Graph, Known
from bot.clock import Clock
from bot.inbound import Identity
from bot.people import Role
from bot.reading import Mistakes
from bot.service.surface import Later, Never
from bot.storage import members, references
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.storage.writer import Writer

log = logging.getLogger("beacon.teams")

_EVERY = timedelta(hours=6)
_AGAIN = timedelta(minutes=15)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Known).decode


class Matching:
    """Asks for the groups now and then, and matches."""

    def __init__(
        self, graph: Graph, groups: Mapping[Role, str], tenant: str, writer: Writer, reader: Reader, clock: Clock
    ) -> None:
        self._graph = graph
        self._groups = groups
        self._tenant = tenant
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._next: datetime | None = None

    async def look(self) -> datetime | None:
        """Ask, if it is time to, and match; give when to ask next."""
        now = self._clock.now()
        if self._next is None or now >= self._next:
            self._next = now + (_EVERY if await self._ask(now) else _AGAIN)
        wanted = await self._reader.run(lambda tx: to_link(tx, self._tenant))
        if wanted:
            await self._writer.run(lambda tx: link(tx, wanted))
            log.info("%d people of the list were found in the directory by their e-mail address", len(wanted))
        return self._next

    async def _ask(self, now: datetime) -> bool:
        found: dict[str, Known] = {}
        try:
            for group in dict.fromkeys(self._groups.values()):
                found |= {known.id: known for known in await self._graph.members(group)}
        except (Later, Never) as wrong:
            log.error("the groups could not be asked for, what was known stays: %s", wrong)
            return False
        except Mistakes as wrong:
            log.error("%s", wrong)
            return False
        await self._writer.run(lambda tx: keep(tx, found.values(), now))
        return True


def keep(tx: Tx, people: Iterable[Known], now: datetime) -> None:
    """Keep who is in the groups, and nobody else."""
    wanted = {known.id: _encode(known) for known in people}
    for key, _ in list(references.every(tx, SURFACE, "person")):
        if key not in wanted:
            references.drop(tx, SURFACE, "person", key)
    for key, body in wanted.items():
        references.put(tx, SURFACE, "person", key, body, now)


def to_link(tx: Tx, tenant: str) -> dict[Identity, str]:
    """Give the accounts that can be linked, each with its member.

    Only one account and one member with an address will do; never a guest's, nor one that is switched off.
    """
    identities = members.identities(tx)
    linked = {member for identity, member in identities.items() if identity.surface == SURFACE}
    by_mail: dict[str, list[str]] = {}
    for member in members.roster(tx):
        if member.email:
            by_mail.setdefault(member.email.casefold(), []).append(member.id)
    found: dict[str, set[Identity]] = {}
    for key, body in references.every(tx, SURFACE, "person"):
        known, account = _decode(body), Identity(SURFACE, tenant, key)
        if known.guest or not known.enabled or account in identities:
            continue
        for mail in known.mails:
            if len(owners := by_mail.get(mail, [])) == 1 and owners[0] not in linked:
                found.setdefault(owners[0], set()).add(account)
    return {next(iter(accounts)): member for member, accounts in found.items() if len(accounts) == 1}


def link(tx: Tx, accounts: Mapping[Identity, str]) -> None:
    """Link accounts to members."""
    for account, member in accounts.items():
        members.link(tx, account, member)
