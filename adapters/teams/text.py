"""Texts as Teams takes them: letter by letter, never a link, mention or picture. Must not know what they say.

Where a text can be shown literally it is a `TextRun`, which knows no Markdown. A heading cannot be one: there, what
Markdown would take for a sign is escaped.
"""

import re
from collections.abc import Iterable
from typing import Any

Element = dict[str, Any]

_SIGNS = re.compile(r"([\\`*_\[\]()#+~<>|!&{}])|^(\s*)([-=]|\d+[.)])", re.MULTILINE)
_LINES = 40  # of one text that become paragraphs of their own; hostile words may hold thousands


def escaped(text: str) -> str:
    """Give a text for where Markdown is read."""
    return _SIGNS.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    if found[1]:
        return f"\\{found[1]}"
    return f"{found[2]}{found[3][:-1]}\\{found[3][-1]}"


def words(*texts: str, **look: object) -> list[Element]:
    """Give paragraphs, one for each line. `look` is how every one of them looks ("weight", "isSubtle" and so on)."""
    return [
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line, **look}]}
        for text in texts
        for line in _lines(text)
    ]


def _lines(text: str) -> Iterable[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines if len(lines) <= _LINES else (*lines[: _LINES - 1], " ".join(lines[_LINES - 1 :]))


def heading(text: str, **look: object) -> list[Element]:
    """Give a line that people who hear the screen can go to."""
    if not text.strip():
        return []
    return [
        {"type": "TextBlock", "text": escaped(text), "wrap": True, "weight": "bolder", "style": "heading", **look},
    ]


def box(style: str, *elements: Element) -> list[Element]:
    """Give elements that stand out together; nothing around nothing."""
    return [{"type": "Container", "style": style, "items": list(elements)}] if elements else []


def side_by_side(wide: list[Element], narrow: list[Element]) -> Element:
    """Give two things beside each other: the second takes what room it needs, the first the rest."""
    columns = (("stretch", wide), ("auto", narrow))
    return {
        "type": "ColumnSet",
        "columns": [{"type": "Column", "width": width, "items": items} for width, items in columns],
    }
