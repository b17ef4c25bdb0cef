"""How the register of filter changes looks: as text to read, as a table for a spreadsheet, as JSON. Reads no store."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime

from bot.clock import LONDON
from bot.flow.addresses import unlinked
from bot.register.entries import Decision, Entry, Step, Work
from bot.words import Words

# A spreadsheet takes a cell that begins so for a formula, which could fetch or send something.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last are wide
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # letters run the other way after these
_LABEL = 13  # letters: the width of the first column


def as_json(entries: Sequence[Entry]) -> str:
    """Give the register as JSON: a list of entries as `Entry` has them, days and times as ISO 8601."""
    return json.dumps([asdict(entry) for entry in entries], indent=2, ensure_ascii=False, default=_iso)


def as_csv(entries: Sequence[Entry]) -> str:
    """Give the register as a table, a row for each entry; its decisions are one cell. No cell can be a formula."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(_columns())
    table.writerows([_harmless(cell) for cell in _row(entry)] for entry in entries)
    return out.getvalue()


def _columns() -> list[str]:
    plain = [field.name for field in fields(Entry)]
    works = {"done", "undone"}
    return [
        column
        for name in plain
        for column in ([f"{name}_{part.name}" for part in fields(Work)] if name in works else [name])
    ]


def _row(entry: Entry) -> Iterator[str]:
    for field in fields(Entry):
        value = getattr(entry, field.name)
        match value:
            case Work():
                yield from (_plain(getattr(value, part.name)) for part in fields(Work))
            case None if field.name in ("done", "undone"):
                yield from ("" for _ in fields(Work))
            case tuple():
                yield "\n".join(_decided(decision) for decision in value)
            case _:
                yield _plain(value)


def _decided(decision: Decision | Step) -> str:
    """Give a decision or a step on one line: its parts by name, without those that are empty."""
    parts = asdict(decision)
    return "; ".join(f"{name}: {_plain(part)}" for name, part in parts.items() if part)


def _plain(value: object) -> str:
    return "" if value is None else _iso(value) if isinstance(value, date) else str(value)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the register")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def as_text(entries: Sequence[Entry], words: Words, school: str) -> str:
    """Give the register as people read it. An address is written so that nothing makes a link of it."""
    blocks = [words.say("title", school=school)]
    blocks += ["\n".join(_block(entry, words)) for entry in entries] or [words.say("none")]
    return "\n\n".join(blocks)


def _block(entry: Entry, words: Words) -> Iterator[str]:
    head = words.say("task", reference=entry.made_for) if entry.kind == "task" else words.say("request")
    flag = words.say(f"flag-{entry.flag}") if entry.flag else ""
    yield "  ".join(part for part in (entry.reference, head, flag) if part)
    for label, value in _lines(entry, words):
        first, *more = _visible(value).split("\n")
        yield f"  {label:<{_LABEL}} {first}".rstrip()
        yield from (f"  {'':<{_LABEL}} {line}".rstrip() for line in more)


def _lines(entry: Entry, words: Words) -> Iterator[tuple[str, str]]:
    say, asked = words.say, _time(entry.asked_at)
    yield say("asked"), say("asked-by", at=asked, who=entry.asked_by) if entry.asked_by else asked
    address = unlinked(entry.address) if entry.address else ""
    for name, value in (("address", address), ("word", entry.word), ("what", entry.what), ("whom", entry.whom)):
        if value:
            yield say(name), value
    if entry.purpose:
        yield say("purpose"), entry.purpose
    if entry.wanted_from:
        last = _date(entry.wanted_until) if entry.wanted_until else ""
        yield say("wanted"), say("wanted-days", first=_date(entry.wanted_from), last=last)
    for decision in entry.decisions:
        key = f"gate-{decision.gate}"
        said = say(decision.decision, who=decision.by, at=_time(decision.at))
        yield say(key) if key in words.lines else decision.gate, said
        until = _date(decision.until) if decision.until else ""
        more = (("instead", decision.instead), ("until", until), ("reason", decision.reason))
        yield from ((f"  {say(name)}", value) for name, value in more if value)
    yield from _worked("done", entry.done, words)
    if entry.until:
        yield say("until"), _date(entry.until)
    if entry.ended_at:
        yield say("ended"), _time(entry.ended_at)
    for step in entry.steps:
        yield say(f"step-{step.step}"), say("work", at=_time(step.at), who=step.by)
        if step.reason:
            yield f"  {say('reason')}", step.reason
    yield from _worked("undone", entry.undone, words)


def _worked(name: str, work: Work | None, words: Words) -> Iterator[tuple[str, str]]:
    if work is None:
        return
    yield words.say(name), words.say("work", at=_time(work.at), who=work.by)
    yield from (
        (f"  {words.say(part)}", value) for part, value in (("changed", work.changed), ("tested", work.tested)) if value
    )


def _visible(text: str) -> str:
    """Give a text without what would steer a terminal, or turn the letters round."""
    return "".join("�" if c in _TURNING or (c != "\n" and unicodedata.category(c) == "Cc") else c for c in text)


def _time(at: datetime) -> str:
    return f"{_date(at.astimezone(LONDON).date())}, {at.astimezone(LONDON):%H:%M}"


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
