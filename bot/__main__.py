"""The commands. Each reads its arguments, calls one thing, and says what came of it; heavy parts are imported late."""

import contextlib
import sys
from pathlib import Path

import click

from bot.commands import answer as asking
from bot.commands import options
from bot.commands import school as own
from bot.commands.leavers import leavers
from bot.commands.letters import letters
from bot.commands.policy import policy
from bot.commands.preview import preview
from bot.commands.register import register
from bot.commands.slack import doctor, slack
from bot.commands.teams import teams
from bot.reading import Mistakes


@click.group()
@click.version_option(package_name="beacon-school")
def beacon() -> None:
    """Beacon: what a primary school tells when something about a child's safety needs saying."""


for command in (
    own.init,
    own.check,
    own.serve,
    policy,
    asking.ask,
    asking.answer,
    preview,
    register,
    letters,
    leavers,
    slack,
    teams,
    doctor,
):
    beacon.add_command(command)


@beacon.command()
@options.FOLDER
@options.SCHOOL
@click.option("--port", type=click.IntRange(1, 65535), default=8010, show_default=True)
def demo(folder: Path, school: str, port: int) -> None:
    """Serve a made-up school on a page of this machine. Stop it with Ctrl-C; it goes on where it was."""
    from bot.running.demo import serve  # noqa: PLC0415

    serve(folder, school, port, lambda: click.echo(f"Beacon is at http://localhost:{port} (Ctrl-C stops it)"))
    click.echo("Beacon has stopped. What was said is kept.")


@beacon.command(name="try")
@click.argument("flow")
@options.SCHOOL
@options.OWN
def try_flow(flow: str, school: str, folder: Path | None) -> None:
    """Talk a FLOW here in the terminal. Nothing is kept and nobody is told."""
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.rehearsal import rehearse  # noqa: PLC0415
    from bot.school.folder import book_of  # noqa: PLC0415

    clock = SystemClock()
    book, roster = book_of(folder, school, clock.now())
    with contextlib.suppress(EOFError):
        rehearse(flow, book, roster, input, click.echo, clock)


@beacon.command()
@options.FOLDER
@options.SCHOOL
@click.option("--json", "as_json", is_flag=True, help="One JSON document for machines.")
def cases(folder: Path, school: str, as_json: bool) -> None:
    """List the cases: reference, status, times, who has it. Never what was said, or by whom."""
    from bot.reports import cases_json, cases_text  # noqa: PLC0415

    click.echo(cases_json(folder, school) if as_json else cases_text(folder, school))


@beacon.group()
def audit() -> None:
    """The record of who did what."""


@audit.command()
@options.FOLDER
@options.SCHOOL
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
