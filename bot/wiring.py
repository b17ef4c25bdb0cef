"""Puts one school's Beacon together: store, rules, people, service, and the loops beside it. Knows every part."""

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.service.delivery import Delivery
from bot.service.desk import Desk
from bot.service.directory import Directory
from bot.service.office import Office
from bot.service.once import Links
from bot.service.rulebook import Rulebook
from bot.service.surface import Surface
from bot.service.timekeeping import Timekeeping, begin
from bot.storage.database import Unusable
from bot.storage.reader import Reader
from bot.storage.times import moment
from bot.storage.vault import Tampered, Vault
from bot.storage.writer import Writer
from bot.trace import trace

log = logging.getLogger("beacon")

STORE, KEYS = "beacon.db", "keys.json"
_IDLE = timedelta(seconds=5)  # the longest sleep of a loop, whatever its next due time says


@dataclass(frozen=True, slots=True)
class Stored:
    """An opened store: who writes to it and who reads it."""

    writer: Writer
    reader: Reader

    def close(self) -> None:
        """Store what is queued and close the files."""
        self.reader.close()  # first: the last to close folds the write-ahead log in, which only the writer can
        self.writer.close()


def open_store(folder: Path, school: str) -> Stored:
    """Open the store of a school's folder, making it and its keys the first time.

    Raises:
        Unusable: what is wrong with the file. A store whose keys are gone cannot be read by anybody.
    """
    path = folder / STORE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists() and not (folder / KEYS).exists():
            Vault.create(folder / KEYS)
    except OSError as wrong:
        raise Unusable(f"{folder} cannot be used: {wrong.strerror}") from wrong
    vault = open_keys(folder)
    writer = Writer(path, vault, school)
    return Stored(writer, Reader(path, vault, school))


def open_keys(folder: Path) -> Vault:
    """Open the keys in a school's folder. Raises Unusable."""
    keys = folder / KEYS
    try:
        return Vault.load(keys)
    except FileNotFoundError as wrong:
        raise Unusable(f"{folder / STORE} is there but its keys are not: put {KEYS} back beside it") from wrong
    except OSError as wrong:
        raise Unusable(f"{keys} cannot be read: {wrong.strerror}") from wrong
    except Tampered as wrong:
        raise Unusable(str(wrong)) from wrong


class Beacon:
    """One school's running parts."""

    def __init__(self, stored: Stored, book: Rulebook, clock: Clock, surfaces: Mapping[str, Surface]) -> None:
        """Put the parts together. `surfaces` are the platforms to deliver to, by name."""
        self.stored = stored
        self.clock = clock
        self.office = Office(book, Directory())
        stored.reader.run_now(self.office.directory.refresh)
        self.surfaces = surfaces
        self.desk = Desk(self.office, stored.writer, stored.reader, clock)
        self.links = Links(self.office, stored.writer, stored.reader, clock)
        self.delivery = Delivery(self.office, stored.writer, stored.reader, clock, self.surfaces)
        self.timekeeping = Timekeeping(self.office, stored.writer, stored.reader, clock)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver and keep time while the block runs."""
        loop = asyncio.get_running_loop()
        gc.freeze()  # what was read at the start stays: going through it again and again would hold everybody up
        await self.stored.writer.run(lambda tx: begin(tx, self.office, self.clock.now()))
        rounds = [
            Round("outbox", self.clock, self.delivery.go_round),
            Round("timer", self.clock, self._keep_time),
        ]

        def committed() -> None:
            for each in rounds:
                due = self.stored.writer.due.get(each.table)
                if due is not None and each.sleeps_past(moment(due)):
                    loop.call_soon_threadsafe(each.wake.set)

        self.stored.writer.committed.append(committed)
        # These are not woken: a role is gone, and a policy in force, within `_IDLE`.
        listed, quoted = Round("member", self.clock, self._refresh), Round("policy", self.clock, self._prepare)
        tasks = [asyncio.create_task(each.forever()) for each in (*rounds, listed, quoted)]
        try:
            yield
        finally:
            self.stored.writer.committed.remove(committed)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.delivery.stop()
            gc.unfreeze()

    async def _keep_time(self) -> datetime | None:
        await self.timekeeping.once()
        return await self.timekeeping.next_due()

    async def _refresh(self) -> None:
        """Read the school's list again: another process may have changed it."""
        await self.stored.reader.run(self.office.directory.refresh)

    async def _prepare(self) -> None:
        """Make policies ready that came or went, before anybody asks; whoever asks first would wait for it."""
        await asyncio.to_thread(self.office.policies.prepare, self.stored.reader)


class Round:
    """One thing done again and again: when it is next due, when its table has something new, or every few seconds.

    `once` does what is due and gives when there is next something, which may have come already.
    """

    def __init__(self, table: str, clock: Clock, once: Callable[[], Awaitable[datetime | None]]) -> None:
        self.table = table
        self.wake = asyncio.Event()
        self._clock = clock
        self._once = once
        self._until: datetime | None = None  # it sleeps until then; None while it is at work

    def sleeps_past(self, at: datetime) -> bool:
        """Say whether it has to be woken for something to be done at a moment; asked in the writer's thread.

        At work it must be, since it may have looked already. To be woken once is enough.
        """
        until = self._until
        return (until is None or at < until) and not self.wake.is_set()

    async def forever(self) -> None:
        """Go on until cancelled. A failure is logged and tried again: nobody may be left without alerts."""
        while True:
            self.wake.clear()
            self._until = None
            try:
                due = await self._once()
            except Exception as wrong:  # noqa: BLE001 - its words are never logged, they may be a report's
                log.error("a round of %s failed and is tried again: %s", self.table, trace(wrong))
                await asyncio.sleep(1)
                continue
            now = self._clock.now()
            self._until = now + _IDLE if due is None else min(now + _IDLE, due)
            if self._until > now:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout((self._until - now).total_seconds()):
                        await self.wake.wait()
