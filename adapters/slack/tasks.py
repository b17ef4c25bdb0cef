"""What goes on after Slack was answered: kept track of, and finished before the end. Must not know what it is."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bot.service.surface import Later, Never
from bot.storage.writer import NotStored
from bot.trace import trace

log = logging.getLogger("beacon.slack")

_PATIENCE = 5.0  # seconds at the end


class Tasks:
    """Work on its way."""

    def __init__(self) -> None:
        self._on_the_way: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside; what goes wrong is logged by its kind."""
        task = asyncio.create_task(_kept(work))
        self._on_the_way.add(task)
        task.add_done_callback(self._on_the_way.discard)

    async def finish(self, seconds: float = _PATIENCE) -> None:
        """Wait for what is on its way, and give up what takes longer."""
        if self._on_the_way:
            _, late = await asyncio.wait(self._on_the_way, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


async def _kept(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except (Later, Never, NotStored) as wrong:
        log.warning("something could not be shown in Slack: %s", trace(wrong))
    except Exception as wrong:  # noqa: BLE001 - a defect; its words may be a report's
        log.error("a defect while showing something in Slack: %s", trace(wrong))
