"""Reads a school's settings file into a checked School. Must not know the school's people, flows or platform."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal

from bot.files import contents
from bot.flow.model import Severity, Subject
from bot.people import Role
from bot.reading import Table, meant, quoted
from bot.settings import Channel, Hours, Ladder, School, Step, Term

_TOLD = (Role.DSL, Role.DEPUTY, Role.HEAD, Role.CHAIR, Role.IT)  # never all staff, and never a child
_READERS = (*_TOLD, Role.STAFF)
_ABOUT = (Subject.ADULT, Subject.HEAD, Subject.DSL, Subject.DEPUTY, Subject.IT, Subject.CHAIR, Subject.SELF)
_NUMBERS = ("lado", "mash", "out_of_hours")
_NATIONS: tuple[Literal["ENG", "WLS", "SCT", "NIR"], ...] = ("ENG", "WLS", "SCT", "NIR")
_RECORDS: tuple[Literal["bot", "external"], ...] = ("bot", "external")
_FLOW = r"[a-z0-9_]{1,40}"
_FLOW_RULE = "a-z, 0-9 and '_', at most 40 of them"
_KEY = r"[A-Za-z0-9_-]{1,40}"
_KEY_RULE = "letters, 0-9, '_' and '-', at most 40 of them"
_NUMBER = r"\+?[0-9][0-9 ]{1,19}"  # 101 and 999 are numbers too
_MINUTE = timedelta(minutes=1)


def load_school(name: str, source: bytes) -> School:
    """Read one settings file. `name` is what mistakes call it. Raises Mistakes with everything that is wrong."""
    file = Table.parse(name, source)
    school = School(
        id=file.name("id", _KEY, _KEY_RULE),
        name=file.text("name"),
        hours=_hours(file.table("hours")),
        channels=(channels := _channels(file.table("channels"))),
        tell=(children := file.table("children")).words("tell", _TOLD),
        channel=_channel(children, channels),
        about=_about(file.table("about")),
        ladders=_ladders(file.table("ladder")),
        flows=frozenset(file.names("flows", _FLOW, _FLOW_RULE)),
        numbers=_numbers(file.table("numbers")),
        record=file.word("record", _RECORDS) or "bot",
        undelivered_after=file.duration("undelivered_after") or _MINUTE,
    )
    file.finish()
    return school


def read_school(path: Path) -> School:
    """Read the settings file at `path`. Raises Mistakes with everything that is wrong, a missing file included."""
    return load_school(path.name, contents(path))


def _hours(table: Table) -> Hours:
    opens, closes = table.time_of_day("opens"), table.time_of_day("closes")
    if opens and closes and opens >= closes:
        table.mistake(f"'closes' ({closes:%H:%M}) must be later than 'opens' ({opens:%H:%M})")
    terms = [(_term(inner), inner) for inner in table.tables("term", "term")]
    for (before, _), (after, inner) in pairwise(terms):
        if date.min < after.first <= before.last:  # date.min: it could not be read
            inner.mistake(f"begins on {after.first}, before the term above it is over ({before.last})")
    closed = frozenset(table.days("closed"))
    nation = table.word("nation", _NATIONS) or "ENG"
    return Hours(opens or time.min, closes or time.max, tuple(term for term, _ in terms), closed, nation)


def _term(table: Table) -> Term:
    first, last = table.take("first", date), table.take("last", date)
    if first and last and last < first:
        table.mistake(f"ends on {last}, before it begins on {first}")
    return Term(first or last or date.min, last or first or date.min)


def _channels(table: Table) -> Mapping[str, Channel]:
    found: dict[str, Channel] = {}
    for key in table:
        inner = table.table(key)
        found[key] = Channel(inner.text("id"), inner.text("name"), frozenset(inner.words("readers", _READERS)))
    return found


def _channel(table: Table, channels: Mapping[str, Channel]) -> str:
    wanted = table.text("channel")
    if wanted and wanted not in channels:
        known = ", ".join(channels) or "none"
        table.mistake(f"there is no channel {quoted(wanted)} under [channels] ({known}){meant(wanted, channels)}")
    return wanted


def _about(table: Table) -> Mapping[Subject, tuple[Role, ...]]:
    rules = {subject: table.words(subject.value, _TOLD) for subject in _ABOUT}
    for subject, told in rules.items():
        if subject.value in told:
            table.mistake(f"{subject.value!r} cannot hear of a concern about the {subject.value}")
    return rules


def _ladders(table: Table) -> Mapping[Severity, Ladder]:
    return {severity: _ladder(table.table(severity.word)) for severity in reversed(Severity)}


def _ladder(table: Table) -> Ladder:
    steps = [(_step(inner), inner) for inner in table.tables("step", "step")]
    for (before, _), (after, inner) in pairwise(steps):
        if timedelta() < after.after <= before.after:  # zero: it could not be read
            inner.mistake("must come later than the step above it")
    within = table.duration("decide_within") or _MINUTE
    return Ladder(tuple(step for step, _ in steps), within, table.flag("elapsed"))


def _step(table: Table) -> Step:
    return Step(table.duration("after") or timedelta(), table.words("tell", _TOLD))


def _numbers(table: Table) -> Mapping[str, str]:
    return {name: table.name(name, _NUMBER, "digits and spaces, and '+' in front") for name in _NUMBERS}
