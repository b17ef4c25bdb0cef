"""A school with Teams, its Beacon in a process of its own, and people who sit down at Playgrounds."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from bot.files import shipped
from tests.browser.conftest import FLAGS, chromium
from tests.playground.campus import DSL_CHANNEL, Served, command, playground, school_folder
from tests.playground.seat import Seat

NAMES = {
    "p-aisha": "Aisha Rahimi",
    "p-rhys": "Rhys Bevanson",
    "okafor": "Amara Okafor",
    "oyelaran": "Folake Oyelaran",
    "qureshan": "Bilal Qureshan",
}
Sit = Callable[..., Seat]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    command()  # skips before anything is started
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def beacon(browser: Browser, tmp_path: Path) -> Iterator[Served]:
    served = Served(school_folder(tmp_path / "school"))
    served.run("policy", "add", str(shipped("content") / "policies" / "online-safety.md"), "--yes")
    with served:
        yield served


@pytest.fixture
def sit(browser: Browser, beacon: Served, tmp_path: Path) -> Iterator[Sit]:
    """Let somebody sit down at a Playground of their own, in a team whose channel others can read too."""
    with ExitStack() as open_:

        def down(who: str, channel: str = DSL_CHANNEL, beside: tuple[str, ...] = (), wide: int = 1400) -> Seat:
            address = open_.enter_context(playground(who, NAMES[who], channel, beside, beacon, tmp_path / who))
            context = open_.enter_context(browser.new_context(viewport={"width": wide, "height": 1000}))
            seat = Seat(context.new_page(), who, tmp_path)
            seat.sit_down(address)
            return seat

        yield down
