"""Takes the README's pictures of the real page: `python -m tests.browser.pictures`. Not a test.

Before they are kept they are made small: 64 colours are plenty.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.conftest import FLAGS, chromium
from tests.browser.test_casework import CONCERN, press_on_card, wait_for_card
from tests.browser.test_unblock import LESS, decide, request
from tests.browser.town import Town, running
from tests.browser.walking import answer, open_case, press, question, walk

HERE = Path(__file__).parent
SIZE: ViewportSize = {"width": 480, "height": 620}
HIGH: ViewportSize = {"width": 480, "height": 780}
HIGHER: ViewportSize = {"width": 480, "height": 1160}


def sit_down(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_context(viewport=SIZE, base_url=address).new_page()
    page.goto("/")
    page.get_by_role("button", name=name).click()
    page.wait_for_url("/")
    return page


def take(browser: Browser, town: Town) -> None:
    address = town.address
    teacher = sit_down(browser, address, "Miss Folake Oyelaran")
    press(teacher, "Report a concern")
    teacher.screenshot(path=HERE / "concern.png", full_page=True)
    walk(teacher, {**CONCERN, "Is anyone in danger right now?": "Yes"}, to="How did you find out?")

    lead = sit_down(browser, address, "Mrs Amara Okafor")
    lead.goto("/channel/dsl")
    wait_for_card(lead)
    lead.screenshot(path=HERE / "channel.png", full_page=True)
    press_on_card(lead, "Open")
    lead.screenshot(path=HERE / "case.png", full_page=True)

    asker = "Mr Callum Dunmore"
    ref = town.send(asker, "unblock", request(town))
    until = f"{town.day(4)}"
    less = {"What exactly may be opened, and for whom?": LESS, "Until which day?": until}
    decide(lead, ref, "Yes, but less than was asked", **less)
    teacher = sit_down(browser, address, asker)
    open_case(teacher, ref)
    teacher.set_viewport_size(HIGH)
    teacher.screenshot(path=HERE / "unblock.png")
    teacher.goto("/")
    press(teacher, "Ask about the policy")
    answer(teacher, "Can I use my own phone in class?")
    teacher.screenshot(path=HERE / "policy.png", full_page=True)

    child = sit_down(browser, address, "Aisha Rahimi")
    press(child, "Tell us a worry")
    assert question(child) == "Do you need help right now?"
    child.set_viewport_size(HIGHER)  # all of it fits, so nothing lies below what stays at the bottom
    child.screenshot(path=HERE / "worry.png")


def main() -> None:
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        with running(Path(folder)) as town:
            take(browser, town)
        browser.close()


main()
