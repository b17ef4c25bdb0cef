"""A school of the demo on a real server, whose clock and loops a test can move on. Knows no page and no flow."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, TypeVar

import uvicorn

from bot.clock import ManualClock, school_date
from bot.inbound import Identity, Inbound, Press
from bot.prompt import Choose, Notice, Prompt, Token, Verb
from bot.running import demo
from bot.wiring import Beacon
from tests.browser.walking import Given, reference

T = TypeVar("T")

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

    def send(self, name: str, flow: str, given: Given) -> str:
        """Answer a flow without a browser, as `fill_in` does in one, send it and give its reference."""
        who = next(m for m in self._beacon.office.directory.roster if m.name == name)
        identity = Identity("web", self._beacon.office.book.school.id, who.id)
        press = Press(Token(Verb.START, flow))
        while True:
            reply = self._run(self._beacon.desk.receive(Inbound(identity, token_urlsafe(16), press)))
            if not isinstance(reply, Prompt):
                assert isinstance(reply, Notice)
                return reference(" ".join(reply.lines))
            assert not reply.error
            press = _answer(reply, given)

    def settle(self) -> None:
        """Do all that is due now: its own loops look only every few seconds by a clock that is not moved."""
        while self._run(self._beacon.timekeeping.once()) + self._run(self._beacon.delivery.once()):
            pass

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)


def _answer(prompt: Prompt, given: Given) -> Press:
    said = given.get(prompt.ask, "")
    skip = [button.token for button in prompt.buttons if button.token.verb is Verb.SKIP]
    if skip and not said:
        return Press(skip[0])
    assert prompt.submit
    match prompt.field:
        case None:
            return Press(prompt.submit.token)
        case Choose(options=options):
            return Press(prompt.submit.token, ({o.label: o.value for o in options}[said or options[-1].label],))
        case _:
            return Press(prompt.submit.token, (said or "Something.",))


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
