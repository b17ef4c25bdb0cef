"""The commands about Microsoft Teams: the app's package, and an examination of a school's Teams."""

import asyncio
import sys
from pathlib import Path

import click

from bot.commands.slack import doctor

_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.group()
def teams() -> None:
    """Microsoft Teams: the app that a school uploads there."""


@teams.command()
@_FOLDER
@click.argument("address")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("beacon-teams.zip"))
@click.option(
    "--version", default="1.0.0", show_default=True, help="Higher with each upload, or Teams keeps the old one."
)
def package(folder: Path, address: str, out: Path, version: str) -> None:
    """Write the app package of the school in FOLDER, and check it.

    ADDRESS is the page on which your school says how it treats what it is told, such as
    https://www.your-school.example/privacy. Teams shows it to whoever looks the app up.
    """
    from adapters.teams.package import package as made  # noqa: PLC0415
    from adapters.teams.package import problems  # noqa: PLC0415
    from bot.library import wording  # noqa: PLC0415
    from bot.reading import Mistakes  # noqa: PLC0415
    from bot.school.folder import SETTINGS  # noqa: PLC0415
    from bot.school.settings_file import read_school  # noqa: PLC0415

    school = read_school(folder / SETTINGS)
    if not school.teams.app:
        raise Mistakes(f"{SETTINGS}, teams: 'app' is missing: the package needs the app's id")
    zipped = made(school, address, version, wording("teams"))
    if wrong := list(problems(zipped)):
        raise Mistakes(*(f"the package: {what}" for what in wrong))
    out.write_bytes(zipped)
    click.echo(f"made {out}: upload it in the Teams admin centre, under 'Manage apps'")


@doctor.command(name="teams")
@_FOLDER
def doctor_teams(folder: Path) -> None:
    """Examine the Teams of the school in FOLDER: secret, keys, people, channels and who reads them."""
    if not asyncio.run(_examine(folder)):
        sys.exit(1)


async def _examine(folder: Path) -> bool:
    """Say what is found, and whether all is well. Raises Mistakes for a folder that cannot be read."""
    from adapters.teams.chats import known  # noqa: PLC0415
    from adapters.teams.config import ISSUER, read_config  # noqa: PLC0415
    from adapters.teams.connector import Connector  # noqa: PLC0415
    from adapters.teams.doctor import Doctor  # noqa: PLC0415
    from adapters.teams.graph import Graph  # noqa: PLC0415
    from adapters.teams.keys import Keys  # noqa: PLC0415
    from adapters.teams.tokens import Tokens  # noqa: PLC0415
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.school.folder import PEOPLE, SETTINGS  # noqa: PLC0415
    from bot.school.people_file import read_list  # noqa: PLC0415
    from bot.school.settings_file import read_school  # noqa: PLC0415
    from bot.storage.joining import Source, leaving  # noqa: PLC0415
    from bot.storage.reader import Reader  # noqa: PLC0415
    from bot.wiring import STORE, open_keys  # noqa: PLC0415

    school, people, clock = read_school(folder / SETTINGS), read_list(folder / PEOPLE), SystemClock()
    config = read_config(school.teams, folder)
    met, waiting = [], 0
    if (folder / STORE).exists():
        reader = Reader(folder / STORE, open_keys(folder), school.id)
        met = list((await reader.run(lambda tx: known(tx, "team"))).values())
        waiting = len(await reader.run(lambda tx: leaving(tx, Source("teams", config.tenant))))
        reader.close()
    tokens = Tokens(config)
    connector, graph = Connector(config, tokens, clock), Graph(tokens, config.graph)
    well = True
    try:
        keys = Keys(config.app, config.keys, ISSUER, clock)
        async for finding in Doctor(school, people, tokens, keys, connector, met, graph, waiting).examine():
            click.echo(("well:  " if finding.well else "WRONG: ") + finding.text)
            well = well and finding.well
    finally:
        await connector.close()
        await graph.close()
    return well
