"""A school that people reach through a real adapter: what is the same with each of them. Must not know which it is."""

import asyncio
from abc import abstractmethod
from collections.abc import Coroutine
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Protocol, TypeVar

from tests.school import School

T = TypeVar("T")
_PATIENCE = 60.0  # seconds; no test is to fail because the machine is busy


class Tasks(Protocol):
    """What an adapter does beside its answers."""

    async def finish(self, seconds: float = ...) -> None:
        """Wait for what is on its way."""


class App(Protocol):
    """As much of an adapter as is the same."""

    @property
    def tasks(self) -> Tasks:
        """What goes on beside."""


class Reached(School):
    """A school in a chat. Whoever derives from it opens the adapter as `app`, and ends it."""

    app: App

    def __init__(self, folder: Path, **more: Any) -> None:
        self.waits: list[float] = []  # how long the adapter has waited, each time
        self.numbers = count(1)  # for whatever wants an id of its own
        super().__init__(folder, **more)

    async def wait(self, seconds: float) -> None:
        """Let the clock do the waiting."""
        self.waits.append(seconds)
        self.clock.forward(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something, and what follows from it."""

        async def both() -> T:
            done = await work
            await self.app.tasks.finish(_PATIENCE)
            return done

        return self._loop.run(both())

    @abstractmethod
    async def end(self) -> None:
        """Let go of what `open` took."""

    def reopen(self) -> None:
        self._loop.run(self.end())
        super().reopen()

    def close(self) -> None:
        self._loop.run(self.end())
        super().close()
