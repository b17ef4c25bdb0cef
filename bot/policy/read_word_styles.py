"""What a Word file's styles and numbering say of a paragraph: heading, list, number. Must not know its words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

Element = Any  # lxml has no types

_HEADING = re.compile(r"heading\s*([1-9])", re.IGNORECASE)
_FORMATS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph is set. `list` is the number of the list it belongs to and its depth in it."""

    heading: int = 0  # 1 is the outermost
    contents: bool = False  # a line of the table of contents
    bold: bool = False
    list: tuple[str, int] | None = None


class Styles:
    """The styles of a file, each with what it inherits."""

    def __init__(self, styles: Element) -> None:
        """Take the file's <w:styles>."""
        self._styles = {_value(style, None, "styleId"): style for style in styles.iterchildren(qn("w:style"))}

    def of(self, paragraph: Element) -> Look:
        """Say how a paragraph is set, from its own marks, else those of its style."""
        chain = [paragraph.pPr, *self._chain(_value(paragraph.pPr, "w:pStyle"))]
        names = [_value(style, "w:name").casefold() for style in chain[1:]]
        heading = next((int(found[1]) for name in names if (found := _HEADING.match(name))), 0)
        outline = next((level for part in chain if (level := _value(part, "w:outlineLvl", deep=True))), "")
        if not heading and outline in set("012345678"):
            heading = int(outline) + 1
        return Look(
            heading=1 if "title" in names else heading,
            contents=any(name.startswith("toc ") for name in names),
            bold=any(_on(style.find(f"{qn('w:rPr')}/{qn('w:b')}")) for style in chain[1:]),
            list=_list(chain),
        )

    def _chain(self, name: str) -> Iterator[Element]:
        seen: set[str] = set()
        while name not in seen and (style := self._styles.get(name)) is not None:
            seen.add(name)
            yield style
            name = _value(style, "w:basedOn")


class Numbers:
    """Counts the numbered paragraphs of a file, which holds the rules of counting and not the numbers."""

    def __init__(self, numbering: Element | None) -> None:
        """Take the file's <w:numbering>; None where it has none."""
        self._levels: dict[str, dict[int, Element]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        for each in () if numbering is None else numbering.iterchildren(qn("w:abstractNum")):
            levels = {int(_value(level, None, "ilvl")): level for level in each.iterchildren(qn("w:lvl"))}
            self._levels[_value(each, None, "abstractNumId")] = levels
        for each in () if numbering is None else numbering.iterchildren(qn("w:num")):
            self._abstract[_value(each, None, "numId")] = _value(each, "w:abstractNumId")

    def next(self, numbered: tuple[str, int]) -> str:
        """Count a paragraph of a list and give its number, "4.5" or "a"; "" for a bullet."""
        number, depth = numbered
        abstract = self._abstract.get(number, "")
        level = self._levels.get(abstract, {}).get(depth)
        if level is None or _value(level, "w:numFmt") in ("bullet", "none", ""):
            return ""
        counts = self._counts.setdefault(abstract, {})
        counts[depth] = counts.get(depth, int(_value(level, "w:start") or 1) - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        said = re.sub(r"%([1-9])", lambda found: self._said(abstract, int(found[1]) - 1), _value(level, "w:lvlText"))
        return said.strip(" .():\t-")

    def _said(self, abstract: str, depth: int) -> str:
        count = self._counts[abstract].get(depth, 1)
        kind = _FORMATS.get(_value(self._levels[abstract].get(depth), "w:numFmt"), "1")
        match kind.casefold():
            case "a":
                said = chr(ord("a") + (count - 1) % 26)
            case "i":
                said = _roman(count)
            case _:
                return str(count)
        return said.upper() if kind.isupper() else said


def _roman(number: int) -> str:
    said = ""
    for value, letters in ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        said, number = said + letters * (number // value), number % value
    return said


def _list(chain: list[Element]) -> tuple[str, int] | None:
    found = [part.find(f".//{qn('w:numPr')}") for part in chain if part is not None]
    found = [part for part in found if part is not None]
    number = next((value for part in found if (value := _value(part, "w:numId"))), "0")
    depth = next((value for part in found if (value := _value(part, "w:ilvl"))), "0")
    return (number, int(depth)) if number != "0" else None


def _value(parent: Element | None, child: str | None, name: str = "val", *, deep: bool = False) -> str:
    """Give an attribute of an element, or of its child of that name; "" when there is none."""
    if parent is None:
        return ""
    found = parent if child is None else parent.find((".//" if deep else "") + qn(child))
    return "" if found is None else str(found.get(qn(f"w:{name}")) or "")


def _on(mark: Element | None) -> bool:
    return mark is not None and mark.get(qn("w:val")) not in ("0", "false", "off")
