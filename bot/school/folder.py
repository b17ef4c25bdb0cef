"""A real school's own folder: makes a new one, and reads one whole. Must not know how it is served.

It lies outside the code, so that an upgrade never overwrites it: settings, people, keys, and beside them the store.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.clock import school_date
from bot.files import contents, shipped, write_once
from bot.inspection.school import problems
from bot.library import read_flows, rulebook, shipped_school
from bot.people import Roster
from bot.reading import Mistakes
from bot.school.people_file import Entry, read_list
from bot.school.settings_file import read_school
from bot.service.rulebook import Rulebook
from bot.settings import School
from bot.storage.database import Unusable
from bot.storage.vault import Vault
from bot.wiring import KEYS, STORE, open_keys

T = TypeVar("T")
SETTINGS, PEOPLE, README = "school.toml", "people.csv", "README.md"
EXAMPLE = "example-"  # how the ids begin of the people whom `lay_out` makes up
# What only the school knows. Everything else in the shipped example is a proposal it may keep.
_GAPS = re.compile(r'^((?:id|name|lado|mash|out_of_hours) = )"[^"]*"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Held:
    """What a school's folder holds, read and checked. `people` is everybody on the list, leavers too."""

    book: Rulebook
    people: tuple[Entry, ...]


def lay_out(folder: Path) -> tuple[Path, ...]:
    """Make a school's folder, readable by this user only, and give the files put there.

    Raises Mistakes for a folder that holds any of them already, and for one that cannot be written.
    """
    there = [name for name in (SETTINGS, PEOPLE, KEYS, README, STORE) if (folder / name).exists()]
    if there:
        raise Mistakes(f"{folder} holds {', '.join(there)} already: nothing was changed. Name a new folder")
    new = shipped("content") / "schools" / "new"
    files = {
        SETTINGS: _settings(),
        PEOPLE: contents(new / PEOPLE),
        README: contents(new / README),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, text in files.items():
            write_once(folder / name, text)
        Vault.create(folder / KEYS)
    except OSError as wrong:
        raise Mistakes(f"{folder} cannot be used: {wrong.strerror}") from wrong
    return tuple(folder / name for name in (*files, KEYS))


def _settings() -> bytes:
    """Give the settings of the shipped example, with gaps where only a school knows what to write."""
    text = contents(shipped("content") / "schools" / "example.toml").decode()
    top, _, rest = text.partition("\n[")  # within a table, an id and a name are a channel's
    tables, _, numbers = rest.rpartition("\n[numbers]")
    return f"{_GAPS.sub(_gap, top)}\n[{tables}\n[numbers]{_GAPS.sub(_gap, numbers)}".encode()


def _gap(found: re.Match[str]) -> str:
    return f'{found[1]}""'.ljust(len(found[0]))


def rules_of(folder: Path, school: str) -> School:
    """Give the rules of the school in a folder: its own settings, else the shipped ones by name. Raises Mistakes."""
    own = folder / SETTINGS
    return read_school(own) if own.exists() else shipped_school(school)[0]


def book_of(folder: Path | None, school: str, now: datetime, flows: Path | None = None) -> tuple[Rulebook, Roster]:
    """Give the rules and the people of the school in a folder; without one, of the shipped school.

    With `flows`, those files alone. Raises Mistakes.
    """
    if folder:
        held = read_folder(folder, now, flows)
        return held.book, roster(held.people, now)
    rules, people = shipped_school(school)
    return rulebook(rules, flows), Roster(people)


def read_folder(folder: Path, now: datetime, flows: Path | None = None) -> Held:
    """Read and check a school's folder, with other flows than the shipped ones if they are given.

    Raises Mistakes: everything that is missing or wrong, in one go.
    """
    if not folder.is_dir():
        raise Mistakes(f"{folder} is not a folder: `beacon init {folder}` makes one")
    mistakes: list[str] = []

    def tried(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except Mistakes as wrong:
            mistakes.extend(wrong.mistakes)
            return None

    school = tried(lambda: read_school(folder / SETTINGS))
    people = tried(lambda: read_people(folder))
    mistakes += _keys(folder)
    if school:
        book = tried(lambda: rulebook(school, flows, folder))
    else:  # what is wrong with its flows is said all the same
        book = None
        tried(lambda: read_flows(flows, folder))
    if book and people:
        mistakes += problems(book, roster(people, now), now)
    if mistakes or not (book and people):
        raise Mistakes(*mistakes)
    return Held(book, people)


def read_people(folder: Path) -> tuple[Entry, ...]:
    """Read the people file of a school's folder. Raises Mistakes, also for people whom `lay_out` made up."""
    people = read_list(folder / PEOPLE)
    examples = [entry.line for entry in people if entry.member.id.startswith(EXAMPLE)]
    if examples:
        what = "is an example; put somebody of your school there, or delete the line"
        raise Mistakes(*(f"{PEOPLE}, line {line}: {what}" for line in examples))
    return people


def roster(people: tuple[Entry, ...], now: datetime) -> Roster:
    """Give those of a list who are at the school now."""
    return Roster(entry.member for entry in people if entry.listed(school_date(now)))


def _keys(folder: Path) -> list[str]:
    path = folder / KEYS
    if not path.exists() and not (folder / STORE).exists():
        return [f"{KEYS}: there is no such file in {folder}; put it back, or begin again with `beacon init`"]
    try:
        open_keys(folder)
    except Unusable as wrong:
        return [str(wrong)]
    if os.name == "posix" and path.stat().st_mode & 0o077:
        return [f"{KEYS}: other users of this machine can read it: run `chmod 600 {path}`"]
    return []
