"""The made-up school as a visitor meets it: the real service on a real server, in a real Chromium."""

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from bot import demo
from bot.clock import ManualClock
from bot.wiring import Beacon
from bot.words import Words
from tests.web.served import serve

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
IN_SCHOOL = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # a Friday in term
PHONE, DESK = (360, 740), (1000, 760)


def chromium() -> str:
    """Give the browser. Where tests must run (CI) its absence is a failure, elsewhere a skip with the reason."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        reason = f"no browser found: none of {', '.join(names)} is installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="package")  # its event loop must end before tests that have their own
def browsers() -> Iterator[Callable[..., Browser]]:
    with sync_playwright() as playwright, ExitStack() as closing:

        def start(*without: str) -> Browser:
            started = playwright.chromium.launch(executable_path=chromium(), args=FLAGS, ignore_default_args=[*without])
            closing.callback(started.close)
            return started

        yield start


@pytest.fixture(scope="package")
def browser(browsers: Callable[..., Browser]) -> Browser:
    return browsers()


@pytest.fixture(scope="package")
def remembering(browsers: Callable[..., Browser]) -> Browser:
    """A browser that keeps whole pages for its Back button, as people's browsers do and a test's does not."""
    return browsers("--disable-back-forward-cache")


@contextmanager
def running(beacon: Beacon, folder: Path, port: int = 0) -> Iterator[str]:
    """Run a school with its loops in a thread of its own, and give its address."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen()
        port = listening.getsockname()[1]
        app = demo.page(beacon, folder, port)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))

        async def serve() -> None:
            async with beacon.running():
                await server.serve(sockets=[listening])

        thread = threading.Thread(target=lambda: asyncio.run(serve()))
        thread.start()
        try:
            yield f"http://localhost:{port}"
        finally:
            server.should_exit = True
            thread.join()
            beacon.stored.close()


async def _weather(scope: Scope, receive: Receive, send: Send) -> None:
    await HTMLResponse("<title>Weather</title>")(scope, receive, send)


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The page one leaves to, here on this machine: tests ask nobody outside."""
    load = Words.load
    with serve(lambda port: _weather) as address:
        page = f"{address}/weather"
        monkeypatch.setattr(Words, "load", lambda path: Words({**(was := load(path).lines), **_left_to(was, page)}))
        yield page


def _left_to(lines: Mapping[str, str], page: str) -> Mapping[str, str]:
    return {"leave-address": page} if "leave-address" in lines else {}


@pytest.fixture
def school(tmp_path: Path, weather: str) -> Iterator[str]:
    with running(demo.begin(tmp_path, "example", ManualClock(IN_SCHOOL)), tmp_path) as address:
        yield address


Be = Callable[..., Page]


@pytest.fixture
def be(school: str, weather: str, browser: Browser) -> Iterator[Be]:
    """Somebody of the made-up school at a browser of their own; what goes wrong in it fails the test."""
    with ExitStack() as closing:
        wrong: list[str] = []

        def sit_down(name: str, *, script: bool = True, size: tuple[int, int] = PHONE, at: Browser = browser) -> Page:
            context = at.new_context(
                java_script_enabled=script, viewport={"width": size[0], "height": size[1]}, base_url=school
            )
            closing.callback(context.close)
            context.set_default_timeout(10_000)
            page = context.new_page()
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
            page.on(
                "request",
                lambda sent: None if sent.url.startswith((school, weather)) else wrong.append(sent.url),
            )
            page.goto("/")
            page.get_by_role("button", name=name).click()
            page.wait_for_url("/")
            return page

        yield sit_down
        assert wrong == []


def check(page: Page, *, width: int | None = None) -> None:
    """Find nothing to mend: nobody shut out by how the page is made, and nothing wider than the screen."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    width = width or page.viewport_size["width"]  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
