"""The command for the register of filter changes. It reads the store and writes nothing."""

from pathlib import Path

import click

from bot.commands.options import FOLDER, SCHOOL


@click.command()
@FOLDER
@SCHOOL
@click.option("--csv", "form", flag_value="csv", help="A table for a spreadsheet.")
@click.option("--json", "form", flag_value="json", help="One JSON document for machines.")
def register(folder: Path, school: str, form: str | None) -> None:
    """Show the register of filter changes: what was asked for, who allowed or refused it and why, and what was done.

    The oldest comes first. CHANGED marks what is changed in the filter now, CLOSED what is over.
    """
    from bot.library import rulebook, wording  # noqa: PLC0415
    from bot.register import forms  # noqa: PLC0415
    from bot.register.entries import entries  # noqa: PLC0415
    from bot.reports import read  # noqa: PLC0415
    from bot.school.folder import rules_of  # noqa: PLC0415
    from bot.service.directory import Directory  # noqa: PLC0415
    from bot.service.office import Office  # noqa: PLC0415

    rules = rules_of(folder, school)
    office = Office(rulebook(rules, folder=folder), Directory())
    found = read(folder, school, lambda tx: entries(tx, office))
    match form:
        case "csv":
            click.echo(forms.as_csv(found), nl=False)
        case "json":
            click.echo(forms.as_json(found))
        case _:
            click.echo(forms.as_text(found, wording("register"), rules.name))
