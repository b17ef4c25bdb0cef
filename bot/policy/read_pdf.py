"""PDF into blocks, by where the lines stand and how large they are. Must not know what becomes of the blocks."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from io import BytesIO
from itertools import pairwise
from statistics import median

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from bot.policy.read_blocks import Block, Progress, Remark, bulleted, folded, labelled, together, words_of
from bot.policy.read_pdf_lines import Line, has_picture, lines_of, without_edges

_NEAR = 3.0  # points: two lines begin at the same place
_LOOSE = 1.25  # times the usual distance of lines: a new paragraph
_ROOM = 1.3  # times a word's estimated width: with so much room it would have stood on the line before
_LARGE = 1.08  # times the size of most of the type: a heading
_LONGEST = 160  # characters of a heading


class TooLong(Exception):
    """The document has more pages than it may have; its argument says how many."""


def blocks(source: bytes, most: int, progress: Progress, remark: Remark) -> list[Block]:
    """Read a PDF of at most `most` pages; nothing for one that has only pictures of words.

    Raises TooLong, and what pdfminer raises for a file that is locked or broken: nearly anything.
    """
    document = PDFDocument(PDFParser(BytesIO(source)))
    pages = list(PDFPage.create_pages(document))
    if len(pages) > most:
        raise TooLong(len(pages))
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=LAParams(all_texts=True))
    interpreter = PDFPageInterpreter(resources, device)
    read: list[list[Line]] = []
    pictures: list[int] = []
    for number, page in enumerate(pages, 1):
        interpreter.process_page(page)
        layout = device.get_result()
        read.append(lines_of(layout, number))
        if not read[-1] and has_picture(layout):
            pictures.append(number)
        progress(number, len(pages))
    if any(read):
        for number in pictures:
            remark(f"page {number} is a picture without text: what it says was not read")
    return _blocks(without_edges(read))


def _blocks(lines: Sequence[Line]) -> list[Block]:
    if not lines:
        return []
    usual = Counter[float]()
    for line in lines:
        usual[line.size] += len(line.text)
    body = usual.most_common(1)[0][0]
    large = sorted({line.size for line in lines if line.size > _LARGE * body}, reverse=True)
    known = words_of(line.text for line in lines)
    right = max(line.right for line in lines if line.size == body)
    found = []
    for group, broken in _groups(lines, right):
        text = reduce(lambda a, b: together(a, b, known), (line.text for line in group))
        level = large.index(group[0].size) + 1 if group[0].size in large and len(text) <= _LONGEST else 0
        found.append(_block(text, group, level, broken))
    return found


def _block(text: str, group: Sequence[Line], level: int, broken: bool) -> Block:
    text, first = folded(text), group[0]
    bold = all(line.bold for line in group)
    if level and not first.bullet:
        return Block("heading", text, level)
    if first.bullet:
        return Block("item", bulleted(text) or text, bold=bold)
    if (found := labelled(text)) and "." not in found[0]:
        return Block("item", found[1], label=found[0], bold=bold)
    return Block("paragraph", text, bold=bold, broken=broken)


def _groups(lines: Sequence[Line], right: float) -> Iterator[tuple[list[Line], bool]]:
    """Give the lines of each block, and whether it goes on, by its place, with what a page's end parted."""
    usual = _pitch(lines, right)
    group: list[Line] = []
    broken = False
    for line in lines:
        if group and _begins(line, group, usual, right):
            yield group, broken
            broken = line.page != group[-1].page and _goes_on(line, group)
            group = []
        group.append(line)
    yield group, broken


def _begins(line: Line, group: Sequence[Line], usual: float, right: float) -> bool:
    first, last = group[0], group[-1]
    if line.page != last.page or line.apart or not _alike(line, group):
        return True
    labels = line.bullet or labelled(line.text) is not None
    inside = first.words_at > first.left + _NEAR or first.bullet  # a bullet's further lines stand below its words
    if labels and (not inside or line.left < first.words_at - _NEAR):
        return True
    if (line.top - last.top) / line.size > _LOOSE * usual:
        return True
    indented = len(group) == 1 and not inside and line.left < first.left  # the first line of a paragraph
    if line.left < first.words_at - _NEAR and not indented and not first.bold:
        return True
    return not line.text[:1].islower() and not _wrapped(last, line, right)


def _pitch(lines: Sequence[Line], right: float) -> float:
    """Give how far apart the lines of a paragraph stand, in sizes of the type."""
    steps = [
        (after.top - before.top) / after.size
        for before, after in pairwise(lines)
        if before.page == after.page and before.size == after.size and _wrapped(before, after, right)
    ]
    return median(steps) if steps else 1.2


def _wrapped(before: Line, after: Line, right: float) -> bool:
    """Say whether a line ended because it was full: what comes next found no room in it."""
    letter = (before.right - before.left) / len(before.text)
    word = next((word for word in after.text.split() if word[0].isalnum()), "")  # no line begins with a dash alone
    return before.right + _ROOM * letter * (len(word) + 2) > right


def _alike(line: Line, group: Sequence[Line]) -> bool:
    """Say whether a line is set as the block is; a bullet may begin in bold."""
    first = group[0]
    listed = first.bullet or labelled(first.text) is not None
    return abs(line.size - first.size) < 0.6 and (line.bold == first.bold or listed)


def _goes_on(line: Line, group: Sequence[Line]) -> bool:
    return not line.bullet and _alike(line, group) and abs(line.left - group[-1].words_at) < _NEAR
