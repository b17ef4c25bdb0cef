"""Reads what is shipped with the program into the rulebook in force, and the made-up schools with their people."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType

from bot.cases.names import NameWords
from bot.files import contents, shipped
from bot.flow.lists import load_lists, normalise
from bot.flow.load import load_folder
from bot.flow.model import Flow
from bot.people import Member, Role
from bot.policy.find import Finder
from bot.policy.find_meaning import Lexicon
from bot.policy.lexicon import read_lexicon
from bot.policy.model import Document
from bot.policy.traps import Trap, read_traps
from bot.reading import Mistakes, meant
from bot.school.people_file import read_people
from bot.school.settings_file import read_school
from bot.service.rulebook import Rulebook
from bot.settings import School
from bot.words import Words

LANGUAGE = "en"
LEXICON = "lexicon.toml"  # in the shipped content, and in a school's own folder
FLOWS = "flows"  # a folder of flow files, in a school's own folder
TRAPS = "traps"  # a folder of warnings, in the shipped policies and in a school's own folder
_LEXICON = shipped("content") / LANGUAGE / LEXICON


def wording(name: str) -> Words:
    """Read one of the wording files of the language. Raises Mistakes."""
    path = shipped("content") / LANGUAGE / f"{name}.toml"
    try:
        return Words.load(path)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise Mistakes(f"{path.name}: {error}") from error


def shipped_schools() -> tuple[str, ...]:
    """Give the names of the made-up schools."""
    return tuple(sorted(path.stem for path in (shipped("content") / "schools").glob("*.toml")))


def shipped_school(name: str) -> tuple[School, tuple[Member, ...]]:
    """Read the rules and the people of one of the made-up schools. Raises Mistakes, also for a name there is not."""
    folder = shipped("content") / "schools"
    names = shipped_schools()
    if name not in names:
        raise Mistakes(f"there is no school {name!r}{meant(name, names)}; there are {', '.join(names)}")
    return read_school(folder / f"{name}.toml"), read_people(folder / f"{name}.people.csv")


def lexicon(folder: Path | None = None) -> Lexicon:
    """Read the shipped lexicon, and a school's own from its folder where it has one. Raises Mistakes."""
    own = folder / LEXICON if folder else None
    return read_lexicon(_LEXICON, own) if own and own.exists() else _shipped_lexicon()


@cache
def _shipped_lexicon() -> Lexicon:
    return read_lexicon(_LEXICON)


def traps(school: str, folder: Path | None = None) -> tuple[Trap, ...]:
    """Read the warnings about a school's clauses: its own, else the shipped ones. Raises Mistakes."""
    own = folder / TRAPS if folder else None
    return read_traps(own if own and own.is_dir() else shipped("content") / "policies" / TRAPS, school)


def finder(school: str, folder: Path | None = None) -> Callable[[tuple[Document, ...]], Finder]:
    """Give what makes a school's policies ready to be asked. The lexicon is read with the first of them: it is long.

    Raises Mistakes for what a school wrote itself.
    """
    known = cache(partial(lexicon, folder))
    if folder:
        traps(school, folder)
        if (folder / LEXICON).exists():
            known()
    return lambda documents: Finder(documents, known(), traps(school, folder))


def read_flows(flows: Path | None = None, folder: Path | None = None) -> tuple[Mapping[str, Flow], Mapping[str, bytes]]:
    """Read the flows and their sources: those of `flows` alone, else the shipped ones with a school's own.

    A file in the school's own `folder` takes the place of the shipped one with its name whole, or adds a flow. Raises
    Mistakes: all that was found wrong.
    """
    own = folder / FLOWS if folder else None
    places = [flows] if flows else [shipped("flows"), *([own] if own and own.exists() else [])]
    lists = word_lists()
    loaded: dict[str, Flow] = {}
    sources: dict[str, bytes] = {}
    mistakes: list[str] = []
    for place in places:
        try:
            found = _shipped_flows() if place == shipped("flows") else load_folder(place, lists)
        except Mistakes as wrong:
            mistakes += wrong.mistakes
        else:
            loaded |= found
            sources |= {flow_id: contents(place / f"{flow_id}.toml") for flow_id in found}
    if mistakes:
        raise Mistakes(*mistakes)
    return loaded, sources


@cache
def _shipped_flows() -> Mapping[str, Flow]:
    """Read them once, for however many schools: what is shipped does not change while Beacon runs."""
    return MappingProxyType(load_folder(shipped("flows"), word_lists()))


def word_lists() -> dict[str, frozenset[str]]:
    """Read the word lists that flows can look for. Raises Mistakes."""
    return load_lists(shipped("content") / LANGUAGE / "lists")


def rulebook(school: School, flows: Path | None = None, folder: Path | None = None) -> Rulebook:
    """Give a school's rules together with the flows and the wording.

    `folder` is the school's own, which may add to the lexicon, have warnings of its own about its policies, and flows
    of its own; see `read_flows`. Raises Mistakes: all that was found wrong.
    """
    content = shipped("content") / LANGUAGE
    loaded, sources = read_flows(flows, folder)
    typed = tomllib.loads(contents(content / "commands.toml").decode())
    return Rulebook(
        school=school,
        flows=loaded,
        sources=sources,
        lists=word_lists(),
        words=wording("wording"),
        commands={normalise(word): command for command, words in typed["commands"].items() for word in words},
        starts={
            flow_id: frozenset(normalise(phrase) for phrase in phrases) for flow_id, phrases in typed["starts"].items()
        },
        finder=finder(school.id, folder),
        names=NameWords(
            roles=_roles(typed["roles"]),
            short_roles=_roles(typed["short_roles"]),
            titles=frozenset(normalise(title) for title in typed["names"]["titles"]),
        ),
    )


def _roles(listed: Mapping[str, Sequence[str]]) -> dict[Role, frozenset[str]]:
    return {Role(role): frozenset(normalise(phrase) for phrase in phrases) for role, phrases in listed.items()}
