"""What goes on after Teams was answered: tried for a while, in order for each chat, and finished before the end.

What must arrive does not come this way: that is the outbox's. Must not know what it is.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.service.surface import Later, Never
from bot.storage.writer import NotStored
from bot.trace import trace

log = logging.getLogger("beacon.teams")

_TRIES = 5
_LONGEST = timedelta(seconds=30)
_PATIENCE = 5.0  # seconds at the end


class Tasks:
    """Work on its way."""

    def __init__(self, wait: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Prepare it. `wait` is how it waits between two tries."""
        self._wait = wait
        self._last: dict[str, asyncio.Task[None]] = {}

    def begin(self, chat: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do something after what was begun before it for the same chat. What goes wrong is logged by its kind."""
        task = asyncio.create_task(self._after(self._last.get(chat), work))
        self._last[chat] = task
        task.add_done_callback(lambda done: self._done(chat, done))

    async def finish(self, seconds: float = _PATIENCE) -> None:
        """Wait for what is on its way, and give up what takes longer."""
        if tasks := set(self._last.values()):
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _done(self, chat: str, task: asyncio.Task[None]) -> None:
        if self._last.get(chat) is task:
            del self._last[chat]

    async def _after(self, before: asyncio.Task[None] | None, work: Callable[[], Awaitable[None]]) -> None:
        if before:
            await asyncio.wait([before])
        try:
            await self._tried(work)
        except (Later, Never, NotStored) as wrong:
            log.warning("something could not be shown in Teams: %s", trace(wrong))
        except Exception as wrong:  # noqa: BLE001 - a defect; its words may be a report's
            log.error("a defect while showing something in Teams: %s", trace(wrong))

    async def _tried(self, work: Callable[[], Awaitable[None]]) -> None:
        for attempt in range(1, _TRIES):
            try:
                return await work()
            except Later as late:
                wanted = max(late.after or timedelta(), timedelta(seconds=2**attempt))
                await self._wait(min(wanted, _LONGEST).total_seconds())
        return await work()
