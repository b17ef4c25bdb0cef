"""Goes through a whole school, or all that came with the program, and says what it finds. Knows no terminal."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.clock import school_date
from bot.files import shipped
from bot.inspection.school import problems, warnings
from bot.library import FLOWS, rulebook, shipped_school, shipped_schools
from bot.people import Roster
from bot.reading import Mistakes
from bot.school.folder import SETTINGS, read_folder, roster
from bot.service.rulebook import Rulebook


@dataclass(slots=True)
class Found:
    """What is well, a line each, and what is wrong."""

    well: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def inspect_folder(folder: Path, flows: Path | None, now: datetime) -> Found:
    """Go through a real school's folder."""
    found = Found()
    try:
        held = read_folder(folder, now, flows)
    except Mistakes as wrong:
        found.wrong += wrong.mistakes
    else:
        if not flows:
            found.well += _own_flows(folder / FLOWS, held.book)
        found.well += _said(held.book, roster(held.people, now), now)
    return found


def inspect_shipped(only: str | None, flows: Path | None, now: datetime) -> Found:
    """Go through the made-up schools, or one of them."""
    found = Found()
    for name in [only] if only else shipped_schools():
        try:
            rules, people = shipped_school(name)
            book, listed = rulebook(rules, flows), Roster(people)
        except Mistakes as wrong:  # a flow that is wrong is wrong in every school
            found.wrong += [mistake for mistake in wrong.mistakes if mistake not in found.wrong]
            continue
        if mistakes := problems(book, listed, now):
            found.wrong += [f"{name}: {mistake}" for mistake in mistakes]
        else:
            found.well += _said(book, listed, now)
    return found


def _own_flows(own: Path, book: Rulebook) -> Iterator[str]:
    """Say what becomes of each file among a school's own flows; nobody may think that one counts which does not."""
    for path in sorted(own.iterdir()) if own.exists() else ():
        flow = book.flows.get(path.stem) if path.suffix == ".toml" else None
        if (shipped("flows") / path.name).exists():
            yield f"{FLOWS}/{path.name}: takes the place of the one that came with Beacon"
        elif flow and (flow.procedure == "casework" or flow.id in book.school.flows):
            yield f"{FLOWS}/{path.name}: is added to those that came with Beacon"
        elif flow:
            yield f"{FLOWS}/{path.name}: nobody can start it: add {flow.id!r} to 'flows' in {SETTINGS}"
        elif not path.name.startswith("."):
            yield f"{FLOWS}/{path.name}: is not read: the name of a flow's file ends in .toml"


def _said(book: Rulebook, listed: Roster, now: datetime) -> list[str]:
    name = book.school.name
    return [
        *(f"{name}, soon or unsure: {warning}" for warning in warnings(book.school, listed, school_date(now))),
        f"{name}: {len(book.flows)} flows, {len(list(listed))} people, nothing wrong",
    ]
