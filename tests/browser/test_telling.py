"""A child tells a worry, a teacher reports a concern, and grown-ups take it: with JavaScript and without."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, Be
from tests.browser.walking import CHECK, WORDS, WORRY, answer, press, question, walk


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_worry_reaches_the_safety_grown_up_word_for_word(be: Be, script: bool) -> None:
    child = be("Aisha Rahimi", script=script)
    press(child, "Tell us a worry")
    walk(child, WORRY, to=CHECK)
    assert WORDS in child.locator("dd").all_text_contents()
    press(child, "Send")
    assert question(child) == "Thank you"

    lead = be("Mrs Amara Okafor", script=script, size=DESK)
    lead.goto("/channel/dsl")
    while not lead.locator(".card").count():  # the delivery loop brings it; the clock of the school stands still
        lead.reload()
    card = lead.locator(".card").inner_text()
    assert "Aisha" not in card
    assert "bag" not in card
    lead.get_by_role("button", name="Open").click()
    lead.wait_for_url("**/case/*")
    assert WORDS in lead.locator("dd").all_text_contents()
    with lead.expect_navigation():
        lead.get_by_role("button", name="I'm taking this now").click()
    expect(lead.get_by_role("alert")).to_be_visible()
    expect(lead.get_by_role("button", name="I'm taking this now")).to_have_count(0)

    child.goto("/")
    assert "Mrs Amara Okafor" in child.locator(".card").inner_text()
    child.goto("/messages")
    assert "bag" not in child.content()

    other = be("Miss Folake Oyelaran", script=script)
    refused = other.goto(urlsplit(lead.url).path)
    assert refused is not None
    assert refused.status == 403
    assert "bag" not in other.content()


def test_only_a_name_is_enough(be: Be) -> None:
    child = be("Kofi Asantewood", script=False)
    press(child, "Tell us a worry")
    asked = walk(child, {}, to=CHECK)
    assert len(asked) <= 7
    press(child, "Send")
    assert question(child) == "Thank you"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_mistake_is_led_to_and_put_right(be: Be, script: bool) -> None:
    teacher = be("Miss Folake Oyelaran", script=script)
    press(teacher, "Report a concern")
    press(teacher, "Continue")
    assert teacher.title().startswith("Error: ")
    summary = teacher.locator(".summary")
    expect(summary).to_be_focused()  # without script by the browser itself
    summary.get_by_role("link").click()
    expect(teacher.locator("#value")).to_be_focused()
    answer(teacher, "A child")
    assert question(teacher) != "Who is this about?"


def test_back_change_and_keep_what_was_written(be: Be) -> None:
    teacher = be("Miss Folake Oyelaran", size=DESK)
    press(teacher, "Report a concern")
    given = {"Who is this about?": "A child", "Is anyone in danger right now?": "No"}
    walk(teacher, given, to="What is the child's full name, and their class?")
    answer(teacher, "Poppy Hartwell, Hazel")
    press(teacher, "Back")
    assert teacher.locator("#value").input_value() == "Poppy Hartwell, Hazel"
    teacher.locator("#value").fill("Poppy H")
    press(teacher, "Get help now")
    assert teacher.locator("#value").input_value() == "Poppy H"
    press(teacher, "Continue")
    teacher.goto("/")
    teacher.get_by_role("button", name="Report a concern").first.click()  # it goes on where it was
    assert question(teacher) != "Who is this about?"


def test_too_much_is_refused_in_words_and_the_rest_is_kept(be: Be) -> None:
    child = be("Jun Laoye-Chan")
    press(child, "Tell us a worry")
    walk(child, WORRY, to="Tell me what happened.")
    child.locator("#value").fill("a" * 100_000)
    press(child, "Continue")
    assert child.title() == "Error: School helper"
    assert len(child.locator("#value").input_value()) == 100_000
    child.locator("#value").fill("a" * 400_000)
    press(child, "Continue")
    assert question(child) == "That is too much at once"


def test_a_double_click_is_one_answer(be: Be) -> None:
    child = be("Rhys Bevanson")
    press(child, "Tell us a worry")
    child.get_by_label("No, I can wait").check()
    child.get_by_role("button", name="Continue").dblclick()
    expect(child.locator("h1")).to_have_text("How would you like to tell us?")
