"""The command for people who edit flows: everything that is shown, on one page. Heavy parts are imported late."""

from datetime import datetime, time
from pathlib import Path

import click

from bot.commands.options import FLOWS, OWN, SCHOOL


@click.command()
@OWN
@SCHOOL
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("preview.html"),
    show_default=True,
    help="The page that is written, in place of what is there; those of Slack and Teams are put beside it.",
)
@FLOWS
def preview(folder: Path | None, school: str, out: Path, flows: Path | None) -> None:
    """Write pages that show every question, page, card and message of every flow, as each platform shows it."""
    from adapters.slack.preview import SlackFace  # noqa: PLC0415
    from adapters.teams.preview import TeamsFace  # noqa: PLC0415
    from adapters.web.preview import WebFace  # noqa: PLC0415
    from bot.clock import LONDON, SystemClock, school_date  # noqa: PLC0415
    from bot.library import wording  # noqa: PLC0415
    from bot.preview.page import Face, pages  # noqa: PLC0415
    from bot.reading import Mistakes  # noqa: PLC0415
    from bot.school.folder import book_of  # noqa: PLC0415

    now = SystemClock().now()
    book, roster = book_of(folder, school, now, flows)
    faces: dict[str, Face] = {
        out.name: WebFace(wording("web"), book.school.name),
        f"{out.stem}-slack{out.suffix}": SlackFace(wording("slack")),
        f"{out.stem}-teams{out.suffix}": TeamsFace(wording("teams")),
    }
    # In the morning, whenever that is: what is made twice in a day is the same.
    at = datetime.combine(school_date(now), time(9, 30), LONDON)
    for name, shown in pages(book, roster, faces, wording("preview"), at).items():
        path = out.with_name(name)
        try:
            path.write_text(shown, "utf-8")
        except OSError as wrong:
            raise Mistakes(f"{path} cannot be written: {wrong.strerror}") from wrong
    click.echo(f"Open {out} in a browser")
