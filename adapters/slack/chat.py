"""What hangs in a chat: put there, changed, found again. Must not know what it says, or when it is wanted.

Slack has no key under which a message is posted once. So every message carries one, and where it is not sure whether an
earlier try arrived, the conversation is looked through first. A channel is not: Beacon may not read what people write.
"""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

from adapters.slack.api import Api, Refused, Unsure, pause
from adapters.slack.message import Message
from bot.clock import Clock
from bot.service.surface import Later

_EVENT = "beacon"
_APART = 1.0  # seconds between two messages in one conversation: Slack's limit
_PATIENCE = 8.0  # seconds that one is waited for here; then the outbox waits instead
_NEWEST = 200  # messages that are looked through: more than come to one person while one of them is on its way
_GONE = frozenset(("message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"))


class Chat:
    """The conversations of one school's Slack."""

    def __init__(self, api: Api, clock: Clock, wait: Callable[[float], Awaitable[None]] = pause) -> None:
        self._api = api
        self._clock = clock
        self._wait = wait
        self._direct: dict[str, str] = {}
        self._free: dict[str, float] = {}
        self._known: dict[str, dict[str, str]] = {}

    async def direct(self, user: str) -> str:
        """Give the conversation with one person. Raises Later, Never."""
        if user not in self._direct:
            opened = await self._api.call("conversations.open", users=user)
            self._direct[user] = str(opened["channel"]["id"])
        return self._direct[user]

    async def post(self, channel: str, key: str, message: Message) -> str:
        """Post a message and give its reference. Raises Later (Unsure when it may be there all the same), Never."""
        await self._turn(channel)
        done = await self._api.call(
            "chat.postMessage",
            channel=channel,
            text=message.text,
            blocks=message.blocks,
            metadata={"event_type": _EVENT, "event_payload": {"key": opaque(key)}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return f"{done['channel']}:{done['ts']}"

    async def change(self, ref: str, message: Message) -> bool:
        """Show something else where a message is; False when it is there no more. Raises Later, Never."""
        channel, _, ts = ref.partition(":")
        try:
            await self._api.call("chat.update", channel=channel, ts=ts, text=message.text, blocks=message.blocks)
        except Refused as refused:
            if refused.error in _GONE:
                return False
            raise
        return True

    async def put(self, channel: str, key: str, message: Message) -> str:
        """Show a message in a direct conversation once, however often it is tried, and give its reference.

        Raises Later, Never. What an earlier try, or run of this program, may have left there is looked for first.
        """
        if channel not in self._known:
            self._known[channel] = await self._look(channel)
        found = self._known[channel].get(opaque(key))
        if found and await self.change(found, message):
            return found
        try:
            ref = await self.post(channel, key, message)
        except Unsure:
            self._known.pop(channel, None)
            raise
        self._known[channel][opaque(key)] = ref
        return ref

    async def _look(self, channel: str) -> dict[str, str]:
        """Give the references of Beacon's newest messages in a direct conversation, by key."""
        page = await self._api.call("conversations.history", channel=channel, limit=_NEWEST, include_all_metadata=True)
        found = {}
        for each in page["messages"]:
            metadata = each.get("metadata") or {}
            if metadata.get("event_type") == _EVENT:
                found[str((metadata.get("event_payload") or {}).get("key"))] = f"{channel}:{each['ts']}"
        return found

    async def _turn(self, channel: str) -> None:
        """Wait for this conversation's turn; too long a queue is left to the outbox."""
        now = self._clock.monotonic()
        at = max(now, self._free.get(channel, 0.0))
        if at - now > _PATIENCE:
            raise Later("the conversation is busy", timedelta(seconds=at - now))
        self._free[channel] = at + _APART
        if at > now:
            await self._wait(at - now)


def opaque(key: str) -> str:
    """Give what stands for a key outside: it says nothing about a case, not even which."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]
