"""What changed from one version of a policy to the next, passage by passage. Must not know where versions are kept."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from typing import Literal

from rapidfuzz import fuzz, process

from bot.policy.model import Document, Passage
from bot.policy.read_blocks import alike

_NEAR = 60  # of 100: two passages are one that was reworded
_TRIED = 5  # of the passages that could be a reworded one

Piece = tuple[Literal["same", "gone", "new"], str]


@dataclass(frozen=True, slots=True)
class Added:
    """A passage that only the newer version has."""

    passage: Passage


@dataclass(frozen=True, slots=True)
class Removed:
    """A passage that only the older version has."""

    passage: Passage


@dataclass(frozen=True, slots=True)
class Moved:
    """A passage whose words stayed and whose section or headings did not."""

    before: Passage
    after: Passage


@dataclass(frozen=True, slots=True)
class Reworded:
    """A passage whose words changed."""

    before: Passage
    after: Passage

    def pieces(self) -> Iterator[Piece]:
        """Give the words of both, marked as kept, gone or new, in the order in which they are read."""
        old, new = self.before.text.split(), self.after.text.split()
        for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if what == "equal":
                yield "same", " ".join(old[a:b])
                continue
            if a < b:
                yield "gone", " ".join(old[a:b])
            if c < d:
                yield "new", " ".join(new[c:d])


Change = Added | Removed | Moved | Reworded


def compare(older: Document, newer: Document) -> tuple[Change, ...]:
    """Give what changed, in the newer version's order, and what was removed where it would have stood.

    A passage that changed only its quotation marks and hyphens counts as the same: formats write them differently.
    """
    pairs = _pairs(older.passages, newer.passages)
    changes: list[tuple[float, Change]] = []
    place = 0.0  # of the last older passage that is still there
    for old in older.passages:
        if (new := pairs.get(old)) is None:
            changes.append((place + 0.5, Removed(old)))
            continue
        place = new.number
        if alike(old.text) != alike(new.text):
            changes.append((place, Reworded(old, new)))
        elif _in_place(old) != _in_place(new):
            changes.append((place, Moved(old, new)))
    kept = set(pairs.values())
    changes += [(new.number, Added(new)) for new in newer.passages if new not in kept]
    return tuple(change for _, change in sorted(changes, key=lambda pair: pair[0]))


def _pairs(olds: Iterable[Passage], news: Iterable[Passage]) -> dict[Passage, Passage]:
    """Pair passages of two versions: the same words in the same place, the same words elsewhere, then the likest."""
    pairs: dict[Passage, Passage] = {}
    olds, news = list(olds), list(news)
    for pairing in (partial(_same, _in_place), partial(_same, _words), _likest):
        pairs |= pairing(olds, news)
        kept = set(pairs.values())
        olds, news = [p for p in olds if p not in pairs], [p for p in news if p not in kept]
    return pairs


def _in_place(passage: Passage) -> object:
    return alike(passage.text), passage.section, tuple(map(alike, passage.headings))


def _words(passage: Passage) -> object:
    return alike(passage.text)


def _same(key: Callable[[Passage], object], olds: Sequence[Passage], news: Sequence[Passage]) -> dict[Passage, Passage]:
    left: dict[object, list[Passage]] = {}
    for new in reversed(news):
        left.setdefault(key(new), []).append(new)
    return {old: numbers.pop() for old in olds if (numbers := left.get(key(old)))}


def _likest(olds: Sequence[Passage], news: Sequence[Passage]) -> dict[Passage, Passage]:
    texts = {new: new.text for new in news}
    found = [
        (likeness, old, new)
        for old in olds
        for _, likeness, new in process.extract(old.text, texts, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=_TRIED)
    ]
    pairs: dict[Passage, Passage] = {}
    for _, old, new in sorted(found, key=lambda each: -each[0]):
        if old not in pairs and new not in pairs.values():
            pairs[old] = new
    return pairs
