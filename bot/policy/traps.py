"""Warnings about single clauses of a school's policy, and which clauses must be read together. Must not know answers.

They are data: content/policies/traps/SCHOOL.toml. A clause is named by words of it (its anchor), not by a number or a
digest, so that a warning outlives a new version for as long as the words do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.files import contents
from bot.policy.model import Document, Passage
from bot.policy.read_blocks import alike, folded
from bot.reading import Table

_ID = r"[a-z0-9-]{1,40}"
_ID_RULE = "a-z, 0-9 and '-', at most 40 of them"
_SHORTEST = 12  # letters and spaces of an anchor: fewer would be found all over a policy


@dataclass(frozen=True, slots=True)
class Trap:
    """A warning about the clauses that hold an anchor, and the clauses that are always shown together with them."""

    id: str
    anchors: tuple[str, ...]
    warning: str
    beside: tuple[str, ...] = ()  # anchors of the clauses that they contradict or that belong to them


def load_traps(name: str, source: bytes) -> tuple[Trap, ...]:
    """Read one file of warnings. `name` is what mistakes call it. Raises Mistakes with everything that is wrong."""
    file = Table.parse(name, source)
    traps: dict[str, Trap] = {}
    for table in file.tables("trap", "trap", "id"):
        trap = Trap(
            id=table.name("id", _ID, _ID_RULE),
            anchors=table.one_or_more("anchor"),
            warning=table.text("warning"),
            beside=table.lines("beside", optional=True),
        )
        for anchor in (*trap.anchors, *trap.beside):
            if len(anchor) < _SHORTEST:
                table.mistake(
                    f"the words {anchor!r} are too few to name a clause; give at least {_SHORTEST} characters"
                )
        if trap.id and trap.id in traps:
            table.mistake(f"there is another trap called {trap.id!r} above")
        traps[trap.id] = trap
    file.finish()
    return tuple(traps.values())


def read_traps(folder: Path, school: str) -> tuple[Trap, ...]:
    """Read a school's warnings from `folder`; none for a school without a file. Raises Mistakes."""
    path = folder / f"{school}.toml"
    return load_traps(path.name, contents(path)) if path.exists() else ()


def holding(anchor: str, passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Give the passages that hold the words of an anchor, however quotation marks, dashes and capitals are written."""
    words = _words(anchor)
    return tuple(passage for passage in passages if words in _words(passage.text))


def marked(traps: Iterable[Trap], document: Document) -> Mapping[int, tuple[Trap, ...]]:
    """Give the warnings that belong to passages, by the passage's number; passages without any are left out."""
    found: dict[int, tuple[Trap, ...]] = {}
    for trap in traps:
        for number in _numbers(trap.anchors, document):
            found[number] = (*found.get(number, ()), trap)
    return found


def together(traps: Iterable[Trap], document: Document) -> Mapping[int, tuple[int, ...]]:
    """Give which passages are never shown without which others, by their numbers; both ways round."""
    found: dict[int, set[int]] = {}
    for trap in traps:
        for one in _numbers(trap.anchors, document):
            for other in _numbers(trap.beside, document):
                found.setdefault(one, set()).add(other)
                found.setdefault(other, set()).add(one)
    return {number: tuple(sorted(others - {number})) for number, others in found.items()}


def lost(traps: Sequence[Trap], documents: Sequence[Document]) -> tuple[str, ...]:
    """Say of which warnings the clause is not found any more, a line each."""
    passages = [passage for document in documents for passage in document.passages]
    return tuple(
        f"trap {trap.id}: no clause holds {anchor!r}; has the policy changed? Mend or remove it"
        for trap in traps
        for anchor in (*trap.anchors, *trap.beside)
        if not holding(anchor, passages)
    )


def _numbers(anchors: Iterable[str], document: Document) -> list[int]:
    return sorted({p.number for anchor in anchors for p in holding(anchor, document.passages)})


def _words(text: str) -> str:
    return alike(folded(text)).casefold()
