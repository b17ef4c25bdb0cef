"""Every page through axe, at the width of a phone and of a desk, and nothing wider than a small phone's screen."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE, Be, check
from tests.browser.walking import CHECK, WORDS, WORRY, press, question, walk

SMALL = (320, 640)
EVERY = pytest.mark.parametrize("size", [SMALL, PHONE, DESK], ids=["small", "phone", "desk"])


class Album:
    """Checks pages, and keeps a picture of each in a temporary folder for whoever wants to look."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.shown: list[str] = []

    def look(self, page: Page, name: str) -> None:
        self.shown.append(name)
        page.screenshot(path=self._folder / f"{len(self.shown):02}-{name}.png", full_page=True)
        check(page)


@EVERY
def test_a_childs_pages(be: Be, tmp_path: Path, size: tuple[int, int]) -> None:
    album, child = Album(tmp_path), be("Niamh O'Rahilly", size=size)
    album.look(child, "home")
    press(child, "Tell us a worry")
    album.look(child, "choice")
    press(child, "Stop")
    album.look(child, "stopped")
    child.goto("/")
    press(child, "Tell us a worry")
    walk(child, WORRY, to="Tell me what happened.")
    album.look(child, "words")
    child.locator("#value").fill(WORDS * 200)
    press(child, "Continue")
    album.look(child, "too-long")
    child.locator("#value").fill(WORDS + "x" * 400)
    press(child, "Get help now")
    album.look(child, "help")
    press(child, "Continue")
    walk(child, {}, to=CHECK)
    album.look(child, "check")
    press(child, "Send")
    album.look(child, "thanks")
    child.goto("/")
    album.look(child, "home-again")
    child.goto("/messages")
    album.look(child, "messages")
    child.goto("/nothing")
    album.look(child, "missing")


@EVERY
def test_a_grown_ups_pages(be: Be, tmp_path: Path, size: tuple[int, int]) -> None:
    album, teacher = Album(tmp_path), be("Miss Folake Oyelaran", size=size)
    press(teacher, "Report a concern")
    album.look(teacher, "choice")
    press(teacher, "Continue")
    album.look(teacher, "mistake")
    given = {
        "Who is this about?": "A child",
        "Is anyone in danger right now?": "No",
        "How did you find out?": "The child told me",
        "Have you seen marks or injuries?": "Yes",
    }
    walk(teacher, given, to="What is the child's full name, and their class?")
    album.look(teacher, "person")
    walk(teacher, given, to="Where on the body?")
    album.look(teacher, "choices")
    while not teacher.get_by_role("button", name="Change").count():
        walk(teacher, given, to=next_question(teacher, given))
    album.look(teacher, "check")
    with teacher.expect_navigation():
        teacher.locator(".presses button").first.click()
    album.look(teacher, "sent")
    teacher.goto("/people")
    album.look(teacher, "people")
    teacher.goto("/channel/dsl")
    album.look(teacher, "forbidden")

    lead = be("Mrs Amara Okafor", size=size)
    album.look(lead, "home")
    lead.get_by_role("button", name="I'm taking this now").click()
    lead.get_by_role("alert").wait_for()
    album.look(lead, "taken")
    lead.get_by_role("button", name="Open").click()
    lead.wait_for_url("**/case/*")
    album.look(lead, "case")
    lead.get_by_role("button", name="Decide").or_(lead.get_by_role("button", name="Record")).first.click()
    lead.wait_for_url("**/talk/*")
    album.look(lead, "decide")
    for place in ("/channel/dsl", "/messages"):
        lead.goto(place)
        album.look(lead, place.strip("/").replace("/", "-"))
    assert len(album.shown) == 14


def next_question(page: Page, given: dict[str, str]) -> str:
    """Go one question further and give what is asked then."""
    now = question(page)
    if page.get_by_role("button", name="Skip", exact=True).count() and now not in given:
        press(page, "Skip")
    else:
        if page.locator(".option").count():
            page.locator(".option input").last.check()
        else:
            page.locator("#value").fill("Something.")
        press(page, "Continue")
    return question(page)
