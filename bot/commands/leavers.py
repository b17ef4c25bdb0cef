"""The command about people whom a platform's groups added, and who wait to leave the list until somebody has looked."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--yes", is_flag=True, help="Let them go.")
def leavers(folder: Path, yes: bool) -> None:
    """Show who would leave the list of the school in FOLDER, or change sides, because groups in Slack or Entra changed.

    When many go at once, nobody does until you have looked: a group may have been emptied by mistake.
    """
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.school.folder import SETTINGS  # noqa: PLC0415
    from bot.school.settings_file import read_school  # noqa: PLC0415
    from bot.storage.database import Unusable  # noqa: PLC0415
    from bot.storage.joining import Source, leaving, let_go  # noqa: PLC0415
    from bot.wiring import STORE, open_store  # noqa: PLC0415

    school, now = read_school(folder / SETTINGS), SystemClock().now()
    if not (folder / STORE).exists():
        raise Unusable(f"there is no store in {folder}: nobody was ever added")
    sources = {"Slack": Source("slack", school.slack.team), "Entra": Source("teams", school.teams.tenant)}
    stored = open_store(folder, school.id)
    waits = False
    try:
        for name, source in sources.items():
            waiting = stored.reader.run_now(lambda tx, source=source: leaving(tx, source))  # type: ignore[misc]
            for member in sorted(waiting, key=lambda member: member.name):
                click.echo(f"{member.name} ({', '.join(sorted(member.roles))})")
            if waiting and yes:
                change = stored.writer.run_now(lambda tx, source=source: let_go(tx, source, now))  # type: ignore[misc]
                click.echo(f"{name}: {change.left} left the list, {change.changed} changed; what they told stays")
            elif waiting:
                much = f"{len(waiting)} would leave or change sides"
                click.echo(f"{name}: {much}: put the groups right there, or add --yes")
            waits = waits or bool(waiting)
        if not waits:
            click.echo("nobody waits to leave the list")
    finally:
        stored.close()
