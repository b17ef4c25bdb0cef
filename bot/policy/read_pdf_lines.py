"""The lines on the pages of a PDF, without headers and footers. Must not know what becomes of them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from pdfminer.layout import LTChar, LTComponent, LTContainer, LTCurve, LTImage, LTPage, LTTextBox, LTTextLine

from bot.policy.read_blocks import bulleted, is_page_number, labelled

Found = TypeVar("Found", bound=LTComponent)

_LABEL = re.compile(r"\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z]|[ivx]{1,5})[.):]*|\S")  # all of a line: a number or a bullet
_BOLD = re.compile(r"bold|black|heavy|semib|demi", re.IGNORECASE)
_EDGE = 3  # lines at the top and at the bottom of a page that may be a header or a footer
_GAP = 1.2  # times the size of the type: so far apart are columns, and not words
_BEFORE = 3.0  # times the size of the type: so far in front of its line may a bullet be drawn


@dataclass(frozen=True, slots=True)
class Line:
    """One line of type. Distances are points from the page's left and top."""

    text: str
    page: int
    left: float
    right: float
    top: float
    size: float
    bold: bool
    words_at: float  # where its words begin, behind a bullet or a number
    bullet: bool = False  # one is drawn in front of it
    apart: bool = False  # it begins a column's cell


@dataclass(frozen=True, slots=True)
class _Piece:
    line: Line
    box: tuple[float, float]  # top and left of the text box it is in, as columns are read


def lines_of(page: LTPage, number: int) -> list[Line]:
    """Give the lines of a page from top to bottom; where there are columns, one column's cell after the other."""
    pieces = [_Piece(line, _corner(box, page)) for box in _every(page, LTTextBox) for line in _lines(box, page, number)]
    rows = [_labels_joined(row) for row in _rows(pieces)]
    columns = {piece.box for row in rows if len(row) > 1 for piece in row}
    rules = [(page.height - curve.y1, curve.x0, curve.x1) for curve in _every(page, LTCurve) if _is_rule(curve)]
    keyed = []
    for piece in (piece for row in rows for piece in row):
        inside = piece.box in columns
        top, left = piece.box if inside else (piece.line.top, 0.0)
        first = inside and _first(piece, rules)
        keyed.append(((round(top / 3), left, piece.line.top), replace(piece.line, apart=first)))
    dots = [curve for curve in _every(page, LTCurve) if _is_dot(curve)]
    return [_dotted(line, dots, page) for _, line in sorted(keyed, key=lambda pair: pair[0])]


def has_picture(page: LTPage) -> bool:
    """Say whether there is a picture on a page, which may be a scan of words."""
    return any(True for _ in _every(page, LTImage))


def without_edges(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """Give the lines of all pages but page numbers and what stands in the same place of page after page."""
    seen = Counter(key for page in pages for key in {_same(line) for line in _edges(page)})
    often = {key for key, times in seen.items() if times >= max(2, 0.3 * len(pages))}
    kept: list[Line] = []
    for page in pages:
        edges = _edges(page)
        gone = {line for line in edges if _same(line) in often or is_page_number(line.text)}
        kept += [line for line in page if line not in gone]
    return kept


def _same(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.top / 4)


def _edges(page: Sequence[Line]) -> list[Line]:
    ordered = sorted(page, key=lambda line: line.top)
    return ordered if len(ordered) <= 2 * _EDGE else [*ordered[:_EDGE], *ordered[-_EDGE:]]


def _every(parent: Iterable[LTComponent], kind: type[Found]) -> Iterator[Found]:
    for child in parent:
        if isinstance(child, kind):
            yield child
        elif isinstance(child, LTContainer):
            yield from _every(child, kind)


def _corner(box: LTTextBox, page: LTPage) -> tuple[float, float]:
    return page.height - box.y1, box.x0


def _lines(box: LTTextBox, page: LTPage, number: int) -> Iterator[Line]:
    for found in _every(box, LTTextLine):
        text = " ".join(found.get_text().split())
        chars = [char for char in found if isinstance(char, LTChar) and char.get_text().strip()]
        if text and chars:
            size = Counter(round(char.size * 2) / 2 for char in chars).most_common(1)[0][0]
            bold = all(_BOLD.search(char.fontname) for char in chars)
            words_at = chars[min(_marks(text), len(chars) - 1)].x0
            yield Line(text, number, found.x0, found.x1, page.height - found.y1, size, bold, words_at)


def _marks(text: str) -> int:
    """Count the characters of the bullet or the number in front of a line."""
    words = bulleted(text) or (labelled(text) or ("", text))[1]
    return len(text.removesuffix(words).replace(" ", ""))


def _rows(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Give what stands on the same height together, from left to right."""
    row: list[_Piece] = []
    for piece in sorted(pieces, key=lambda piece: piece.line.top):
        if row and piece.line.top - row[0].line.top > 0.4 * piece.line.size:
            yield sorted(row, key=lambda piece: piece.line.left)
            row = []
        row.append(piece)
    yield sorted(row, key=lambda piece: piece.line.left)


def _labels_joined(row: Sequence[_Piece]) -> list[_Piece]:
    """Put a bullet or a number and the words behind it together, and words that are only spread out."""
    joined: list[_Piece] = []
    for piece in row:
        line, before = piece.line, joined[-1].line if joined else None
        label = before is not None and _LABEL.fullmatch(before.text) is not None
        if before is not None and (label or line.left - before.right < _GAP * line.size):
            both = replace(line, text=f"{before.text} {line.text}", left=before.left, bold=line.bold and before.bold)
            joined[-1] = _Piece(replace(both, words_at=line.left if label else before.words_at), piece.box)
        else:
            joined.append(piece)
    return joined


def _first(piece: _Piece, rules: Sequence[tuple[float, float, float]]) -> bool:
    """Say whether a line is the first of its cell: of its text box, or below a rule."""
    line = piece.line
    above = (line.top - top for top, left, right in rules if left <= line.words_at <= right)
    return line.top - piece.box[0] < line.size / 2 or any(-1 <= distance < line.size / 2 for distance in above)


def _is_rule(curve: LTCurve) -> bool:
    return curve.height < 2 and curve.width > 20


def _is_dot(curve: LTCurve) -> bool:
    return 1 < curve.width < 9 and 0.7 < curve.width / max(curve.height, 0.1) < 1.4


def _dotted(line: Line, dots: Sequence[LTCurve], page: LTPage) -> Line:
    """Say of a line whether a bullet is drawn in front of it, as browsers do."""
    for dot in dots:
        middle = page.height - (dot.y0 + dot.y1) / 2
        if 0 < line.left - dot.x1 < _BEFORE * line.size and line.top < middle < line.top + 1.2 * line.size:
            return replace(line, left=dot.x0, bullet=True)
    return replace(line, bullet=bulleted(line.text) is not None)
