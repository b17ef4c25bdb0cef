"""Asks Slack who is in the user groups of the settings, and who that is. Must not know when, or what follows."""

from collections.abc import Mapping

from adapters.slack.api import Api
from adapters.slack.standing import Standing, Standings
from bot.people import Account, Role
from bot.service.surface import Later, Never

_PATIENCE = 30.0  # seconds for what Slack says of one person


class Groups:
    """The user groups that a school's settings name, by what they give."""

    def __init__(self, api: Api, groups: Mapping[Role, str], standings: Standings) -> None:
        """Prepare it; nothing is asked yet."""
        self._api = api
        self._groups = groups
        self._standings = standings

    async def everybody(self) -> tuple[Account, ...]:
        """Give everybody of the groups: all, or none. Raises Later, Never.

        Never too for a group that is empty, which is more often a mishap than a school without staff.
        """
        roles: dict[str, set[Role]] = {}
        for role, group in self._groups.items():
            users = await users_of(self._api, group)
            if not users:
                raise Never(f"nobody is in {group}")
            for user in users:
                roles.setdefault(user, set()).add(role)
        return tuple([await self._account(user, frozenset(given)) for user, given in sorted(roles.items())])

    async def _account(self, user: str, roles: frozenset[Role]) -> Account:
        known = await self._standings.of(user, _PATIENCE)
        if known is None:
            raise Later("Slack did not say who everybody is")
        mails = (known.mail,) if known.mail else ()
        guest, enabled = known.standing is Standing.GUEST, known.standing is not Standing.OUTSIDE
        return Account(user, known.name, mails, guest, enabled, roles)


async def users_of(api: Api, group: str) -> tuple[str, ...]:
    """Give Slack's ids of everybody in a user group. Raises Later, Never."""
    return tuple(map(str, (await api.call("usergroups.users.list", usergroup=group))["users"]))
