"""What happens when the program itself fails: an honest page, and a log line without anybody's words. Knows no page."""

import logging
import traceback
from collections.abc import Callable

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


def trace(error: BaseException | None) -> str:
    """Give the kinds of an exception and its causes, and where each was raised; never what it says."""
    parts = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
        parts.append(f"{type(error).__name__} at {where}")
        error = error.__cause__ or error.__context__
    return ", from ".join(parts)
