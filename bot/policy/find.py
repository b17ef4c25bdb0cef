"""Finds the clause that answers a question, word for word, or says that none does. Must not know files or stores."""

from collections.abc import Iterable, Mapping
from datetime import date
from operator import itemgetter

from bot.policy.find_asked import Asked, ask
from bot.policy.find_beside import Beside
from bot.policy.find_index import Index
from bot.policy.find_meaning import Lexicon
from bot.policy.find_passages import Entry, collect
from bot.policy.find_rank import Found, rank
from bot.policy.model import Answer, Document, Quote
from bot.policy.spelling import Speller
from bot.policy.traps import Trap

QUOTES = 3
_QUESTION = 2000  # characters that are read
_CANDIDATES = 60  # passages that are ranked
_READ = 1000  # passages that the rarest words of a question may lead to; only large collections have more
_AKIN = 0.35  # a concept less near than this is not searched for
# The rule of refusal. A clause must earn _ENOUGH; it counts a third when the question is about something that other
# policies answer; and it must hold what the question wants (a price, a name...). Set on the calibration questions.
_ENOUGH = 1.5
_ELSEWHERE = 1 / 3
# The first may stand alone when it is well ahead and covers most of the question: then five of six are right.
_AHEAD, _COVERS = 1.4, 0.6


class Finder:
    """The policies in force of one school, made ready to be asked. Build it anew whenever they change."""

    def __init__(self, documents: Iterable[Document], lexicon: Lexicon, traps: Iterable[Trap] = ()) -> None:
        self._lexicon = lexicon
        self._known = collect(documents, lexicon)
        self._beside = Beside(self._known.entries, tuple(traps))
        self._speller = Speller(lexicon.vocabulary, self._known.words)
        self._index = Index([*entry.stems, *map(_tag, entry.concepts)] for entry in self._known.entries)

    def answer(self, question: str, today: date) -> Answer:
        """Give what the policies say to a question; no quotations when they do not cover it.

        A clause that a warning says to read together with others brings them along, whatever their rank.
        """
        asked, found = self.ranked(question)
        if not found or not self._answers(asked, found[0]):
            return Answer()
        ahead = len(found) == 1 or found[0].score >= _AHEAD * found[1].score
        scores = {one.entry: one.score for one in found}
        first = [one.entry for one in found[:QUOTES]]
        shown = self._beside.joined(first, QUOTES)
        alone = ahead and found[0].covered >= _COVERS and not self._beside.companions(found[0].entry)
        return Answer(tuple(self._quote(entry, scores, today) for entry in shown), sure=alone)

    def ranked(self, question: str) -> tuple[Asked, list[Found]]:
        """Give the question as it was understood and every passage near it, the best first, before any refusal."""
        asked = ask(question[:_QUESTION], self._lexicon, self._speller)
        rows = self._index.near(self._searched(asked), _CANDIDATES)
        return asked, rank(asked, (self._known.entries[row] for row in rows), self._known)

    def _answers(self, asked: Asked, best: Found) -> bool:
        text = best.entry.passage.text
        if len(asked.terms) == 1 and not asked.terms[0].reach:
            return False  # a single word that is not about anything
        if not all(want.answer.search(text) for want in asked.wants):
            return False
        away = any(term.elsewhere and term.stem not in self._known.stems for term in asked.terms)
        return best.score * (_ELSEWHERE if away else 1.0) >= _ENOUGH

    def _searched(self, asked: Asked) -> list[str]:
        """Give the stems and concepts to search for: the rarest, until they lead to as many passages as can be read."""
        counts = {term.stem: self._known.stems.get(term.stem, 0) for term in asked.terms}
        akin = (concept for term in asked.terms for concept, how in term.reach.items() if how > _AKIN)
        counts |= {_tag(concept): self._known.concepts.get(concept, 0) for concept in akin}
        found, passages = [], 0
        for token, count in sorted(counts.items(), key=itemgetter(1)):
            if count and (passages == 0 or passages + count <= _READ):
                found.append(token)
                passages += count
        return found

    def _quote(self, entry: Entry, scores: Mapping[Entry, float], today: date) -> Quote:
        document = entry.document
        due = document.review_due
        return Quote(
            passage=entry.passage,
            document=document.title,
            dated=document.dated,
            overdue_since=due if due and due < today else None,
            warnings=self._beside.warnings(entry),
            score=scores.get(entry, 0.0),
        )


def _tag(concept: str) -> str:
    return f"#{concept}"
