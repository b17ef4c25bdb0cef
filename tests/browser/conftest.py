"""The made-up school as a visitor meets it: the real service on a real server, in a real Chromium."""

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from bot.words import Words
from tests.browser.town import Town, running
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
SMALL, PHONE, DESK = (320, 640), (360, 740), (1000, 760)
Size = tuple[int, int]


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
    with running(tmp_path) as town:
        yield town.address


Be = Callable[..., Page]


class Seats:
    """Where people of a school sit, each at a browser of their own, and what went wrong there."""

    def __init__(self, browser: Browser, school: str, *elsewhere: str) -> None:
        """`elsewhere` is what pages may ask for besides the school's own."""
        self._browser = browser
        self._school = school
        self._known = (school, *elsewhere)
        self._contexts: dict[tuple[str, bool], BrowserContext] = {}
        self._wrong: list[str] = []

    def sit_down(self, name: str, *, script: bool = True, size: Size = PHONE, at: Browser | None = None) -> Page:
        """Give a window on somebody's front page, with or without JavaScript."""
        context = self._contexts.get((name, script)) or self._context(at or self._browser, script)
        self._contexts[name, script] = context
        page = context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto("/")
        if urlsplit(page.url).path == "/people":
            page.get_by_role("button", name=name).click()
            page.wait_for_url("/")
        return page

    def _context(self, browser: Browser, script: bool) -> BrowserContext:
        context = browser.new_context(java_script_enabled=script, base_url=self._school)
        context.set_default_timeout(10_000)
        note = self._wrong.append
        context.on("weberror", lambda error: note(str(error.error)))
        context.on("console", lambda said: note(said.text) if "Content Security" in said.text else None)
        context.on("request", lambda sent: None if sent.url.startswith(self._known) else note(sent.url))
        return context

    def stand_up(self) -> None:
        """Close all windows. Fails if anything went wrong in one."""
        for page in [page for context in self._contexts.values() for page in context.pages]:
            page.close()
        wrong, self._wrong[:] = [*self._wrong], []
        assert wrong == []

    def leave(self) -> None:
        """Close the browsers."""
        for context in self._contexts.values():
            context.close()


@contextmanager
def seats(browser: Browser, school: str, *elsewhere: str) -> Iterator[Seats]:
    """Let people of a school sit down."""
    found = Seats(browser, school, *elsewhere)
    try:
        yield found
    finally:
        found.leave()


@pytest.fixture
def be(school: str, weather: str, browser: Browser) -> Iterator[Be]:
    """Somebody of a school of this test's own."""
    with seats(browser, school, weather) as people:
        yield people.sit_down
        people.stand_up()


@pytest.fixture(scope="package")
def larkfield(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One school for all tests that go by the reference of what they sent, whatever else is there."""
    with running(tmp_path_factory.mktemp("larkfield")) as town:
        yield town


@pytest.fixture(scope="package")
def _people(larkfield: Town, browser: Browser) -> Iterator[Seats]:
    with seats(browser, larkfield.address) as people:
        yield people


@pytest.fixture
def here(_people: Seats) -> Iterator[Be]:
    """Somebody of the school that tests share."""
    yield _people.sit_down
    _people.stand_up()


@dataclass(slots=True)
class Album:
    """Checks pages, and keeps a picture of each for whoever wants to look and gave a folder."""

    folder: Path | None
    shown: list[str] = field(default_factory=list)

    def look(self, page: Page, name: str, *sizes: Size) -> None:
        """Check a page as it is, or as screens of these sizes show it."""
        self.shown.append(name)
        for width in self._resized(page, name, *sizes):
            check(page, f"{name} at {width}")

    def look_twice(self, page: Page, name: str) -> None:
        """Check a page as a small phone shows it and as a desk's screen does."""
        self.shown.append(name)
        for width in self._resized(page, name, DESK, SMALL):
            fits(page, width, name)
            if width == SMALL[0]:
                check(page, name)

    def _resized(self, page: Page, name: str, *sizes: Size) -> Iterator[int]:
        assert page.viewport_size
        before = (page.viewport_size["width"], page.viewport_size["height"])
        for width, height in sizes or (before,):
            page.set_viewport_size({"width": width, "height": height})
            if self.folder:
                page.screenshot(path=self.folder / f"{len(self.shown):02}-{name}-{width}.png", full_page=True)
            yield width
        page.set_viewport_size({"width": before[0], "height": before[1]})


@pytest.fixture
def album(request: pytest.FixtureRequest) -> Album:
    pictures: Path | None = request.config.getoption("--pictures")
    folder = pictures and pictures / re.sub(r"\W+", "-", request.node.name)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    return Album(folder)


def check(page: Page, name: str = "") -> None:
    """Find nothing to mend: nobody shut out by how the page is made, and nothing wider than the screen."""
    axe = Axe("0") if page.evaluate("'axe' in window") else Axe()  # half a megabyte, once a page is enough
    found = axe.run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    assert page.viewport_size
    fits(page, page.viewport_size["width"], name)


def fits(page: Page, width: int, name: str = "") -> None:
    """Find nothing wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
