"""What words mean, as the lexicon says: forms of a word, concepts, what is akin. Must not know files or policies."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from bot.policy.find_words import stem

T = TypeVar("T")
Phrase = tuple[str, ...]  # words or stems, one after another


class Phrases(Generic[T]):
    """Phrases with what each stands for, found in a text without trying them all."""

    def __init__(self, meanings: Mapping[Phrase, T]) -> None:
        self._meanings = meanings
        sizes = defaultdict[str, set[int]](set)
        for phrase in meanings:
            sizes[phrase[0]].add(len(phrase))
        self._sizes = {first: sorted(found) for first, found in sizes.items()}  # lengths of the phrases that begin so

    def at(self, words: Sequence[str], place: int) -> Iterator[tuple[Phrase, T]]:
        """Give the phrases that begin at this place, the shortest first."""
        for size in self._sizes.get(words[place], ()):
            phrase = tuple(words[place : place + size])
            if (meaning := self._meanings.get(phrase)) is not None:
                yield phrase, meaning

    def within(self, words: Sequence[str]) -> Iterator[tuple[int, Phrase, T]]:
        """Give every phrase that stands in the words, with where it begins; one may lie within another."""
        for place in range(len(words)):
            for phrase, meaning in self.at(words, place):
                yield place, phrase, meaning


@dataclass(frozen=True, slots=True)
class Want:
    """What a question asks for, told by its words, and what a clause that has it looks like."""

    name: str
    asked: re.Pattern[str]
    answer: re.Pattern[str]


@dataclass(frozen=True)
class Lexicon:
    """What words mean. All but `forms`, `short` and `vocabulary` is in stems."""

    forms: Mapping[Phrase, str]  # words as they may be written -> the stem that stands for all of them
    short: Mapping[str, Phrase]  # text speak -> the words
    vague: frozenset[str]
    elsewhere: Mapping[Phrase, bool]  # what other policies answer
    concepts: Mapping[Phrase, frozenset[str]]
    reach: Mapping[str, Mapping[str, float]]  # a concept asked about -> those that answer, and how surely
    wants: tuple[Want, ...]
    vocabulary: frozenset[str]  # every word in it, as written

    def stems(self, words: Sequence[str]) -> list[str]:
        """Give the stems of words, the forms of a word as one ("e", "mail" and "emails" as "email")."""
        found: list[str] = []
        place = 0
        while place < len(words):
            forms = list(self._forms.at(words, place))
            phrase, form = forms[-1] if forms else ((words[place],), stem(words[place]))
            found.append(form)
            place += len(phrase)
        return found

    def meant(self, stems: Sequence[str]) -> Iterator[tuple[int, Phrase, frozenset[str]]]:
        """Give every phrase that stands for concepts, with where it begins."""
        return self._concepts.within(stems)

    def foreign(self, stems: Sequence[str]) -> Iterator[tuple[int, Phrase, bool]]:
        """Give every phrase about what other policies answer, with where it begins."""
        return self._elsewhere.within(stems)

    @cached_property
    def _forms(self) -> Phrases[str]:
        return Phrases(self.forms)

    @cached_property
    def _concepts(self) -> Phrases[frozenset[str]]:
        return Phrases(self.concepts)

    @cached_property
    def _elsewhere(self) -> Phrases[bool]:
        return Phrases(self.elsewhere)
