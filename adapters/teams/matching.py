"""Asks the directory who is in the groups of the settings, in the school's data, and who else talks to Beacon.

Must not know when it is asked, or what follows.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace

from adapters.teams.chats import SURFACE
from adapters.teams.graph import Graph
from adapters.teams.graph_library import Gone
from bot.people import GIVES, Account, Role
from bot.settings import Teams
from bot.storage import members, references
from bot.storage.joining import Source
from bot.storage.reader import Reader
from bot.storage.tx import Tx

log = logging.getLogger("beacon.teams")

_STRANGERS = 200  # accounts that are asked for one by one


class Matching:
    """One school's directory."""

    def __init__(self, graph: Graph, teams: Teams, source: Source, reader: Reader) -> None:
        """Prepare it; nothing is asked yet."""
        self._graph = graph
        self._teams = teams
        self._source = source
        self._reader = reader

    async def everybody(self) -> tuple[Account, ...]:
        """Give everybody of the groups and the school's data, and whoever else talks to Beacon: all, or none.

        Raises Later, Never, Mistakes.
        """
        found: dict[str, Account] = {}
        for role in GIVES[SURFACE]:
            if group := self._teams.groups.get(role):
                _add(found, [replace(each, roles=frozenset((role,))) for each in await self._graph.members(group)])
        if self._teams.school_data:
            _add(found, await self._graph.roll())
        if doubtful := sum(not each.roles for each in found.values()):
            log.warning("%d accounts are staff's and pupils' at once, and count as neither", doubtful)
        strangers = await self._reader.run(lambda tx: met(tx, self._source))
        for account in [account for account in strangers if account not in found][:_STRANGERS]:
            found[account] = await self._stranger(account)
        return tuple(found.values())

    async def _stranger(self, account: str) -> Account:
        try:
            return await self._graph.person(account)
        except Gone:
            return Account(account, "", (), enabled=False)


def met(tx: Tx, source: Source) -> tuple[str, ...]:
    """Give the accounts that have a chat with Beacon and belong to nobody of the school's own list. Raises Tampered."""
    own, identities = members.roster(tx), members.identities(tx)
    found = (key for key, _ in references.every(tx, SURFACE, "chat"))
    holders = ((key, own.get(identities.get(source.identity(key), ""))) for key in found)
    return tuple(key for key, holder in holders if holder is None or holder.source)


def _add(found: dict[str, Account], accounts: Iterable[Account]) -> None:
    """Add people with what they are; somebody who is two things is neither, and somebody looks into it."""
    for each in accounts:
        before = found.get(each.id)
        doubtful = before is not None and before.roles != each.roles
        found[each.id] = replace(each, roles=frozenset[Role]()) if doubtful else each
