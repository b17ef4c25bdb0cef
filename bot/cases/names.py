"""Whose names somebody's words hold, as the school's list has them. Pure. It would rather find one too many."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.flow.lists import mentions, normalise
from bot.people import Member, Role, Roster

_NEAR = 80  # of 100: "Okafar" is near enough to "Okafor": one wrong letter in a name of five or more
_SHORTEST = 5  # letters; shorter names are near to too much
_LETTERS_A_SLIP = 4  # in what a role is called: "hed teecher" is the head teacher, "the teacher" is not
_SHORTEST_ROLE = 8  # letters; "head" is near to too much


@dataclass(frozen=True, slots=True)
class NameWords:
    """What people are called beside their own names, all of it normalised.

    `roles` are what a role is called wherever it stands, such as "head teacher". `short_roles` mean a role only in
    answer to "who is it?": elsewhere a head hurts and a chair is sat on. `titles` come before a name.
    """

    roles: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    short_roles: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    titles: frozenset[str] = frozenset()


def named(text: str, roster: Roster, words: NameWords, *, as_name: bool = False) -> frozenset[str]:
    """Give the adults that a text names: by surname, by a first name after a title, or by what their role is called.

    All of these are found misspelt too, unless they are short.

    Args:
        text: anybody's words.
        roster: who can be named; children are not looked for.
        words: what people are called beside their own names.
        as_name: the text answers "who is it?", so that a first name alone and "the head" name somebody.

    Returns:
        Member ids. Two people whom it fits are both named: routing leaves both out rather than guess. Only a full
        name just as the school lists it, as somebody chose it from the list, names nobody else.
    """
    said = normalise(text)
    if as_name and (listed := frozenset(m.id for m in roster.adults if normalise(m.name) == said)):
        return listed
    plain = said.split()
    spoken = (plain, [word.removesuffix("s") for word in plain])  # "Mr Fox's room"
    heard = frozenset(word for way in spoken for word in way)
    after_title = {name for title, name in pairwise(plain) if title in words.titles}
    first_names = heard if as_name else after_title | {name.removesuffix("s") for name in after_title}
    roles = {role for role, phrases in words.roles.items() if any(_called(way, phrases) for way in spoken)}
    if as_name:
        roles |= {role for role, phrases in words.short_roles.items() if not heard.isdisjoint(phrases)}

    def is_named(member: Member) -> bool:
        *others, surname = _parts(member.name)
        firsts = (name for name in others if len(name) > 1 and name not in words.titles)
        return (
            not roles.isdisjoint(member.roles)
            or _heard(surname, heard)
            or any(_heard(name, first_names) for name in firsts)
        )

    return frozenset(m.id for m in roster.adults if is_named(m))


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[str, ...]:
    return tuple(normalise(name).split(" "))


def _heard(name: str, heard: Iterable[str]) -> bool:
    """Say whether a name was heard, as it is or misspelt."""
    if name in heard:
        return True
    if len(name) < _SHORTEST:
        return False
    long_words = [word for word in heard if len(word) >= _SHORTEST]
    return process.extractOne(name, long_words, scorer=fuzz.ratio, score_cutoff=_NEAR) is not None


def _called(said: Sequence[str], phrases: frozenset[str]) -> bool:
    """Say whether a role is called by one of its phrases.

    Words may be run together or apart, and letters drawn out. In a long phrase each word may also have slips, one in
    four letters: a whole phrase compared at once would find the "head teacher" in "the teacher".
    """
    if mentions(" ".join(said), phrases):
        return True
    long_phrases = [phrase.split() for phrase in phrases if len(phrase.replace(" ", "")) >= _SHORTEST_ROLE]
    near = {word: _near(word, said) for phrase in long_phrases for word in phrase}
    return any(
        all(said[start + place] in near[word] for place, word in enumerate(phrase))
        for phrase in long_phrases
        for start in range(len(said) - len(phrase) + 1)
    )


def _near(word: str, said: Sequence[str]) -> frozenset[str]:
    slips = len(word) // _LETTERS_A_SLIP
    found = process.extract(word, set(said), scorer=OSA.distance, score_cutoff=slips, limit=None)
    return frozenset(heard for heard, _, _ in found)
