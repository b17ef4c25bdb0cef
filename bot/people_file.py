"""Reads a list of people (CSV) into checked Members. Must not know where they are kept or what roles may do."""

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

from bot.files import contents
from bot.people import Member, Role
from bot.reading import Mistakes, decoded, meant, quoted

_NEEDED = ("id", "name", "role")
_COLUMNS = (*_NEEDED, "class", "phone", "place")
_MARK = b"\xef\xbb\xbf"  # Excel's "CSV UTF-8" begins with it
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


def load_people(name: str, source: bytes) -> tuple[Member, ...]:
    """Read a list of people: a first line of column names, then a line for each person.

    `name` is what mistakes call the file. Roles stand in one cell with spaces between. Raises Mistakes.
    """
    text = decoded(name, source.removeprefix(_MARK))
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    members: list[Member] = []
    lines: dict[str, int] = {}  # id -> the line it is on
    mistakes: list[str] = []
    try:
        _check_columns(name, [column.strip() for column in rows.fieldnames or ()])
        rows.fieldnames = [column.strip() for column in rows.fieldnames or ()]
        for row in rows:
            if not any(row.values()):  # a spreadsheet writes its empty lines as ",,,,,"
                continue
            member, wrong = _member(row)
            if member.id in lines:
                wrong.append(f"the id {member.id!r} is already on line {lines[member.id]}")
            elif member.id:
                lines[member.id] = rows.line_num
            mistakes += [f"{name}, line {rows.line_num}: {mistake}" for mistake in wrong]
            members.append(member)
    except csv.Error as error:
        mistakes.append(f"{name}, line {rows.reader.line_num}: is not valid CSV: {error}")
    if not members and not mistakes:
        mistakes.append(f"{name}: lists nobody")
    if mistakes:
        raise Mistakes(*mistakes)
    return tuple(members)


def read_people(path: Path) -> tuple[Member, ...]:
    """Read the list of people at `path`. Raises Mistakes with everything that is wrong, a missing file included."""
    return load_people(path.name, contents(path))


def _check_columns(name: str, columns: list[str]) -> None:
    """Without its columns nothing of a list can be read, so these mistakes end the reading."""
    unknown = [column for column in columns if column not in _COLUMNS]
    mistakes = [f"{name}, line 1: unknown column {quoted(c)}{meant(c, _COLUMNS)}" for c in unknown]
    mistakes += [f"{name}, line 1: the column {c!r} is missing" for c in _NEEDED if c not in columns]
    mistakes += [f"{name}, line 1: the column {c!r} is there twice" for c in _COLUMNS if columns.count(c) > 1]
    if mistakes:
        raise Mistakes(*mistakes)


def _member(row: Mapping[str | None, str | list[str] | None]) -> tuple[Member, list[str]]:
    """Give the person of a line, as far as they can be read, and what is wrong with the line."""
    cells = {key: " ".join(cell.split()) for key in _COLUMNS if isinstance(cell := row.get(key) or "", str)}
    wrong: list[str] = []
    if None in row:
        wrong.append("has more cells than there are columns; put a cell with a comma in quotation marks")
    if not all(cell.isprintable() for cell in cells.values()):
        wrong.append("holds characters that cannot be shown")
    if not cells["id"]:
        wrong.append("has no id")
    elif not _ID.fullmatch(cells["id"]):
        wrong.append(f"the id {quoted(cells['id'])} may hold only letters, 0-9, '_' and '-', at most 40 of them")
    if not cells["name"]:
        wrong.append("has no name")
    roles, unknown = _roles(cells["role"])
    wrong += unknown
    if not cells["role"]:
        wrong.append("has no role")
    if Role.PUPIL in roles and len(roles) > 1:
        wrong.append("a pupil holds no other role")
    return Member(cells["id"], cells["name"], roles, cells["class"], cells["phone"], cells["place"]), wrong


def _roles(cell: str) -> tuple[frozenset[Role], list[str]]:
    known = {role.value: role for role in Role}
    words = cell.split()
    listed = ", ".join(known)
    unknown = [f"unknown role {quoted(w)} ({listed}){meant(w, known)}" for w in words if w not in known]
    return frozenset(known[word] for word in words if word in known), unknown
