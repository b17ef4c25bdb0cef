"""A real HTTP server on this machine, for as long as a test needs it."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send


@contextmanager
def serve(build: Callable[[int], ASGIApp]) -> Iterator[str]:
    """Serve the application that `build` makes for a port, and give its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        config = uvicorn.Config(build(port), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"  # connections wait in the socket's queue until the server is up
        finally:
            server.should_exit = True
            thread.join()


class Slot:
    """Where the application of the present test goes: a server takes longer to start and end than most tests take."""

    app: ASGIApp

    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


async def end(server: uvicorn.Server) -> None:
    """End a server in one's own loop as soon as it has answered; uvicorn's way of it sleeps first."""
    for listening in server.servers:
        listening.close()
    for connection in [*server.server_state.connections]:
        connection.shutdown()
    while server.server_state.connections or server.server_state.tasks:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.001)
