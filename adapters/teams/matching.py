"""Asks the directory now and then who is there, beside everything else, and has the school's list follow.

It is asked whole or not at all: what failed, or was only half read, changes nothing. Must not know what follows.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.teams import people
from adapters.teams.graph import Graph, Known
from adapters.teams.graph_library import Gone
from bot.clock import Clock
from bot.people import Role
from bot.reading import Mistakes
from bot.service.surface import Later, Never
from bot.settings import Teams
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.storage.vault import Tampered
from bot.storage.writer import Writer

log = logging.getLogger("beacon.teams")

_EVERY = timedelta(hours=6)
_AGAIN = timedelta(minutes=15)
_STRANGERS = 200  # accounts that are asked for one by one


class Matching:
    """One school's directory."""

    def __init__(self, graph: Graph, teams: Teams, tenant: str, writer: Writer, reader: Reader, clock: Clock) -> None:
        """Prepare it. Where the settings name neither groups nor school data, nothing is ever asked."""
        self._graph = graph
        self._teams = teams
        self._tenant = tenant
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._next: datetime | None = None
        self.trouble = ""

    @property
    def on(self) -> bool:
        """Whether the school uses its directory."""
        return bool(self._teams.groups or self._teams.school_data)

    async def look(self) -> datetime | None:
        """Ask if it is time to, and give when to ask next; None for never. Raises NotStored."""
        if not self.on:
            return None
        now = self._clock.now()
        if self._next is None or now >= self._next:
            self._next = now + await self._ask(now)
        return self._next

    def follow(self, tx: Tx) -> None:
        """Have the list follow what was kept; without groups nobody is kept, and whom they added goes."""
        now = self._clock.now()
        if not self.on:
            people.keep(tx, (), now)
        try:
            self._tell(people.follow(tx, self._tenant, now, word=not self.on))
        except Tampered:  # nothing has been done by then, and the next answer takes the place of what cannot be read
            log.error("what the directory said cannot be read any more: it is asked again")

    async def _ask(self, now: datetime) -> timedelta:
        try:
            found = await self._everybody()
        except (Later, Never, Mistakes) as wrong:
            self._in_trouble(f"the directory could not be asked, so nothing was changed: {wrong}")
            return max(_AGAIN, getattr(wrong, "after", None) or _AGAIN)

        def job(tx: Tx) -> people.Change:
            people.keep(tx, found, now)
            return people.follow(tx, self._tenant, now)

        self.trouble = ""
        self._tell(await self._writer.run(job))
        return _EVERY

    async def _everybody(self) -> tuple[Known, ...]:
        """Give everybody of the groups and the school's data, and whoever else talks to Beacon."""
        found: dict[str, Known] = {}
        for role in people.GIVES:
            if group := self._teams.groups.get(role):
                _add(found, await self._graph.members(group), role)
        if self._teams.school_data:
            for known in await self._graph.roll():
                _add(found, (known,), Role(known.role))
        if doubtful := sum(not known.role for known in found.values()):
            log.warning("%d accounts are staff's and pupils' at once, and count as neither", doubtful)
        met = await self._reader.run(lambda tx: people.met(tx, self._tenant))
        for account in [account for account in met if account not in found][:_STRANGERS]:
            found[account] = await self._stranger(account)
        return tuple(found.values())

    async def _stranger(self, account: str) -> Known:
        try:
            return await self._graph.person(account)
        except Gone:
            return Known(account, "", (), enabled=False)

    def _tell(self, change: people.Change) -> None:
        if any((change.linked, change.added, change.changed, change.left)):
            log.info(
                "directory: %d of the list found, %d people added, %d changed, %d gone",
                *(change.linked, change.added, change.changed, change.left),
            )
        if change.waiting:
            self._in_trouble(
                f"{change.waiting} people would leave the list or change sides at once, so nobody does: look at it with"
                " `beacon teams leavers FOLDER`"
            )

    def _in_trouble(self, why: str) -> None:
        if self.trouble != why:
            log.error("%s", why)
        self.trouble = why


def _add(found: dict[str, Known], people_: tuple[Known, ...], role: Role) -> None:
    """Add people with what they are; somebody who is two things is neither, and somebody looks into it."""
    for known in people_:
        before = found.get(known.id)
        doubtful = before is not None and before.role != role
        found[known.id] = replace(known, role="" if doubtful else role.value)
