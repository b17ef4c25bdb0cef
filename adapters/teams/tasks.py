"""What goes on after Teams was answered: tried for a while, and in order for each chat. Must not know what it is."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.service.beside import PATIENCE, Beside
from bot.service.surface import Later

_TRIES = 5
_LONGEST = timedelta(seconds=30)


class Tasks:
    """Work on its way."""

    def __init__(self, wait: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Prepare it. `wait` is how it waits between two tries."""
        self._beside = Beside("Teams")
        self._wait = wait
        self._last: dict[str, asyncio.Task[None]] = {}

    def begin(self, chat: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do something after what was begun before it for the same chat. What goes wrong is logged by its kind."""
        task = self._last[chat] = self._beside.begin(self._after(self._last.get(chat), work))
        task.add_done_callback(lambda done: self._done(chat, done))

    async def finish(self, seconds: float = PATIENCE) -> None:
        """Wait for what is on its way, and give up what takes longer."""
        await self._beside.finish(seconds)

    def _done(self, chat: str, task: asyncio.Task[None]) -> None:
        if self._last.get(chat) is task:
            del self._last[chat]

    async def _after(self, before: asyncio.Task[None] | None, work: Callable[[], Awaitable[None]]) -> None:
        if before:
            await asyncio.wait([before])
        for attempt in range(1, _TRIES):
            try:
                return await work()
            except Later as late:
                wanted = max(late.after or timedelta(), timedelta(seconds=2**attempt))
                await self._wait(min(wanted, _LONGEST).total_seconds())
        return await work()
