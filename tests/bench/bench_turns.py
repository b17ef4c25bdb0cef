"""How fast whole reports go: six questions answered, checked and sent, stored and delivered. Run it by itself.

A turn is one event as an adapter hands it over, answered after its commit. Beside it, in the same run, a bare sqlite3
commit of one small row: the machine and its disk set that, and only the ratio says anything about this program.
"""

import argparse
import asyncio
import itertools
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from bot.prompt import Card, Notice, Prompt
from bot.service.desk import Desk
from bot.wiring import Beacon
from tests.crash.large_school import answer, begin, pressed, staff_id, start

FLOWS = Path(__file__).parent / "flows"
PEOPLE = 100
_say = sys.stdout.write
_events = itertools.count()


class AtOnce:
    """A platform that confirms everything at once."""

    name = "bench"

    def __init__(self) -> None:
        self.delivered = 0

    async def deliver(self, place: str, key: str, rev: int, item: Card | Notice, previous: str) -> str:
        self.delivered += 1
        return f"{place}/{key}"

    async def readers(self, channel: str) -> frozenset[str] | None:
        return frozenset({"okafor", "pritchard"})


@dataclass
class Reporter:
    """Somebody who files one report after another, turn by turn."""

    desk: Desk
    person: str
    screen: Prompt | None = None
    waits: list[float] = field(default_factory=list)
    reports: int = 0

    async def turn(self, due: float | None = None) -> None:
        """Take one turn; its wait counts from when it was `due`, so that a slow answer hides none behind it."""
        token, values = (
            answer(self.screen, {}, lambda p: "They took my bag again and would not give it back.")
            if self.screen
            else (start("bench"), ())
        )
        event = pressed(AtOnce.name, self.person, f"e{next(_events)}", token, values)
        began = time.perf_counter() if due is None else due
        reply = await self.desk.receive(event)
        self.waits.append(time.perf_counter() - began)
        self.screen = reply if isinstance(reply, Prompt) else None
        self.reports += isinstance(reply, Notice)


def percentile(waits: list[float], part: float) -> float:
    """Give a percentile of waits, in milliseconds."""
    return sorted(waits)[int(len(waits) * part)] * 1e3


async def open_loop(reporters: list[Reporter], seconds: float) -> list[float]:
    """Let each take a turn a second, whatever the others do, and give the waits."""
    began = time.perf_counter()

    async def one(n: int, reporter: Reporter) -> None:
        for second in range(int(seconds)):
            due = began + second + n / len(reporters)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await reporter.turn(due)

    await asyncio.gather(*(one(n, reporter) for n, reporter in enumerate(reporters)))
    return [wait for reporter in reporters for wait in reporter.waits]


async def closed_loop(reporters: list[Reporter], seconds: float) -> float:
    """Let each take turns as fast as they are answered; give turns a second."""
    end = time.perf_counter() + seconds

    async def one(reporter: Reporter) -> None:
        while time.perf_counter() < end:
            await reporter.turn()

    await asyncio.gather(*(one(reporter) for reporter in reporters))
    return sum(len(r.waits) for r in reporters) / seconds


def bare(folder: Path, seconds: float) -> float:
    """Give the commits a second of one small row through bare sqlite3, as durable as the store's."""
    conn = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode = wal", "synchronous = full", "secure_delete = on"):
        conn.execute(f"pragma {pragma}")
    conn.execute("create table if not exists t (id integer primary key, body blob)")
    count, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        conn.execute("begin immediate")
        conn.execute("insert into t (body) values (?)", (b"x" * 300,))
        conn.execute("commit")
        count += 1
    conn.close()
    return count / seconds


def reporters(beacon: Beacon, count: int) -> list[Reporter]:
    """Give so many people at the desk."""
    return [Reporter(beacon.desk, staff_id(n)) for n in range(count)]


