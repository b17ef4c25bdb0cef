"""Serves one school: the one place that builds the application and runs it. Knows not whether the school is real."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import FrameType
from typing import Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.reading import Mistakes
from bot.storage import outbox
from bot.storage.tx import Tx
from bot.trace import trace
from bot.wiring import Beacon

log = logging.getLogger("beacon.serving")


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many places wait for what they are to show, and how many were given up."""

    waiting: int
    given_up: int


def _backlog(tx: Tx) -> Backlog:
    return Backlog(outbox.waiting(tx), outbox.given_up(tx))


class Beside(Protocol):
    """What runs beside the application until it is cancelled."""

    async def forever(self) -> None:
        """Go on."""


def application(
    beacon: Beacon, routes: Sequence[BaseRoute], troubles: Mapping[str, Callable[[], str]] | None = None
) -> Starlette:
    """Give the application that carries every platform of a school, and /healthz before them.

    `troubles` say of platforms, by name, what stands in their way until somebody puts it right, or "".
    """
    checks = troubles or {}

    async def health(request: Request) -> Response:  # noqa: ARG001
        """Say that the program answers and can read its store, how much has not reached its place, and what ails."""
        ails = {f"{name}_trouble": said for name, check in checks.items() if (said := check())}
        backlog = asdict(await beacon.stored.reader.run(_backlog))
        return JSONResponse({"status": "trouble" if ails else "ok", **backlog, **ails})

    return Starlette(routes=[Route("/healthz", health), *routes])


def listen(host: str, port: int) -> socket.socket:
    """Give a socket that is taken: until the application runs, whoever comes waits. Raises Mistakes."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as wrong:
        raise Mistakes(
            f"nothing can be served at {host}, port {port} ({_why(wrong)}): stop what is there, or give another"
            " with --port"
        ) from wrong
    # Without it an answer of two parts waits 40 ms for the other side; asyncio sets it only on sockets of its own.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _why(wrong: OSError) -> str:
    """Give the system's own words; Python adds the address to them, in its own."""
    return os.strerror(wrong.errno) if wrong.errno and wrong.errno > 0 else "there is no such host"


def run(beacon: Beacon, app: Starlette, listening: socket.socket, ready: Callable[[], None], *beside: Beside) -> None:
    """Run an application, and the loops beside it, until it is told to stop (Ctrl-C, or a signal to end).

    `ready` is called once it answers. The store is closed afterwards, whatever happened. Nothing breaks into that: the
    process has been told to stop, and stays deaf to being told again.
    """
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )
    server = _Server(config, ready)
    _on_a_signal(server.handle_exit)
    try:
        asyncio.run(_run(beacon, server, listening, beside))
    finally:
        beacon.stored.close()
        _on_a_signal(signal.SIG_IGN)  # what is left of the process is short, and Python ends it without our handler


def _on_a_signal(do: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for sig in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sig, do)


async def _run(beacon: Beacon, server: uvicorn.Server, listening: socket.socket, beside: Sequence[Beside]) -> None:
    async with beacon.running():
        tasks = [asyncio.create_task(kept_up(each)) for each in beside]
        try:
            await server.serve([listening])
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def kept_up(beside: Beside) -> None:
    """Do what is done beside; should it end through a defect, that is said at once, and the school served on."""
    try:
        await beside.forever()
    except Exception as wrong:
        log.critical("what runs beside has ended, so start Beacon again: %s", trace(wrong))
        raise


class _Server(uvicorn.Server):
    """Says when it answers, and leaves it to `run` to listen for signals.

    Its own listening ends before the store is closed; and it takes a second Ctrl-C for the wish to tear off what is
    under way. But `uv run` passes one on that the terminal has sent to the program already.
    """

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            super().handle_exit(sig, frame)
