"""The loop that brings cards and notices to their places, for as long as it takes. Knows no platform.

At least once: a crash between showing something and recording it shows it again, at the same place, never elsewhere.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from bot.cases.model import Case, Escalate
from bot.clock import Clock
from bot.prompt import Button, Card, Notice, Token, Verb
from bot.service import cards, casework
from bot.service.casework import NoticeBody
from bot.service.office import Office
from bot.service.surface import Later, Never, Surface
from bot.storage import audit, cases, outbox
from bot.storage.outbox import Item
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.storage.writer import NotStored, Writer

T = TypeVar("T")
log = logging.getLogger("beacon.delivery")

LEASE = timedelta(seconds=60)  # longer than any platform takes to answer
_AT_ONCE = 20
_LONGEST = timedelta(minutes=5)


def wait_before(attempts: int) -> timedelta:
    """Give how long to wait after so many failures: 2 s, 4 s, 8 s ... up to five minutes."""
    return min(timedelta(seconds=2 ** min(attempts + 1, 16)), _LONGEST)


class _Moot(Exception):
    """There is nothing to show at a place any more."""


class Delivery:
    """Takes what is wanted from the outbox to the surfaces."""

    def __init__(
        self, office: Office, writer: Writer, reader: Reader, clock: Clock, surfaces: Mapping[str, Surface]
    ) -> None:
        self._office = office
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._surfaces = surfaces

    async def once(self) -> int:
        """Deliver what is due now and give how many items that was."""
        now = self._clock.now()
        if not await self._reader.run(lambda tx: _is_due(tx, now)):
            return 0
        items = await self._writer.run(lambda tx: outbox.claim(tx, now, LEASE, _AT_ONCE))
        await asyncio.gather(*(self._bring(item) for item in items))
        return len(items)

    async def next_due(self) -> datetime | None:
        """Give when there is next something to deliver."""
        return await self._reader.run(outbox.next_due)

    async def _bring(self, item: Item) -> None:
        try:
            rev, ref = await self._show(item)
        except Later as why:
            due = self._clock.now() + max(wait_before(item.attempts), why.after or timedelta())
            log.warning("outbox %d: not delivered (%s), tried again later", item.number, type(why).__name__)
            await self._write(lambda tx: outbox.failed(tx, item, due, "later"))
        except _Moot:
            await self._write(lambda tx: outbox.dead(tx, item))
        except Never:
            log.error("outbox %d: cannot be delivered at its place", item.number)
            await self._write(lambda tx: self._give_up(tx, item))
        else:
            await self._write(lambda tx: self._delivered(tx, item, rev, ref))

    async def _write(self, job: Callable[[Tx], T]) -> None:
        try:
            await self._writer.run(job)
        except NotStored as wrong:  # the lease runs out and the item is taken again
            log.error("delivery could not be recorded: %s", type(wrong.__cause__ or wrong).__name__)

    async def _show(self, item: Item) -> tuple[int, str]:
        """Show an item at its place; give its revision and the platform's reference."""
        surface = self._surface(item.place)
        if item.kind == "notice":
            notice = self._notice(msgspec.json.decode(item.body, type=NoticeBody), item)
            return item.rev, await surface.deliver(item.place, item.subject, item.rev, notice, item.ref)
        case, card = await self._card(item)
        if card.buttons:
            if item.place.startswith("channel:"):
                await self._guard(surface, item, case)
        elif not item.ref:  # nothing hangs there to be taken back, and nobody there is to learn that there is a case
            raise _Moot
        return case.rev, await surface.deliver(item.place, case.id, case.rev, card, item.ref)

    def _surface(self, place: str) -> Surface:
        kind, _, name = place.partition(":")
        directory = self._office.directory
        on = directory.surface(name) if kind == "person" else self._office.book.school.channels[name].surface
        if on is None or on not in self._surfaces:
            raise Never(f"nobody can be reached at {kind}")
        return self._surfaces[on]

    def _notice(self, body: NoticeBody, item: Item) -> Notice:
        office = self._office
        member = office.directory.roster.get(item.place.partition(":")[2])
        audience = "pupil" if member and member.is_pupil else "staff"
        who = office.directory.name(body.who) if body.who else ""
        blanks = {**office.book.school.numbers, "who": who, "reference": body.ref}
        line = office.book.words.say(f"inform-{body.key}-{audience}", **blanks)
        if body.key in office.book.flows:  # a notice that asks something leads to the talk of its name
            label = office.book.words.say(f"button-start-{body.key}")
            return Notice((line,), buttons=(Button(Token(Verb.START, body.ref, 0, body.key), label, main=True),))
        return Notice((line,))

    async def _card(self, item: Item) -> tuple[Case, Card]:
        office = self._office
        case = await self._reader.run(lambda tx: cases.by_id(tx, item.subject))
        if case is None:
            raise Never("the case was erased")
        return case, cards.at_place(case, item.place, office)

    async def _guard(self, surface: Surface, item: Item, case: Case) -> None:
        """Ask before each post whether only the right people read the channel; when in doubt, post nothing there.

        The people who should have seen it are told one to one instead: the guard never loses an alert (design 3).
        """
        readers = await surface.readers(item.place.partition(":")[2])
        if readers is None or readers & (case.plan.excluded | case.plan.held) or readers - self._expected(item):
            log.error("outbox %d: a channel's readers are not as the settings say, nothing posted there", item.number)
            raise Never("the channel is not safe")

    def _expected(self, item: Item) -> frozenset[str]:
        school = self._office.book.school
        roles = school.channels[item.place.partition(":")[2]].readers
        return frozenset(m.id for m in self._office.directory.roster.holding(roles))

    def _delivered(self, tx: Tx, item: Item, rev: int, ref: str) -> None:
        now = self._clock.now()
        first = item.kind == "card" and outbox.first_sent(tx, item.subject) is None
        outbox.sent(tx, item, rev, ref, now)
        case = cases.by_id(tx, item.subject) if first else None
        if case is not None:
            audit.append(tx, now, "delivered", case.id, "")
            reporter = self._office.directory.roster.get(case.reporter)
            if reporter and not reporter.is_pupil:  # a child hears again when a person has their message
                casework.inform(tx, case, "delivered", now)

    def _give_up(self, tx: Tx, item: Item) -> None:
        """Nobody can be reached at a place: tell the channel's readers one by one, or the next rung at once."""
        now = self._clock.now()
        outbox.dead(tx, item)
        audit.append(tx, now, "undeliverable", item.subject, "")
        case = cases.by_id(tx, item.subject) if item.kind == "card" else None
        if case is None:
            return
        if item.place.startswith("channel:"):
            casework.tell(tx, case, case.plan.readers, now)
        elif case.status == "open":
            casework.pass_time(tx, case.id, Escalate(case.rung + 1), now)


def _is_due(tx: Tx, now: datetime) -> bool:
    due = outbox.next_due(tx)
    return due is not None and due <= now
