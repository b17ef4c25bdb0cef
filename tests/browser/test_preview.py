"""The pages for people who edit flows, opened as files: they shut nobody out, fetch nothing, and cannot be pressed."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from adapters.slack.preview import SlackFace
from adapters.teams.preview import TeamsFace
from adapters.web.preview import WebFace
from bot.library import rulebook, shipped_school, wording
from bot.people import Roster
from bot.preview.page import pages
from tests.browser.conftest import check
from tests.school import FRIDAY

NAMES = ("web", "slack", "teams")


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rules, people = shipped_school("example")
    folder = tmp_path_factory.mktemp("preview")
    faces = (WebFace(wording("web"), rules.name), SlackFace(wording("slack")), TeamsFace(wording("teams")))
    files = {f"{face.name}.html": face for face in faces}
    for name, html in pages(rulebook(rules), Roster(people), files, wording("preview"), FRIDAY).items():
        (folder / name).write_text(html, "utf-8")
    return folder


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("width", "height"), [(320, 640), (1280, 900)])
def test_it_needs_only_itself(preview: Path, browser: Browser, name: str, width: int, height: int) -> None:
    context = browser.new_context(java_script_enabled=True, viewport={"width": width, "height": height})
    page = (preview / f"{name}.html").as_uri()
    try:
        opened, wrong = context.new_page(), list[str]()
        opened.on("request", lambda sent: wrong.append(sent.url) if sent.url != page else None)
        opened.on("console", lambda said: wrong.append(said.text))
        opened.goto(page)
        if width == 320:
            assert opened.evaluate("document.documentElement.scrollWidth") <= width
        else:
            check(opened)
        assert opened.locator("button:enabled, input:enabled, textarea:enabled").count() == 0
        links = opened.locator("a[href]").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        others = {f"{other}.html" for other in NAMES if other != name}
        assert {link.partition("#")[0] for link in links} == {"", *others}
        assert wrong == []
    finally:
        context.close()


def test_one_goes_from_one_platform_to_another_and_stays_at_the_flow(preview: Path, browser: Browser) -> None:
    context = browser.new_context()
    try:
        opened = context.new_page()
        opened.goto((preview / "web.html").as_uri())
        worry = opened.locator("section", has=opened.locator("h2#worry"))
        worry.get_by_role("link", name="Teams").click()
        opened.wait_for_url("**/teams.html#worry")
        assert abs(opened.locator("h2#worry").evaluate("h => h.getBoundingClientRect().top")) < 100
        assert opened.get_by_label("Platforms").locator("[aria-current=page]").inner_text() == "Teams"
    finally:
        context.close()
