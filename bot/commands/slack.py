"""The commands about Slack: the app's manifest, and an examination of a school's Slack. Each calls one thing."""

import asyncio
import sys
from pathlib import Path

import click

_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.group()
def slack() -> None:
    """Slack: the app that a school creates there."""


@slack.command()
@click.argument("address")
@click.option("--socket", is_flag=True, help="For [slack] socket = true: Beacon rings Slack up, and has no address.")
@click.option("--match", is_flag=True, help="Also what `beacon doctor slack` needs to say who is who, by e-mail.")
def manifest(address: str, socket: bool, match: bool) -> None:
    """Write what Slack asks for under 'Create an app', 'From a manifest'.

    ADDRESS is where Slack reaches Beacon, such as https://beacon.school.example.
    """
    from adapters.slack.manifest import manifest as written  # noqa: PLC0415
    from adapters.slack.manifest import problems, text  # noqa: PLC0415
    from bot.reading import Mistakes  # noqa: PLC0415

    found = written(address, socket=socket, matching=match)
    if wrong := list(problems(found)):
        raise Mistakes(*(f"the manifest: {what}" for what in wrong))
    click.echo(text(found), nl=False)


@click.group()
def doctor() -> None:
    """Examine how Beacon is connected, and say what to do about what is wrong."""


@doctor.command(name="slack")
@_FOLDER
def doctor_slack(folder: Path) -> None:
    """Examine the Slack of the school in FOLDER: token, scopes, channels and who is in them, the clock."""
    if not asyncio.run(_examine(folder)):
        sys.exit(1)


async def _examine(folder: Path) -> bool:
    """Say what is found, and whether all is well. Raises Mistakes for a folder that cannot be read."""
    from adapters.slack.api import Api  # noqa: PLC0415
    from adapters.slack.config import read_config  # noqa: PLC0415
    from adapters.slack.doctor import Doctor  # noqa: PLC0415
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.school.folder import PEOPLE, SETTINGS  # noqa: PLC0415
    from bot.school.people_file import read_list  # noqa: PLC0415
    from bot.school.settings_file import read_school  # noqa: PLC0415

    school, people, clock = read_school(folder / SETTINGS), read_list(folder / PEOPLE), SystemClock()
    api = Api(read_config(school.slack, folder), clock)
    well = True
    try:
        async for finding in Doctor(api, school, people, clock).examine():
            click.echo(("well:  " if finding.well else "WRONG: ") + finding.text)
            well = well and finding.well
    finally:
        await api.close()
    return well
