"""What Teams is sent, drawn as Teams shows it, for people who edit wording. Must not know what it says.

The cards are those of the adapter; here they only become HTML. What Teams itself leaves out is left out by preview.css.
"""

import re
from datetime import datetime
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from adapters.teams.actions import Where
from adapters.teams.cards import Cards
from adapters.teams.text import Element
from bot.clock import LONDON
from bot.prompt import Card, Home, Reply
from bot.words import Words

_HERE = Path(__file__).parent
_ESCAPED = re.compile(r"\\(.)")


class TeamsFace:
    """How Teams shows things. `style` is what its pictures need once on the page that holds them."""

    name, label = "teams", "Teams"

    def __init__(self, words: Words) -> None:
        self.style = Markup((_HERE / "preview.css").read_text("utf-8"))  # noqa: S704 - a file of ours
        self._words = words
        self._cards = Cards(words)
        jinja = Environment(loader=FileSystemLoader(_HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
        jinja.filters["read"] = read
        self._shown = jinja.get_template("preview.html")

    def figure(self, reply: Reply, at: datetime | None, audience: str) -> Markup:
        """Give a reply as HTML: in the chat, or in the dialog in which a report is read and worked on."""
        private = at is None and (audience == "caseworker" or isinstance(reply, Card))
        where: Where = "dialog" if private else "chat"
        give = partial(self._cards.of, reply, where, pictures=audience == "pupil")
        cards = [give()]
        while (card := give(page=len(cards))) not in cards:  # past the last page comes the first
            cards.append(card)
        return Markup().join(self._drawn(card, where, at) for card in cards)

    def front(self, home: Home, audience: str) -> Markup:  # noqa: ARG002 - all see the same
        """Give a front page: the card that answers "home"."""
        return self._drawn(self._cards.home(home), "chat", None)

    def _drawn(self, card: Element, where: Where, at: datetime | None) -> Markup:
        shown = self._shown.render(
            where=where,
            body=card["body"],
            brand=self._words.say("title-dialog" if where == "dialog" else "brand"),
            at=f"{at.astimezone(LONDON):%H:%M}" if at else "",
        )
        return Markup(shown)  # noqa: S704 - the template has escaped it


def read(markdown: str) -> str:
    """Give what Teams shows of a text in which every sign is escaped."""
    return _ESCAPED.sub(r"\1", markdown)
