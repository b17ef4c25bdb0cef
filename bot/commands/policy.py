"""The commands about policies. Each reads its arguments and calls one thing."""

import logging
import sys
from pathlib import Path

import click

from bot.commands.options import FOLDER, SCHOOL

_YES = click.option("--yes", is_flag=True, help="Do not ask.")
_NAME = click.argument("name")


@click.group()
def policy() -> None:
    """The policies that answers are quoted from."""


@policy.command()
@click.argument("file", type=click.Path(path_type=Path))
@SCHOOL
@FOLDER
@click.option("--name", help="The policy's short name; it replaces what has that name. [from the title]")
@click.option("--title", help="The title, where the one found is wrong.")
@click.option("--dated", help='Its own date as answers show it, such as "May 2026", where the one found is wrong.')
@click.option("--review-due", "due", help="When its review is due: 2026-12-31, or Autumn 2026.")
@_YES
def add(file: Path, school: str, folder: Path, yes: bool, **given: str | None) -> None:
    """Read FILE (Markdown, plain text, Word or PDF), show what was found in it, and put it in force."""
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.commands import policy_work as work  # noqa: PLC0415

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of what a reader of policies cannot mend
    seen = sys.stderr.isatty()
    with click.progressbar(length=1, label=f"Reading {file.name}", file=sys.stderr, hidden=not seen) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        remarks: list[str] = []
        document = work.read_file(file, progress, remarks.append)
    for remark in remarks:
        click.echo(remark)
    agree = _nothing if yes else _agree
    work.add(document, file.name, work.Given(**given), (folder, school), SystemClock().now(), click.echo, agree)


@policy.command(name="list")
@SCHOOL
@FOLDER
@click.option("--all", "every", is_flag=True, help="Also what was replaced or retired.")
def list_them(school: str, folder: Path, every: bool) -> None:
    """List the policies in force, with their dates."""
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.commands import policy_work as work  # noqa: PLC0415

    work.list_all((folder, school), SystemClock().now(), click.echo, every=every)


@policy.command()
@_NAME
@SCHOOL
@FOLDER
@click.option("--version", type=click.IntRange(1), help="This version. [the one in force, else the last]")
def show(name: str, school: str, folder: Path, version: int | None) -> None:
    """Show every passage of a policy, as answers quote it."""
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.commands import policy_work as work  # noqa: PLC0415

    work.show(name, version, (folder, school), SystemClock().now(), click.echo)


@policy.command()
@_NAME
@SCHOOL
@FOLDER
@click.option("--from", "older", type=click.IntRange(1), help="The older version. [the one before]")
@click.option("--to", "newer", type=click.IntRange(1), help="The newer version. [the last]")
def diff(name: str, school: str, folder: Path, older: int | None, newer: int | None) -> None:
    """Show what changed: + added, - removed, > moved, ~ reworded with [-old-] and {+new+} words."""
    from bot.commands import policy_work as work  # noqa: PLC0415

    work.diff(name, older, newer, (folder, school), click.echo)


@policy.command()
@_NAME
@SCHOOL
@FOLDER
@_YES
def retire(name: str, school: str, folder: Path, yes: bool) -> None:
    """Take a policy out of answers. It is kept for the record."""
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.commands import policy_work as work  # noqa: PLC0415

    work.retire(name, (folder, school), SystemClock().now(), click.echo, _nothing if yes else _agree)


@policy.command()
@SCHOOL
@FOLDER
def check(school: str, folder: Path) -> None:
    """Check the warnings about clauses against the policies in force: is every clause still there?"""
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.commands import policy_work as work  # noqa: PLC0415

    work.check((folder, school), SystemClock().now(), click.echo)


@policy.command()
@SCHOOL
@FOLDER
def questions(school: str, folder: Path) -> None:
    """List what people asked and the policies did not answer, or not well: with counts, and never who asked."""
    from bot.commands import policy_work as work  # noqa: PLC0415

    work.unanswered((folder, school), click.echo)


def _agree(question: str) -> None:
    click.confirm(question, abort=True)


def _nothing(_: str) -> None:
    return
