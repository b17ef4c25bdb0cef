"""Reads a school's list of people (CSV) into checked entries. Must not know where they are kept, or what roles do."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.files import contents
from bot.people import Member, Role
from bot.reading import Mistakes, decoded, meant, quoted

PLATFORMS = ("web", "slack", "teams")  # a column each: the platform's own id of the person
COLUMNS = ("id", "name", "roles", "class", "place", "phone", "e-mail", *PLATFORMS, "joined", "left")
_NEEDED = ("id", "name", "roles")
_ALSO = {"role": "roles", "email": "e-mail"}
_MARK = b"\xef\xbb\xbf"  # Excel's "CSV UTF-8" begins with it
_BETWEEN = ",;\t"  # what stands between cells; which of them, a spreadsheet takes from the computer's country
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)/(\d\d?)/(\d{4})", re.ASCII)  # ours, and a British spreadsheet's
# Rules are made for DSLs and for staff: nobody may slip through one by holding only the narrower role.
_ALSO_HOLDS = {Role.LEAD_DSL: Role.DSL, **dict.fromkeys((Role.SENIOR, Role.COMPUTING, Role.OFFICE), Role.STAFF)}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: a person, their ids by platform, and their first and last day at the school."""

    member: Member
    accounts: Mapping[str, str] = field(default_factory=dict)
    joined: date | None = None
    left: date | None = None
    line: int = 0  # of the file

    def listed(self, today: date) -> bool:
        """Say whether they are at the school on a day."""
        return (self.joined is None or self.joined <= today) and (self.left is None or today <= self.left)


def load_list(name: str, source: bytes) -> tuple[Entry, ...]:
    """Read a list of people: a first line of column names, then a line for each person.

    `name` is what mistakes call the file. Roles stand in one cell with spaces between. Cells may be parted by commas,
    semicolons or tabs. Raises Mistakes with everything that is wrong, by line and column.
    """
    text = _text(name, source)
    between = max(_BETWEEN, key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True, skipinitialspace=True)
    lines: list[_Line] = []
    mistakes: list[str] = []
    try:
        columns = _columns(name, next(rows, []))
        lines += (_Line(rows.line_num, columns, row) for row in rows if any(cell.strip() for cell in row))
    except csv.Error as error:
        mistakes.append(f"{name}, line {rows.line_num}: is not valid CSV: {error}")
    entries = [line.entry() for line in lines]
    _only_once(lines)
    mistakes = [f"{name}, line {line.number}{wrong}" for line in lines for wrong in line.mistakes] + mistakes
    if not lines and not mistakes:
        mistakes.append(f"{name}: lists nobody")
    if mistakes:
        raise Mistakes(*mistakes)
    return tuple(entries)


def read_list(path: Path) -> tuple[Entry, ...]:
    """Read the list of people at `path`. Raises Mistakes with everything that is wrong, a missing file included."""
    return load_list(path.name, contents(path))


def read_people(path: Path) -> tuple[Member, ...]:
    """Read the people of a list that says of nobody when they joined or left, as the shipped ones do."""
    return tuple(entry.member for entry in read_list(path))


def _text(name: str, source: bytes) -> str:
    """Give the text of a file as a spreadsheet writes it."""
    source = source.removeprefix(_MARK)
    try:
        source.decode()
    except UnicodeDecodeError:
        raise Mistakes(f"{name}: is not UTF-8; in Excel, save it as 'CSV UTF-8 (Comma delimited)'") from None
    return decoded(name, source)


def _columns(name: str, first: Sequence[str]) -> tuple[str, ...]:
    """Give the columns. Without them nothing of a list can be read, so these mistakes end the reading."""
    columns = [cell.strip().casefold() for cell in first]
    while columns and not columns[-1]:  # a spreadsheet leaves empty columns at the end
        columns.pop()
    columns = [_ALSO.get(column, column) for column in columns]
    unknown = [c for c in columns if c not in COLUMNS]
    mistakes = [f"{name}, line 1: unknown column {quoted(c)}{meant(c, COLUMNS)}" for c in unknown]
    mistakes += [f"{name}, line 1: the column {c!r} is missing" for c in _NEEDED if c not in columns]
    mistakes += [f"{name}, line 1: the column {c!r} is there twice" for c in COLUMNS if columns.count(c) > 1]
    if mistakes:
        raise Mistakes(*mistakes)
    return tuple(columns)


class _Line:
    """One line of the file, and what is wrong with it."""

    def __init__(self, number: int, columns: Sequence[str], row: Sequence[str]) -> None:
        self.number = number
        self.mistakes: list[str] = []
        cells = [" ".join(cell.split()) for cell in row]
        self.cells = dict(zip(columns, cells, strict=False))
        if any(cells[len(columns) :]):
            self.mistakes.append(": has more cells than there are columns; put a cell with a comma in quotation marks")
        for column, cell in self.cells.items():
            if not cell.isprintable():
                self.wrong(column, "holds characters that cannot be shown")

    def wrong(self, column: str, what: str) -> None:
        """Note that something is wrong with a cell."""
        self.mistakes.append(f", {column}: {what}")

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def entry(self) -> Entry:
        """Give the person of this line, as far as they can be read."""
        if self["id"] and not _ID.fullmatch(self["id"]):
            self.wrong("id", f"{quoted(self['id'])} may hold only letters, 0-9, '_' and '-', at most 40 of them")
        for column in _NEEDED:
            if not self[column]:
                self.wrong(column, "is empty")
        if self["e-mail"] and not _EMAIL.fullmatch(self["e-mail"]):
            self.wrong("e-mail", f"{quoted(self['e-mail'])} is not an e-mail address")
        roles, joined, left = self._roles(), self._day("joined"), self._day("left")
        if joined and left and left < joined:
            self.wrong("left", f"{left} is before they joined ({joined})")
        return Entry(
            Member(self["id"], self["name"], roles, self["class"], self["phone"], self["place"], email=self["e-mail"]),
            {platform: self[platform] for platform in PLATFORMS if self[platform]},
            joined,
            left,
            self.number,
        )

    def _roles(self) -> frozenset[Role]:
        known = {role.value: role for role in Role}
        found = set[Role]()
        for written in re.split(r"[\s,;/+]+", self["roles"].strip(" ,;/+")):
            word = written.casefold().replace("-", "_")
            if word in known:
                found.add(known[word])
            elif word:
                listed = ", ".join(known)
                self.wrong("roles", f"unknown role {quoted(written)} ({listed}){meant(word, known)}")
        if Role.PUPIL in found and len(found) > 1:
            self.wrong("roles", "a pupil holds no other role")
        for role, other in _ALSO_HOLDS.items():
            if role in found and other not in found:
                self.wrong("roles", f"somebody with the role '{role}' holds '{other}' too: write '{role} {other}'")
        return frozenset(found)

    def _day(self, column: str) -> date | None:
        if not self[column]:
            return None
        found = _DAY.fullmatch(self[column])
        year, month, day = (found.groups()[:3] if found[1] else found.groups()[:2:-1]) if found else ("0", "0", "0")
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            self.wrong(column, f"{quoted(self[column])} is not a date like 2026-09-01 or 01/09/2026")
            return None


def _only_once(lines: Iterable[_Line]) -> None:
    """Note what two lines share that only one may have: an id, or an account on a platform."""
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        for key in _keys(line):
            if key in seen:
                line.wrong(key[0], f"{quoted(key[1])} is already on line {seen[key]}")
            else:
                seen[key] = line.number


def _keys(line: _Line) -> Iterator[tuple[str, str]]:
    yield from ((column, line[column]) for column in ("id", *PLATFORMS) if line[column])
