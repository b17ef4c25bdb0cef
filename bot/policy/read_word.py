"""Word (.docx) into blocks. Must not know what becomes of them.

The words are taken from the file's XML: python-docx leaves out content controls and what a reviewer put in.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from bot.policy.read_blocks import Block, Progress, bulleted, folded, labelled, row
from bot.policy.read_word_styles import Numbers, Styles

Element = Any  # lxml has no types

_GONE = {qn(f"w:{name}") for name in ("del", "moveFrom", "pict", "instrText")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same words again
}
_MARKS = {qn("w:tab"): " ", qn("w:br"): " ", qn("w:cr"): " ", qn("w:noBreakHyphen"): "-"}
_CELL = 200  # characters: a row with a longer cell is read cell by cell


def blocks(source: bytes, progress: Progress) -> list[Block]:
    """Read a .docx file, all but headers, footers, comments and what was struck out. Raises what python-docx raises."""
    document = Document(BytesIO(source))
    body = document.element.body
    return list(_Reading(document).of(body, progress))


class _Reading:
    """Reads one document's body."""

    def __init__(self, document: Any) -> None:
        self._styles = Styles(document.styles.element)
        related = (part.target_part for part in document.part.rels.values() if part.reltype.endswith("/numbering"))
        self._numbers = Numbers(next((part.element for part in related), None))

    def of(self, parent: Element, progress: Progress | None = None) -> Iterator[Block]:
        """Read what stands in a body, a cell or a content control."""
        for n, child in enumerate(parent, 1):
            if child.tag == qn("w:p"):
                yield from self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag in (qn("w:sdt"), qn("w:ins"), qn("w:customXml"), qn("w:sdtContent")):
                yield from self.of(child)
            if progress:
                progress(n, len(parent))

    def _paragraph(self, paragraph: Element) -> Iterator[Block]:
        look = self._styles.of(paragraph)
        runs = [(words, bold) for words, bold in _runs(paragraph) if words]
        text = folded("".join(words for words, _ in runs))
        if text and not look.contents:
            bold = look.bold or all(bold for words, bold in runs if words.strip())
            label = self._numbers.next(look.list) if look.list else ""
            if look.heading:
                yield Block("heading", text, look.heading, label)
            elif look.list:
                yield Block("item", text, look.list[1], label, bold)
            else:
                yield _typed(text, bold)
        for box in paragraph.iter(qn("w:txbxContent")):
            if not any(above.tag in _GONE for above in box.iterancestors()):
                yield from self.of(box)

    def _table(self, table: Element) -> Iterator[Block]:
        head: list[str] = []
        for n, line in enumerate(table.iterchildren(qn("w:tr"))):
            cells = [list(self.of(cell)) for cell in line.iterchildren(qn("w:tc"))]
            texts = [" ".join(block.text for block in cell) for cell in cells]
            full = [cell for cell in cells if cell]
            if n == 0 and len(full) > 1 and all(block.bold for cell in full for block in cell):
                head = texts
            elif len(full) == 1 or any(len(cell) > 1 or len(cell[0].text) > _CELL for cell in full):
                for text, cell in zip(texts, cells, strict=True):
                    yield from (_cell(block, "" if text == texts[0] else texts[0]) for block in cell)
            else:
                yield from row(texts, head)


def _cell(block: Block, first: str) -> Block:
    if block.kind == "heading" or not first or len(first) > _CELL:
        return block
    return Block("item", block.text, block.level, block.label, block.bold, lead=first)


def _typed(text: str, bold: bool) -> Block:
    """Give a paragraph that Word does not call a list, though somebody may have typed a bullet or a number."""
    if (words := bulleted(text)) is not None:
        return Block("item", words, bold=bold)
    if (found := labelled(text)) and "." not in found[0]:
        return Block("item", found[1], label=found[0], bold=bold)
    return Block("paragraph", text, bold=bold)


def _runs(parent: Element) -> Iterator[tuple[str, bool]]:
    """Give the words in a paragraph, piece by piece, and whether each is bold or underlined."""
    for child in parent:
        if child.tag in _GONE or child.tag == qn("w:txbxContent"):
            continue
        if child.tag == qn("w:r"):
            marks = child.find(qn("w:rPr"))
            stands_out = marks is not None and any(
                mark.get(qn("w:val")) not in ("0", "false", "off", "none")
                for mark in marks.iterchildren(qn("w:b"), qn("w:u"))
            )
            words = "".join(
                piece.text or "" if piece.tag == qn("w:t") else _MARKS.get(piece.tag, "") for piece in child
            )
            yield words, stands_out
        else:
            yield from _runs(child)
