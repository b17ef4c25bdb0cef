"""Texts as Slack takes them: never longer than it holds, never a mention or a link. Must not know what they say.

Everything goes out as plain text, which Slack shows letter by letter. What comes in has &, < and > spelt out.
"""

import html
from collections.abc import Iterable, Iterator

LIMIT = 3000  # of one text of a section, in what Slack counts


def size(text: str) -> int:
    """Give the length as Slack counts it at worst: a character outside the basic plane is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def pieces(text: str, limit: int = LIMIT) -> Iterator[str]:
    """Give a text in pieces of at most `limit`, with nothing dropped but pieces of white space."""
    while text:
        piece = text if size(text) <= limit else _first(text, limit)
        if piece.strip():
            yield piece
        text = text[len(piece) :]


def _first(text: str, limit: int) -> str:
    piece = text.encode("utf-16-le", "replace")[: 2 * limit].decode("utf-16-le", "ignore")
    at = max(piece.rfind(" "), piece.rfind("\n")) + 1
    return piece[:at] if at > limit // 2 else piece


def packed(lines: Iterable[str], limit: int = LIMIT, between: str = "\n\n") -> Iterator[str]:
    """Give lines as few texts of at most `limit`."""
    held = ""
    for line in lines:
        for piece in pieces(line, limit):
            joined = f"{held}{between}{piece}" if held else piece
            if size(joined) <= limit:
                held = joined
            else:
                yield held
                held = piece
    if held:
        yield held


def short(text: str, limit: int) -> str:
    """Give a text cut to `limit`, for the few places where Slack has no room and nothing is lost by it: labels."""
    return text if size(text) <= limit else _first(text, limit - 1).rstrip() + "…"


def escaped(text: str) -> str:
    """Give a text that Slack shows as it is, where it would else read it for mentions and links."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str) -> str:
    """Give what somebody typed, as they typed it, from the text of a message or a command."""
    return whole(html.unescape(text)).strip()


def whole(text: str) -> str:
    """Give a text that can be written down: half a character, which JSON can hold, becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
