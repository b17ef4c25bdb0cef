"""A mail to somebody whom Teams cannot reach: that something waits, and nothing of what it is. Knows no case."""

import logging
from datetime import timedelta

from adapters.teams.graph import Graph
from adapters.teams.tasks import Tasks
from bot.clock import Clock
from bot.storage import members
from bot.storage.reader import Reader
from bot.words import Words

log = logging.getLogger("beacon.teams")

_APART = timedelta(minutes=10)  # between two mails to one person: the first says all that there is to say


class Mailing:
    """Writes from one mailbox of the school."""

    def __init__(self, graph: Graph, sender: str, reader: Reader, tasks: Tasks, clock: Clock, words: Words) -> None:
        self._graph = graph
        self._sender = sender
        self._reader = reader
        self._tasks = tasks
        self._clock = clock
        self._words = words
        self._last: dict[str, float] = {}

    def begin(self, person: str) -> None:
        """Begin to write to a member of staff, unless that was done a moment ago."""
        now = self._clock.monotonic()
        if now - self._last.get(person, -_APART.total_seconds()) < _APART.total_seconds():
            return
        self._last[person] = now
        self._tasks.begin(f"mail {person}", lambda: self._write(person))

    async def _write(self, person: str) -> None:
        member = await self._reader.run(lambda tx: members.get(tx, person))
        if member is None or member.is_pupil or not member.email:
            log.error("somebody can be reached neither in Teams nor by mail: the people file has no e-mail address")
            return
        await self._graph.mail(
            self._sender, member.email, self._words.say("mail-subject"), self._words.say("mail-body")
        )
        log.info("somebody whom Teams cannot reach was written to")
