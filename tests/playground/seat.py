"""Somebody at a Playground: what they see on its page, press and type. Knows that page, and no flow."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

PATIENCE = 15_000  # milliseconds; Beacon answers within one second, and looks for what is due every five
CARD = ".ac-adaptiveCard"
PHONE = "300px"  # what is left of it for a card


@dataclass
class Seat:
    """One person's page. `album` is where pictures go."""

    page: Page
    who: str
    album: Path
    _pictures: list[str] = field(default_factory=list)

    def sit_down(self, address: str) -> None:
        """Open the page. The Playground tells Beacon of its new user by itself."""
        # It asks elsewhere for fonts and a script, and does without them.
        self.page.route(re.compile(r"^https?://(?!localhost[:/]|127\.0\.0\.1[:/])"), lambda route: route.abort())
        self.page.goto(address)
        self.page.get_by_role("button", name="Hide log panel").click()  # it says again what is on the cards
        expect(self.cards.first).to_be_visible(timeout=PATIENCE)

    @property
    def cards(self) -> Locator:
        """Every card of the conversation that is shown."""
        return self.page.locator(CARD)

    @property
    def last(self) -> Locator:
        """The newest card."""
        return self.cards.last

    def sees(self, words: str) -> None:
        """Find words on the newest card."""
        expect(self.last).to_contain_text(words, timeout=PATIENCE)

    def sees_card(self, words: str) -> Locator:
        """Find a card with these words, wherever it hangs, and give it."""
        found = self.cards.filter(has_text=words).last
        expect(found).to_be_visible(timeout=PATIENCE)
        return found

    def everything(self) -> str:
        """Give all that stands on cards and in messages."""
        return self.page.locator("body").inner_text()

    def buttons(self) -> list[str]:
        """Give the buttons of the newest card, from the top."""
        return self.last.get_by_role("button").all_inner_texts()

    def press(self, label: str, on: Locator | None = None) -> None:
        """Press a button of the newest card, or of another one. A child's has a picture before its words."""
        button = (on or self.last).get_by_role("button", name=re.compile(rf"(^|\s){re.escape(label)}$"))
        expect(button.first).to_be_visible(timeout=PATIENCE)
        button.first.click()

    def fill(self, words: str) -> None:
        """Write into the field of the newest card."""
        self.last.get_by_role("textbox").last.fill(words)

    def write(self, words: str) -> None:
        """Type a message into the conversation."""
        box = self.page.get_by_role("textbox").last
        box.click()
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")

    def open_case(self) -> None:
        """Ask for the case of the newest card, in the own chat: with a dialog's button the Playground does nothing."""
        said = re.search(r"Reference: ?([A-Z0-9]{6})", self.last.inner_text())
        assert said, self.last.inner_text()
        self.go_to("Personal Chat")
        self.write(f"open {said[1]}")
        self.sees("on Beacon's own page")

    def go_to(self, conversation: str) -> None:
        """Go to the own chat ("Personal Chat") or to a channel."""
        self.page.get_by_role("treeitem", name=re.compile(conversation)).click()

    def put_beacon_into_the_team(self) -> None:
        """Install Beacon in the team of the channel that is shown."""
        self.page.get_by_role("button", name="Mock an Activity").click()
        self.page.get_by_role("menuitem").filter(has_text=re.compile("^Install application$")).click()
        self.page.get_by_role("button", name="Send activity").click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def look(self, name: str) -> None:
        """Keep pictures of the page and of its newest card, as narrow as on a telephone, for whoever wants to look."""
        self._pictures.append(name)
        kept = self.album / f"{self.who}-{len(self._pictures):02}-{name}"
        self.page.wait_for_timeout(300)  # a picture in the middle of a movement shows nobody's screen
        self.page.screenshot(path=f"{kept}.png")
        self.last.evaluate("(card, wide) => card.style.width = wide", PHONE)  # the page itself is never so narrow
        self.last.screenshot(path=f"{kept}-phone.png")
        self.last.evaluate("card => card.style.width = ''")
