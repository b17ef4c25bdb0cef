"""The command about what could not be delivered: shows it without content, and has it tried again."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.options import FOLDER, SCHOOL

if TYPE_CHECKING:
    from bot.service.letters import Letter

_ALL = "all"


@click.command()
@FOLDER
@SCHOOL
@click.option("--json", "as_json", is_flag=True, help="One JSON document for machines.")
@click.option("--again", metavar="REFERENCE", help="Try again what a case waits for, or 'all', once it is put right.")
def letters(folder: Path, school: str, as_json: bool, again: str | None) -> None:
    """List what could not be delivered and is no longer tried: to whom, about which case, since when and why.

    Never what it says. What is tried again goes out within seconds while Beacon is running, else at its next start.
    """
    if again is None:
        found = _waiting(folder, school)
        click.echo(json.dumps([_plain(each) for each in found], indent=2) if as_json else _table(found))
        return
    done = _tried_again(folder, school, "" if again == _ALL else again)
    click.echo(f"{done} tried again" if done else f"nothing was given up about {again}")


def _waiting(folder: Path, school: str) -> tuple["Letter", ...]:
    from bot.reports import read  # noqa: PLC0415
    from bot.service.letters import waiting  # noqa: PLC0415
    from bot.storage import members  # noqa: PLC0415

    return read(folder, school, lambda tx: waiting(tx, _channels(folder, school), members.everyone(tx)))


def _channels(folder: Path, school: str) -> dict[str, str]:
    from bot.school.folder import rules_of  # noqa: PLC0415

    return {key: channel.name for key, channel in rules_of(folder, school).channels.items()}


def _tried_again(folder: Path, school: str, ref: str) -> int:
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.commands.policy_store import opened  # noqa: PLC0415
    from bot.service.letters import again  # noqa: PLC0415

    now = SystemClock().now()
    with opened(folder, school) as stored:
        return stored.writer.run_now(lambda tx: again(tx, ref, now))


def _plain(letter: "Letter") -> dict[str, object]:
    return {**asdict(letter), "since": letter.since.isoformat(timespec="seconds")}


def _table(found: Sequence["Letter"]) -> str:
    if not found:
        return "everything reached its place, or is still being tried"
    rows = [("to", "what", "case", "since", "tried", "why")]
    for each in found:
        to = f"the channel {each.to}" if each.channel else each.to or "whoever reported it"
        rows.append((to, each.kind, each.case or "-", f"{each.since:%Y-%m-%d %H:%M}", f"{each.tried}", each.why))
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
