"""Asks a platform now and then who is in the school, beside everything else, and has the school's list follow.

It is asked whole or not at all: what failed, or was only half read, changes nothing. Must not know how it is asked.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.people import Account
from bot.reading import Mistakes
from bot.service.surface import Later, Never
from bot.storage import joining
from bot.storage.joining import Change, Source
from bot.storage.tx import Tx
from bot.storage.vault import Tampered
from bot.storage.writer import Writer

_EVERY = timedelta(hours=6)
_AGAIN = timedelta(minutes=15)


class Joining:
    """The people of one platform's groups. `trouble` is why the list does not follow them now, or ""."""

    def __init__(
        self,
        source: Source,
        name: str,
        ask: Callable[[], Awaitable[tuple[Account, ...]]] | None,
        writer: Writer,
        clock: Clock,
    ) -> None:
        """Prepare it. `name` is what is asked, for the log; `ask` gives everybody, or raises Later, Never, Mistakes.

        Without `ask`, where the settings name no group, nothing is ever asked.
        """
        self._source = source
        self._name = name
        self._ask = ask
        self._writer = writer
        self._clock = clock
        self._log = logging.getLogger(f"beacon.{source.surface}")
        self._next: datetime | None = None
        self.trouble = ""

    async def look(self) -> None:
        """Ask if it is time to. Raises NotStored."""
        now = self._clock.now()
        if self._ask is None or (self._next is not None and now < self._next):
            return
        self._next = now + _AGAIN  # also when what follows raises
        try:
            found = await self._ask()
        except (Later, Never, Mistakes) as wrong:
            self._in_trouble(f"{self._name} could not be asked, so nothing was changed: {wrong}")
            self._next = now + max(_AGAIN, getattr(wrong, "after", None) or _AGAIN)
            return

        def job(tx: Tx) -> Change:
            joining.keep(tx, self._source, found, now)
            return joining.follow(tx, self._source, now)

        change = await self._writer.run(job)
        self.trouble = ""
        self._tell(change)
        self._next = now + _EVERY

    def follow(self, tx: Tx) -> None:
        """Have the list follow what was kept; without groups nobody is kept, and whom they added goes."""
        now, used = self._clock.now(), self._ask is not None
        if not used:
            joining.keep(tx, self._source, (), now)
        try:
            self._tell(joining.follow(tx, self._source, now, word=not used))
        except Tampered:  # the school is served all the same; the next answer takes the place of what cannot be read
            self._log.error("what is kept of %s cannot be read any more: it is asked for again", self._name)

    def _tell(self, change: Change) -> None:
        if any((change.linked, change.added, change.changed, change.left)):
            self._log.info(
                "%s: %d of the list found, %d people added, %d changed, %d gone",
                *(self._name, change.linked, change.added, change.changed, change.left),
            )
        if change.waiting:
            self._in_trouble(
                f"{change.waiting} people would leave the list or change sides at once, so nobody does: look at it with"
                " `beacon leavers FOLDER`"
            )

    def _in_trouble(self, why: str) -> None:
        if self.trouble != why:
            self._log.error("%s", why)
        self.trouble = why
