"""What the commands about policies do. Must not know the terminal: what is said goes to `say`, questions to `agree`."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from bot.clock import LONDON, school_date
from bot.commands import policy_text as text
from bot.commands.policy_store import chosen, opened
from bot.files import contents
from bot.library import traps
from bot.policy.compare import compare
from bot.policy.model import Document
from bot.policy.read import MOST_BYTES, read
from bot.policy.read_blocks import Progress
from bot.policy.read_dates import last_day
from bot.policy.traps import lost
from bot.reading import Mistakes
from bot.reports import read as read_store
from bot.school.folder import rules_of
from bot.storage import policies, questions

Say = Callable[[str], None]
Agree = Callable[[str], None]  # asks; does not come back when the answer is no


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of a policy in place of what its file says; None and "" leave it to the file."""

    name: str | None = None
    title: str | None = None
    dated: str | None = None
    due: str | None = None


def read_file(path: Path, progress: Progress, say: Say) -> Document:
    """Read a policy's file. Raises Mistakes."""
    if path.is_file() and path.stat().st_size > MOST_BYTES:  # before it is all in memory
        raise Mistakes(f"{path.name}: is too long; {MOST_BYTES // 1_000_000} MB is the most")
    return read(path.name, contents(path), progress, lambda remark: say(f"look: {remark}"))


def add(
    document: Document, file: str, given: Given, where: tuple[Path, str], now: datetime, say: Say, agree: Agree
) -> None:
    """Show what was found in a file, and once that is agreed to put it in force. Raises Mistakes, Unusable."""
    document = replace(
        document,
        title=given.title or document.title,
        dated=document.dated if given.dated is None else given.dated,
        review_due=_day(given.due) if given.due else document.review_due,
    )
    name = _named(given.name or document.title)
    for line in text.preview(document, school_date(now)):
        say(line)
    with opened(*where, new=True) as stored:
        before = stored.reader.run_now(lambda tx: policies.in_force(tx, name))
        if before:
            old = stored.reader.run_now(lambda tx: policies.document(tx, before))
            *_, counted = text.changes(compare(old, document))
            say(f"\nIt takes the place of version {before.version} of {name!r}: {counted}.")
        else:
            say(f"\nIt is new, under the name {name!r}.")
        agree("Put it in force?")
        kept = stored.writer.run_now(lambda tx: policies.add(tx, name, document, file, now))
    say(f"{kept.name} version {kept.version} is in force")


def list_all(where: tuple[Path, str], now: datetime, say: Say, *, every: bool) -> None:
    """Say which policies are in force, or (`every`) were ever kept. Raises Unusable."""
    with opened(*where) as stored:
        found = [kept for kept in stored.reader.run_now(policies.listed) if every or kept.retired_at is None]
    for kept in found:
        say(text.line(kept, school_date(now)))
    if not found:
        say("no policy is in force")


def show(name: str, version: int | None, where: tuple[Path, str], now: datetime, say: Say) -> None:
    """Say every passage of a policy. Raises Mistakes, Unusable."""
    with opened(*where) as stored:
        kept = chosen(stored.reader.run_now(policies.listed), name, version)
        document = stored.reader.run_now(lambda tx: policies.document(tx, kept))
    say(text.line(kept, school_date(now)))
    for line in text.whole(document):
        say(line)


def diff(name: str, older: int | None, newer: int | None, where: tuple[Path, str], say: Say) -> None:
    """Say what changed between two versions, the last two unless told. Raises Mistakes, Unusable."""
    with opened(*where) as stored:
        listed = stored.reader.run_now(policies.listed)
        last = max((kept.version for kept in listed if kept.name == name), default=None)
        after = chosen(listed, name, newer or last)
        if after.version == 1 and older is None:
            raise Mistakes(f"{name}: has nothing before version 1 to compare it with")
        before = chosen(listed, name, older or after.version - 1)
        old = stored.reader.run_now(lambda tx: policies.document(tx, before))
        new = stored.reader.run_now(lambda tx: policies.document(tx, after))
    say(f"{name}: from version {before.version} to version {after.version}")
    for line in text.changes(compare(old, new)):
        say(line)


def retire(name: str, where: tuple[Path, str], now: datetime, say: Say, agree: Agree) -> None:
    """Take a policy out of answers once that is agreed to. Raises Mistakes, Unusable."""
    with opened(*where) as stored:
        kept = chosen(stored.reader.run_now(policies.listed), name)
        if kept.retired_at is None:
            agree(f"Answer nothing from {kept.title!r} any more?")
        stored.writer.run_now(lambda tx: policies.retire(tx, name, now))
    say(f"{name} is out of answers")


def check(where: tuple[Path, str], now: datetime, say: Say) -> None:
    """Say what is in force; raises Mistakes with every warning whose clause is not found any more, and Unusable."""
    with opened(*where) as stored:
        documents = stored.reader.run_now(policies.current)
    for document in documents:
        say(
            f"{document.title}: {len(document.passages)} passages; {text.review(document.review_due, school_date(now))}"
        )
    folder, school = where
    warned = traps(rules_of(folder, school).id, folder)
    if documents and (wrong := lost(warned, documents)):
        raise Mistakes(*wrong)
    say(f"{len(warned)} warnings, every clause is there" if documents else "no policy is in force")


def unanswered(where: tuple[Path, str], say: Say) -> None:
    """List the questions of the last weeks that the policies did not answer, or not well. Raises Mistakes, Unusable."""
    found = read_store(*where, questions.listed)
    for question in found:
        say(f"{question.last.astimezone(LONDON):%d.%m.%Y}  {text.counts(question)}  {question.text}")
    if not found:
        say("nothing was asked that the policies did not answer")


def _day(words: str) -> date:
    if (day := last_day(words)) is None:
        raise Mistakes(f"{words!r} is no date: write 2026-12-31, 31/12/2026, December 2026 or Autumn 2026")
    return day


def _named(words: str) -> str:
    """Give a policy's short name: "online-safety-policy"."""
    name = "-".join(re.findall(r"[a-z0-9]+", words.casefold()))[:60].strip("-")
    if not name:
        raise Mistakes(f"{words!r} makes no short name: give one of letters with --name")
    return name
