"""Passages made ready for finding: their stems, what they are about, how rare each is. Must not know questions."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from bot.policy.find_meaning import Lexicon
from bot.policy.find_words import words_of
from bot.policy.model import Document, Passage

_OTHERS = 50  # passages that every policy is thought to have beside its own, so that words are rare in a short one too
TEXT, LEAD, HEADING = 1.0, 1.0, 0.75  # how much a word counts where it stands


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A passage with what finding compares: for each stem and concept the weight of the best place it stands in."""

    document: Document
    passage: Passage
    stems: Mapping[str, float]
    concepts: Mapping[str, float]
    length: int


@dataclass(frozen=True)
class Collection:
    """All entries of a school, and how many of them hold a stem or a concept."""

    entries: tuple[Entry, ...]
    stems: Mapping[str, int]
    concepts: Mapping[str, int]
    words: Mapping[str, int]  # as the policies write them
    length: float  # of the average passage

    def rarity(self, count: int) -> float:
        """Give what a word is worth that `count` passages hold: much when few do."""
        return math.log(1 + (len(self.entries) + _OTHERS - count + 0.5) / (count + 0.5))


@dataclass(frozen=True, slots=True)
class _Said:
    """A text taken apart."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    concepts: frozenset[str]


def collect(documents: Iterable[Document], lexicon: Lexicon) -> Collection:
    """Read every passage of the documents once."""

    @cache  # a heading stands over many passages
    def said(text: str) -> _Said:
        words = words_of(text)
        stems = lexicon.stems(words)
        concepts = frozenset(concept for _, _, meant in lexicon.meant(stems) for concept in meant)
        return _Said(tuple(words), tuple(stems), concepts)

    entries = tuple(_entry(document, passage, said) for document in documents for passage in document.passages)
    return Collection(
        entries=entries,
        stems=Counter(stem for entry in entries for stem in entry.stems),
        concepts=Counter(concept for entry in entries for concept in entry.concepts),
        words=Counter(w for e in entries for text in (e.passage.text, *e.passage.headings) for w in said(text).words),
        length=sum(entry.length for entry in entries) / max(len(entries), 1),
    )


def _entry(document: Document, passage: Passage, said: Callable[[str], _Said]) -> Entry:
    stems: dict[str, float] = {}
    concepts: dict[str, float] = {}
    for text, weight in _places(passage):
        for stem in said(text).stems:
            stems[stem] = max(weight, stems.get(stem, 0.0))
        for concept in said(text).concepts:
            concepts[concept] = max(weight, concepts.get(concept, 0.0))
    return Entry(document, passage, stems, concepts, len(said(passage.text).stems))


def _places(passage: Passage) -> Iterator[tuple[str, float]]:
    """Give the texts of and over a passage, each with what a word in it counts."""
    yield passage.text, TEXT
    if passage.lead_in:
        yield passage.lead_in, LEAD
    for depth, heading in enumerate(reversed(passage.headings)):
        yield heading, HEADING if not depth else HEADING / 2
