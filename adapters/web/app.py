"""Puts the web adapter together: addresses, and what stands in front of them. Must not know how anything is stored."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.web.act import Act
from adapters.web.config import WebConfig
from adapters.web.failures import Failures
from adapters.web.guard import DemoOnly
from adapters.web.headers import SecurityHeaders
from adapters.web.leaving import Leaving
from adapters.web.pages import Pages
from adapters.web.refusals import KINDS, Refusals
from adapters.web.render import FOLDER, Render
from adapters.web.site import Site
from adapters.web.surface import WebSurface
from bot.clock import Clock
from bot.service.desk import Desk
from bot.words import Words

__all__ = ["WebConfig", "WebSurface", "build"]


def build(desk: Desk, surface: WebSurface, words: Words, config: WebConfig, clock: Clock) -> Starlette:
    """Give the web application.

    Args:
        desk: the service behind the page.
        surface: where the core delivers what the page shows.
        words: the sentences of `web.toml`.
        config: how it is served.
        clock: by which sessions end.
    """
    render = Render(words, desk.school.name, demo=config.demo)
    site = Site(desk, surface, render, config, clock)
    pages, act, refusals = Pages(site), Act(site), Refusals(site)
    elsewhere = words.say("leave-address")
    return Starlette(
        routes=[
            Route("/", pages.home),
            Route("/talk/{talk:str}", pages.talk),
            Route("/case/{ref:str}", pages.case),
            Route("/messages", pages.messages),
            Route("/channel/{channel:str}", pages.channel),
            Route("/events", pages.events),
            Route("/people", pages.people),
            Route("/people", pages.choose, methods=["POST"]),
            Route("/act", act.press, methods=["POST"]),
            Route("/healthz", pages.health),
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
        ],
        middleware=[
            Middleware(SecurityHeaders, https=not config.demo, elsewhere=elsewhere),
            Middleware(DemoOnly, config, refusals.plain)
            if config.demo
            else Middleware(TrustedHostMiddleware, allowed_hosts=list(config.hosts), www_redirect=False),
            Middleware(Failures, refusals.plain),
            # Ends with the browser: the next person at a shared computer is somebody else. `member_of` ends it earlier.
            Middleware(
                SessionMiddleware,
                secret_key=config.secret.hex(),
                session_cookie=config.cookie,
                max_age=None,
                path="/",
                https_only=not config.demo,
            ),
            Middleware(Leaving, elsewhere),
        ],
        exception_handlers=dict.fromkeys(KINDS, refusals),
    )
