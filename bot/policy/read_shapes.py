"""Which blocks are headings, whatever their format says: numbers, capitals, bold. Must not know any format."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.policy.read_blocks import Block, labelled
from bot.policy.read_dates import speaks_of_review

BOLD = 9  # the level of a heading that is only bold: below all that are marked
_CAPITALS = 1
_LONGEST = 130  # characters of a heading; "1.1.5 Key responsibilities of Pupils (at a level ...) are:" has 112
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SECTION = re.compile(rf"(?:section|part)\s+(\d{{1,2}}|{'|'.join(_WORDS)})\s*(?:[:.\u2013\u2014-]\s*|$)", re.IGNORECASE)
_ENDS = (".", ";", ",", "!")
_CONTENTS = ("contents", "contents page", "table of contents", "index")
_ENTRY = re.compile(r"(?:[.\u2026_\s]{3,}|\s)\d{1,3}$")


def ends(text: str) -> bool:
    """Say whether a text ends as sentences and bullets end."""
    return text.rstrip("\"')]\u2019\u201d").endswith((".", "!", "?", ":", ";"))


def depth(label: str) -> int:
    """Give how deep a number lies: 1 for "4", 2 for "4.5"; 0 for a letter or none."""
    return label.count(".") + 1 if label[:1].isdigit() else 0


def shaped(blocks: Sequence[Block]) -> list[Block]:
    """Turn what looks like a heading into one, with its number as `label`; leave out lists of contents.

    What only looks like one and has nothing below it is a clause: "4.3 Staff keep phones in their lockers".
    """
    blocks = _without_contents(blocks)
    last = len(blocks) - 1
    found = [_shape(b, blocks[max(n - 1, 0)], blocks[min(n + 1, last)]) for n, b in enumerate(blocks)]
    for n in range(last, -1, -1):  # from the end, so that what follows is settled
        below = found[n + 1] if n < last else None
        if found[n].kind == "heading" and blocks[n].kind != "heading" and not _holds(found[n], below):
            label = found[n].label if depth(found[n].label) > 1 else ""
            found[n] = replace(found[n], kind="paragraph", level=0, label=label)
    return found


def inside(heading: Block, outer: Block) -> bool:
    """Say whether a heading, or a numbered clause, lies below another heading."""
    if depth(outer.label) and depth(heading.label):
        return depth(outer.label) < depth(heading.label)
    return outer.level < heading.level


def _holds(heading: Block, below: Block | None) -> bool:
    if below is None:
        return False
    return inside(below, heading) if below.kind == "heading" or depth(below.label) > 1 else True


def _shape(block: Block, before: Block, after: Block) -> Block:
    if block.kind == "heading":
        label, text = _numbered(block.text) if not block.label else (block.label, block.text)
        return replace(block, label=label, text=text, bold=False)
    label, text = (block.label, block.text) if block.label else _numbered(block.text)
    title = len(text) <= _LONGEST and not text.endswith(_ENDS) and not text[:1].islower() and "://" not in text
    level = 0
    if depth(label) > 1 or (label and _SECTION.match(block.text)):
        level = depth(label)
    elif depth(label) == 1 and block.kind == "item":
        level = 1 if block.bold or not (_next_to(block, before) or _next_to(block, after)) else 0
        title = title and len(text.split()) <= 12
    elif block.kind == "paragraph" and text.isupper() and sum(map(str.isalpha, text)) > 3:
        level = _CAPITALS
    elif block.kind == "paragraph" and block.bold and not speaks_of_review(text):
        level = BOLD
    if title and level:
        return replace(block, kind="heading", text=text, label=label, level=level, bold=False)
    if depth(label) > 1:
        return replace(block, text=text, label=label)
    return block


def _numbered(text: str) -> tuple[str, str]:
    if (section := _SECTION.match(text)) and len(text) <= _LONGEST:
        word = section[1].casefold()
        return (str(_WORDS.index(word) + 1) if word in _WORDS else word), text[section.end() :] or text
    if found := labelled(text):
        return found if found[0][0].isdigit() else ("", text)
    return "", text


def _next_to(one: Block, other: Block) -> bool:
    """Say whether two numbered lines are neighbours in a list, as 3 and 4 are."""
    return other.label.isdigit() and other.kind == "item" and abs(int(other.label) - int(one.label)) == 1


def _without_contents(blocks: Sequence[Block]) -> list[Block]:
    kept: list[Block] = []
    listing = False
    later = {b.text.casefold(): n for n, b in enumerate(blocks)}
    for n, block in enumerate(blocks):
        if block.text.casefold().rstrip(":") in _CONTENTS:
            listing = True
        elif listing and (_ENTRY.search(block.text) or later[block.text.casefold()] > n):
            pass
        elif not re.search(r"[.\u2026_]{4,}\s*\d{1,3}$", block.text):
            listing = False
            kept.append(block)
    return kept
