"""A real HTTP server on this machine, for as long as a test needs it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp


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
