"""The long runs: `python -m tests.crash.run --kills 1000`, `--confirming 50`, `--cuts 200`. Prints one line each."""

import argparse
import asyncio
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.wiring import STORE
from tests.crash import powercut
from tests.crash.verdict import Verdict, judge
from tests.crash.witness import Witness

_say = sys.stdout.write


async def kills(folder: Path, count: int, seed: int, enough: int = 0, **orders: Any) -> tuple[Verdict, Witness]:
    """Kill a school under load so often, let it bring what is left, and judge.

    Each time not before `enough` reports were confirmed.
    """
    witness = Witness(folder, seed, **orders)
    async with witness.watching():
        for _ in range(count):
            await witness.life(enough=enough)
        await witness.drain()
    return judge(folder, witness.record), witness


async def confirming(folder: Path, count: int, seed: int, **orders: Any) -> tuple[Verdict, Witness]:
    """Let a school die so often between the commit of a report and its answer; the next life gets the event again."""
    witness = Witness(folder, seed, **orders)
    async with witness.watching():
        for died in range(1, count + 1):
            await witness.die_confirming()
            assert _ended(folder) == died, "the report was committed before the death"
        await witness.drain()
    return judge(folder, witness.record), witness


def _ended(folder: Path) -> int:
    with closing(sqlite3.connect(folder / STORE)) as conn:
        return int(conn.execute("select count(*) from talk where not open").fetchone()[0])


async def cuts(
    folder: Path, count: int, seed: int, leak: int = powercut.LEAK, enough: int = 0, **orders: Any
) -> tuple[Verdict, Witness]:
    """Cut a school's power under load so often, let it bring what is left, and judge.

    Each time not before `enough` reports were confirmed.
    """
    shim = powercut.Shim.build(folder, leak)
    witness = Witness(shim.school, seed, shim.environment(), **orders)
    async with witness.watching():
        for _ in range(count):
            await witness.life(shim.cut, enough)
        await witness.drain()
    return judge(shim.school, witness.record), witness


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--confirming", type=int, default=0)
    parser.add_argument("--cuts", type=int, default=0)
    parser.add_argument("--synchronous", default="full", help="of the cuts; with normal or off reports must get lost")
    parser.add_argument("--pause", type=float, default=0.1, help="of a talker between turns; 0 saturates the school")
    parser.add_argument("--lease", type=float, default=60.0, help="of a delivery, as in the program")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    wanted = parser.parse_args()
    runs = (
        ("kills", kills, wanted.kills),
        ("deaths while confirming", confirming, wanted.confirming),
        ("power cuts", cuts, wanted.cuts),
    )
    orders = {"pause": wanted.pause, "lease": wanted.lease, "synchronous": wanted.synchronous}
    fine = True
    for what, run, count in runs:
        if not count:
            continue
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as name:
            verdict, _ = asyncio.run(run(Path(name), count, wanted.seed, **orders))
        took = time.monotonic() - began
        each = verdict.duplicates / count
        _say(f"{count} {what}, seed {wanted.seed}: {verdict.line()}; {each:.2f} duplicates each; {took:.0f} s\n")
        for line in verdict.wrong[:20]:
            _say(f"  {line}\n")
        fine = fine and not (verdict.lost or verdict.undelivered or verdict.wrong) and each <= 1.0
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
