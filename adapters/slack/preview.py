"""What Slack is sent, drawn as Slack shows it, for people who edit wording. Must not know what it says.

The blocks are those of the adapter, cut where it cuts them; here they only become HTML. What Slack itself leaves out is
left out by preview.css.
"""

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from adapters.slack.blocks import Block
from adapters.slack.launcher import tab
from adapters.slack.message import message
from adapters.slack.window import window
from bot.clock import LONDON
from bot.prompt import Home, Reply
from bot.words import Words

_HERE = Path(__file__).parent


class SlackFace:
    """How Slack shows things. `style` is what its pictures need once on the page that holds them."""

    name, label = "slack", "Slack"

    def __init__(self, words: Words) -> None:
        self.style = Markup((_HERE / "preview.css").read_text("utf-8"))  # noqa: S704 - a file of ours
        self._words = words
        jinja = Environment(loader=FileSystemLoader(_HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
        self._shown = jinja.get_template("preview.html")

    def figure(self, reply: Reply, at: datetime | None, audience: str) -> Markup:  # noqa: ARG002 - all see the same
        """Give a reply as HTML: with `at` as a message that came then, else as the windows it takes."""
        if at:
            posted = message(reply, self._words)
            return self._drawn("message", posted.blocks, at=f"{at.astimezone(LONDON):%H:%M}")
        return Markup().join(self._drawn("modal", view["blocks"], view=view) for view in self._windows(reply))

    def front(self, home: Home, audience: str) -> Markup:  # noqa: ARG002 - all see the same
        """Give a front page: the App Home."""
        return self._drawn("home", tab(home, self._words)["blocks"])

    def _windows(self, reply: Reply) -> list[Block]:
        """Give every part of what is longer than a window; past the last Slack is shown one of them again."""
        found = [window(reply, self._words)]
        while (view := window(reply, self._words, len(found))) not in found:
            found.append(view)
        return found

    def _drawn(self, where: str, blocks: list[Block], **more: object) -> Markup:
        shown = self._shown.render(where=where, blocks=blocks, brand=self._words.say("brand"), **more)
        return Markup(shown)  # noqa: S704 - the template has escaped it
