"""A school's own folder: what `init` makes, and everything that is said about one that is not ready."""

import os
import re
from collections.abc import Callable
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest

from bot.reading import Mistakes
from bot.school.folder import PEOPLE, README, SETTINGS, lay_out, read_folder, roster
from bot.school.people_file import COLUMNS, load_list
from bot.storage.vault import Vault
from bot.wiring import KEYS, open_store
from tests.folder import FILLED, LIST, fill
from tests.school import FRIDAY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lay_out(tmp_path / "hillside")
    return tmp_path / "hillside"


@pytest.fixture
def ready(folder: Path) -> Path:
    fill(folder)
    return folder


def said(folder: Path) -> list[str]:
    with pytest.raises(Mistakes) as raised:
        read_folder(folder, FRIDAY)
    return list(raised.value.mistakes)


# Made ----------------------------------------------------------------------------------------------------------------


def test_what_is_made_is_private_and_whole(tmp_path: Path) -> None:
    made = lay_out(tmp_path / "a" / "hillside")
    assert [path.name for path in made] == [SETTINGS, PEOPLE, README, KEYS]
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}
    assert (tmp_path / "a" / "hillside").stat().st_mode & 0o777 == 0o700
    assert len((made[0].parent / README).read_text("utf-8").splitlines()) == 5
    Vault.load(made[3])


def test_a_new_folder_says_what_is_to_be_filled_in_and_nothing_else(folder: Path) -> None:
    """Every number of the made-up school has gone: nobody may ring it in earnest."""
    settings = (folder / SETTINGS).read_text("utf-8")
    assert "01632" not in settings
    assert "larkfield" not in settings
    people = [
        f"people.csv, line {n}: is an example; put somebody of your school there, or delete the line"
        for n in range(2, 7)
    ]
    assert said(folder) == [
        "school.toml: fill in 'id': a short name that never changes, without spaces, such as \"hillside\"",
        "school.toml: fill in 'name': your school's name as people read it, such as \"Hillside Primary School\"",
        "school.toml, numbers: fill in 'lado': the telephone number of the local authority's designated officer, for"
        " concerns about adults",
        "school.toml, numbers: fill in 'mash': the telephone number of children's social care in office hours",
        "school.toml, numbers: fill in 'out_of_hours': the telephone number of children's social care at night and at"
        " weekends",
        *people,
    ]


def test_what_is_wrong_is_said_in_the_order_of_the_files(folder: Path) -> None:
    """Every text of the settings is emptied: whoever goes through the list goes through the file downwards."""
    source = (folder / SETTINGS).read_text("utf-8")
    (folder / SETTINGS).write_text(re.sub(r'^([a-z_]+ = )"[^"]*"', r'\1""', source, flags=re.MULTILINE), "utf-8")
    (folder / KEYS).unlink()
    (folder / "flows").mkdir()
    (folder / "flows" / "late.toml").write_text("id = 1", "utf-8")
    found = said(folder)
    assert [name for name, _ in groupby(re.split("[:,]", line)[0] for line in found)] == [
        *(SETTINGS, PEOPLE, KEYS, "late.toml")
    ]
    tables = [match[1] for line in found if (match := re.match(r"school\.toml, ([a-z_]+)", line))]
    in_file = dict.fromkeys(re.findall(r"^\[([a-z_]+)", source, flags=re.MULTILINE))
    assert [table for table, _ in groupby(tables)] == [table for table in in_file if table in tables]
    assert len(set(tables)) > 10


def test_the_example_people_show_every_column_and_are_marked(folder: Path) -> None:
    source = (folder / PEOPLE).read_bytes()
    assert source.decode().splitlines()[0].split(",") == list(COLUMNS)
    people = load_list(PEOPLE, source)
    assert all(entry.member.id.startswith("example-") and "EXAMPLE" in entry.member.name for entry in people)


