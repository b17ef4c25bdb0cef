"""Whose names somebody's words hold, as the school's list has them. Pure. It would rather find one too many."""

from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz import fuzz, process

from bot.flow.lists import normalise
from bot.people import Member, Role, Roster

_NEAR = 80  # of 100: "Okafar" is near enough to "Okafor": one wrong letter in a name of five or more
_SHORTEST = 5  # letters; shorter words are near to too much


@lru_cache(maxsize=4096)
def _surname(name: str) -> str:
    return normalise(name).split(" ")[-1]


def named(text: str, roster: Roster, role_words: Mapping[Role, tuple[str, ...]]) -> frozenset[str]:
    """Give the adults that a text names, by surname (also misspelt) or by the name of their role.

    Args:
        text: anybody's words.
        roster: who can be named; children are not looked for.
        role_words: normalised words for a role, such as "head teacher".

    Returns:
        Member ids. Two people of one surname are both named: routing leaves both out rather than guess.
    """
    said = normalise(text)
    if not said:
        return frozenset()
    words = said.split(" ")
    words += [w.removesuffix("s") for w in words]  # "Mr Fox's room"
    long_words = [w for w in words if len(w) >= _SHORTEST]
    padded = f" {' '.join(words)} "

    def is_named(member: Member) -> bool:
        surname = _surname(member.name)
        if surname in words or any(f" {w} " in padded for role in member.roles for w in role_words.get(role, ())):
            return True
        if len(surname) < _SHORTEST:
            return False
        return process.extractOne(surname, long_words, scorer=fuzz.ratio, score_cutoff=_NEAR) is not None

    return frozenset(m.id for m in roster.adults if is_named(m))
