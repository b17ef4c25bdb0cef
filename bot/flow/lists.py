"""Word lists, and whether words are mentioned in a text, however they are spelt. Pure; must not know what follows."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

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
    looked_for = _prepared(phrases)
    longest = max((len(phrase) for phrase in looked_for), default=0)
    if not _run_together(words, longest + 1).isdisjoint(_squeezed("".join(phrase)) for phrase in looked_for):
        return True
    heard = set(words)
    wanted = {word for phrase in looked_for for word in phrase}
    near = {word: {said for said in heard if _alike(word, said)} for word in wanted}
    return any(_in_a_row(phrase, words, near) for phrase in looked_for)


@lru_cache(maxsize=64)
def _prepared(phrases: frozenset[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for phrase in phrases)


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


def _alike(word: str, said: str) -> bool:
    """Say whether `said` is the word, but for slips: a letter wrong, missing, added or swapped with the next."""
    slips = max(len(word), len(said)) // _LETTERS_A_SLIP if len(word) >= _LETTERS_A_SLIP else 0
    return (
        OSA.distance(_squeezed(word), _squeezed(said), score_cutoff=slips) <= slips
        or OSA.distance(word, said, score_cutoff=slips) <= slips
    )


def _in_a_row(phrase: tuple[str, ...], words: list[str], near: dict[str, set[str]]) -> bool:
    if not all(near[word] for word in phrase):  # so nearly every phrase ends here
        return False
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
