"""What every format of a policy is first read into: blocks. Must not know any format, nor what a passage is."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from typing import Literal

Progress = Callable[[int, int], None]  # told how much of how much has been read
Remark = Callable[[str], None]  # told what somebody should look at, though reading went on

_LIGATURES = {ord(c): unicodedata.normalize("NFKC", c) for c in "\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"}
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))  # soft hyphens, joiners, byte order marks
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})+)[.):]?\s+(?=\S)")
_LETTER = re.compile(r"\(?(\d{1,2}|[a-z]|[ivx]{1,5})[.)]\s+(?=\S)")
# The last ones are how Word's symbol fonts come out; an "o" is one, typed.
_BULLET = re.compile(
    r"(?:[-*+o\u2013\u2014\u2022\u2023\u2043\u25aa\u25ab\u25a0\u25a1\u25cb\u25cf\u25e6\u2713\u2714\u27a2\u00b7]"
    r"|[\uf0b7\uf0a7\uf0fc\uf0d8\uf076])\s+(?=\S)"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PAGE = re.compile(r"[-\u2013|\s]*(?:page\s+)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?[-\u2013|\s]*", re.IGNORECASE)
# Ways of writing one mark that differ between formats of the same document.
_ALIKE = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a bullet (or numbered line, or row of a table) or a paragraph, as its format shows it."""

    kind: Literal["heading", "item", "paragraph"]
    text: str
    level: int = 0  # a heading's, where the format marks it: 1 is the outermost; a bullet's: 0 is the outermost
    label: str = ""  # the number in front, without the dots and brackets around it ("4.5", "a"); "" for a bullet
    bold: bool = False  # all of it stands out, as headings do that the format does not mark
    broken: bool = False  # a page ended just before it
    lead: str = ""  # what its format says it completes: the head of its table


def folded(text: str) -> str:
    """Give text as it is quoted: white space single, ligatures as letters, nothing unseen; all else as it stands."""
    return " ".join(text.translate(_UNSEEN).translate(_LIGATURES).split())


def alike(text: str) -> str:
    """Give text with plain quotation marks and hyphens, to compare it and never to show it."""
    return text.translate(_ALIKE)


def labelled(text: str) -> tuple[str, str] | None:
    """Give the number or letter in front of a line and the rest: ("4.5", "Staff phones"); None without one."""
    found = _NUMBER.match(text) or _LETTER.match(text)
    return (found[1], text[found.end() :]) if found else None


def bulleted(text: str) -> str | None:
    """Give a line without the bullet in front of it; None when there is no bullet."""
    found = _BULLET.match(text)
    return text[found.end() :] if found else None


def is_page_number(line: str) -> bool:
    """Say whether a line is nothing but the number of a page: "3", "- 3 -", "Page 3 of 12"."""
    return _PAGE.fullmatch(line) is not None


def row(cells: Iterable[str], head: Iterable[str] = ()) -> list[Block]:
    """Give a row of a table as one bullet, below the words of the table's head; nothing for an empty row."""
    text = " | ".join(cell for cell in map(folded, cells) if cell)
    return [Block("item", text, lead=" | ".join(filter(None, map(folded, head))))] if text else []


def words_of(lines: Iterable[str]) -> Set[str]:
    """Give the words of a file, small, for `together`; not those that the end of a line may have divided."""
    known: set[str] = set()
    divided = False
    for line in lines:
        words = _WORD.findall(line.casefold())
        after, divided = divided, line.endswith("-")
        known.update(words[1 if after else 0 : -1 if divided else None])
    return known


def together(first: str, second: str, known: Set[str]) -> str:
    """Put two lines of one sentence together, and with them a word that was divided at the line's end.

    A hyphen there stays, as in "off-site", unless the rest of the file (`known`) writes the word without one.
    """
    if first.endswith("\u00ad"):
        return first[:-1] + second
    head = re.search(r"([^\W\d_]+)-$", first)
    tail = re.match(r"[a-z]+", second)
    if not head or not tail:
        return f"{first} {second}"
    whole, parted = (f"{head[1]}{hyphen}{tail[0]}".casefold() for hyphen in ("", "-"))
    return (first[:-1] if whole in known and parted not in known else first) + second
