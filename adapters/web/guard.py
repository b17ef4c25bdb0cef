"""Keeps the made-up school on this machine: no other host's name, and nothing that came through a proxy.

Anybody may be anybody there, so it must never answer the network. Runs before anything else; knows no page.
"""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.web.config import WebConfig

PROXIED = ("forwarded", "via", "x-real-ip")


class DemoOnly:
    """Refuses every request that was not made to this machine by this machine's browser."""

    def __init__(self, app: ASGIApp, config: WebConfig, page: Callable[[str], str]) -> None:
        self._app = app
        self._page = page
        self._hosts = frozenset(f"{host}:{config.port}" for host in config.hosts)
        if config.port == 80:
            self._hosts |= frozenset(config.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if any(name in PROXIED or name.startswith("x-forwarded") for name in headers):
            await HTMLResponse(self._page("host"), 400)(scope, receive, send)
        elif len(host := headers.getlist("host")) != 1 or host[0].lower() not in self._hosts:
            await HTMLResponse(self._page("host"), 421)(scope, receive, send)
        else:
            await self._app(scope, receive, send)
