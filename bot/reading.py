"""A checked reader of TOML: finds every mistake and says it so that it can be put right. Knows no setting."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from typing import Any, TypeVar

from rapidfuzz import fuzz, process

T = TypeVar("T")
Word = TypeVar("Word", bound=str)

_NEAR = 70  # of 100: 'hnt' is near enough to 'hint' to ask about, 'colour' is not
_SHOWN = 40  # characters of a wrong value that a mistake repeats
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
_KINDS: dict[type, str] = {
    str: "text in quotation marks",
    bool: "true or false",
    int: "a whole number",
    list: "a list in [square brackets]",
    dict: "a table",
    date: "a date like 2026-09-01, without quotation marks",
}


class Mistakes(Exception):  # not ...Error: it is what an administrator is shown, a list of mistakes
    """Everything that is wrong with a file (or several), one readable line each in `mistakes`."""

    def __init__(self, *mistakes: str) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def quoted(text: str) -> str:
    """Give text as a mistake repeats it: in quotation marks, on one line, and cut when it is long."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "...")


def meant(word: str, known: Iterable[str]) -> str:
    """Give " - did you mean 'hint'?" for the known word nearest to this one, or "" when none is near."""
    near = process.extractOne(word, list(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=_NEAR)
    return f" - did you mean '{near[0]}'?" if near else ""


def decoded(name: str, source: bytes) -> str:
    """Give the text of a file. Raises Mistakes for an empty one and for any encoding but plain UTF-8."""
    if source.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise Mistakes(f"{name}: starts with a byte order mark; save it as plain 'UTF-8', not 'UTF-8 with BOM'")
    try:
        text = source.decode()
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise Mistakes(f"{name}, line {line}: is not UTF-8; save the file as UTF-8") from None
    if not text.strip():
        raise Mistakes(f"{name}: is empty")
    return text


class Table:
    """A table of a TOML file. Its getters note a mistake and go on; `finish` of the outermost raises them."""

    def __init__(self, where: str, values: dict[str, object]) -> None:
        self.where = where  # "worry.toml, question 3 (what)"
        self._values = values
        self._asked: dict[str, None] = {}  # in the order they were asked for
        self._mistakes: list[str] = []
        self._inner: list[tuple[str, Table]] = []  # with the key of each

    @staticmethod
    def parse(name: str, source: bytes) -> "Table":
        """Read a whole file. Raises Mistakes for one that is not TOML in UTF-8."""
        text = decoded(name, source)
        try:
            return Table(name, tomllib.loads(text))
        except (ValueError, RecursionError) as error:  # a number of 5,000 digits is no TOMLDecodeError
            raise Mistakes(f"{name}: is not valid TOML: {error}") from error

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def mistake(self, what: str) -> None:
        """Note that something is wrong here."""
        self._mistakes.append(f"{self.where}: {what}")

    def finish(self) -> None:
        """Raise Mistakes if anything was wrong here or within, what was never asked for included."""
        if mistakes := self._collect():
            raise Mistakes(*mistakes)

    def _collect(self) -> list[str]:
        unknown = [
            f"{self.where}: unknown setting {quoted(key)}{meant(key, self._asked)}"
            for key in self._values
            if key not in self._asked
        ]
        keys = list(self._values)  # in the order of the file, whatever was asked for first
        inner = sorted(self._inner, key=lambda each: keys.index(each[0]))
        within = [mistake for _, table in inner for mistake in table._collect()]
        return [*self._mistakes, *unknown, *within]

    # Getters: each gives None or nothing once it has noted a mistake ----------------------------------------

    def take(self, key: str, kind: type[T], *, optional: bool = False) -> T | None:
        """Give the value of exactly this kind; None when it is missing or (a mistake) of another kind."""
        self._asked[key] = None
        if key not in self._values:
            if not optional:
                self.mistake(f"{key!r} is missing")
            return None
        value = self._values[key]
        if type(value) is kind:  # not isinstance: True is an int to Python, and a date with a time is a date
            return value
        self.mistake(f"{key!r} must be {_KINDS[kind]}")
        return None

    def text(self, key: str, *, optional: bool = False, limit: int = 0, what: str = "") -> str:
        """Give one line of text, "" for none.

        `limit` is the most characters it may have; 0: any number. `what` says what belongs in a gap, if it has any.
        """
        value = self.take(key, str, optional=optional)
        if value is None or self._gap(key, value, what) or not self._one_line(key, value):
            return ""
        if limit and len(value) > limit:
            self.mistake(f"{key!r} is {len(value)} characters long; {limit} is the most")
        return value

    def lines(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        """Give a list of lines of text."""
        found = self._list(key, optional=optional)
        if not all(isinstance(line, str) for line in found):
            self.mistake(f"{key!r} must be a list of text in quotation marks")
            return ()
        return tuple(line for line in found if self._one_line(key, line))

    def _list(self, key: str, *, optional: bool) -> list[Any]:
        found = self.take(key, list, optional=optional)
        if found == [] and not optional:
            self.mistake(f"{key!r} is an empty list")
        return found or []

    def one_or_more(self, key: str) -> tuple[str, ...]:
        """Give a text, or a list of them that is not empty."""
        return (self.text(key),) if isinstance(self._values.get(key), str) else self.lines(key)

    def _gap(self, key: str, value: str, what: str) -> bool:
        """Say whether a value is still to be filled in; if so, that is noted."""
        if gap := bool(what) and not value.strip():
            self.mistake(f"fill in {key!r}: {what}")
        return gap

    def _one_line(self, key: str, value: str) -> bool:
        if not value.strip():
            self.mistake(f"{key!r} has no words in it")
        elif any(unicodedata.category(c) == "Cc" for c in value):
            self.mistake(f"{key!r} must be one line, without tabs or other control characters")
        else:
            return True
        return False

    def name(self, key: str, pattern: str, rule: str, *, what: str = "") -> str:
        """Give a short text that matches `pattern`, which `rule` says in words; `what` as for `text`."""
        value = self.take(key, str)
        return "" if value is None or self._gap(key, value, what) else self._matching(key, value, pattern, rule)

    def names(self, key: str, pattern: str, rule: str) -> tuple[str, ...]:
        """Give a list of short texts like `name`."""
        return tuple(self._matching(key, line, pattern, rule) for line in self.lines(key))

    def _matching(self, key: str, value: str, pattern: str, rule: str) -> str:
        if re.fullmatch(pattern, value):
            return value
        self.mistake(f"{key!r}: {quoted(value)} may hold only {rule}")
        return ""

    def word(self, key: str, words: Sequence[Word], *, optional: bool = False) -> Word | None:
        """Give one of `words`."""
        value = self.take(key, str, optional=optional)
        return None if value is None else self._among(key, value, words)

    def words(self, key: str, words: Sequence[Word]) -> tuple[Word, ...]:
        """Give a list that holds at least one of `words`, none of them twice."""
        found = [word for line in self.lines(key) if (word := self._among(key, line, words)) is not None]
        if len(set(found)) < len(found):
            self.mistake(f"{key!r} names something twice")
        return tuple(found)

    def _among(self, key: str, value: str, words: Sequence[Word]) -> Word | None:
        for word in words:
            if word == value:
                return word
        listed = ", ".join(words)
        self.mistake(f"{quoted(value)} is not one of the words for {key!r} ({listed}){meant(value, words)}")
        return None

    def flag(self, key: str) -> bool:
        """Give true or false; false when it is not there."""
        return self.take(key, bool, optional=True) or False

    def number(self, key: str, most: int) -> int | None:
        """Give a whole number from 1 to `most`; None when it is not there."""
        value = self.take(key, int, optional=True)
        if value is not None and not 1 <= value <= most:
            self.mistake(f"{key!r} must be from 1 to {most}")
            return None
        return value

    def duration(self, key: str) -> timedelta | None:
        """Give a length of time, written like "90s", "10m" or "2h"."""
        value = self.take(key, str)
        found = re.fullmatch(r"([1-9][0-9]{0,3})([smh])", value or "")
        if found:
            return timedelta(**{_UNITS[found[2]]: int(found[1])})
        if value is not None:
            self.mistake(f'{key!r}: {quoted(value)} is not a length of time like "90s", "10m" or "2h"')
        return None

    def time_of_day(self, key: str) -> time | None:
        """Give a time of day, written like "08:30"."""
        value = self.take(key, str)
        found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", value or "")
        if found:
            return time(int(found[1]), int(found[2]))
        if value is not None:
            self.mistake(f'{key!r}: {quoted(value)} is not a time of day like "08:30"')
        return None

    def days(self, key: str) -> tuple[date, ...]:
        """Give a list of dates, which may be missing."""
        found = self.take(key, list, optional=True) or []
        if all(type(day) is date for day in found):
            return tuple(found)
        self.mistake(f"{key!r} must be a list of dates like 2026-09-01, without quotation marks")
        return ()

    def table(self, key: str, *, optional: bool = False) -> "Table":
        """Give the table under this key, or an empty one."""
        found = self.take(key, dict, optional=optional)
        inner = Table(f"{self.where}, {key}", found or {})
        if found is not None:  # what an absent table lacks is not said again, setting by setting
            self._inner.append((key, inner))
        return inner

    def tables(self, key: str, one: str, called: str = "", *, optional: bool = False) -> "list[Table]":
        """Give the list of tables under this key. A mistake calls each "`one` 2 (its value of `called`)"."""
        found = self._list(key, optional=optional)
        if not all(isinstance(values, dict) for values in found):
            self.mistake(f"{key!r} must be a list of tables, as [[{key}]] or [{{ ... }}, {{ ... }}]")
            return []
        inner = []
        for number, values in enumerate(found, 1):
            name = values.get(called)
            known = isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name)
            inner.append(Table(f"{self.where}, {one} {number}" + (f" ({name})" if known else ""), values))
        self._inner.extend((key, table) for table in inner)
        return inner
