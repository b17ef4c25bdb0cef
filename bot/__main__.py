"""The commands. Each reads its arguments, calls one thing, and says what came of it; heavy parts are imported late."""

import contextlib
import sys
from pathlib import Path

import click

from bot.reading import Mistakes

_FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("beacon-demo"),
    show_default=True,
    help="Where the made-up school is kept.",
)
_SCHOOL = click.option("--school", default="example", show_default=True, help="Which of the shipped schools.")


@click.group()
@click.version_option(package_name="beacon-school")
def beacon() -> None:
    """Beacon: what a primary school tells when something about a child's safety needs saying."""


@beacon.command()
@_FOLDER
@_SCHOOL
@click.option("--port", type=click.IntRange(1, 65535), default=8010, show_default=True)
def demo(folder: Path, school: str, port: int) -> None:
    """Serve a made-up school on a page of this machine. Stop it with Ctrl-C; it goes on where it was."""
    from bot.demo import serve  # noqa: PLC0415

    serve(folder, school, port, lambda: click.echo(f"Beacon is at http://localhost:{port} (Ctrl-C stops it)"))


@beacon.command()
@_SCHOOL
@click.option("--flows", type=click.Path(path_type=Path, file_okay=False), help="Check these flow files instead.")
def check(school: str, flows: Path | None) -> None:
    """Check flows, wording, settings and routes; say what is wrong and what to do about it."""
    from bot.check import problems, warnings  # noqa: PLC0415
    from bot.clock import SystemClock, school_date  # noqa: PLC0415
    from bot.library import rulebook, shipped_school  # noqa: PLC0415
    from bot.people import Roster  # noqa: PLC0415

    now = SystemClock().now()
    rules, people = shipped_school(school)
    book, roster = rulebook(rules, flows), Roster(people)
    if wrong := problems(book, roster, now):
        raise Mistakes(*wrong)
    for warning in warnings(rules, school_date(now)):
        click.echo(f"soon: {warning}")
    click.echo(f"{rules.name}: {len(book.flows)} flows, {len(list(roster))} people, nothing wrong")


@beacon.command(name="try")
@click.argument("flow")
@_SCHOOL
def try_flow(flow: str, school: str) -> None:
    """Talk a flow here in the terminal. Nothing is kept and nobody is told."""
    from bot.rehearsal import rehearse  # noqa: PLC0415

    with contextlib.suppress(EOFError):
        rehearse(flow, school, input, click.echo)


@beacon.command()
@_FOLDER
@_SCHOOL
@click.option("--json", "as_json", is_flag=True, help="One JSON document for machines.")
def cases(folder: Path, school: str, as_json: bool) -> None:
    """List the cases: reference, status, times, who has it. Never what was said, or by whom."""
    from bot.reports import cases_json, cases_text  # noqa: PLC0415

    click.echo(cases_json(folder, school) if as_json else cases_text(folder, school))


@beacon.group()
def audit() -> None:
    """The record of who did what."""


@audit.command()
@_FOLDER
@_SCHOOL
@click.option("--head", help="A head that was written down earlier, as NUMBER:HEX: finds what was cut off since.")
def verify(folder: Path, school: str, head: str | None) -> None:
    """Check that the record is whole: nothing changed, removed, added or put in another order."""
    from bot.reports import verify_audit  # noqa: PLC0415

    problems, now = verify_audit(folder, school, head)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(1)
    click.echo(f"whole; its head is {now}")


def main() -> None:
    """Run a command; what somebody can put right is said in words, without a traceback."""
    from bot.storage.database import Unusable  # noqa: PLC0415

    try:
        beacon(prog_name="beacon")
    except (Mistakes, Unusable) as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
