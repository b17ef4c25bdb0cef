"""Mends words that are no words, after the vocabulary of the policies and the lexicon. Must not know passages."""

import gzip
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

_SHORTEST = 4  # letters: shorter words are near to too much; the lexicon's `short` has those that matter
_SLIPS = 0.62  # of 1: "pasword" and "password" are 0.88 alike
_ALIKE = 0.8
_OURS, _SAME_BONES = 0.12, 0.1  # what speaks for a word of the policies, and for one with the same consonants
_COMMON = 200  # times in the list's corpus: what is rarer there is as likely a slip


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """Give the common words of English, as American subtitles have them."""
    packed = resources.files("spellchecker").joinpath("resources/en.json.gz").read_bytes()
    counts: dict[str, int] = json.loads(gzip.decompress(packed))
    return frozenset(word for word, times in counts.items() if times >= _COMMON)


class Speller:
    """Repairs one word at a time. `vocabulary` is what may be meant; `often` counts the policies' own words."""

    def __init__(self, vocabulary: Iterable[str], often: Mapping[str, int]) -> None:
        self._known = frozenset(vocabulary) | often.keys()
        words = {word for word in self._known if len(word) >= 3 and word.isalpha()}
        self._targets = sorted(words | {f"{word}s" for word in words if not word.endswith("s")})
        self._often = often
        self._english = english()  # read here, and not while somebody waits for the answer to a first question

    def is_word(self, word: str) -> bool:
        """Say whether this is a word of the policies, of the lexicon or of English as it stands."""
        return word in self._known or self._is_english(word)

    def mend(self, word: str) -> str:
        """Give the word that was meant; the word itself when it is one, and when nothing is near enough."""
        if len(word) < _SHORTEST or not word.isalpha() or self.is_word(word):
            return word
        near = process.extract(word, self._targets, scorer=OSA.normalized_similarity, limit=8, score_cutoff=_SLIPS)
        best, most = word, 0.0
        for candidate, slips, _ in near:
            alike = JaroWinkler.similarity(word, candidate)
            likely = slips + alike + (_OURS if candidate in self._often else 0.0)
            likely += _SAME_BONES if _bones(word) == _bones(candidate) else 0.0
            if alike >= _ALIKE and likely > most:
                best, most = candidate, likely
        return best

    def _is_english(self, word: str) -> bool:
        return not self._english.isdisjoint((word, word.replace("our", "or").replace("is", "iz")))


def _bones(word: str) -> str:
    """Give the consonants, doubles once: what hurried thumbs keep."""
    bones = ""
    for letter in word:
        if letter not in "aeiouy" and not bones.endswith(letter):
            bones += letter
    return bones
