"""What happens when the program itself fails: an honest page, and a log line without anybody's words. Knows no page."""

import logging
from collections.abc import Callable

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.trace import trace

_log = logging.getLogger(__name__)


class Failures:
    """Turns an unforeseen exception into a page that claims nothing was saved."""

    def __init__(self, app: ASGIApp, page: Callable[[str], str]) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and answer instead when that fails."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - whatever it was, its message may hold words and must not be logged
            _log.error("a page failed: %s", trace(error))
            if scope["type"] == "http" and not started:
                await HTMLResponse(self._page("broken"), 500)(scope, receive, send)
