"""What Teams is answered at once, in the forms it knows: always 200 to what it may send. Must not know what is said."""

from dataclasses import dataclass
from typing import Any

from adapters.teams.activity import Pressed
from adapters.teams.cards import Cards
from adapters.teams.text import Element

CARD = "application/vnd.microsoft.card.adaptive"
_MESSAGE = "application/vnd.microsoft.activity.message"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and a body where something waits for one."""

    status: int = 200
    body: dict[str, Any] | None = None


TAKEN = Answer()
UNKNOWN = Answer(501)  # what the protocol says for a question that is not understood


def card(shown: Element) -> Answer:
    """Show another card in place of the one that was pressed, to whoever pressed it."""
    return Answer(body={"statusCode": 200, "type": CARD, "value": shown})


def dialog(shown: Element, title: str) -> Answer:
    """Show a card in a dialog; the one that is open, if one is."""
    value = {"title": title, "height": "large", "width": "medium", "card": {"contentType": CARD, "content": shown}}
    return Answer(body={"task": {"type": "continue", "value": value}})


def said(pressed: Pressed, text: str, cards: Cards) -> Answer:
    """Say a sentence to whoever pressed. It is never empty: Teams takes that for a failure, and asks again."""
    match pressed.how:
        case "execute":
            return Answer(body={"statusCode": 200, "type": _MESSAGE, "value": text})
        case "fetch" | "dialog":
            return dialog(cards.line(text), "")
        case "submit":
            return TAKEN
