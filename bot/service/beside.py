"""What goes on after a platform was answered: kept track of, and finished before the end. Must not know what it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.service.surface import Later, Never
from bot.storage.writer import NotStored
from bot.trace import trace

PATIENCE = 5.0  # seconds at the end


class Beside:
    """Work on its way for one platform. What must arrive does not come this way: that is the outbox's."""

    def __init__(self, platform: str) -> None:
        """Prepare it. `platform` is its name as people write it, for the log."""
        self._platform = platform
        self._on_the_way: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something beside; what goes wrong is logged by its kind."""
        task = asyncio.create_task(_kept(work, self._platform, logging.getLogger(f"beacon.{self._platform.lower()}")))
        self._on_the_way.add(task)
        task.add_done_callback(self._on_the_way.discard)
        return task

    async def finish(self, seconds: float = PATIENCE) -> None:
        """Wait for what is on its way, and give up what takes longer."""
        if self._on_the_way:
            _, late = await asyncio.wait(self._on_the_way, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


async def tried(work: Callable[[], Awaitable[None]], platform: str) -> bool:
    """Do something that is done again and again, and say whether it was done; what is wrong is logged by its kind."""
    try:
        await work()
    except Exception as wrong:  # noqa: BLE001 - whatever it is, the platform goes on, and it is tried again
        log = logging.getLogger(f"beacon.{platform.lower()}")
        log.error("something beside %s failed and is tried again: %s", platform, trace(wrong))
        return False
    return True


async def _kept(work: Coroutine[Any, Any, None], platform: str, log: logging.Logger) -> None:
    try:
        await work
    except (Later, Never, NotStored) as wrong:
        log.warning("something could not be shown in %s: %s", platform, trace(wrong))
    except Exception as wrong:  # noqa: BLE001 - a defect; its words may be a report's
        log.error("a defect while showing something in %s: %s", platform, trace(wrong))
