"""How the commands show policies: a preview, a list, what changed. Must not know files, stores or the terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from bot.policy.compare import Added, Change, Moved, Removed, Reworded
from bot.policy.model import Document, Passage
from bot.storage.policies import Kept
from bot.storage.questions import Question

_SHOWN = 90  # characters of a passage in a preview
_FIRST = 2  # passages of a section in a preview


def day(when: date) -> str:
    """Give a date as it is read: "31 December 2024"."""
    return f"{when.day} {when:%B %Y}"


def review(due: date | None, today: date) -> str:
    """Say when a document's review is due, or since when it is overdue."""
    if due is None:
        return "no review date"
    return f"review due by {day(due)}" if due >= today else f"review overdue since {day(due)}"


def place(passage: Passage) -> str:
    """Say where a passage stands: its section's number and its headings."""
    return " ".join(filter(None, (passage.section, " > ".join(passage.headings)))) or "(before the first heading)"


def preview(document: Document, today: date) -> Iterator[str]:
    """Give the lines somebody looks through before a document is kept: its dates, its sections, how each begins."""
    yield document.title
    dated = f"dated {document.dated}" if document.dated else "says no date (give one with --dated)"
    yield f"  {dated}; {review(document.review_due, today)}"
    yield f"  {len(document.passages)} passages in {len({place(p) for p in document.passages})} sections"
    sections: dict[str, list[Passage]] = {}
    for passage in document.passages:
        sections.setdefault(place(passage), []).append(passage)
    for heading, passages in sections.items():
        yield ""
        yield f"{heading} ({len(passages)})"
        for passage in passages[:_FIRST]:
            yield f"  - {_short(passage.text)}"
        if len(passages) > _FIRST:
            yield f"  ... and {len(passages) - _FIRST} more"


def whole(document: Document) -> Iterator[str]:
    """Give every passage of a document below its headings."""
    above = ""
    for passage in document.passages:
        if place(passage) != above:
            above = place(passage)
            yield ""
            yield above
        yield f"  {passage.number:>4}  {passage.text}"


def line(kept: Kept, today: date) -> str:
    """Give one version of a policy on one line."""
    state = "in force" if kept.retired_at is None else f"kept for the record, out of answers since {_on(kept)}"
    dated = f", dated {kept.dated}" if kept.dated else ""
    return f"{kept.name}  version {kept.version}, {state}: {kept.title}{dated}; {review(kept.review_due, today)}"


def _on(kept: Kept) -> str:
    return day(kept.retired_at.date()) if kept.retired_at else ""


def changes(found: Sequence[Change]) -> Iterator[str]:
    """Give what changed, a passage a line, and how many of each kind."""
    for change in found:
        match change:
            case Added(passage):
                yield f"+ {place(passage)}: {passage.text}"
            case Removed(passage):
                yield f"- {place(passage)}: {passage.text}"
            case Moved(before, after):
                yield f"> {place(after)}: {_short(after.text)} (was in {place(before)})"
            case Reworded(_, after):
                yield f"~ {place(after)}: {' '.join(_marked(*piece) for piece in change.pieces())}"
    yield _counted(found)


def _counted(found: Sequence[Change]) -> str:
    counts = Counter(type(change).__name__.casefold() for change in found)
    return ", ".join(f"{counts[kind]} {kind}" for kind in ("added", "removed", "reworded", "moved"))


def _marked(kind: str, words: str) -> str:
    return {"gone": f"[-{words}-]", "new": f"{{+{words}+}}"}.get(kind, words)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3].rstrip()}..."


def counts(question: Question) -> str:
    """Give how often a question was not answered, and how often what was quoted did not help."""
    return f"not covered {question.unanswered}, did not help {question.unhelpful}"
