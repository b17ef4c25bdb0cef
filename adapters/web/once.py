"""The page behind a link that opens one case, once: asked for elsewhere, by somebody who need not sign in here.

Looking at the address opens nothing, so that no preview of it, scanner or browser that looks ahead can use it up; the
button does. What it shows is the answer to that press alone, and cannot be fetched again. Must not know who may open.
"""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from adapters.web.form import same_origin
from adapters.web.render import Render
from bot.prompt import Card
from bot.service.once import Links
from bot.storage.writer import NotStored

PATH = "/once/"


class Once:
    """The one address, and what it answers."""

    def __init__(self, links: Links, render: Render) -> None:
        self._links = links
        self._render = render

    def routes(self) -> tuple[Route, ...]:
        """Give the addresses: the same for the look and for the press."""
        path = PATH + "{secret:str}"
        return (Route(path, self.ask), Route(path, self.show, methods=["POST"]))

    async def ask(self, request: Request) -> Response:
        """Show the button, or that the link is over."""
        if await self._links.is_good(request.path_params["secret"]):
            return HTMLResponse(self._render.once())
        return self._problem("once-over", 410)

    async def show(self, request: Request) -> Response:
        """Open the case to whom the link is for, and end the link."""
        if not same_origin(request):
            return self._problem("once-failed", 403)
        try:
            opened = await self._links.use(request.path_params["secret"])
        except NotStored:
            return self._problem("once-failed", 503)
        match opened:
            case None:
                return self._problem("once-over", 410)
            case Card():
                return HTMLResponse(self._render.once(opened))
            case _:
                return self._problem("once-forbidden", 403)

    def _problem(self, key: str, status: int) -> Response:
        return HTMLResponse(self._render.once(key=key), status)
