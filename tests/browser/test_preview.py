"""The page for people who edit flows, opened as a file: it shuts nobody out, fetches nothing, and cannot be pressed."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from adapters.web.preview import WebFace
from bot.library import rulebook, shipped_school, wording
from bot.people import Roster
from bot.preview.page import page
from tests.browser.conftest import check
from tests.school import FRIDAY


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rules, people = shipped_school("example")
    out = tmp_path_factory.mktemp("preview") / "preview.html"
    face = WebFace(wording("web"), rules.name)
    out.write_text(page(rulebook(rules), Roster(people), (face,), wording("preview"), FRIDAY), "utf-8")
    return out


@pytest.mark.parametrize(("width", "height"), [(320, 640), (1280, 900)])
def test_it_needs_only_itself(preview: Path, browser: Browser, width: int, height: int) -> None:
    context = browser.new_context(java_script_enabled=True, viewport={"width": width, "height": height})
    try:
        opened, wrong = context.new_page(), list[str]()
        opened.on("request", lambda sent: wrong.append(sent.url) if sent.url != preview.as_uri() else None)
        opened.on("console", lambda said: wrong.append(said.text))
        opened.goto(preview.as_uri())
        if width == 320:
            assert opened.evaluate("document.documentElement.scrollWidth") <= width
        else:
            check(opened)
        assert opened.locator("button:enabled, input:enabled, textarea:enabled").count() == 0
        links = opened.locator("a[href]").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        assert {link[0] for link in links} == {"#"}
        assert wrong == []
    finally:
        context.close()
