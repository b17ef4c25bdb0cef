"""Leave this page quickly: the visit is marked, and leads elsewhere until its person comes in again. Knows no page.

So neither the Back button nor a second window shows what was there, and nothing of the visit is left in the cookie.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.web.form import from_outside, same_origin

LEAVE = "/leave"
_DOORS = ("/static/", "/healthz", "/people")  # there is nothing of anybody's here, and by the last one comes in again


class Leaving:
    """Takes the press of that button, and stands in front of every page afterwards."""

    def __init__(self, app: ASGIApp, elsewhere: str) -> None:
        """`elsewhere` is the address that is shown instead."""
        self._app = app
        self._elsewhere = elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or lead elsewhere."""
        if scope["type"] == "http" and self._is_away(Request(scope)):
            await RedirectResponse(self._elsewhere, 303)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_away(self, request: Request) -> bool:
        path = request.url.path
        if path == LEAVE and request.method == "POST":
            if same_origin(request):  # no other site ends anybody's visit; the form needs no secret, so it never fails
                request.session.clear()
                request.session["left"] = True
            return True
        if "left" not in request.session or path.startswith(_DOORS):
            return False
        return path != "/" or not from_outside(request)  # who types the address has not come by the Back button
