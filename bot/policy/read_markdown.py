"""Markdown into blocks. Must not know what becomes of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.policy.read_blocks import Block, folded, row


def blocks(text: str) -> list[Block]:
    """Read a Markdown text. Comments and pictures are left out; marks of bold, links and code go, their words stay."""
    reading = _Reading()
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        reading.take(token)
    return reading.blocks


class _Reading:
    """Follows the tokens; knows what is open."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._heading = 0
        self._lists = 0
        self._label = ""  # the number of the open bullet
        self._begun = False  # whether the open bullet has its first words yet
        self._cells: list[str] | None = None
        self._head: Sequence[str] | None = None

    def take(self, token: Token) -> None:
        """Take the next token."""
        match token.type:
            case "heading_open":
                self._heading = int(token.tag[1])
            case "heading_close":
                self._heading = 0
            case "bullet_list_open" | "ordered_list_open":
                self._lists += 1
            case "bullet_list_close" | "ordered_list_close":
                self._lists -= 1
            case "list_item_open":
                self._label, self._begun = token.info, False
            case "tr_open":
                self._cells = []
            case "tr_close" if self._head is None:
                self._head, self._cells = self._cells, None
            case "tr_close":
                self.blocks.extend(row(self._cells or (), self._head or ()))
                self._cells = None
            case "table_close":
                self._head = None
            case "inline":
                self._line(token)
            case "code_block" | "fence":
                self._add(folded(token.content), bold=False)

    def _line(self, token: Token) -> None:
        words = list(_words(token.children or []))
        text = folded("".join(word for word, _ in words))
        if self._cells is not None:
            self._cells.append(text)
        elif text:
            self._add(text, bold=all(strong for word, strong in words if word.strip()))

    def _add(self, text: str, *, bold: bool) -> None:
        if self._heading:
            self.blocks.append(Block("heading", text, self._heading))
        elif not self._lists:
            self.blocks.append(Block("paragraph", text, bold=bold))
        elif self._begun:  # a second paragraph of the same bullet
            self.blocks[-1] = replace(self.blocks[-1], text=f"{self.blocks[-1].text} {text}")
        else:
            self.blocks.append(Block("item", text, self._lists - 1, self._label, bold))
            self._begun = True


def _words(tokens: Sequence[Token]) -> Iterator[tuple[str, bool]]:
    """Give the words in a line, and whether each piece is bold."""
    strong = 0
    for token in tokens:
        strong += {"strong_open": 1, "strong_close": -1}.get(token.type, 0)
        if token.type in ("text", "code_inline"):
            yield token.content, strong > 0
        elif token.type in ("softbreak", "hardbreak"):
            yield " ", strong > 0
