"""What the school's policies say to a question, as a talk shows it. Finding is `bot.policy`'s.

To make policies ready takes up to a second, during which a transaction would hold everybody up. So one that finds them
changed gives up, and is tried again once they were made ready beside: `Policies.meanwhile`.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from bot.clock import school_date
from bot.flow.model import Answers, Flow, Kind, applies, counted
from bot.policy.find import Finder
from bot.policy.model import Answer, Document, Passage, Quote
from bot.prompt import Quotation
from bot.storage import policies, questions
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.words import Words

T = TypeVar("T")
Make = Callable[[tuple[Document, ...]], Finder]

_AROUND = 15  # passages of a section that are shown


class NotReady(Exception):
    """The policies in force are not those that are ready to be asked. Nothing of the transaction may be kept."""


@dataclass(slots=True)
class _Ready:
    """The policies of one version. Asked in the writing thread and in reading ones, one question at a time."""

    version: int
    documents: tuple[Document, ...]
    finder: Finder
    _last: tuple[str, date, Answer] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, question: str, today: date) -> Answer:
        """Give an answer; of the same question twice in a turn, to decide what comes next and to show it, the same."""
        with self._lock:
            if self._last is None or self._last[:2] != (question, today):
                self._last = (question, today, self.finder.answer(question, today))
            return self._last[2]


class Policies:
    """The policies in force, ready to be asked."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._ready: _Ready | None = None
        self._making = threading.Lock()

    def answer(self, tx: Tx, question: str, now: datetime) -> Answer:
        """Give what the policies in force say to a question. Raises NotReady."""
        ready = self._ready
        if ready is None or ready.version != policies.version(tx):
            raise NotReady
        return ready.answer(question, school_date(now))

    def section(self, quote: Quote) -> tuple[Passage, ...]:
        """Give the passages that stand in a quotation's section, itself among them."""
        documents = self._ready.documents if self._ready else ()
        whole = next((d.passages for d in documents if quote.passage in d.passages), ())
        here = [p for p in whole if (p.section, p.headings) == (quote.passage.section, quote.passage.headings)]
        first = max(0, min(here.index(quote.passage) - _AROUND // 2, len(here) - _AROUND)) if here else 0
        return tuple(here[first : first + _AROUND])

    def prepare(self, reader: Reader) -> None:
        """Make ready what is in force now, unless it is. It takes its time: call it in a thread that nobody waits for.

        Raises Mistakes for a lexicon or warnings that cannot be read.
        """
        with self._making:
            if found := reader.run_now(self._changed):
                self._ready = _Ready(*found, self._make(found[1]))

    async def meanwhile(self, reader: Reader, job: Callable[[], Awaitable[T]]) -> T:
        """Give what a job gives; where it asks policies that are not ready, make them so and do it again."""
        while True:
            try:
                return await job()
            except NotReady:
                await asyncio.to_thread(self.prepare, reader)

    def _changed(self, tx: Tx) -> tuple[int, tuple[Document, ...]] | None:
        version = policies.version(tx)
        return None if self._ready and self._ready.version == version else (version, policies.current(tx))


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
    if around:  # each section once, at its first clause
        sections: dict[tuple[object, ...], Quote] = {}
        for quote in quotes:
            sections.setdefault((quote.document, quote.passage.section, quote.passage.headings), quote)
        quotes = tuple(sections.values())
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
