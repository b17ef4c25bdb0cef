"""A school of the demo on a real server, whose clock and loops a test can move on. Knows no page and no flow."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn

from bot import demo
from bot.clock import ManualClock, school_date
from bot.wiring import Beacon

IN_SCHOOL = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # a Friday in term


@dataclass(frozen=True, slots=True)
class Town:
    """A running school and where it answers."""

    address: str
    _beacon: Beacon
    _clock: ManualClock
    _loop: asyncio.AbstractEventLoop

    def day(self, ahead: int = 0) -> date:
        """Give the date it is there, or some days later."""
        return school_date(self._clock.now()) + timedelta(days=ahead)

    def later(self, **by: float) -> None:
        """Let time pass, and do what has come due. Whoever sat at a page for more than eight hours is gone."""
        self._clock.forward(timedelta(**by))
        self.settle()

    def settle(self) -> None:
        """Do all that is due now: its own loops look only every few seconds by a clock that is not moved."""
        while self._run(self._beacon.timekeeping.once) + self._run(self._beacon.delivery.once):
            pass

    def _run(self, once: Callable[[], Coroutine[Any, Any, int]]) -> int:
        return asyncio.run_coroutine_threadsafe(once(), self._loop).result(timeout=30)


@contextmanager
def running(folder: Path, school: str = "example") -> Iterator[Town]:
    """Run a school with its loops in a thread of its own."""
    clock = ManualClock(IN_SCHOOL)
    beacon = demo.begin(folder, school, clock)
    begun = threading.Event()
    loops: list[asyncio.AbstractEventLoop] = []
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        app = demo.page(beacon, folder, port)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))

        async def serve() -> None:
            async with beacon.running():
                loops.append(asyncio.get_running_loop())
                begun.set()
                await server.serve(sockets=[listening])

        thread = threading.Thread(target=lambda: asyncio.run(serve()))
        thread.start()
        try:
            assert begun.wait(timeout=30)
            yield Town(f"http://localhost:{port}", beacon, clock, loops[0])
        finally:
            server.should_exit = True
            thread.join()
            beacon.stored.close()
