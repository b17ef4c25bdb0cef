"""Blocks into passages: where one begins and ends, its headings, its lead-in. Must not know any format."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.policy.model import Passage
from bot.policy.read_blocks import Block, labelled, together, words_of
from bot.policy.read_shapes import BOLD, depth, ends, inside, shaped

_BROKEN = 40  # characters: a shorter line does not run on over a page's end, it is a line of a list
_SHORT = 8  # words of a line that, without a full stop, goes on a list that has no bullets
_FRONT = 12  # words of the first paragraph that is not front matter any more
_FRONT_MOST = 30  # blocks
_TITLE = re.compile(r"\b(policy|policies|procedures?|agreement|code|guidance|statement|protocol)\b", re.IGNORECASE)
_NO_TITLE = re.compile(r"\b(review|renew|approv|adopt|ratif|date|version|signed)", re.IGNORECASE)
# A list's conclusion that a page break or a copying hand left inside its last bullet.
_CONCLUSION = re.compile(r"(?<=[.!?;)])\s+(?=If (?:none|any|all) of (?:the above|these)\b|In all other cases\b)")


def assemble(blocks: Sequence[Block]) -> tuple[str, tuple[Passage, ...]]:
    """Give a document's title ("" when nothing looks like one) and its passages."""
    found = shaped(_mended(blocks))
    front = _front(found)
    title, cover = _title(front, found)
    body = [block for n, block in enumerate(found) if n not in cover]
    walk = _Walk()
    for n, block in enumerate(body):
        walk.take(block, last=n + 1 == len(body) or body[n + 1].kind != "item")
    return title, tuple(walk.passages)


def front_and_back(passages: Sequence[Passage]) -> tuple[str, ...]:
    """Give the texts in which a document speaks of itself: its beginning and its end."""
    most = _FRONT_MOST // 2
    chosen = passages if len(passages) <= 2 * most else (*passages[:most], *passages[-most:])
    return tuple(p.text for p in chosen)


def _mended(blocks: Sequence[Block]) -> list[Block]:
    """Put together what the end of a page parted."""
    known = words_of(block.text for block in blocks)
    mended: list[Block] = []
    for block in blocks:
        if mended and _runs_on(mended[-1], block):
            mended[-1] = replace(mended[-1], text=together(mended[-1].text, block.text, known))
        else:
            mended.append(block)
    return mended


def _runs_on(before: Block, block: Block) -> bool:
    if before.kind == "heading" or block.kind != "paragraph" or before.bold or block.bold or ends(before.text):
        return False
    if block.text[:1].islower():
        return block.broken or len(before.text) >= _BROKEN
    shown = labelled(block.text) is not None or block.text.isupper()
    return block.broken and len(before.text) >= _BROKEN and not shown


def _front(found: Sequence[Block]) -> Sequence[Block]:
    for n, block in enumerate(found[:_FRONT_MOST]):
        long = block.kind == "paragraph" and len(block.text.split()) >= _FRONT
        if long or block.kind == "item" or depth(block.label):
            return found[:n]
    return found[:_FRONT_MOST]


def _title(front: Sequence[Block], found: Sequence[Block]) -> tuple[str, frozenset[int]]:
    """Give the title and which blocks of the front say it, or stand above it as the school's name does."""
    named = [n for n, b in enumerate(front) if _TITLE.search(b.text) and not _NO_TITLE.search(b.text) and _plain(b)]
    if not named and front and _heads_all(found):
        named = [0]
    if not named:
        return "", frozenset()
    best = max((front[n].text for n in named), key=lambda text: (not text.isupper(), len(text)))
    above = (n for n in range(named[-1]) if front[n].kind == "heading")
    return best, frozenset((*named, *above))


def _heads_all(found: Sequence[Block]) -> bool:
    """Say whether the first block is the one heading of its kind, over all others."""
    first, *others = found
    marked = first.kind == "heading" and first.level < BOLD
    return marked and not any(b.kind == "heading" and b.level <= first.level for b in others)


def _plain(block: Block) -> bool:
    return block.kind != "item" and not block.text.endswith((".", ":", ";")) and len(block.text) <= 100


class _Walk:
    """Goes through the blocks in their order and remembers what stands above the next one."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self._headings: list[Block] = []
        self._leads: list[tuple[int, str]] = []  # how deep a list lies, and the sentence its bullets complete

    def take(self, block: Block, *, last: bool) -> None:
        """Take the next block. `last` says that no bullet follows it."""
        match block.kind:
            case "heading":
                self._under(block)
            case "item":
                text, *conclusion = _CONCLUSION.split(block.text, 1) if last else (block.text,)
                self._item(replace(block, text=text))
                for rest in conclusion:
                    self.take(Block("paragraph", rest), last=True)
            case "paragraph":
                self._paragraph(block)

    def _under(self, heading: Block) -> None:
        while self._headings and not inside(heading, self._headings[-1]):
            self._headings.pop()
        self._headings.append(heading)
        self._leads.clear()

    def _item(self, block: Block) -> None:
        while self._leads and self._leads[-1][0] >= block.level:
            self._leads.pop()
        self._passage(block, block.lead or (self._leads[-1][1] if self._leads else ""))
        if block.text.endswith(":"):
            self._leads.append((block.level, _last_sentence(block.text)))

    def _paragraph(self, block: Block) -> None:
        in_list = self._leads and not ends(block.text) and len(block.text.split()) <= _SHORT
        if in_list:
            self._item(block)
            return
        self._passage(block, "")
        self._leads = [(-1, _last_sentence(block.text))] if block.text.endswith(":") else []

    def _passage(self, block: Block, lead: str) -> None:
        numbers = [heading.label for heading in self._headings if depth(heading.label)]
        section = block.label if depth(block.label) > 1 else numbers[-1] if numbers else ""
        headings = tuple(heading.text for heading in self._headings)
        self.passages.append(Passage(len(self.passages) + 1, block.text, headings, section, lead))


def _last_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", text)[-1]
