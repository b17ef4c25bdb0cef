"""The page of a real school while there is no sign-in: it says so, whatever is asked for, but for links that open one
case once. Must not know any person.
"""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.web.failures import Failures
from adapters.web.headers import SecurityHeaders
from adapters.web.once import Once
from adapters.web.render import FOLDER, Render
from bot.service.once import Links
from bot.words import Words


def closed(words: Words, school: str, hosts: tuple[str, ...], links: Links) -> Starlette:
    """Give an application that answers everything else with one page.

    Args:
        words: the sentences of `web.toml`.
        school: its name.
        hosts: the names it answers to, without the port.
        links: what was asked for elsewhere, and is read here.
    """
    render = Render(words, school, demo=False)
    page = render.problem("no-sign-in", None)

    async def answer(request: Request) -> Response:  # noqa: ARG001
        return HTMLResponse(page, 503)

    return Starlette(
        routes=[
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
            *Once(links, render).routes(),
            Route("/{anything:path}", answer, methods=["GET", "POST"]),
        ],
        middleware=[
            # It sets no cookie and takes nothing, so it need not insist on HTTPS: this machine's own name has none.
            Middleware(SecurityHeaders, https=False, elsewhere=words.say("leave-address")),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(Failures, lambda key: render.problem(key, None)),
        ],
    )
