"""A question taken apart: what it is about, and what kind of answer it wants. Must not know any policy's text."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.policy.find_meaning import Lexicon, Phrase, Want
from bot.policy.find_words import words_of
from bot.policy.spelling import Speller

_MOST = 60  # words that are read; whoever writes more has said it by then
_WITHIN = 0.9  # what a word is worth within a longer phrase: "signs" in "warning signs"
_LETTERS = 2  # one alone is what is left of "e.g."
_MARKS = frozenset('/\\<>{}[]()=;:*|&%$#@+^~_"')
_MOST_MARKS = 0.15  # of its characters
_FEW = 2  # words, which may both be slips
_KNOWN = 0.3  # of the words as typed; of the worst slips in English still a half are words
_FIGURES = 2  # "3" and "12" say nothing alone; "999" does


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is asked about: a word, and the concepts that it, or the phrase around it, stands for."""

    stem: str
    reach: dict[str, float]  # concept -> how surely it answers
    exact: float = 1.0  # how surely the word itself does
    elsewhere: bool = False  # the lexicon lists it among what other policies answer


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is looked for."""

    terms: tuple[Term, ...]
    wants: tuple[Want, ...]


def ask(question: str, lexicon: Lexicon, speller: Speller) -> Asked:
    """Take a question apart. What is code, or another language, asks nothing."""
    typed = words_of(question)[:_MOST]
    if _is_code(question) or _is_foreign(typed, speller):
        typed = []
    meant = [word for slip in typed for word in lexicon.short.get(slip) or (speller.mend(slip),)]
    stems = lexicon.stems(meant)
    sentence = " ".join(meant).replace("'", "")
    return Asked(
        terms=_terms(stems, lexicon),
        wants=tuple(want for want in lexicon.wants if want.asked.search(sentence)),
    )


def _is_code(question: str) -> bool:
    """Say whether this is typed at a computer rather than to somebody: paths, markup, formulas."""
    return sum(c in _MARKS for c in question) > _MOST_MARKS * len(question)


def _is_foreign(typed: Sequence[str], speller: Speller) -> bool:
    """Say whether these words are another language, which mending would turn into English."""
    return len(typed) > _FEW and sum(map(speller.is_word, typed)) < _KNOWN * len(typed)


def _terms(stems: Sequence[str], lexicon: Lexicon) -> tuple[Term, ...]:
    phrases = list(lexicon.meant(stems))
    longest = _longest(stems, [(at, phrase) for at, phrase, _ in phrases])
    telling = [
        not (stem in lexicon.vague or (stem.isdigit() and len(stem) <= _FIGURES) or len(stem) < _LETTERS)
        for stem in stems
    ]
    reach: list[dict[str, float]] = [{} for _ in stems]
    for at, phrase, concepts in phrases:
        places = range(at, at + len(phrase))
        if len(phrase) == 1 and not telling[at]:
            continue  # "own" alone is not about ownership
        if not any(telling[place] for place in places):
            telling[at] = True  # "who do I tell" is about reporting, though none of its words is
        for place in places:
            surely = 1.0 if len(phrase) == longest[place] else _WITHIN
            for concept in concepts:
                for other, how in lexicon.reach[concept].items():
                    reach[place][other] = max(how * surely, reach[place].get(other, 0.0))
    away = _longest(stems, [(at, phrase) for at, phrase, _ in lexicon.foreign(stems)])
    found = {
        stem: Term(stem, reach[at], 1.0 if longest[at] < 2 else _WITHIN, away[at] > 0)
        for at, stem in enumerate(stems)
        if telling[at]
    }
    return tuple(found.values())


def _longest(stems: Sequence[str], phrases: Sequence[tuple[int, Phrase]]) -> list[int]:
    """Give, for each place, how long the longest phrase over it is."""
    return [max((len(p) for at, p in phrases if at <= place < at + len(p)), default=0) for place in range(len(stems))]
