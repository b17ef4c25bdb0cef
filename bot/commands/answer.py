"""The commands that ask the policies: `ask` for a person, `answer` for a program. Neither keeps what was asked."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import click

from bot.clock import SystemClock, school_date
from bot.commands.options import FOLDER, SCHOOL
from bot.commands.policy_store import opened
from bot.files import contents
from bot.library import finder, lexicon, traps
from bot.policy.find import Finder
from bot.policy.find_meaning import Lexicon
from bot.policy.model import Passage, Quote
from bot.policy.read import read
from bot.reading import Mistakes
from bot.school.folder import rules_of
from bot.storage import policies

_FILES = "POLICY_FILES"


def asked(question: str, folder: Path, school: str) -> Iterator[str]:
    """Answer one question from the policies in force of a school, line by line. Raises Mistakes and Unusable."""
    with opened(folder, school) as stored:
        documents = stored.reader.run_now(policies.current)
    answer = finder(rules_of(folder, school).id, folder)(documents).answer(question, _today())
    if not answer.quotes:
        yield "The policies in force do not cover this."
    elif not answer.sure:
        yield "One of these, perhaps:"
    for quote in answer.quotes:
        yield ""
        yield quote.passage.text
        yield f"    {_source(quote)}"
        yield from (f"    Take care: {warning}" for warning in quote.warnings)


def answered(lines: Iterator[str]) -> Iterator[str]:
    """Answer JSON lines of {"id", "school", "question"} with {"id", "answers", "abstained"}, one for one.

    The policies are found in the environment variable POLICY_FILES: a JSON object {school: path}. Raises Mistakes.
    """
    files = _files()
    words = lexicon()
    finders: dict[str, tuple[Finder, str]] = {}
    for line in filter(str.strip, lines):
        row = _row(line)
        if row["school"] not in finders:
            finders[row["school"]] = _finder(row["school"], files, words)
        asked_of, source = finders[row["school"]]
        quotes = asked_of.answer(row["question"], _today()).quotes
        answers = [
            {"text": _piece(q.passage, source), "section": _section(q.passage), "score": round(q.score, 3)}
            for q in quotes
        ]
        yield json.dumps({"id": row["id"], "answers": answers, "abstained": not quotes}, ensure_ascii=False)


def _today() -> date:
    return school_date(SystemClock().now())


def _source(quote: Quote) -> str:
    due = quote.overdue_since
    overdue = f"review overdue since {due.day} {due:%B %Y}" if due else ""
    return ", ".join(filter(None, (_section(quote.passage), quote.document, quote.dated, overdue)))


def _section(passage: Passage) -> str:
    return " ".join(filter(None, (passage.section, passage.headings[-1] if passage.headings else "")))


def _piece(passage: Passage, source: str) -> str:
    """Give the passage, or what of it stands in the file as it is: Markdown's marks are no part of a passage."""
    _, _, after = passage.text.partition(": ")
    return next((piece for piece in (passage.text, after) if piece and piece in source), passage.text)


def _files() -> Mapping[str, str]:
    try:
        files = json.loads(os.environ.get(_FILES, ""))
    except ValueError:
        files = None
    if not isinstance(files, dict) or not all(isinstance(path, str) for path in files.values()):
        raise Mistakes(f'{_FILES}: set it to a JSON object such as {{"example": "policies/online-safety.md"}}')
    return files


def _row(line: str) -> Mapping[str, str]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    keys = ("id", "school", "question")
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in keys):
        raise Mistakes('every line must be a JSON object with the texts "id", "school" and "question"')
    return row


def _finder(school: str, files: Mapping[str, str], words: Lexicon) -> tuple[Finder, str]:
    if school not in files:
        raise Mistakes(f"{_FILES}: names no file for the school {school!r}; it has {', '.join(files) or 'none'}")
    path = Path(files[school])
    source = contents(path)
    document = read(path.name, source)
    warned = traps(school) if school.isidentifier() else ()
    return Finder([document], words, warned), " ".join(source.decode("utf-8", "replace").split())


@click.command()
@click.argument("question")
@SCHOOL
@FOLDER
def ask(question: str, school: str, folder: Path) -> None:
    """Ask the policies in force a QUESTION, in quotation marks. The answer is their own words, or none."""
    for line in asked(question, folder, school):
        click.echo(line)


@click.command()
def answer() -> None:
    """Answer questions for a program: JSON lines in, JSON lines out, policies from POLICY_FILES."""
    for line in answered(iter(sys.stdin.readline, "")):
        click.echo(line)
        sys.stdout.flush()
