"""Brings a school's list of people into the store: at the start, when the file changes, and on the day somebody comes
or goes. Must not know any platform beyond its name.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.clock import Clock, school_date
from bot.inbound import Identity
from bot.inspection.school import problems
from bot.reading import Mistakes
from bot.school.folder import PEOPLE, read_people, roster
from bot.school.people_file import Entry
from bot.storage import members
from bot.storage.tx import Tx
from bot.wiring import Beacon

log = logging.getLogger("beacon.people")

_Stamp = tuple[int, int, int, date]  # the file's identity, time and size, and the day in school


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import came to."""

    listed: int
    new: int
    changed: int
    left: int


def bring_in(tx: Tx, people: Sequence[Entry], today: date, tenants: Mapping[str, str]) -> Counts:
    """Make the store's list what the file says it is today.

    `tenants` names the platforms that are on, and whose accounts count there: an account elsewhere leads to nobody.
    Whom a platform's directory has added stays for as long as that platform is on.
    """
    wanted = {entry.member.id: entry for entry in people if entry.listed(today)}
    known = {member.id: member for member in members.roster(tx) if member.source not in tenants}
    linked = defaultdict[str, set[Identity]](set)
    for identity, member in members.identities(tx).items():
        linked[member].add(identity)
    accounts = {
        member: {Identity(p, tenants[p], account) for p, account in entry.accounts.items() if p in tenants}
        for member, entry in wanted.items()
    }
    gone = known.keys() - wanted.keys()
    differ = [i for i in wanted if known.get(i) != wanted[i].member or linked[i] != accounts[i]]
    members.leave(tx, gone)
    members.unlink(tx, differ)  # their old accounts go; those they have are put back below
    members.put(tx, [wanted[member].member for member in differ])
    for member in differ:
        for identity in accounts[member]:
            members.link(tx, identity, member)
    new = sum(member not in known for member in differ)
    return Counts(len(wanted), new, len(differ) - new, len(gone))


class PeopleFile:
    """A folder's people file, watched."""

    def __init__(
        self,
        folder: Path,
        beacon: Beacon,
        clock: Clock,
        tenants: Mapping[str, str],
        then: Sequence[Callable[[Tx], object]] = (),
    ) -> None:
        """Prepare it. `then` is done after each import, in the same transaction: nobody is unknown in between."""
        self._folder = folder
        self._beacon = beacon
        self._clock = clock
        self._tenants = tenants
        self._then = then
        self._seen: _Stamp | None = None
        self._done: _Stamp | None = None

    def bring_in(self, people: Sequence[Entry]) -> Counts:
        """Bring in what was read of the file, and log what it came to."""
        today = school_date(self._clock.now())

        def job(tx: Tx) -> Counts:
            counts = bring_in(tx, people, today, self._tenants)
            for follow in self._then:
                follow(tx)
            return counts

        counts = self._beacon.stored.writer.run_now(job)
        self._beacon.stored.reader.run_now(self._beacon.office.directory.refresh)
        log.info(
            "%s: %d people listed, %d of them new, %d changed; %d left",
            *(PEOPLE, counts.listed, counts.new, counts.changed, counts.left),
        )
        return counts

    async def look(self) -> None:
        """Bring the file in if it has changed and is no longer being written. What is wrong with it changes nothing."""
        await asyncio.to_thread(self._look)

    def _look(self) -> None:
        stamp = self._stamp()
        settled, self._seen = stamp == self._seen, stamp
        if stamp is None or not settled or stamp == self._done:
            return
        self._done = stamp
        try:
            self.bring_in(self._read())
        except Mistakes as wrong:  # what they say holds names, which are not logged
            log.error(
                "%s: wrong in %d places, so the list stays as it was: run `beacon check`", PEOPLE, len(wrong.mistakes)
            )

    def _read(self) -> tuple[Entry, ...]:
        people, now = read_people(self._folder), self._clock.now()
        if wrong := problems(self._beacon.office.book, roster(people, now), now):
            raise Mistakes(*wrong)
        return people

    def _stamp(self) -> _Stamp | None:
        today = school_date(self._clock.now())
        try:
            found = (self._folder / PEOPLE).stat()
        except FileNotFoundError:  # a spreadsheet takes it away for a moment when it saves
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size, today
