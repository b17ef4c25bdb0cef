"""Beacon in Microsoft's own Playground: children, staff, the DSL and IT, each at a screen of their own.

It is somebody else's idea of Teams, with no dialogs, no sign-in and no telephone; what it shows, Teams shows. It is
left out where the Playground is not installed. What is looked at goes to a temporary folder.
"""

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.playground.campus import DSL_CHANNEL, IT_CHANNEL, PUBLIC, Served
from tests.playground.conftest import Sit
from tests.playground.seat import Seat

PUPIL, OTHER, DSL, TEACHER, IT = "p-aisha", "p-rhys", "okafor", "oyelaran", "qureshan"
WORDS = "He took my lunch and hit me"
SITE, SHOWN = "https://www.example.com/volcano", "/volcano"  # shown so that nobody can open it by a tap


@pytest.fixture
def dsl(sit: Sit) -> Seat:
    """The DSL, in whose channel Beacon is."""
    seat = sit(DSL, DSL_CHANNEL, ("pritchard",))
    seat.go_to("Alerts")
    seat.put_beacon_into_the_team()
    return seat


def tell(pupil: Seat, *presses: str) -> None:
    for label in presses:
        pupil.press(label)


def begin_a_worry(pupil: Seat, words: str) -> None:
    """Tell a worry up to and with the words."""
    tell(pupil, "Tell us a worry", "No, I can wait", "Write it", "Me")
    pupil.sees("Tell me what happened.")
    pupil.fill(words)
    pupil.press("Continue")
    pupil.sees("anything else you want to say")  # both screens have the next button
    pupil.press("Skip")
    pupil.sees("Who would you like to talk to?")


def worry(pupil: Seat) -> None:
    """Tell a whole worry."""
    begin_a_worry(pupil, WORDS)
    tell(pupil, "My teacher", "Break", "Send")
    pupil.sees("Thank you for telling")


def to_the_end(seat: Seat) -> None:
    """Answer whatever is asked, with the first choice or with words, until nothing is asked."""
    for number in range(20):
        seat.page.wait_for_timeout(700)  # a card takes the place of another without a sign that it has
        seat.look(f"step{number}")
        if (choices := seat.last.locator("input[type=radio], input[type=checkbox]")).count():
            choices.first.click()
        if (day := seat.last.get_by_placeholder("Select a date...")).count():
            day.click()
            seat.page.keyboard.press("Enter")  # today
        fields = seat.last.locator("textarea, input[type=text]:not([placeholder])")
        for field in range(fields.count()):
            fields.nth(field).fill(SITE if "address" in seat.last.inner_text() else "Because of this")
        buttons = [b for b in seat.buttons() if b not in ("", "Back", "Skip", "Stop", "Get help now", "Change")]
        if not buttons:
            return
        seat.press(buttons[0])
    raise AssertionError(seat.last.inner_text())


def leads_to(seat: Seat) -> str:
    """Press the link of the newest card, and give where it leads."""
    seat.page.context.route(f"https://{PUBLIC}/**", lambda route: route.fulfill(body=""))
    with seat.page.context.expect_page() as opened:
        seat.last.get_by_role("link", name="Read it in my browser").click()
    opened.value.wait_for_url(f"https://{PUBLIC}/**")
    address = opened.value.url
    opened.value.close()
    return address


def at(beacon: Served, link: str) -> str:
    """Give where a link leads on this machine, as what stands before Beacon would take it there."""
    assert link.startswith(f"https://{PUBLIC}/"), link
    return link.replace(f"https://{PUBLIC}", beacon.address, 1)


def picture(seat: Seat, page: Page, name: str) -> None:
    page.screenshot(path=seat.album / f"{seat.who}-{name}.png", full_page=True)


def test_a_worry_is_told_in_one_and_taken_in_the_other(sit: Sit, dsl: Seat, beacon: Served) -> None:
    pupil = sit(PUPIL)
    pupil.look("home")
    pupil.press("Tell us a worry")
    pupil.sees("Do you need help right now?")
    pupil.look("begun")
    tell(pupil, "No, I can wait", "Write it", "Me")
    pupil.sees("Tell me what happened.")
    pupil.fill(WORDS)
    pupil.look("words")
    pupil.press("Continue")
    pupil.sees("anything else you want to say")  # both screens have the next button
    pupil.press("Skip")
    pupil.sees("Who would you like to talk to?")
    pupil.look("choices")

    beacon.end()
    beacon.begin()
    pupil.press("My teacher")
    pupil.press("Break")
    pupil.sees("Here is what you told me")
    pupil.sees(WORDS)
    pupil.look("check")
    expect(pupil.cards).to_have_count(1)  # each screen took the place of the one before
    pupil.press("Send")
    pupil.sees("Thank you for telling")
    pupil.look("sent")
    assert WORDS not in pupil.everything(), "what was told does not stay in the chat"

    dsl.sees("Worry")
    dsl.look("alert")
    assert WORDS not in dsl.everything()
    assert "Aisha" not in dsl.everything(), "others read a channel"
    dsl.press("I'm taking this now")
    dsl.sees("Mrs Amara Okafor")
    dsl.look("taken")
    pupil.sees_card("Mrs Amara Okafor has your message")
    pupil.look("told")