async def turns(seconds: float, rounds: int) -> None:
    """Measure the turns of one school, deliveries running beside them."""
    with tempfile.TemporaryDirectory() as name:
        platform = AtOnce()
        beacon = begin(Path(name), platform, staff=PEOPLE, pupils=200, flows=FLOWS)
        async with beacon.running():
            crowd = reporters(beacon, PEOPLE)
            for reporter in crowd:  # everybody's first turns, so that nothing is measured cold
                for _ in range(8):
                    await reporter.turn()
            await drained(beacon)
            for reporter in crowd:
                reporter.waits.clear()
            waits = await open_loop(crowd, seconds)
            _say(
                f"open loop, {PEOPLE} people, a turn each a second: {len(waits)} turns,"
                f" p50 {percentile(waits, 0.5):.1f} ms, p99 {percentile(waits, 0.99):.1f} ms,"
                f" worst {max(waits) * 1e3:.0f} ms\n"
            )
            await drained(beacon)
            for count in (1, PEOPLE):
                await measure(beacon, platform, count, seconds / 2, rounds, Path(name))
        beacon.stored.close()


async def measure(beacon: Beacon, platform: AtOnce, count: int, seconds: float, rounds: int, folder: Path) -> None:
    """Print turns a second of so many talkers beside the bare loop, in alternation."""
    ours: list[float] = []
    bares: list[float] = []
    for _ in range(rounds):
        bares.append(await asyncio.to_thread(bare, folder, seconds))
        crowd = reporters(beacon, count)
        before, worked = platform.delivered, time.process_time()
        ours.append(await closed_loop(crowd, seconds))
        waits = [wait for r in crowd for wait in r.waits]
        brought = (platform.delivered - before) / seconds
        late = await drained(beacon)
        worked = (time.process_time() - worked) / len(waits)  # what other programs take of the machine is not in it
        _say(
            f"  {count:3} talkers {ours[-1]:6.0f} turns/s   bare {bares[-1]:6.0f} commits/s"
            f"   ratio {ours[-1] / bares[-1]:.2f}   CPU {worked * 1e6:.0f} us a turn"
            f"   p50 {percentile(waits, 0.5):.2f} p99 {percentile(waits, 0.99):.1f} ms"
            f"   reports {sum(r.reports for r in crowd) / seconds:.0f}/s"
            f"   delivered {brought:.0f}/s, the rest after {late:.1f} s\n"
        )
    ratio = statistics.median(a / b for a, b in zip(ours, bares, strict=True))
    _say(f"{count} talkers: median {statistics.median(ours):.0f} turns/s, {ratio:.2f} of bare\n")


async def drained(beacon: Beacon) -> float:
    """Wait until everything is delivered; give how long that took."""
    began = time.perf_counter()
    while await beacon.delivery.next_due():  # noqa: ASYNC110 - what is waited for is rows, not an event
        await asyncio.sleep(0.02)
    return time.perf_counter() - began


def serving(port: int, bytecode: str) -> float:
    """Give the seconds from the demo's command to its first answer. `bytecode` is where compiled modules are kept."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = bytecode
    with tempfile.TemporaryDirectory() as name:
        began = time.perf_counter()
        command = [sys.executable, "-m", "bot", "demo", "--port", str(port), "--folder", name]
        demo = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603 - our own command
        try:
            while time.perf_counter() - began < 30:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/")
                except urllib.error.HTTPError:
                    pass
                except urllib.error.URLError:
                    time.sleep(0.005)
                    continue
                return time.perf_counter() - began
            raise TimeoutError("the demo never answered")
        finally:
            demo.terminate()
            demo.wait()


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of the open loop; the others take half of it")
    parser.add_argument("--rounds", type=int, default=3, help="of talkers and bare commits, in alternation")
    parser.add_argument("--port", type=int, default=8765, help="for the demo")
    wanted = parser.parse_args()
    asyncio.run(turns(wanted.seconds, wanted.rounds))
    _say(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB\n")
    with tempfile.TemporaryDirectory() as bytecode:
        first = serving(wanted.port, bytecode)
        starts = sorted(serving(wanted.port + n, bytecode) for n in range(1, 6))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    _say(
        f"demo: first answer after {starts[2]:.2f} s (median of 5, best {starts[0]:.2f}; {first:.2f} before anything"
        f" was compiled), {peak:.0f} MB at its peak\n"
    )


if __name__ == "__main__":
    main()
