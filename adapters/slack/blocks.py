"""Slack's blocks, one function a kind: each gives only what Slack takes. Must not know prompts, cases or people."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from adapters.slack.text import packed, pieces, short, size
from bot.prompt import Button, Option, Row

Block = dict[str, Any]

IN_A_WINDOW, IN_A_MESSAGE = 100, 50  # blocks
LABEL, OPTION, HEADER, FIELD, FIELDS, BUTTONS = 75, 75, 150, 2000, 10, 25
NAME = 150  # of an option's value


def plain(text: str, limit: int = 0) -> Block:
    """Give a text that is shown letter by letter: no mention, link or emoji can be made in it."""
    return {"type": "plain_text", "text": short(text, limit) if limit else text, "emoji": False}


def words(*lines: str) -> list[Block]:
    """Give paragraphs, in as few sections as hold them."""
    return [{"type": "section", "text": plain(text)} for text in packed(lines)]


def small(*lines: str) -> list[Block]:
    """Give what is said on the side."""
    return [{"type": "context", "elements": [plain(text)]} for text in packed(lines, FIELD)]


def heading(text: str) -> list[Block]:
    """Give a line in large letters; a long one as a paragraph, which a header cannot hold."""
    if size(text) > HEADER or "\n" in text or not text.strip():
        return words(text)
    return [{"type": "header", "text": plain(text)}]


def rule() -> Block:
    """Give a line across."""
    return {"type": "divider"}


def pressable(label: str, action: str, *, main: bool = False, about: str = "") -> Block:
    """Give a button. `about` says to people who hear the screen what it belongs to."""
    button: Block = {"type": "button", "text": plain(label, LABEL), "action_id": action}
    if main:
        button["style"] = "primary"
    if about:
        button["accessibility_label"] = short(f"{label}: {about}", LABEL)
    return button


def button(each: Button) -> Block:
    """Give one of the core's buttons: what it sends is its token and nothing else."""
    return pressable(each.label, each.token.encode(), main=each.main)


def actions(buttons: Sequence[Block]) -> list[Block]:
    """Give buttons beside each other."""
    left = iter(buttons)
    rows = iter(lambda: list(islice(left, BUTTONS)), [])
    return [{"type": "actions", "elements": row} for row in rows]


def facts(rows: Iterable[Row]) -> list[Block]:
    """Give short facts in two columns; one that is too long for them stands by itself."""
    found: list[Block] = []
    for row in rows:
        text = f"{row.label}\n{row.value}"
        if size(text) > FIELD:
            found += words(text)
        elif found and len(found[-1].get("fields", ())) in range(1, FIELDS):
            found[-1]["fields"].append(plain(text))
        else:
            found.append({"type": "section", "fields": [plain(text)]})
    return found


def answer(row: Row) -> list[Block]:
    """Give a question and what was answered, with its button beside it where there is one."""
    found: list[Block] = [{"type": "section", "text": plain(piece)} for piece in pieces(f"{row.label}\n{row.value}")]
    if row.change:
        about = row.label
        found[-1]["accessory"] = pressable(row.change.label, row.change.token.encode(), about=about)
    return found


def option(each: Option) -> Block:
    """Give one choice."""
    found: Block = {"text": plain(each.label, OPTION), "value": each.value}
    if each.hint:
        found["description"] = plain(each.hint, OPTION)
    return found


def asked(label: str, element: Block, block: str, *, hint: str = "", optional: bool = False) -> Block:
    """Give a field of a window. `block` names it, so that a mistake can be said at it."""
    found: Block = {
        "type": "input",
        "block_id": block,
        "label": plain(label, FIELD),
        "element": {"action_id": "value", **element},
        "optional": optional,
    }
    if hint:
        found["hint"] = plain(hint, FIELD)
    return found
