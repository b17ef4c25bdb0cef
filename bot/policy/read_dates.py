"""A document's own date and the day its review is due, read from what it says of itself. Must not know any format.

What is not a day is taken as the last day it can mean, so that no document is called overdue too early:

    2023/24 (a school year)      31 August 2024         Term 1 (of six)   31 October
    Autumn, Winter 2024          31 December 2024       Term 2            31 December
    Spring 2025                  30 April 2025          Term 3            28 or 29 February
    Summer 2025                  31 July 2025           Term 4            30 April
    July 2025                    31 July 2025           Term 5            31 May
    2025                         31 December 2025       Term 6            31 July
"""

import calendar
import re
from collections.abc import Iterable
from datetime import date

_MONTHS = tuple(name.casefold() for name in calendar.month_name)  # [0] is ""
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_SHORT = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept|sep|oct|nov|dec)\.?"
_SEASONS = {"autumn": 12, "winter": 12, "spring": 4, "summer": 7}  # the month in which each can end
_TERMS = {1: 10, 2: 12, 3: 2, 4: 4, 5: 5, 6: 7}
_DASH = r"\s?[/\u2013\u2014-]\s?"

# One alternative for each way of writing a date, the most exact first.
_WHEN = re.compile(
    rf"""\b(?:
    (?P<iso>\d{{4}}-\d\d-\d\d)
  | (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<of>{_MONTH}|{_SHORT}),?\s+(?P<in>\d{{4}})
  | (?P<d>\d{{1,2}})[/.-](?P<m>\d{{1,2}})[/.-](?P<y>\d{{4}}|\d\d)
  | (?P<month>{_MONTH}|{_SHORT}),?\s+(?P<month_in>\d{{4}})
  | (?P<season>autumn|winter|spring|summer)(?:\s+term)?,?\s+(?:of\s+)?(?P<season_in>(?:19|20)\d\d)
        (?:{_DASH}(?P<season_to>(?:20)?\d\d))?
  | term\s+(?P<term>[1-6]),?\s+(?:of\s+)?(?P<term_in>20\d\d)(?:{_DASH}(?P<term_to>(?:20)?\d\d))?
  | (?P<from>(?:19|20)\d\d){_DASH}(?P<to>(?:20)?\d\d)
  | (?P<year>(?:19|20)\d\d)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_DUE = re.compile(
    r"\b(?:next\s+(?:due\s+for\s+)?review(?:ed)?|date\s+of\s+(?:the\s+)?next\s+review|review\s+(?:date|due|by|on)"
    r"|due\s+(?:for|to\s+be)\s+(?:renew|review)(?:al|ed)?|renewal\s+date|(?:to|will)\s+be\s+reviewed|reviewed\s+by(?=\s+term))\b",
    re.IGNORECASE,
)
_LAST = re.compile(r"\b(?:last|previous|date\s+of\s+last)\s*$", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?:date|dated|approved|adopted|ratified|reviewed|updated|revised|version|agreed|written|published|effective)\b",
    re.IGNORECASE,
)
_REACH = 60  # characters between "next review" and its date
_BESIDES = 12  # characters of a line that is hardly more than a date
_AFTER = re.compile(
    rf"[\s,:\u2013\u2014-]*\(?(?:(?:{_MONTH}|autumn|spring|summer)\s)?(?:19|20)\d\d(?:{_DASH}(?:20)?\d\d)?\)?$",
    re.IGNORECASE,
)


def review_due(texts: Iterable[str]) -> date | None:
    """Give the last day on which a document is in date by its own words; the latest when it names several."""
    days = []
    for text in texts:
        for label in _DUE.finditer(text):
            if _LAST.search(text[: label.start()]):
                continue
            found = _WHEN.search(text, label.end(), label.end() + _REACH)
            if found and not _ended(text[label.end() : found.start()]) and (day := last_day(found[0])):
                days.append(day)
    return max(days, default=None)


def speaks_of_review(text: str) -> bool:
    """Say whether a line is about when the document is reviewed."""
    return _DUE.search(text) is not None


def dated(title: str, texts: Iterable[str]) -> str:
    """Give the document's own date in its own words, "" when it says none.

    The first of: a date in the title, one that stands alone, one beside a word such as "approved".
    """
    texts = [text for text in texts if not speaks_of_review(text)]
    alone = [text for text in texts if len(_WHEN.sub("", text)) <= _BESIDES and not _SAID.search(text)]
    for text in (title, *alone, *filter(_SAID.search, texts)):
        if (found := _WHEN.search(text)) and last_day(found[0]):
            return found[0]
    return ""


def without_date(title: str) -> str:
    """Give a title without the date behind it, which changes from version to version."""
    return _AFTER.sub("", title) or title


def _ended(between: str) -> bool:
    return re.search(r"[.!?;]\s", between) is not None


def last_day(words: str) -> date | None:
    """Give the last day that a date in words can mean; None for words that are no date, such as 31 April."""
    found = _WHEN.fullmatch(words.strip())
    if found is None:
        return None
    part = found.groupdict()
    try:
        return _last(part)
    except ValueError:
        return None


def _last(part: dict[str, str | None]) -> date:
    match part:
        case {"iso": str(iso)}:
            return date.fromisoformat(iso)
        case {"day": str(day), "of": str(month), "in": str(year)}:
            return date(int(year), _month(month), int(day))
        case {"d": str(day), "m": str(month), "y": str(year)}:
            return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
        case {"month": str(month), "month_in": str(year)}:
            return _end(int(year), _month(month))
        case {"season": str(season), "season_in": str(year), "season_to": to}:
            return _in_year(int(year), _SEASONS[season.casefold()], spans=to is not None)
        case {"term": str(term), "term_in": str(year), "term_to": to}:
            return _in_year(int(year), _TERMS[int(term)], spans=to is not None)
        case {"from": str(year), "to": str(to)}:
            last = int(year[:2] + to[-2:])
            if last != int(year) + 1:
                raise ValueError(f"{year}/{to} is no school year")
            return date(last, 8, 31)
        case {"year": str(year)}:
            return date(int(year), 12, 31)
    raise ValueError("no date")


def _in_year(year: int, month: int, *, spans: bool) -> date:
    """Give the last day of a month in a year, or (`spans`) in the school year that begins in it."""
    return _end(year + (spans and month < 9), month)


def _month(word: str) -> int:
    return next(n for n, name in enumerate(_MONTHS) if n and name.startswith(word.casefold().rstrip(".")[:3]))


def _end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
