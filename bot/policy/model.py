"""What a policy is once it has been read, and what an answer from it holds. Must not know files, stores or ranking."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Passage:
    """One bullet or paragraph: the least that is ever quoted, and never more or less than the file has."""

    number: int  # its place in the document, counting from 1
    text: str  # the file's own words, white space folded to single spaces
    headings: tuple[str, ...] = ()  # the headings above it, the outermost first
    section: str = ""  # the file's own number of that section ("4.5"), "" where it has none
    lead_in: str = ""  # the sentence that a list's bullet completes


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one policy. `digest` names exactly these passages, whichever format they came in."""

    title: str
    digest: str
    passages: tuple[Passage, ...]
    dated: str = ""  # as the document says it ("2023/24")
    review_due: date | None = None  # the last day on which the document is still in date


@dataclass(frozen=True, slots=True)
class Quote:
    """One passage as an answer: the words, where they stand, and what must be read beside them."""

    passage: Passage
    document: str  # the policy's title
    dated: str
    overdue_since: date | None = None  # its review was due on this day, which has passed
    warnings: tuple[str, ...] = ()  # names of warnings about this clause (`content/`), shown beside it
    score: float = 0.0  # only to be compared within one answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What the policies say to a question: up to three quotations, the best first; none is 'not covered'.

    `sure` says that the first alone may be shown as the answer.
    """

    quotes: tuple[Quote, ...] = ()
    sure: bool = False
