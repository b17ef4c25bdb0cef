"""Word lists, and whether words are mentioned in a text, however they are spelt. Pure; must not know what follows."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.files import read_folder
from bot.reading import Mistakes, decoded, quoted

_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u2032\u00b4`\uff07]")
_REPEATED = re.compile(r"([^\W\d])\1+")
_LETTERS_A_SLIP = 5  # one slip in five letters; with less, 'sending' would be 'sexting'


def normalise(text: str) -> str:
    """Give text with nothing left but small letters, digits and single spaces: no accents, no punctuation."""
    text = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
    text = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold())
    return " ".join("".join(_kept(c) for c in text).split())


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if unicodedata.combining(character) or category == "Cf":  # accents, and marks of no width
        return ""
    return character if category[0] in "LMN" else " "


def mentions(text: str, phrases: frozenset[str]) -> bool:
    """Say whether a text mentions one of the phrases, as whole words, misspellings included.

    Words may be run together or apart ("self-harm", "selfharm", "my self"), letters drawn out ("helllp"), and words
    of five letters and more misspelt. It would rather trigger once too often: a miss is what must not happen
    (child_rules CH-32). The phrases must be normalised.
    """
    words = normalise(text).split()
    if not words:
        return False
    looked_for = _prepared(phrases)
    if not _run_together(words, looked_for.longest + 1).isdisjoint(looked_for.joined):
        return True
    near = _near(looked_for, set(words))
    return any(all(map(near.__contains__, p)) and _in_a_row(p, words, near) for p in looked_for.phrases)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A word list, taken apart once: thousands of phrases are looked for with every answer."""

    phrases: frozenset[tuple[str, ...]]
    joined: frozenset[str]  # each phrase written as one word and squeezed
    longest: int  # in words
    short: Mapping[str, tuple[str, ...]]  # words in which no slip is allowed, by what they are squeezed
    long: Mapping[int, tuple[str, ...]]  # the others, by how many slips their length allows
    long_squeezed: Mapping[int, tuple[str, ...]]  # in the same order


@lru_cache(maxsize=64)
def _prepared(phrases: frozenset[str]) -> _Prepared:
    taken_apart = frozenset(tuple(phrase.split()) for phrase in phrases)
    words = frozenset(word for phrase in taken_apart for word in phrase)
    short: dict[str, tuple[str, ...]] = {}
    long: dict[int, tuple[str, ...]] = {}
    for word in words:
        if slips := len(word) // _LETTERS_A_SLIP:
            long[slips] = (*long.get(slips, ()), word)
        else:
            short[_squeezed(word)] = (*short.get(_squeezed(word), ()), word)
    return _Prepared(
        phrases=taken_apart,
        joined=frozenset(_squeezed("".join(phrase)) for phrase in taken_apart),
        longest=max((len(phrase) for phrase in taken_apart), default=0),
        short=short,
        long=long,
        long_squeezed={slips: tuple(map(_squeezed, words)) for slips, words in long.items()},
    )


def _near(looked_for: _Prepared, heard: set[str]) -> dict[str, set[str]]:
    """Give the listed words that were heard, each with what was said for it.

    A long word may have slips in it: a letter wrong, missing, added or swapped with the next.
    """
    near: dict[str, set[str]] = {}
    for said in heard:
        for word in looked_for.short.get(_squeezed(said), ()):
            near.setdefault(word, set()).add(said)
        for least, words in looked_for.long.items():
            slips = max(least, len(said) // _LETTERS_A_SLIP)
            squeezed = looked_for.long_squeezed[least]
            for place in (*_within(slips, said, words), *_within(slips, _squeezed(said), squeezed)):
                near.setdefault(words[place], set()).add(said)
    return near


def _within(slips: int, said: str, words: tuple[str, ...]) -> list[int]:
    """Give the places of the words that are at most so many slips away from what was said."""
    found = process.extract(said, words, scorer=OSA.distance, score_cutoff=slips, limit=None)
    return [place for _, _, place in found]


@lru_cache(maxsize=8192)
def _squeezed(word: str) -> str:
    """Give the word with repeated letters once: 'kil', 'kill' and 'killll' are one word."""
    return _REPEATED.sub(r"\1", word)


def _run_together(words: list[str], most: int) -> set[str]:
    """Give every run of up to `most` words, written as one and squeezed."""
    return {
        _squeezed("".join(words[start : start + length]))
        for start in range(len(words))
        for length in range(1, most + 1)
    }


def _in_a_row(phrase: tuple[str, ...], words: list[str], near: dict[str, set[str]]) -> bool:
    return any(
        all(words[start + place] in near[word] for place, word in enumerate(phrase))
        for start in range(len(words) - len(phrase) + 1)
    )


def load_list(name: str, source: bytes) -> frozenset[str]:
    """Read a word list: one phrase a line, "#" begins a comment. Gives the phrases normalised; raises Mistakes."""
    phrases: set[str] = set()
    mistakes: list[str] = []
    for number, line in enumerate(decoded(name, source).splitlines(), 1):
        words = line.partition("#")[0].strip()
        phrase = normalise(words)
        if phrase:
            phrases.add(phrase)
        elif words:
            mistakes.append(f"{name}, line {number}: {quoted(words)} has no letters to look for")
    if not phrases:
        mistakes.append(f"{name}: has no phrases, so it would never be mentioned")
    if mistakes:
        raise Mistakes(*mistakes)
    return frozenset(phrases)


def load_lists(folder: Path) -> dict[str, frozenset[str]]:
    """Read every `.txt` file of a folder, by its stem: the name an alert's `mentions` uses. Raises Mistakes."""
    return read_folder(folder, ".txt", load_list)
