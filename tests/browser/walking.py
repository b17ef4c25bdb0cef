"""Goes through a flow as somebody at the page does, screen by screen. Knows no flow's order."""

from collections.abc import Mapping

from playwright.sync_api import Page

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
        for name, part in zip(("Day", "Month", "Year"), value.split(), strict=True):
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
        if now in given:
            answer(page, given[now])
        elif page.get_by_role("button", name="Skip this question").count():
            press(page, "Skip this question")
        elif page.locator(".option").count():
            page.locator(".option input").last.check()
            press(page, "Continue")
        else:
            answer(page, "Something.")
    return asked
