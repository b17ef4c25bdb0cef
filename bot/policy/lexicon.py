"""Reads lexicon files, the shipped one and a school's own, into a Lexicon. Must not know policies or ranking."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.files import contents
from bot.policy.find_meaning import Lexicon, Phrase, Want
from bot.policy.find_words import stem, words_of
from bot.reading import Table, meant

_NAME = r"[A-Za-z][A-Za-z0-9_]{0,39}"
_NAME_RULE = "letters, 0-9 and '_', at most 40 of them"
# How surely a clause about one thing answers a question about another.
_SAME, _LOOSE, _WIDER, _NARROWER, _NEAR, _BESIDE = 0.8, 0.4, 0.4, 0.4, 0.3, 0.1


def load_lexicon(*files: tuple[str, bytes]) -> Lexicon:
    """Read the shipped lexicon and then any of a school's own, each as its name and its bytes.

    A later file adds words to a concept of the same name. Raises Mistakes with everything that is wrong.
    """
    build = _Build()
    for name, source in files:
        build.read(Table.parse(name, source))
    return build.lexicon()


def read_lexicon(*paths: Path) -> Lexicon:
    """Read the shipped lexicon and then a school's own, those that are there. Raises Mistakes."""
    return load_lexicon(*((path.name, contents(path)) for path in paths if path.exists()))


class _Build:
    def __init__(self) -> None:
        self.forms: dict[Phrase, str] = {}
        self.short: dict[str, Phrase] = {}
        self.vague = set[str]()
        self.elsewhere: list[str] = []
        self.concepts = defaultdict[str, list[str]](list)
        self.wider = defaultdict[str, set[str]](set)
        self.loose = set[str]()
        self.near = defaultdict[str, set[str]](set)
        self.wants: list[Want] = []

    def read(self, file: Table) -> None:
        """Take in one file. Raises Mistakes."""
        for key, table in _pairs(file.table("forms", optional=True)):
            form = stem(key)
            self.forms |= {tuple(words_of(line)): form for line in (key, *table)}
        for key, table in _pairs(file.table("short", optional=True)):
            self.short |= {word: tuple(words_of(key)) for line in table for word in words_of(line)}
        self.vague.update(w for line in _words(file, "vague") for w in words_of(line))
        self.elsewhere += _words(file, "elsewhere")
        concepts = file.table("concepts", optional=True)
        for name in concepts:
            self._concept(name, concepts)
        wants = file.table("wants", optional=True)
        for name in wants:
            self._want(name, wants.table(name))
        known = set(self.concepts)
        for name in concepts:
            for other in sorted((self.wider[name] | self.near[name]) - known):
                concepts.mistake(f"{name}: there is no concept {other!r}{meant(other, known)}")
        file.finish()

    def _want(self, name: str, table: Table) -> None:
        try:
            asked, answer = (re.compile(table.text(key), re.IGNORECASE) for key in ("asked", "answer"))
        except re.error as error:
            table.mistake(f"is not a regular expression: {error}")
        else:
            self.wants.append(Want(name, asked, answer))

    def _concept(self, name: str, concepts: Table) -> None:
        table = concepts.table(name)
        if not re.fullmatch(_NAME, name):
            table.mistake(f"a concept's name may hold only {_NAME_RULE}")
        self.concepts[name] += table.lines("words")
        self.wider[name].update(table.lines("kind_of", optional=True))
        if table.flag("loose"):
            self.loose.add(name)
        self.near[name].update(table.lines("near", optional=True))

    def lexicon(self) -> Lexicon:
        """Give what was read, ready for use."""
        bare = Lexicon(self.forms, self.short, frozenset(self.vague), {}, {}, {}, (), frozenset())

        def phrase(line: str) -> Phrase:
            return tuple(bare.stems(words_of(line)))

        concepts = defaultdict[Phrase, set[str]](set)
        vague = {stem for word in self.vague for stem in bare.stems([word])}
        for name, lines in self.concepts.items():
            for stems in map(phrase, lines):
                if name not in self.loose or not vague.issuperset(stems):
                    concepts[stems].add(name)
        lines = [*self.elsewhere, *(line for lines in self.concepts.values() for line in lines)]
        words = {word for line in lines for word in words_of(line)}
        return Lexicon(
            forms=self.forms,
            short=self.short,
            vague=frozenset(vague),
            elsewhere=dict.fromkeys(set(map(phrase, self.elsewhere)) - set(concepts), True),
            concepts={key: frozenset(names) for key, names in concepts.items()},
            reach={name: self._reach(name) for name in self.concepts},
            wants=tuple(self.wants),
            vocabulary=frozenset(words | self.vague | {w for p in self.forms for w in p} | set(self.short)),
        )

    def _reach(self, name: str) -> dict[str, float]:
        wider = self.wider[name]
        same = _LOOSE if name in self.loose else _SAME
        found: dict[str, float] = {}
        for other in self.concepts:
            above = self.wider[other]
            found[other] = max(
                same if other == name else 0.0,
                _WIDER if other in wider else 0.0,
                _NARROWER if name in above else 0.0,
                _NEAR if other in self.near[name] or name in self.near[other] else 0.0,
                _BESIDE if wider & above else 0.0,
            )
        return {other: how for other, how in found.items() if how}


def _pairs(table: Table) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key in table:
        yield key, table.lines(key)


def _words(file: Table, key: str) -> Iterable[str]:
    table = file.table(key, optional=True)
    return table.lines("words") if "words" in table else ()
