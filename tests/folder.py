"""A school's own folder for tests: what an administrator would have written into a new one."""

from pathlib import Path

from bot.school.folder import PEOPLE, SETTINGS, lay_out

FILLED = {
    "id": "hillside",
    "name": "Hillside Primary School",
    "lado": "01632 960301",
    "mash": "01632 960302",
    "out_of_hours": "01632 960303",
}
# On Friday 20 November 2026 the deputy has left and "new" has not come yet.
LIST = """id,name,roles,joined,left,slack,e-mail
head,Mrs Ann Hill,head senior staff,2020-09-01,,U1,ann@hillside.example
dsl,Mr Bo Dee,dsl staff,,,U2,
deputy,Ms Cy Dole,deputy staff,,2026-10-23,U3,
chair,Ms Di Chair,chair,,,,
it,Mr Ed Wire,it,,,,
new,Miss Fay Soon,deputy staff,2027-01-04,,U6,
"""


def fill(folder: Path) -> None:
    """Fill in a new folder."""
    settings = (folder / SETTINGS).read_text("utf-8")
    for key, value in FILLED.items():
        settings = settings.replace(f'\n{key} = ""', f'\n{key} = "{value}"', 1)
    (folder / SETTINGS).write_text(settings, "utf-8")
    (folder / PEOPLE).write_text(LIST, "utf-8")


def hillside(folder: Path, web: str = "false") -> Path:
    """Make a folder that can be served."""
    lay_out(folder)
    fill(folder)
    settings = (folder / SETTINGS).read_text("utf-8")
    (folder / SETTINGS).write_text(settings.replace("\n[web]\non = false", f"\n[web]\non = {web}"), "utf-8")
    return folder
