"""A concern's whole life at the page: reported, taken, decided, closed, opened again; with JavaScript and without."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Be
from tests.browser.walking import answer, press, question, walk

CONCERN = {
    "Who is this about?": "A child",
    "Is anyone in danger right now?": "No",
    "What is the child's full name, and their class?": "Tamsin Quillfeather, Hazel",
    "What did you see or hear?": "A 3 cm red mark on the left wrist.",
}
WHY = "Why was it decided?"
REASON = "The mark is from a climbing frame, seen by two adults."
BOTH = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


def wait_for_card(page: Page) -> None:
    """The delivery loop brings it; the school's clock stands still."""
    while not page.locator(".card").count():
        page.reload()


def press_on_card(page: Page, name: str) -> None:
    """Press a card's button; for those who do not see the card it also names the reference."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def report(teacher: Page) -> None:
    press(teacher, "Report a concern")
    walk(teacher, CONCERN, to="Check what you wrote. It will go to: the designated safeguarding lead.")
    press(teacher, "Send")
    assert question(teacher) == "Saved"


@BOTH
def test_a_concern_is_taken_decided_closed_and_opened_again(be: Be, script: bool) -> None:
    teacher = be("Miss Folake Oyelaran", script=script)
    report(teacher)

    lead, deputy = be("Mrs Amara Okafor", script=script, size=DESK), be("Mr Gethin Pritchard", script=script)
    for page in (lead, deputy):
        page.goto("/channel/dsl")
        wait_for_card(page)
        assert "Tamsin" not in page.content()
        assert "wrist" not in page.content()
    press_on_card(lead, "I'm taking this now")
    expect(lead.get_by_role("alert")).to_contain_text("You have this now")
    late = deputy.get_by_role("button", name="I'm taking this now")
    if late.count():  # the deputy's page is still the old one, unless it refreshed by itself
        press_on_card(deputy, "I'm taking this now")
        expect(deputy.get_by_role("alert")).to_contain_text("Mrs Amara Okafor already has this")

    teacher.goto("/")
    expect(teacher.locator(".card")).to_contain_text("Mrs Amara Okafor has it.")

    lead.goto("/channel/dsl")
    press_on_card(lead, "Open")
    expect(lead.get_by_text("Tamsin Quillfeather, Hazel")).to_be_visible()
    case = lead.url
    press_on_card(lead, "Record a decision")
    lead.get_by_label("Talk to the child").check()
    press(lead, "Continue")
    finish(lead)

    lead.goto(case)
    press_on_card(lead, "Close the case")
    finish(lead)
    lead.goto(case)
    expect(lead.get_by_text(REASON)).to_be_visible()
    press_on_card(lead, "Open it again")
    finish(lead)

    teacher.goto("/messages")
    expect(teacher.locator("main")).to_contain_text("has been dealt with")
    assert "wrist" not in teacher.content()


def finish(page: Page) -> None:
    """Answer what is left and send it."""
    while not page.get_by_role("button", name="Change").count():
        if page.locator(".option").count():
            page.locator(".option input").first.check()
            press(page, "Continue")
        else:
            answer(page, REASON if question(page) == WHY else "It was talked through with the family.")
    with page.expect_navigation():
        page.locator(".presses button").first.click()


@BOTH
def test_a_report_about_the_head_reaches_the_chair_and_nobody_else(be: Be, script: bool) -> None:
    teacher = be("Miss Folake Oyelaran", script=script)
    press(teacher, "Report a concern")
    walk(
        teacher,
        {"Who is this about?": "The headteacher", "Is anyone in danger right now?": "No"},
        to="Check what you wrote. It will go to: the chair of governors.",
    )
    press(teacher, "Send")
    chair = be("Ms Isla Fairbairn", script=script)
    wait_for_card(chair)
    for name in ("Mrs Amara Okafor", "Mr Gethin Pritchard", "Dr Helen Lindqvist"):
        other = be(name, script=script)
        for place in ("/", "/messages", *(["/channel/dsl"] if "Lindqvist" not in name else [])):
            other.goto(place)
            assert other.locator(".card").count() == 0