def test_once_filled_in_it_is_read(ready: Path) -> None:
    held = read_folder(ready, FRIDAY)
    assert (held.book.school.id, held.book.school.name) == ("hillside", "Hillside Primary School")
    assert [entry.member.id for entry in held.people] == ["head", "dsl", "deputy", "chair", "it", "new"]
    assert [member.id for member in roster(held.people, FRIDAY)] == ["head", "dsl", "chair", "it"]  # see LIST


@pytest.mark.parametrize("name", [SETTINGS, PEOPLE, KEYS, README, "beacon.db"])
def test_a_folder_that_holds_anything_of_it_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(Mistakes, match=f"holds {name} already: nothing was changed"):
        lay_out(tmp_path)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Mistakes, match="cannot be used: "):
        lay_out(tmp_path / "file" / "hillside")


# Read ----------------------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert said(tmp_path / "nowhere") == [
        f"{tmp_path / 'nowhere'} is not a folder: `beacon init {tmp_path / 'nowhere'}` makes one"
    ]


def test_everything_that_is_missing_is_said_in_one_go(tmp_path: Path) -> None:
    assert said(tmp_path) == [
        f"school.toml: there is no such file in {tmp_path}",
        f"people.csv: there is no such file in {tmp_path}",
        f"keys.json: there is no such file in {tmp_path}; put it back, or begin again with `beacon init`",
    ]


def test_mistakes_of_every_file_are_said_in_one_go(ready: Path) -> None:
    (ready / SETTINGS).write_text((ready / SETTINGS).read_text("utf-8").replace('nation = "ENG"', 'nation = "UK"'))
    (ready / PEOPLE).write_text(LIST.replace("dsl staff", "dls staff"))
    (ready / KEYS).write_text("{}")
    settings, people, keys = said(ready)
    assert settings.startswith("school.toml, hours: 'UK' is not one of the words for 'nation'")
    assert people.startswith("people.csv, line 3, roles: unknown role 'dls'")
    assert "is not a key file" in keys


def lose_keys(folder: Path) -> None:
    open_store(folder, "hillside").close()
    (folder / KEYS).unlink()


def show_keys(folder: Path) -> None:
    (folder / KEYS).chmod(0o640)


@pytest.mark.parametrize(
    ("spoil", "mistake"),
    [
        (lose_keys, "its keys are not: put keys.json back"),
        (show_keys, "keys.json: other users of this machine can read it: run `chmod 600 "),
        (lambda folder: (folder / PEOPLE).write_text(LIST.replace("chair", "staff")), "nobody holds the role 'chair'"),
        (lambda folder: (folder / PEOPLE).write_text("id,name,roles\n"), "people.csv: lists nobody"),
    ],
)
def test_what_makes_a_folder_unready(ready: Path, spoil: Callable[[Path], object], mistake: str) -> None:
    spoil(ready)
    assert mistake in "\n".join(said(ready))


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_keys_that_only_their_owner_reads_are_well(ready: Path) -> None:
    (ready / KEYS).chmod(0o400)
    read_folder(ready, FRIDAY)


def test_who_has_not_joined_or_has_left_is_not_there_for_a_route(ready: Path) -> None:
    """The only DSL leaves at Christmas; from the next day on nobody hears first of a concern."""
    (ready / PEOPLE).write_text(LIST.replace("dsl,Mr Bo Dee,dsl staff,,", "dsl,Mr Bo Dee,dsl staff,,2026-11-19"))
    assert "nobody holds the role 'dsl'" in "\n".join(said(ready))
    (ready / PEOPLE).write_text(LIST.replace("dsl,Mr Bo Dee,dsl staff,,", "dsl,Mr Bo Dee,dsl staff,,2026-11-20"))
    read_folder(ready, FRIDAY)
    assert date(2026, 11, 20) == FRIDAY.date()


def test_the_settings_that_are_filled_in_are_the_only_gaps() -> None:
    assert set(FILLED) == {"id", "name", "lado", "mash", "out_of_hours"}
