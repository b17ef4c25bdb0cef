"""How fast the store is beside a bare commit loop on the same disk. Run it by itself.

A turn is what one answer of a talk costs: the inbox asked and noted, the talk loaded and saved, all durable.
"""

import asyncio
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.flow.talk import State
from bot.storage import audit, inbox, talks
from bot.storage.reader import Reader
from bot.storage.talks import Talk
from bot.storage.tx import Tx
from bot.storage.vault import Vault
from bot.storage.writer import Writer

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
SECONDS = 3.0
ROUNDS = 3


def bare(folder: Path, seconds: float = SECONDS) -> float:
    """Commits a second of one small row through bare sqlite3: what the disk and SQLite allow a single writer."""
    conn = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode = wal", "synchronous = full", "secure_delete = on"):
        conn.execute(f"pragma {pragma}")
    conn.execute("create table if not exists t (id integer primary key, body blob)")
    body, count, end = b"x" * 300, 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        conn.execute("begin immediate")
        conn.execute("insert into t (body) values (?)", (body,))
        conn.execute("commit")
        count += 1
    conn.close()
    return count / seconds


def begin(n: int) -> Callable[[Tx], None]:
    """Give the job that opens a talk."""
    talk = Talk(f"talk{n:06}", f"pupil{n}", "worry", "", "", AT, State(f"talk{n:06}", "d" * 32))
    return lambda tx: talks.insert(tx, talk)


def turn(n: int, event: str) -> Callable[[Tx], None]:
    """Give the job of one turn."""

    def job(tx: Tx) -> None:
        if inbox.seen(tx, "web", event) is not None:
            return
        talk = talks.load(tx, f"talk{n:06}")
        assert talk is not None
        # Built directly, and not by the engine: what is measured is the store.
        number = talk.state.turn + 1
        given = {**talk.state.answers, f"question{number % 8}": "They took my bag again and would not give it back."}
        state = State(talk.id, talk.state.digest, answers=given, turn=number)
        talks.save(tx, Talk(talk.id, talk.person, talk.flow, "", "", talk.opened_at, state), AT)
        inbox.note(tx, "web", event, AT, talk.id)

    return job


async def talkers(writer: Writer, count: int, seconds: float = SECONDS) -> tuple[float, float, float]:
    """Turns a second of so many people who each wait for their answer, and the p50 and p99 of that wait in ms."""
    waits: list[float] = []
    end = time.perf_counter() + seconds

    async def talker(n: int) -> None:
        while (start := time.perf_counter()) < end:
            await writer.run(turn(n, f"{random.getrandbits(96):x}"))
            waits.append(time.perf_counter() - start)

    await asyncio.gather(*(talker(n) for n in range(count)))
    waits.sort()
    return len(waits) / seconds, waits[len(waits) // 2] * 1e3, waits[len(waits) * 99 // 100] * 1e3


def thousand(tx: Tx) -> None:
    """Append a thousand audit rows."""
    for _ in range(1000):
        audit.append(tx, AT, "opened", "case7", "member7")


def chain(writer: Writer, rows: int) -> tuple[float, float]:
    """Audit rows a second appended within a transaction, and verified."""
    start = time.perf_counter()
    for _ in range(rows // 1000):
        writer.run_now(thousand)
    appended = time.perf_counter()
    assert writer.run_now(audit.verify) == []
    return rows / (appended - start), rows / (time.perf_counter() - appended)


def main() -> None:
    """Print every figure beside the bare loop of the same round."""
    out = sys.stdout.write
    ones: list[float] = []
    hundreds: list[float] = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            writer = Writer(folder / "b.db", Vault.create(folder / "keys"), "hill")
            for n in range(200):
                writer.run_now(begin(n))
            raw = bare(folder)
            one, p50, p99 = asyncio.run(talkers(writer, 1))
            out(f"bare {raw:7.0f}/s   1 talker {one:7.0f}/s = {one / raw:4.0%}  p50 {p50:.2f} p99 {p99:.2f} ms\n")
            many, p50, p99 = asyncio.run(talkers(writer, 100))
            out(f"                 100 talkers {many:7.0f}/s = {many / raw:4.0%}  p50 {p50:.2f} p99 {p99:.2f} ms\n")
            ones.append(one / raw)
            hundreds.append(many / raw)
            writer.close()
    out(f"median: 1 talker {statistics.median(ones):.0%} of bare, 100 talkers {statistics.median(hundreds):.0%}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        vault = Vault.create(folder / "keys")
        writer = Writer(folder / "b.db", vault, "hill")
        appended, verified = chain(writer, 100_000)
        out(f"audit: {appended:.0f} rows/s appended, {verified:.0f} rows/s verified\n")
        for n in range(200):
            writer.run_now(begin(n))
        reader = Reader(folder / "b.db", vault, "hill")
        start = time.perf_counter()
        for n in range(2000):
            reader.run_now(partial(talks.load, talk_id=f"talk{n % 200:06}"))
        out(f"reader: {2000 / (time.perf_counter() - start):.0f} talks/s, one after the other\n")
        reader.close()
        writer.close()


if __name__ == "__main__":
    main()
