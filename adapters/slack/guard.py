"""Who can read a channel, asked of Slack before anything sensitive is posted there (design 3). Must not post."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.api import Api
from bot.inbound import Identity
from bot.service.surface import Never
from bot.storage import members
from bot.storage.reader import Reader

_SHARED = ("is_shared", "is_ext_shared", "is_org_shared", "is_pending_ext_shared")


def why_open(channel: Mapping[str, Any]) -> str:
    """Give why a channel must not be posted to, from what `conversations.info` says of it; "" when it may be."""
    if not channel.get("is_private") or channel.get("is_im") or channel.get("is_mpim"):
        return "it is not a private channel"
    if any(channel.get(key) for key in _SHARED):
        return "it is shared with another workspace"
    return "it is archived" if channel.get("is_archived") else ""


class Guard:
    """Looks at channels."""

    def __init__(self, api: Api, reader: Reader, team: str) -> None:
        self._api = api
        self._reader = reader
        self._team = team
        self._own = ""  # Beacon's own user

    async def readers(self, channel: str) -> frozenset[str] | None:
        """Give the members of the school's list who can read a channel; None when anybody else can, or may be able to.

        Raises Later when Slack cannot be asked now: an alert is told one to one meanwhile, and here as soon as it can;
        Never when it takes nothing from Beacon any more.
        """
        try:
            info = await self._api.call("conversations.info", channel=channel)
            if why_open(info["channel"]):
                return None
            users = await self.users(channel)
            own = await self.own()
        except Never:
            if self._api.trouble:
                raise  # that says nothing of the channel
            return None
        identities = [Identity("slack", self._team, user) for user in users - {own}]
        found = await self._reader.run(lambda tx: [members.find(tx, each) for each in identities])
        return None if None in found else frozenset(filter(None, found))

    async def users(self, channel: str) -> frozenset[str]:
        """Give Slack's ids of all who are in a channel. Raises Later, Never."""
        found: set[str] = set()
        cursor = ""
        while True:
            page = await self._api.call("conversations.members", channel=channel, limit=200, cursor=cursor or None)
            found.update(map(str, page["members"]))
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return frozenset(found)

    async def own(self) -> str:
        """Give Slack's id of Beacon's own user. Raises Later, Never."""
        if not self._own:
            self._own = str((await self._api.call("auth.test"))["user_id"])
        return self._own
