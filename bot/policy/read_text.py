"""Plain text into blocks, with bullets and bold marks as people type them. Must not know what becomes of them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce

from bot.policy.read_blocks import Block, bulleted, folded, is_page_number, labelled, together, words_of
from bot.policy.read_shapes import ends

_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_SHORT = 60  # characters: a line alone that is shorter, over something longer, is a heading
_LONG = 200  # characters of a line that was not wrapped by hand

_Line = str | None  # None: a page ended here


def blocks(text: str) -> list[Block]:
    """Read a plain text: empty lines part paragraphs; bullets and numbers begin a line."""
    lines = _without_page_ends(text.replace("\r\n", "\n").replace("\r", "\n"))
    known = words_of(line for line in lines if line)
    groups = list(_groups(_one_each(lines)))
    found = [_block(reduce(lambda a, b: together(a, b, known), group), broken) for group, broken in groups]
    return [_over_longer(found, n) if len(groups[n][0]) == 1 else found[n] for n in range(len(found))]


def _without_page_ends(text: str) -> list[_Line]:
    """Give the lines; None stands for a page's end, in place of its number and of what stands on every page."""
    lines = re.split(r"\n|(?<=\f)|(?=\f)", text)
    ended = {n for n, line in enumerate(lines) if line == "\f" or _is_page_number(lines, n)}
    beside = Counter(_same(lines[m]) for n in ended for m in _beside(lines, n))
    often = max(3, len(ended) / 3)
    repeated = {line for line, times in beside.items() if times >= often and not _begins(line)}
    return [None if n in ended or _same(line) in repeated else " ".join(line.split()) for n, line in enumerate(lines)]


def _same(line: str) -> str:
    """Give a line in the form in which headers and footers are alike on every page."""
    return re.sub(r"\d+", "#", line.strip())


def _is_page_number(lines: Sequence[str], n: int) -> bool:
    if not is_page_number(lines[n]):
        return False
    return any(c.isalpha() for c in lines[n]) or not any(
        lines[m].strip() for m in (n - 1, n + 1) if 0 <= m < len(lines)
    )


def _beside(lines: Sequence[str], n: int) -> Iterator[int]:
    """Give the two lines before and after a page's end that are not empty, shortish ones only."""
    for step in (-1, 1):
        near = (m for m in range(n + step, n + 8 * step, step) if 0 <= m < len(lines) and lines[m].strip())
        yield from (m for _, m in zip(range(2), near, strict=False) if len(lines[m]) <= 2 * _SHORT)


def _one_each(lines: Sequence[_Line]) -> Sequence[_Line]:
    """Part the lines of a file in which every line is a paragraph, as word processors write plain text."""
    full = [line for line in lines if line]
    if len(full) < 0.9 * len(lines) or not any(len(line) > _LONG for line in full):
        return lines
    return [each for line in lines for each in (line, "")]


def _groups(lines: Sequence[_Line]) -> Iterator[tuple[list[str], bool]]:
    """Give the lines of each block, and whether a page ended just before it."""
    group: list[str] = []
    broken = ended = False
    for line in [*lines, ""]:
        if group and (not line or _begins(line) or _HEADING.match(group[0])):
            yield group, broken
            group = []
        if line is None:
            ended = True
        elif line:
            if not group:
                broken, ended = ended, False
            group.append(line)


def _begins(line: str) -> bool:
    """Say whether a line begins a bullet, a numbered line or a heading."""
    found = labelled(line)
    return bulleted(line) is not None or bool(found and found[0][0].isdigit()) or _HEADING.match(line) is not None


def _block(line: str, broken: bool) -> Block:
    if heading := _HEADING.match(line):
        return Block("heading", _plain(line[heading.end() :]), len(heading[1]))
    bold = _BOLD.fullmatch(line) is not None
    if (words := bulleted(line)) is not None:
        return Block("item", _plain(words), bold=bold, broken=broken)
    line = _plain(line)
    if (found := labelled(line)) and "." not in found[0]:
        return Block("item", found[1], label=found[0], bold=bold, broken=broken)
    return Block("paragraph", line, bold=bold, broken=broken)


def _plain(line: str) -> str:
    return folded(_LINK.sub(r"\1", _BOLD.sub(r"\2", line)))


def _over_longer(found: Sequence[Block], n: int) -> Block:
    """Give a short line alone as one that stands out when it is over a bullet or a longer paragraph."""
    block, after = found[n], found[n + 1] if n + 1 < len(found) else None
    if not _is_short(block) or block.broken or after is None:
        return block
    before = next((b for b in reversed(found[:n]) if not _is_short(b)), None)  # a list without bullets began there
    listed = before is not None and before.text.endswith(":")
    over = after.kind == "item" or len(after.text) > _SHORT
    if listed or not over or block.text[:1].islower():
        return block
    return Block("paragraph", block.text, bold=True)


def _is_short(block: Block) -> bool:
    return block.kind == "paragraph" and not ends(block.text) and len(block.text) <= _SHORT
