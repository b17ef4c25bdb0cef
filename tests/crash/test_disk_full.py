"""A full disk: people are told that nothing was saved, and once there is room it goes on without a restart."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.prompt import Card, Notice, Prompt
from bot.storage import audit, cases, talks
from bot.storage.tx import Tx
from bot.storage.writer import NotStored
from bot.wiring import STORE, Beacon
from tests.crash.large_school import answer, begin, pressed, staff_id, start

resource = pytest.importorskip("resource", reason="no limit on the size of files here")

PEOPLE, SURFACE = 20, "platform"
Full = Callable[[Beacon, Path], AbstractContextManager[None]]


class Nowhere:
    """A platform that takes everything."""

    name = SURFACE

    async def deliver(self, place: str, key: str, rev: int, item: Card | Notice, previous: str) -> str:
        return key

    async def readers(self, channel: str) -> frozenset[str] | None:
        return frozenset({"okafor", "pritchard"})


@contextmanager
def no_page_left(beacon: Beacon, folder: Path) -> Iterator[None]:
    """SQLITE_FULL: the database may not grow by another page."""

    def limit(tx: Tx, pages: int) -> int:
        return int(tx.execute(f"pragma max_page_count = {pages}").fetchone()[0])

    beacon.stored.writer.run_now(lambda tx: limit(tx, 1))  # SQLite raises this to what the file has
    yield
    beacon.stored.writer.run_now(lambda tx: limit(tx, 1 << 30))


@contextmanager
def no_byte_left(beacon: Beacon, folder: Path) -> Iterator[None]:
    """A failing write(2): no file may grow beyond a little more than what the log has by now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((folder / f"{STORE}-wal").stat().st_size + 50_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("full", [no_page_left, no_byte_left])
def test_a_full_disk_is_said_and_got_over(tmp_path: Path, full: Full) -> None:
    beacon = begin(tmp_path, Nowhere(), staff=PEOPLE, pupils=0)
    try:
        confirmed, refused = asyncio.run(_fill(beacon, tmp_path, full))
        assert refused > PEOPLE, "nobody was told that the disk is full"
        assert len(confirmed) > PEOPLE
        stored = beacon.stored.reader.run_now(lambda tx: [case.id for case in cases.all(tx, 10_000)])
        assert sorted(confirmed) == sorted(stored), "what is stored is what was confirmed"
        assert beacon.stored.reader.run_now(audit.verify) == []
        check = beacon.stored.reader.run_now(lambda tx: tx.execute("pragma integrity_check").fetchall())
        assert check == [("ok",)]
    finally:
        beacon.stored.close()


async def _fill(beacon: Beacon, folder: Path, full: Full) -> tuple[list[str], int]:
    """Let everybody report while the disk fills up, is full, and has room again.

    Gives the cases of the reports that were confirmed, and how often somebody was told that nothing was saved.
    """
    confirmed: list[str] = []
    refused = 0
    events = itertools.count()
    room = asyncio.Event()
    enough = asyncio.Event()

    async def report(person: str) -> None:
        nonlocal refused
        token, talk = start("concern"), ""
        values: tuple[str, ...] = ()
        while True:
            event = pressed(SURFACE, person, f"e{next(events)}", token, values)
            while True:
                try:
                    reply = await beacon.desk.receive(event)
                    break
                except NotStored:  # a person waits and presses again: the same event, once there is room
                    refused += 1
                    if refused > PEOPLE * 2:
                        enough.set()
                        await room.wait()
            if not isinstance(reply, Prompt):
                done = await beacon.stored.reader.run(partial(talks.load, talk_id=talk))
                assert done is not None
                confirmed.append(done.case)
                return
            talk = reply.talk
            token, values = answer(reply, {"Who is this about?": "child"}, lambda p: "words " * 30)

    async def forever(person: str) -> None:
        while not room.is_set():
            await report(person)
        await report(person)

    async with beacon.running():
        await asyncio.gather(*(report(staff_id(n)) for n in range(PEOPLE)))
        with full(beacon, folder):
            crowd = [asyncio.create_task(forever(staff_id(n))) for n in range(PEOPLE)]
            await asyncio.wait_for(enough.wait(), 60)
        room.set()
        await asyncio.gather(*crowd)
    return confirmed, refused
