"""Starts a school, kills it, starts it again, and remembers what was promised. Must not look into the store."""

import asyncio
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tests.crash.child import Orders

_ROOT = Path(__file__).parents[2]


@dataclass
class Record:
    """What the outside world has seen: what was confirmed to people, and what was brought to places."""

    confirmed: dict[str, str] = field(default_factory=dict)  # talk to reference; pupils are shown none
    heads: list[tuple[int, str]] = field(default_factory=list)  # of the audit, at confirmations
    delivered: Counter[tuple[str, str, int]] = field(default_factory=Counter)  # place, key, revision
    shown: dict[tuple[str, str], int] = field(default_factory=dict)  # what a place shows under a key
    unanswered: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # person to event, token, talk
    wrong: list[str] = field(default_factory=list)  # what must never be seen at all
    lives: int = 0
    _screens: dict[str, tuple[str, int]] = field(default_factory=dict)

    def saw(self, person: str, talk: str, turn: int) -> None:
        """Somebody was shown a screen of a talk: until that is confirmed, never of another, and never an older one."""
        before = self._screens.get(person)
        if before and not (talk == before[0] and turn >= before[1]):
            which = "it" if talk == before[0] else "another"
            self.wrong.append(f"{person} saw turn {before[1]} of a talk, then turn {turn} of {which}")
        self._screens[person] = (talk, turn)

    def confirm(self, person: str, talk: str, reference: str, number: int, head: str) -> None:
        """Somebody was told that their report is saved."""
        if self.confirmed.get(talk, reference) != reference:
            self.wrong.append(f"one report was confirmed as {self.confirmed[talk]} and as {reference}")
        self.confirmed[talk] = reference
        self.heads.append((number, head))
        self._screens.pop(person, None)
        self.unanswered.pop(person, None)

    def bring(self, place: str, key: str, rev: int) -> None:
        """Something was shown at a place."""
        if rev < self.shown.get((place, key), 0):
            self.wrong.append(f"{place} was shown revision {rev} after revision {self.shown[place, key]}")
        self.shown[place, key] = rev
        self.delivered[place, key, rev] += 1

    @property
    def duplicates(self) -> int:
        """How often something was brought that had been brought already."""
        return sum(times - 1 for times in self.delivered.values())

    @property
    def most_copies(self) -> int:
        """How often the one thing was brought that was brought most often."""
        return max(self.delivered.values(), default=0)


class Witness:
    """Watches one school's folder through any number of lives."""

    def __init__(self, folder: Path, seed: int, environment: Mapping[str, str] | None = None, **orders: Any) -> None:
        """`environment` is added to the child's own; `orders` are fields of `Orders`."""
        self.record = Record()
        self.folder = folder
        self.random = random.Random(seed)  # noqa: S311 - a seeded choice of moments
        self._environment = {**os.environ, **(environment or {})}
        self._orders = orders
        self._socket = ""
        self._lines: set[asyncio.Task[None]] = set()
        self._hello = asyncio.Event()
        self._confirmed = asyncio.Event()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Listen to children while the block runs."""
        with tempfile.TemporaryDirectory() as name:  # a short path: a socket's has a limit
            self._socket = f"{name}/w"
            async with await asyncio.start_unix_server(self._listen, self._socket):
                yield

    async def life(self, cut: Callable[[], None] | None = None, enough: int = 0) -> None:
        """Start the school under load and kill it at a random moment, sometimes before it is open.

        Not before `enough` more reports were confirmed, however slow the machine is.
        """
        self._hello.clear()
        self._confirmed.clear()
        wanted = len(self.record.confirmed) + enough
        child = await self._start("talk")
        if enough or self.random.random() < 0.9:
            await self._said(self._hello, child)
        await asyncio.sleep(self.random.uniform(0.0, 2.0))
        while len(self.record.confirmed) < wanted:
            await self._said(self._confirmed, child)
        await self._kill(child)
        if cut:
            cut()

    async def die_confirming(self) -> None:
        """Start the school and let it die between the commit of a report and its answer."""
        self._hello.clear()
        child = await self._start("confirm")
        code = await child.wait()
        assert code == -signal.SIGKILL, f"the child ended with {code}"
        await self._silence()

    async def drain(self) -> None:
        """Start the school without load and let it bring what is left, then end by itself."""
        self._hello.clear()
        child = await self._start("drain")
        assert await child.wait() == 0, "the child could not bring what was left"
        await self._silence()

    async def _start(self, then: str) -> asyncio.subprocess.Process:
        self.record.lives += 1
        orders = Orders(str(self.folder), self._socket, self.random.getrandbits(32), then=then, **self._orders)
        command = (sys.executable, "-m", "tests.crash.child", msgspec.json.encode(orders).decode())
        return await asyncio.create_subprocess_exec(*command, cwd=_ROOT, env=self._environment)

    async def _said(self, what: asyncio.Event, child: asyncio.subprocess.Process) -> None:
        """Wait until a child has said something."""
        said, ended = asyncio.create_task(what.wait()), asyncio.create_task(child.wait())
        await asyncio.wait((said, ended), return_when=asyncio.FIRST_COMPLETED)
        said.cancel()
        assert not ended.done(), f"the child ended with {child.returncode}"
        ended.cancel()
        what.clear()

    async def _kill(self, child: asyncio.subprocess.Process) -> None:
        assert child.returncode is None, f"the child ended by itself, with {child.returncode}"
        child.kill()
        await child.wait()
        await self._silence()

    async def _silence(self) -> None:
        """Hear everything that was said before a death."""
        while self._lines:
            await asyncio.gather(*self._lines)

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        try:
            while (said := await reader.readline()).endswith(b"\n"):
                if (reply := self._hear(msgspec.json.decode(said))) is not None:
                    writer.write(msgspec.json.encode(reply) + b"\n")
            writer.close()
        except ConnectionError:
            pass  # killed in the middle of a word
        finally:
            self._lines.discard(task)

    def _hear(self, said: dict[str, Any]) -> object:
        match said:
            case {"hello": _}:
                self._hello.set()
                return self.record.unanswered
            case {"delivered": [place, key, rev]}:
                self.record.bring(place, key, rev)
                return "ok"
            case {"saw": [person, talk, turn]}:
                self.record.saw(person, talk, turn)
            case {"sending": [person, event, token, talk]}:
                self.record.unanswered[person] = (event, token, talk)
            case {"confirmed": [person, talk, reference, number, head]}:
                self.record.confirm(person, talk, reference, number, head)
                self._confirmed.set()
            case _:
                self.record.wrong.append(f"said {said}")
        return None
