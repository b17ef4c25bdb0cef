"""One answer: cleaned, and checked against its question. Pure."""

import re
import time
from datetime import date

from bot.flow import addresses
from bot.flow.model import Answer, Kind, Question
from bot.flow.talk import Remark

# Control characters and the marks that reverse reading order: they are never anybody's words, and the second kind can
# make a line read otherwise than it is stored. Tabs, line ends and the joiners inside emoji stay.
_UNSPOKEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_LONE_HALF = re.compile("[\ud800-\udfff]")
# How a date may be written: never the month first, nor a year of two digits. Months are named in English, as the flows.
_WRITTEN = tuple(order.replace("%m", month) for order in ("%Y %m %d", "%d %m %Y") for month in ("%m", "%B", "%b"))


def clean(text: str) -> str:
    """Give somebody's words as they wrote them, without characters that cannot be read."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSPOKEN.sub("", _LONE_HALF.sub("\ufffd", text)).strip()


def check(question: Question, values: tuple[str, ...], today: date) -> Answer | Remark:
    """Give the answer to keep, or the remark that says what is wrong with it.

    An empty answer to an optional question skips it. `today` is the school's date.
    """
    if question.kind is Kind.CHOICES:
        return _check_many(question, values)
    if len(values) > 1:
        return Remark("one-answer", error=True)
    value = clean(values[0]) if values else ""
    if not value:
        needed = "choose-one" if question.choices else "answer-needed"
        return "" if question.optional else Remark(needed, error=True)
    match question.kind:
        case Kind.CHOICE:
            return value if value in question.values else Remark("choose-one", error=True)
        case Kind.LOOKUP:
            return value if value in question.values else Remark("moved-on", error=True)
        case Kind.DATE:
            return _check_date(value, today, ahead=question.ahead)
        case Kind.ADDRESS:
            address = addresses.read(value) if len(value) <= question.limit else None
            return address or Remark("not-an-address", error=True)
        case Kind.TEXT | Kind.PERSON | Kind.LONG_TEXT:
            if len(value) > question.limit:
                blanks = {"limit": str(question.limit), "length": str(len(value))}
                return Remark("too-long", blanks, error=True)
            return value if question.kind is Kind.LONG_TEXT else " ".join(value.split())


def _check_many(question: Question, values: tuple[str, ...]) -> Answer | Remark:
    chosen = {clean(v) for v in values} - {""}
    if not chosen <= question.values:
        return Remark("choose-listed", error=True)
    if not chosen and not question.optional:
        return Remark("choose-some", error=True)
    return tuple(c.value for c in question.choices if c.value in chosen)


def _check_date(value: str, today: date, *, ahead: bool) -> Answer | Remark:
    day = _day(value)
    if day is None:
        return Remark("not-a-date", error=True)
    if day > today and not ahead:
        return Remark("date-ahead", error=True)
    if day < today and ahead:
        return Remark("date-past", error=True)
    return day.isoformat()


def _day(value: str) -> date | None:
    """Read a date as a date field sends it or as people type it: 2026-03-27, 27 3 2026, 27/3/2026, 27 March 2026."""
    parts = " ".join(re.findall(r"[^\s,./-]+", value))
    for order in _WRITTEN if parts.isascii() else ():
        try:
            year, month, day, *_ = time.strptime(parts, order)
            return date(year, month, day)
        except ValueError:
            continue
    return None
