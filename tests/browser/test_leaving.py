"""A child leaves the page quickly: whatever is pressed afterwards, a real browser shows nothing of the visit."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Be
from tests.browser.walking import WORDS, WORRY, press, question, walk

MORE = "Thank you. Is there anything else you want to say?"
BOTH = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


def leave(page: Page) -> None:
    page.get_by_role("button", name="Leave this page quickly").click()
    page.wait_for_url("**/weather")
    assert page.title() == "Weather"


@BOTH
@pytest.mark.parametrize("kept", [True, False], ids=["pages-kept", "pages-fetched"])
def test_the_back_button_does_not_undo_it(
    be: Be, browser: Browser, remembering: Browser, script: bool, kept: bool
) -> None:
    child = be("Aisha Rahimi", script=script, at=remembering if kept else browser)
    child.goto("/messages")
    child.goto("/")
    press(child, "Tell us a worry")
    walk(child, WORRY, to=MORE)
    child.locator("#value").fill(WORDS)
    leave(child)
    for _ in range(4):
        child.go_back()
        assert child.title() == "Weather"


def test_nor_does_a_page_that_came_of_a_mistake(be: Be) -> None:
    child = be("Aisha Rahimi")
    press(child, "Tell us a worry")
    walk(child, WORRY, to="Tell me what happened.")
    child.locator("#value").fill("a" * 4_000)
    press(child, "Continue")
    assert child.title() == "Error: School helper"
    leave(child)
    child.go_back()
    assert child.title() == "Weather"


def test_a_second_window_is_left_with_the_next_press(be: Be) -> None:
    child = be("Aisha Rahimi")
    press(child, "Tell us a worry")
    second = child.context.new_page()
    second.goto(child.url)
    leave(child)
    second.get_by_label("Not sure").check()
    press(second, "Continue")
    assert second.title() == "Weather"


def test_who_comes_in_again_goes_on_where_they_were(be: Be) -> None:
    child = be("Aisha Rahimi")
    press(child, "Tell us a worry")
    walk(child, WORRY, to="Tell me what happened.")
    leave(child)
    child.goto("/")
    child.get_by_role("button", name="Aisha Rahimi").click()
    press(child, "Go on with: Tell us a worry")
    assert question(child) == "Tell me what happened."


def test_three_shifts_leave_and_other_keys_do_not(be: Be) -> None:
    child = be("Aisha Rahimi")
    press(child, "Tell us a worry")
    for key in ("Shift", "Shift", "a", "Shift", "Shift"):
        child.keyboard.press(key)
    assert "/talk/" in child.url
    child.keyboard.press("Shift")
    child.wait_for_url("**/weather")
    child.goto("/")
    assert question(child) == "Who do you want to be?"
