"""Reads what is shipped with the program into the rulebook in force, and the made-up schools with their people."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.cases.names import NameWords
from bot.files import contents, shipped
from bot.flow.lists import load_lists, normalise
from bot.flow.load import load_folder
from bot.people import Member, Role
from bot.people_file import read_people
from bot.reading import Mistakes, meant
from bot.school_file import read_school
from bot.service.rulebook import Rulebook
from bot.settings import School
from bot.words import Words

LANGUAGE = "en"


def wording(name: str) -> Words:
    """Read one of the wording files of the language. Raises Mistakes."""
    path = shipped("content") / LANGUAGE / f"{name}.toml"
    try:
        return Words.load(path)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise Mistakes(f"{path.name}: {error}") from error


def shipped_school(name: str) -> tuple[School, tuple[Member, ...]]:
    """Read the rules and the people of one of the made-up schools. Raises Mistakes, also for a name there is not."""
    folder = shipped("content") / "schools"
    names = sorted(path.stem for path in folder.glob("*.toml"))
    if name not in names:
        raise Mistakes(f"there is no school {name!r}{meant(name, names)}; there are {', '.join(names)}")
    return read_school(folder / f"{name}.toml"), read_people(folder / f"{name}.people.csv")


def rulebook(school: School, flows: Path | None = None) -> Rulebook:
    """Give a school's rules together with the flows and the wording. Raises Mistakes: all that was found wrong."""
    flows = flows or shipped("flows")
    content = shipped("content") / LANGUAGE
    lists = load_lists(content / "lists")
    loaded = load_folder(flows, lists)
    typed = tomllib.loads(contents(content / "commands.toml").decode())
    return Rulebook(
        school=school,
        flows=loaded,
        sources={flow_id: contents(flows / f"{flow_id}.toml") for flow_id in loaded},
        lists=lists,
        words=wording("wording"),
        commands={normalise(word): command for command, words in typed["commands"].items() for word in words},
        names=NameWords(
            roles=_roles(typed["roles"]),
            short_roles=_roles(typed["short_roles"]),
            titles=frozenset(normalise(title) for title in typed["names"]["titles"]),
        ),
    )


def _roles(listed: Mapping[str, Sequence[str]]) -> dict[Role, frozenset[str]]:
    return {Role(role): frozenset(normalise(phrase) for phrase in phrases) for role, phrases in listed.items()}
