"""The page of a real school while there is no sign-in: it says so, whatever is asked for. Must not know any person."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.web.headers import SecurityHeaders
from adapters.web.render import FOLDER, Render
from bot.words import Words


def closed(words: Words, school: str, hosts: tuple[str, ...]) -> Starlette:
    """Give an application that answers everything with one page.

    Args:
        words: the sentences of `web.toml`.
        school: its name.
        hosts: the names it answers to, without the port.
    """
    page = Render(words, school, demo=False).problem("no-sign-in", None)

    async def answer(request: Request) -> Response:  # noqa: ARG001
        return HTMLResponse(page, 503)

    return Starlette(
        routes=[
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
            Route("/{anything:path}", answer, methods=["GET", "POST"]),
        ],
        middleware=[
            # It sets no cookie and takes nothing, so it need not insist on HTTPS: this machine's own name has none.
            Middleware(SecurityHeaders, https=False, elsewhere=words.say("leave-address")),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
        ],
    )