def test_open_leads_to_the_page_once_where_there_are_no_dialogs(
    sit: Sit, dsl: Seat, beacon: Served, browser: Browser
) -> None:
    worry(sit(PUPIL))
    dsl.sees("Worry")
    dsl.open_case()
    dsl.look("link")
    assert WORDS not in dsl.everything()
    address = at(beacon, leads_to(dsl))

    assert WORDS not in httpx.get(address).text, "a scanner or a preview opens nothing"
    page = browser.new_page(viewport={"width": 420, "height": 900})
    page.goto(address)
    picture(dsl, page, "page-asks")
    page.get_by_role("button", name="Show the report").click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    expect(page.get_by_text("Reported by Aisha Rahimi", exact=True)).to_be_visible()
    picture(dsl, page, "page")
    page.goto(address)
    expect(page.get_by_role("heading", name="This link is over")).to_be_visible()
    page.close()

    dsl.sees("was opened in a browser")
    dsl.look("read")
    dsl.press("Add a note")
    dsl.sees("note")
    dsl.look("note")


def test_a_teacher_asks_for_a_site_the_dsl_allows_it_and_it_sees_to_it(sit: Sit, dsl: Seat, beacon: Served) -> None:
    teacher, it = sit(TEACHER), sit(IT, IT_CHANNEL)
    it.go_to("Alerts")
    it.put_beacon_into_the_team()
    teacher.look("home")
    teacher.press("Ask for a blocked site")
    to_the_end(teacher)
    teacher.sees("Saved")
    teacher.look("saved")

    dsl.go_to("Personal Chat")
    dsl.sees("Request to open a site")
    dsl.look("request")
    dsl.open_case()
    assert SHOWN in httpx.post(at(beacon, leads_to(dsl))).text
    dsl.sees("was opened in a browser")
    dsl.press("Decide")
    dsl.look("decide")
    to_the_end(dsl)
    dsl.look("decided")
    teacher.sees_card("is approved")

    it.go_to("Personal Chat")
    it.sees("Request to open a site")
    it.open_case()
    assert SHOWN in httpx.post(at(beacon, leads_to(it))).text
    it.press("Record that it is done")
    to_the_end(it)
    it.look("done")
    teacher.sees_card("has opened what you asked for")
    teacher.look("heard")


def test_a_policy_question_is_answered_with_its_section(sit: Sit) -> None:
    teacher = sit(TEACHER)
    teacher.write("Can I use my own phone in class?")
    teacher.sees("phone")
    teacher.look("answer")
    teacher.sees("6.1 Staff, Online Safety Policy")


def test_stop_in_the_middle_leaves_a_line_without_content(sit: Sit) -> None:
    pupil, teacher = sit(OTHER), sit(TEACHER)
    begin_a_worry(pupil, WORDS)
    pupil.press("Stop")
    pupil.look("stopped")
    pupil.write("home")
    pupil.sees("Tell us a worry")
    assert WORDS not in pupil.everything()
    pupil.look("home")

    teacher.press("Report a concern")
    teacher.look("concern")
    teacher.last.get_by_text("A child", exact=True).click()
    teacher.press("Continue")
    teacher.sees("Question 2")
    teacher.press("Stop")
    teacher.look("stop")


def test_typed_words_do_what_buttons_do(sit: Sit) -> None:
    pupil = sit(PUPIL)
    pupil.write("tell us a worry")
    pupil.sees("Do you need help right now?")
    for words, then in (
        ("no i can wait", "How would you like to tell us?"),
        ("1", "Is this about you or someone else?"),
        ("back", "How would you like to tell us?"),
        ("write it", "Is this about you or someone else?"),
        ("me", "Tell me what happened."),
        (WORDS, "anything else you want to say"),
        ("skip", "Who would you like to talk to?"),
    ):
        pupil.write(words)
        pupil.sees(then)
    pupil.look("typed")
    pupil.write("help")
    pupil.sees("999")
    pupil.look("help")
