"""Clauses that must not be shown alone: what stands beside which, and the warnings. Must not know questions."""

from collections.abc import Sequence

from bot.policy.find_passages import Entry
from bot.policy.traps import Trap, marked, together


class Beside:
    """The warnings of a school, found once in its policies."""

    def __init__(self, entries: Sequence[Entry], traps: Sequence[Trap]) -> None:
        self._warnings: dict[Entry, tuple[str, ...]] = {}
        self._companions: dict[Entry, tuple[Entry, ...]] = {}
        documents = {id(entry.document): entry.document for entry in entries} if traps else {}
        for key, document in documents.items():
            own = {entry.passage.number: entry for entry in entries if id(entry.document) == key}
            for number, found in marked(traps, document).items():
                self._warnings[own[number]] = tuple(trap.warning for trap in found)
            for number, others in together(traps, document).items():
                self._companions[own[number]] = tuple(own[other] for other in others)

    def companions(self, entry: Entry) -> tuple[Entry, ...]:
        """Give the clauses that are always shown with this one."""
        return self._companions.get(entry, ())

    def warnings(self, entry: Entry) -> tuple[str, ...]:
        """Give the warnings about this clause."""
        return self._warnings.get(entry, ())

    def joined(self, ranked: Sequence[Entry], most: int) -> list[Entry]:
        """Give at most `most` clauses in their order, each followed by its companions.

        Only the companions of the first may make them more than `most`: a later clause whose companions find no room
        is left out, for it must not be shown without them. The same words are not given twice.
        """
        shown: list[Entry] = []
        for entry in ranked:
            if entry.passage.text in {one.passage.text for one in shown}:
                continue
            group = [one for one in (entry, *self.companions(entry)) if one not in shown]
            if not shown or len(shown) + len(group) <= most:
                shown += group
        return shown
