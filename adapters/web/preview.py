"""A screen of the page as a still picture of itself, to stand among others on one page. Must not know what it shows.

It is the page's own HTML: nothing in it can be pressed or followed, and its ids are unlike those of any other.
"""

from datetime import datetime
from html.parser import HTMLParser
from itertools import count

from markupsafe import Markup, escape

from adapters.web.render import FOLDER, Post, Render
from adapters.web.visit import Visit
from bot.people import Member, Role
from bot.prompt import Card, Home, Notice, Prompt, Reply
from bot.words import Words

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
_HEADINGS = frozenset({"h1", "h2", "h3"})
_LANDMARKS = frozenset({"main", "nav", "aside", "section"})  # a page has one of each, and not hundreds
_BODY, _CARD = ("div", "body"), ("article", "card")  # what is shown of a page: an element and one of its classes
_IDS = frozenset({"id", "for", "list", "aria-labelledby", "aria-describedby"})
_ACTING = frozenset({"action", "method", "href", "autofocus", "tabindex", "role", "aria-live", "novalidate"})


class WebFace:
    """How the page shows things. `style` is what its pictures need once on the page that holds them."""

    name, label = "web", "Web page"

    def __init__(self, words: Words, school: str) -> None:
        self.style = Markup((FOLDER / "static" / "beacon.css").read_text("utf-8"))  # noqa: S704 - a file of ours
        self._render = Render(words, school, demo=False)
        self._numbers = count(1)

    def figure(self, reply: Reply, at: datetime | None, audience: str) -> Markup:
        """Give a reply as HTML. With `at` it came to an inbox or channel then."""
        posted = at is not None or isinstance(reply, Card)
        return self._still(self._page(reply, at, _visit(audience)), _CARD if posted else _BODY, audience)

    def front(self, home: Home, audience: str) -> Markup:
        """Give a front page."""
        return self._still(self._render.home(home, _visit(audience), 0, ()), _BODY, audience)

    def _still(self, html: str, wanted: tuple[str, str], audience: str) -> Markup:
        still = _Still(f"web{next(self._numbers)}-", wanted)
        still.feed(html)
        still.close()
        # What was copied is the page's own HTML, escaped by it and once more by the copier.
        return Markup(f'<div class="{"pupil" if audience == "pupil" else "adult"}">{"".join(still.parts)}</div>')  # noqa: S704

    def _page(self, reply: Reply, at: datetime | None, visit: Visit) -> str:
        match reply:
            case Prompt():
                return self._render.prompt(reply, visit)
            case Card() | Notice() if at:
                return self._render.posts("", "", 0, [Post(reply, at)], visit)
            case Card():
                return self._render.case(reply, visit)
            case Notice():
                return self._render.notice(reply, visit)


def _visit(audience: str) -> Visit:
    role = Role.PUPIL if audience == "pupil" else Role.STAFF
    return Visit(Member("preview", "", frozenset([role])), "")


class _Still(HTMLParser):
    """Copies the first element of a page that is of the kind and class `wanted`, with what is in it."""

    def __init__(self, prefix: str, wanted: tuple[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._prefix = prefix
        self._wanted = wanted
        self._open: list[str] = []  # what is open within the wanted element, as it is written here

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        kind, its_class = self._wanted
        if not self._open and (self.parts or tag != kind or its_class not in (found.get("class") or "").split()):
            return
        if tag == "input" and found.get("type") == "hidden":
            return
        written = "div" if tag in _LANDMARKS else tag
        kept = {name: self._own(name, value) for name, value in found.items() if not _acts(name)}
        if tag in _HEADINGS:
            kept["aria-level"] = "5"  # under the headings of the page that holds them all
        if tag in _LANDMARKS and kept.keys() & {"aria-label", "aria-labelledby"}:
            kept["role"] = "group"
        said = [f' {name}="{escape(value)}"' if value is not None else f" {name}" for name, value in kept.items()]
        self.parts.append(f"<{written}{''.join(said)}>")
        if tag not in _VOID:
            self._open.append(written)

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag not in _VOID:
            self.parts.append(f"</{self._open.pop()}>")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.parts.append(escape(data))

    def _own(self, name: str, value: str | None) -> str | None:
        return " ".join(self._prefix + one for one in (value or "").split()) if name in _IDS else value


def _acts(name: str) -> bool:
    return name in _ACTING or name.startswith("data-")
