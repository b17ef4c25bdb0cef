"""The commands of a school's own folder: init, check, serve. Each calls one thing; heavy parts are imported late."""

import logging
from pathlib import Path

import click

from bot.commands import options
from bot.reading import Mistakes


@click.command()
@options.NEW_OR_OWN
def init(folder: Path) -> None:
    """Make FOLDER for your own school: settings, people and keys, to be filled in."""
    from bot.school.folder import lay_out  # noqa: PLC0415

    for path in lay_out(folder):
        click.echo(f"made {path}")
    click.echo(f"Now read {folder / 'README.md'}")


@click.command()
@options.NEW_OR_OWN
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where it answers: only this machine, unless told."
)
@click.option("--port", type=click.IntRange(1, 65535), default=8010, show_default=True)
def serve(folder: Path, host: str, port: int) -> None:
    """Serve your own school from FOLDER, or say everything that is missing. Stop it with Ctrl-C."""
    from bot.running import school  # noqa: PLC0415

    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("beacon").setLevel(logging.INFO)

    def ready(service: school.Service) -> None:
        on = ", ".join(face.name for face in service.faces) or "none, so nobody can tell it anything yet"
        name = service.beacon.office.book.school.name
        click.echo(f"{name}: Beacon is at http://{host}:{port} (Ctrl-C stops it). Platforms that are on: {on}")

    school.serve(folder, host, port, ready)
    click.echo("Beacon has stopped. What was said is kept.")


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--school", help="Check only this one of the shipped schools.")
@options.FLOWS
def check(folder: Path | None, school: str | None, flows: Path | None) -> None:
    """Check settings, people, flows and routes; say what is wrong and what to do about it.

    Checks your own school in FOLDER; without one, the schools that came with the program.
    """
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.inspection.inspect import inspect_folder, inspect_shipped  # noqa: PLC0415

    now = SystemClock().now()
    if folder and school:
        raise click.UsageError("give a folder or --school, not both")
    found = inspect_folder(folder, flows, now) if folder else inspect_shipped(school, flows, now)
    for line in found.well:
        click.echo(line)
    if found.wrong:
        raise Mistakes(*found.wrong)
