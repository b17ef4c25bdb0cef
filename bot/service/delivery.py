"""The loop that brings cards and notices to their places, for as long as it takes. Knows no platform.

At least once: a crash between showing something and recording it shows it again, at the same place, never elsewhere.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from bot.cases.ladder import is_waiting
from bot.cases.model import Case, Escalate
from bot.clock import Clock
from bot.service import cards, casework, letters, mailing, telling
from bot.service.notices import notice
from bot.service.office import Office
from bot.service.retry import wait_before
from bot.service.surface import Later, Never, Surface
from bot.service.telling import NoticeBody
from bot.service.ways import Ways
from bot.storage import audit, cases, outbox
from bot.storage.outbox import Item
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.storage.writer import NotStored, Writer
from bot.trace import trace

log = logging.getLogger("beacon.delivery")

LEASE = timedelta(seconds=60)  # how long an item is one worker's; a platform has half of it to answer
_SAID = 100  # characters of why something was given up
_AT_ONCE = 50  # items on their way; a slow platform must leave room for the others


class _Moot(Exception):
    """There is nothing to show at a place any more."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """What is to be delivered now, with the cases whose cards it shows, and when there is next something."""

    items: tuple[Item, ...]
    cases: Mapping[str, Case]
    next: datetime | None


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
        self._ways = Ways(office, surfaces)
        self._on_the_way: set[asyncio.Task[None]] = set()
        self._next: datetime | None = None  # when there is something to deliver again, as the last claim found it

    async def once(self) -> int:
        """Deliver what is due now, wait for it, and give how many items that was."""
        sent_off = await self.send_off()
        await asyncio.gather(*self._on_the_way)
        return sent_off

    async def send_off(self) -> int:
        """Set what is due now on its way and give how many items that was. A slow place holds up no other."""
        if len(self._on_the_way) >= _AT_ONCE:
            await asyncio.wait(self._on_the_way, return_when=asyncio.FIRST_COMPLETED)
        now, room = self._clock.now(), _AT_ONCE - len(self._on_the_way)
        claimed = await self._writer.run(lambda tx: _claim(tx, now, room))
        for item in claimed.items:
            task = asyncio.create_task(self._bring(item, claimed.cases.get(item.subject)))
            self._on_the_way.add(task)
            task.add_done_callback(self._on_the_way.discard)
        self._next = claimed.next
        return len(claimed.items)

    async def go_round(self) -> datetime | None:
        """Send off what is due now and give when there is next something."""
        await self.send_off()
        return self._next

    async def stop(self) -> None:
        """Leave what is on its way: its lease runs out, and whoever delivers next takes it again."""
        for task in self._on_the_way:
            task.cancel()
        await asyncio.gather(*self._on_the_way, return_exceptions=True)

    async def next_due(self) -> datetime | None:
        """Give when there is next something to deliver."""
        return await self._reader.run(outbox.next_due)

    async def _bring(self, item: Item, case: Case | None) -> None:
        """Bring one item to its place and record what came of it. Whatever goes wrong stays with this item."""
        try:
            try:
                await self._writer.run(await self._try(item, case))
            except NotStored:
                raise
            except Exception as wrong:  # noqa: BLE001 - a defect, here or of an adapter: it is counted and tried again
                log.error("outbox %d: failed, tried again later: %s", item.number, trace(wrong))
                await self._writer.run(self._put_off(item, wrong))
        except Exception as wrong:  # noqa: BLE001 - the same; the lease runs out and the item is taken again
            log.error("outbox %d: could not be recorded: %s", item.number, trace(wrong))

    async def _try(self, item: Item, case: Case | None) -> Callable[[Tx], None]:
        """Show an item at its place, and give the job that records what came of it."""
        try:
            async with asyncio.timeout(LEASE.total_seconds() / 2):
                rev, ref = await self._show(item, case)
        except (Later, TimeoutError) as why:
            log.warning("outbox %d: not delivered (%s), tried again later", item.number, _kind(why))
            return self._put_off(item, why)
        except _Moot:
            return lambda tx: outbox.moot(tx, item)
        except Never as why:
            log.error("outbox %d: cannot be delivered at its place", item.number)
            said = str(why)[:_SAID] or _kind(why)
            return lambda tx: self._give_up(tx, item, said)
        return lambda tx: self._delivered(tx, item, rev, ref)

    def _put_off(self, item: Item, why: Exception) -> Callable[[Tx], None]:
        told = why.after if isinstance(why, Later) else None
        due = self._clock.now() + max(wait_before(item.attempts), told or timedelta())
        kind = _kind(why)
        return lambda tx: outbox.failed(tx, item, due, kind)

    async def _show(self, item: Item, case: Case | None) -> tuple[int, str]:
        """Show an item at its place; give its revision and the platform's reference. `case` is as it was claimed."""
        if item.kind == "mail":
            letter = mailing.letter(self._office, case, item.name, item.body)
            if letter is None or mailing.SURFACE not in self._surfaces:  # or the school has switched it off since
                raise _Moot
            return item.rev, await self._ways.bring(item, item.subject, item.rev, letter)
        if item.kind == "notice":
            body = msgspec.json.decode(item.body, type=NoticeBody)
            if body.key == "taken" and not await self._has(body.ref, body.who):
                raise _Moot  # nobody is told that somebody has it who does not
            return item.rev, await self._ways.bring(item, item.subject, item.rev, notice(self._office, body, item.name))
        if case is None:
            case = await self._read(item)
        card = cards.at_place(case, item.place, self._office)
        if card.buttons:
            if item.in_channel:
                await self._guard(item, case)
        elif not item.ref:  # nothing hangs there to be taken back, and nobody there is to learn that there is a case
            raise _Moot
        else:
            return case.rev, await self._ways.take_back(item, case.id, case.rev, card)
        return case.rev, await self._ways.bring(item, case.id, case.rev, card)

    async def _has(self, ref: str, person: str) -> bool:
        case = await self._reader.run(lambda tx: cases.load(tx, ref))
        return case is not None and case.acknowledged_by == person

    async def _read(self, item: Item) -> Case:
        case = await self._reader.run(lambda tx: cases.by_id(tx, item.subject))
        if case is None:
            raise Never("the case was erased")
        return case

    async def _guard(self, item: Item, case: Case) -> None:
        """Ask before each post whether only the right people read the channel; when in doubt, post nothing there.

        The people who should have seen it are told one to one instead: the guard never loses an alert (design 3).
        """
        readers = await self._ways.to(item)[0].readers(item.name)
        if readers is None or readers & case.plan.barred or readers - self._expected(item):
            log.error("outbox %d: a channel's readers are not as the settings say, nothing posted there", item.number)
            if item.ref:  # what hangs there from before is taken back
                gone = cards.withdrawn(case, self._office)
                await self._ways.take_back(item, case.id, case.rev, gone)
            raise Never("the channel is not safe")

    def _expected(self, item: Item) -> frozenset[str]:
        school = self._office.book.school
        roles = school.channels[item.name].readers
        return frozenset(m.id for m in self._office.directory.roster.holding(roles))

    def _delivered(self, tx: Tx, item: Item, rev: int, ref: str) -> None:
        now = self._clock.now()
        case = cases.by_id(tx, item.subject) if item.kind == "card" else None
        first = case is not None and telling.delivered_at(tx, case) is None
        outbox.sent(tx, item, rev, ref, now)
        if case is not None and first and telling.delivered_at(tx, case) is not None:
            audit.append(tx, now, "delivered", case.id, "")
            child = case.unlisted == "pupil" or self._office.directory.person(case.reporter).is_pupil
            # A child hears again when a person has their message, and who asked for something at its next step.
            if not child and case.procedure == "alert":
                telling.inform(tx, case, "delivered", now)

    def _give_up(self, tx: Tx, item: Item, error: str) -> None:
        """Nobody can be reached at a place: tell the channel's readers one by one, and IT that it is so.

        When nobody of a case's present rung is left who can be reached, the next rung is told at once.
        """
        now = self._clock.now()
        if item.kind == "notice" and (reporter := telling.reporter_of(tx, item.subject)) not in ("", item.place):
            outbox.moot(tx, item)  # it was on its way when the list got whoever reported it: they are reached elsewhere
            outbox.want(tx, reporter, item.kind, item.subject, item.rev, now, item.body, item.rank)
            return
        outbox.dead(tx, item, error)
        audit.append(tx, now, "undeliverable", item.subject, "")
        if not letters.is_about_letters(item.subject):
            letters.tell(tx, self._office, now)
        elif item.in_channel:
            letters.tell_one_to_one(tx, self._office, now)
        case = cases.by_id(tx, item.subject) if item.kind == "card" else None
        if case is None:
            return
        if item.in_channel:
            telling.tell(tx, case, case.plan.readers, now)
            return
        mailing.unreached(tx, self._office, case, [item.name], now)
        if is_waiting(case) and _rung_is_lost(tx, case, item.place):
            casework.pass_time(tx, self._office, case.id, Escalate(case.rung + 1), now)


def _kind(wrong: Exception) -> str:
    """Give the name of what was wrong: of the platform library's own exception, where an adapter passed it on."""
    own = wrong.__cause__ if isinstance(wrong, Later | Never) else None
    return type(own or wrong).__name__


def _rung_is_lost(tx: Tx, case: Case, place: str) -> bool:
    """Say whether a place that was given up was the last at which anybody of the case's present rung was to be told."""
    rungs = case.plan.rungs
    people = rungs[case.rung].people if case.rung < len(rungs) else frozenset()
    places = {outbox.direct(person) for person in people}
    return place in places and all(outbox.lost(tx, each, case.id) for each in places)


def _claim(tx: Tx, now: datetime, room: int) -> _Claimed:
    """Take what is due with the cases it is about, so that no card has to ask for its own."""
    items = outbox.claim(tx, now, LEASE, room)
    found = cases.by_ids(tx, frozenset(item.subject for item in items if item.kind != "notice"))
    return _Claimed(items, found, now if len(items) == room else outbox.next_after(tx, now))
