"""Goes through a flow as somebody at the page does, screen by screen. Knows no flow's order."""

import re
from collections.abc import Callable, Mapping

from playwright.sync_api import Locator, Page, expect

Given = Mapping[str, str]

WORDS = 'They took my bag <b>again</b>.\n\nI am "sad" & cold \N{SNOWMAN}\n  \N{ARABIC LETTER MEEM}'
CHECK = "Here is what you told me. Is it right?"
WORRY: Given = {
    "Do you need help right now?": "No, I can wait",
    "How would you like to tell us?": "Write it",
    "Is this about you or someone else?": "Me",
    "Tell me what happened.": WORDS,
}


def question(page: Page) -> str:
    """Give the question on the screen."""
    return page.locator("h1").inner_text()


def press(page: Page, name: str) -> None:
    """Press the button with exactly this label, and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def answer(page: Page, value: str) -> None:
    """Answer the question on the screen and go on."""
    if page.locator(".option").count():
        page.get_by_label(value, exact=True).check()
    elif page.locator(".day").count():
        for name, part in zip(("Day", "Month", "Year"), reversed(value.split("-")), strict=True):
            page.get_by_label(name, exact=True).fill(part)
    else:
        page.locator("#value").fill(value)
    press(page, "Continue")


def walk(page: Page, given: Given, *, to: str) -> list[str]:
    """Answer the questions that are given, skip the others, until the question is `to`. Gives what was asked."""
    asked: list[str] = []
    while (now := question(page)) != to:
        assert len(asked) < 40, f"never came to {to!r}: {asked}"
        asked.append(now)
        step(page, given)
    return asked


def step(page: Page, given: Given) -> None:
    """Answer the question on the screen, or skip it, or say something."""
    now = question(page)
    if now in given:
        answer(page, given[now])
    elif page.get_by_role("button", name="Skip this question").count():
        press(page, "Skip this question")
    elif page.locator(".option").count():
        page.locator(".option input").last.check()
        press(page, "Continue")
    else:
        answer(page, "Something.")


def fill_in(page: Page, given: Given, look: Callable[[str], None] = lambda _: None) -> None:
    """Answer all that is asked, up to the page on which it is checked or the one that follows the end.

    `look` is called with each question while it is on the screen. What is given and never asked is a mistake.
    """
    never = set(given)
    while page.get_by_role("button", name="Continue", exact=True).count():
        never.discard(question(page))
        look(question(page))
        step(page, given)
    assert not never, f"never asked: {never}"


def send(page: Page) -> None:
    """Press the button that sends what was checked."""
    with page.expect_navigation():
        page.locator(".verb-send").click()


def sent(page: Page) -> str:
    """Give the reference that stands on the page after something was sent."""
    return reference(page.locator("main").inner_text())


def reference(text: str) -> str:
    """Give the first reference in a text."""
    found = re.search(r"\b[CDFHJKMNPRTVWX3479]{6}\b", text)
    assert found, text
    return found[0]


def open_case(page: Page, ref: str) -> int:
    """Go to a case, as its button does, and give the status: 403 for who may not."""
    response = page.goto(f"/case/{ref}")
    assert response
    return response.status


def do(page: Page, ref: str, button: str, given: Given) -> None:
    """Open a case, press what is to be done, answer all of it and send it."""
    assert open_case(page, ref) == 200
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()
    fill_in(page, given)
    send(page)


def read(page: Page, ref: str, text: str) -> None:
    """Open what one sent from the front page, and find what somebody did about it before anything else."""
    page.goto("/")
    with page.expect_navigation():
        card(page, ref).get_by_role("button", name="Open").click()
    expect(page.locator(".card .rows").nth(1)).to_contain_text(text)


def card(page: Page, ref: str) -> Locator:
    """Find what hangs on the page about a case."""
    return page.locator(".card").filter(has_text=ref)
