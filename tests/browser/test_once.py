"""A link that opens one report once, as the DSL meets it in a browser: small and large, by keyboard, and going back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, expect

from tests.browser.conftest import DESK, SMALL, check
from tests.school import School
from tests.web.reading import Reading, reading

WORDS = "He hides his hands " * 12


@pytest.fixture
def link(tmp_path: Path) -> Iterator[str]:
    """A link for the DSL. Its school has a loop of its own, and so has the browser: a thread each."""
    with ThreadPoolExecutor(1) as beside:
        school = beside.submit(School, tmp_path / "school").result()
        beside.submit(lambda: school.report(what=WORDS)).result()
        with reading(school) as place:
            yield beside.submit(Reading.link, place, "okafor").result()
        beside.submit(school.close).result()


@pytest.mark.parametrize("size", [SMALL, DESK])
@pytest.mark.parametrize("script", [True, False])
def test_it_is_read_once_and_going_back_shows_nothing(
    link: str, remembering: Browser, size: tuple[int, int], script: bool
) -> None:
    with remembering.new_context(java_script_enabled=script) as context:
        page = context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(link)
        if script:  # which is what looks it over
            check(page)
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Show the report").press("Enter")
        expect(page.get_by_text(WORDS.strip())).to_be_visible()
        assert page.get_by_role("button").count() == 0
        if script:
            check(page)
        page.goto(link.partition("/once/")[0])
        with pytest.raises(Error, match="ERR_CACHE_MISS"):  # it would have to be asked for again, and it is over
            page.go_back()
        expect(page.get_by_text(WORDS.strip())).to_have_count(0)
        page.goto(link)
        expect(page.get_by_role("heading", name="This link is over")).to_be_visible()
        assert page.context.cookies() == []
