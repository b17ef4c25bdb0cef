"""Reading beside the writer: each job sees one moment."""

import asyncio
import threading
from pathlib import Path

import pytest

from bot.storage import timers
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.storage.vault import Vault
from bot.storage.writer import Writer

from .conftest import AT


def count(tx: Tx) -> int:
    return len(timers.due(tx, AT, 100))


def test_a_reader_sees_what_was_committed(path: Path, writer: Writer, vault: Vault) -> None:
    reader = Reader(path, vault, "hill")
    assert reader.run_now(count) == 0
    writer.run_now(lambda tx: timers.put(tx, "test", "a", 0, AT, 0))
    assert asyncio.run(reader.run(count)) == 1
    reader.close()


def test_a_job_sees_one_moment_whatever_is_written_meanwhile(path: Path, writer: Writer, vault: Vault) -> None:
    reader = Reader(path, vault, "hill")

    def job(tx: Tx) -> tuple[int, int]:
        before = count(tx)
        writer.run_now(lambda w: timers.put(w, "test", "a", 0, AT, 0))
        return before, count(tx)

    assert reader.run_now(job) == (0, 0)
    assert reader.run_now(count) == 1
    reader.close()


def test_readers_run_beside_each_other_and_survive_errors(path: Path, writer: Writer, vault: Vault) -> None:
    reader = Reader(path, vault, "hill", threads=2)
    meet = threading.Barrier(2, timeout=10)

    async def main() -> None:
        await asyncio.gather(reader.run(lambda tx: meet.wait()), reader.run(lambda tx: meet.wait()))
        for _ in range(5):
            with pytest.raises(ZeroDivisionError):
                await reader.run(lambda tx: 1 // 0)
        assert await reader.run(count) == 0

    asyncio.run(main())
    reader.close()
