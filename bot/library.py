"""Reads what is shipped with the program, and a school's settings, into the rulebook in force."""

import tomllib
from pathlib import Path

from bot.files import contents, shipped
from bot.flow.lists import load_lists, normalise
from bot.flow.load import load_folder
from bot.people import Role
from bot.reading import Mistakes
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
        role_words={Role(role): tuple(normalise(w) for w in words) for role, words in typed["roles"].items()},
    )
