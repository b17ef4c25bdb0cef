"""Serves one school: the one place that builds the application and runs it. Knows not whether the school is real."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping, Sequence
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
from bot.wiring import Beacon


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

    `ready` is called once it answers. The store is closed afterwards, whatever happened.
    """
    try:
        asyncio.run(_run(beacon, app, listening, ready, beside))
    finally:
        beacon.stored.close()


async def _run(
    beacon: Beacon, app: Starlette, listening: socket.socket, ready: Callable[[], None], beside: Sequence[Beside]
) -> None:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )
    async with beacon.running():
        tasks = [asyncio.create_task(each.forever()) for each in beside]
        try:
            await _Server(config, ready).serve([listening])
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class _Server(uvicorn.Server):
    """Says when it answers, and ends on a signal as if it had been asked to: everything after it is still done."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._captured_signals.clear()  # or the signal would end the process before the store is closed
