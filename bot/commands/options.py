"""The arguments and options that say which school a command is about, the same for every command. Knows no command."""

from pathlib import Path

import click

_DIRECTORY = click.Path(path_type=Path, file_okay=False)

NEW_OR_OWN = click.argument("folder", type=_DIRECTORY)
FOLDER = click.option(
    "--folder",
    type=_DIRECTORY,
    default=Path("beacon-demo"),
    show_default=True,
    help="Where the school is kept: the demo's folder, or your own school's.",
)
OWN = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Your own school's folder, in place of a shipped school.",
)
SCHOOL = click.option(
    "--school", default="example", show_default=True, help="Which of the shipped schools; your own folder says itself."
)
FLOWS = click.option("--flows", type=_DIRECTORY, help="These flow files instead of the shipped ones.")
