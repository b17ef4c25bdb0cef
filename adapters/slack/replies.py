"""What Beacon answers in somebody's direct messages, tried for a while. Must not know what was asked.

What must arrive does not come this way: that is the outbox's.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from adapters.slack.api import pause
from adapters.slack.chat import Chat
from adapters.slack.message import Message
from adapters.slack.traces import Traces
from bot.inbound import Identity
from bot.service.surface import Later

_TRIES = 5
_LONGEST = timedelta(seconds=30)


class Replies:
    """Answers people one to one."""

    def __init__(self, chat: Chat, traces: Traces, wait: Callable[[float], Awaitable[None]] = pause) -> None:
        self._chat = chat
        self._traces = traces
        self._wait = wait

    async def say(self, who: Identity, key: str, message: Message, talk: str = "") -> None:
        """Show a message to somebody; with a `talk` it is one of its questions. Raises Later, Never."""
        ref = await self._tried(lambda: self._put(who, key, message))
        if talk:
            await self._traces.left(who, talk, ref)

    async def _put(self, who: Identity, key: str, message: Message) -> str:
        return await self._chat.put(await self._chat.direct(who.external), key, message)

    async def _tried(self, work: Callable[[], Awaitable[str]]) -> str:
        for attempt in range(1, _TRIES):
            try:
                return await work()
            except Later as late:
                wanted = max(late.after or timedelta(), timedelta(seconds=2**attempt))
                await self._wait(min(wanted, _LONGEST).total_seconds())
        return await work()
