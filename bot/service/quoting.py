"""What the school's policies say to a question, as a talk shows it. Finding is `bot.policy`'s.

Asked in the writing thread and in the reading one, one question at a time.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import school_date
from bot.flow.model import Answers, Flow, Kind, applies, counted
from bot.policy.find import Finder
from bot.policy.model import Answer, Document, Passage, Quote
from bot.prompt import Quotation
from bot.storage import policies, questions
from bot.storage.tx import Tx
from bot.words import Words

_AROUND = 15  # passages of a section that are shown

Make = Callable[[tuple[Document, ...]], Finder]


@dataclass(slots=True)
class Policies:
    """The policies in force, ready to be asked. Made ready when a question comes for which they are not."""

    make: Make
    _version: int = -1
    _documents: tuple[Document, ...] = ()
    _finder: Finder | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, tx: Tx, question: str, now: datetime) -> Answer:
        """Give what the policies in force say to a question."""
        with self._lock:
            return self._ready(tx).answer(question, school_date(now))

    def section(self, quote: Quote) -> tuple[Passage, ...]:
        """Give the passages that stand in a quotation's section, itself among them."""
        whole = next((d.passages for d in self._documents if quote.passage in d.passages), ())
        here = [p for p in whole if (p.section, p.headings) == (quote.passage.section, quote.passage.headings)]
        first = max(0, min(here.index(quote.passage) - _AROUND // 2, len(here) - _AROUND)) if here else 0
        return tuple(here[first : first + _AROUND])

    def _ready(self, tx: Tx) -> Finder:
        version = policies.version(tx)
        if self._finder is None or version != self._version:
            self._documents = policies.current(tx)
            self._finder, self._version = self.make(self._documents), version
        return self._finder


def found(answer: Answer) -> str:
    """Say how sure an answer is: `sure`, `several` clauses that may be meant, or `none`."""
    return "none" if not answer.quotes else "sure" if answer.sure else "several"


def take_note(tx: Tx, flow: Flow, answers: Answers, now: datetime) -> None:
    """Count a question that was not answered, or whose asker went on to a person, for whoever owns the policies."""
    lookup = next(q for q in flow.questions if q.kind is Kind.LOOKUP)
    if lookup.id not in answers:
        return
    text = str(answers[lookup.quotes])
    asked_on = all(not applies(ending.when, counted(flow, answers)) for ending in flow.endings)
    if answers[lookup.id] == "none":
        questions.count(tx, text, "unanswered", now)
    elif asked_on:
        questions.count(tx, text, "unhelpful", now)


def quotations(policies: Policies, answer: Answer, words: Words, *, around: bool) -> tuple[Quotation, ...]:
    """Give the clauses of an answer, word for word, with where they stand and what must be read with them."""
    quotes = answer.quotes[:1] if answer.sure else answer.quotes
    if around:  # each section once
        quotes = tuple({(q.document, q.passage.section, q.passage.headings): q for q in reversed(quotes)}.values())[
            ::-1
        ]
    return tuple(_quotation(policies, quote, words, around=around) for quote in quotes)


def _quotation(policies: Policies, quote: Quote, words: Words, *, around: bool) -> Quotation:
    passage, due = quote.passage, quote.overdue_since
    heading = passage.headings[-1] if passage.headings else ""
    source = words.say(
        "policy-source", section=passage.section, heading=heading, document=quote.document, dated=quote.dated
    )
    warnings = quote.warnings
    if due:
        day = f"{due.day} {words.say(f'month-{due.month}')} {due.year}"
        warnings = (*warnings, words.say("policy-overdue", day=day))
    return Quotation(
        passage.text,
        source,
        passage.lead_in,
        tuple(p.text for p in policies.section(quote)) if around else (),
        warnings,
    )
