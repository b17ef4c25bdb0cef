"""Ranks passages for a question, and says how far the best of them answers it. Must not know SQLite or files.

A passage earns for each word of the question what the word is worth (a rare one more), less where it holds only
something akin to the word, and less where it stands only in a heading. The figures were set on the calibration
questions that tests/bench/bench_policy.py names; none of them matters much alone.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bot.policy.find_asked import Asked, Term
from bot.policy.find_passages import Collection, Entry

_UNKNOWN = 3.0  # what a word is worth that no policy here has
_RAREST = 3.5  # the most that a word can be worth
_LENGTH = 0.05  # by how much a passage longer than most counts less
_SAID = 0.7  # a concept that answers as surely as this counts as the word itself


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with what it earned, and how much of the question it covers (0 to 1)."""

    entry: Entry
    score: float
    covered: float


def rank(asked: Asked, entries: Iterable[Entry], known: Collection) -> list[Found]:
    """Give the passages that answer anything of the question, the best first."""
    worth = [(term, _worth(term, known)) for term in asked.terms]
    whole = sum(worth for _, worth in worth) or 1.0
    found = []
    for entry in entries:
        earned = sum(value * match(term, entry) for term, value in worth)
        if earned:
            brevity = math.pow(min(1.0, known.length / max(entry.length, 1)), _LENGTH)
            found.append(Found(entry, earned * (earned / whole) * brevity, earned / whole))
    return sorted(found, key=lambda one: -one.score)


def match(term: Term, entry: Entry) -> float:
    """Give how far a passage has what a term asks about: 1 for its very word in the text, 0 for nothing akin."""
    best = entry.stems.get(term.stem, 0.0) * term.exact
    for concept in term.reach.keys() & entry.concepts.keys():
        best = max(best, term.reach[concept] * entry.concepts[concept])
    return best


def _worth(term: Term, known: Collection) -> float:
    said = (known.concepts.get(concept, 0) for concept, how in term.reach.items() if how >= _SAID)
    count = max(known.stems.get(term.stem, 0), *said, 0)
    return min(known.rarity(count), _RAREST) if count else _UNKNOWN
