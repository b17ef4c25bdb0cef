"""Asks now and then who is in the user groups of the settings, beside everything else. Must not know what follows.

They are asked for whole or not at all: what failed, or was only half read, changes nothing; nor does a group that is
suddenly empty, which is more often a mishap than a school without staff.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from adapters.slack import people
from adapters.slack.api import Api
from adapters.slack.people import Change, Grouped
from adapters.slack.standing import Standings
from bot.clock import Clock
from bot.people import Role
from bot.service.surface import Later, Never
from bot.storage.tx import Tx
from bot.storage.vault import Tampered
from bot.storage.writer import Writer

log = logging.getLogger("beacon.slack")

_EVERY = timedelta(hours=6)
_AGAIN = timedelta(minutes=15)
_PATIENCE = 30.0  # seconds for what Slack says of one person


class Groups:
    """The user groups that a school's settings name, by what they give."""

    def __init__(
        self, api: Api, groups: Mapping[Role, str], team: str, standings: Standings, writer: Writer, clock: Clock
    ) -> None:
        """Prepare it. Where the settings name no group, nothing is ever asked."""
        self._api = api
        self._groups = groups
        self._team = team
        self._standings = standings
        self._writer = writer
        self._clock = clock
        self._next: datetime | None = None

    def follow(self, tx: Tx) -> None:
        """Have the list follow what was kept; without groups nobody is kept, and whom they added goes."""
        if not self._groups:
            people.keep(tx, (), self._clock.now())
        try:
            _tell(people.follow(tx, self._team))
        except Tampered:  # nothing has been done by then, and the next answer takes the place of what cannot be read
            log.error("what Slack's user groups said cannot be read any more: they are asked for again")

    async def look(self) -> None:
        """Ask if it is time to. Raises NotStored."""
        now = self._clock.now()
        if not self._groups or (self._next is not None and now < self._next):
            return
        self._next = now + _AGAIN
        try:
            found = await self._everybody()
        except (Later, Never) as wrong:
            log.error("Slack's user groups could not be asked for, so nothing was changed: %s", wrong)
            return

        def job(tx: Tx) -> Change:
            people.keep(tx, found, now)
            return people.follow(tx, self._team)

        _tell(await self._writer.run(job))
        self._next = now + _EVERY

    async def _everybody(self) -> tuple[Grouped, ...]:
        """Give everybody of the groups. Raises Later, Never."""
        roles: dict[str, set[Role]] = {}
        for role, group in self._groups.items():
            users = await users_of(self._api, group)
            if not users:
                raise Never(f"nobody is in {group}")
            for user in users:
                roles.setdefault(user, set()).add(role)
        return tuple([await self._grouped(user, frozenset(given)) for user, given in sorted(roles.items())])

    async def _grouped(self, user: str, roles: frozenset[Role]) -> Grouped:
        known = await self._standings.of(user, _PATIENCE)
        if known is None:
            raise Later("Slack did not say who everybody is")
        return Grouped(user, known, roles)


async def users_of(api: Api, group: str) -> tuple[str, ...]:
    """Give Slack's ids of everybody in a user group. Raises Later, Never."""
    return tuple(map(str, (await api.call("usergroups.users.list", usergroup=group))["users"]))


def _tell(change: Change) -> None:
    if change != Change():
        log.info(
            "user groups: %d of the list found, %d people added, %d gone", change.linked, change.added, change.left
        )
