"""A school under load, made to be killed. Everything that survives it goes through a socket to whoever started it.

Run as `python -m tests.crash.child '{...}'`, with the fields of `Orders` as JSON.
"""

import asyncio
import os
import random
import re
import secrets
import signal
import sys
from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from bot.prompt import Card, Notice, Prompt, Reply, Token, Verb
from bot.service import delivery
from bot.service.desk import Desk
from bot.service.surface import Later
from bot.storage import audit, database
from bot.wiring import Beacon
from tests.crash.large_school import answer, begin, pressed, pupil_id, staff_id, start

SURFACE = "platform"
_REFERENCE = re.compile(r"reference is (\w+)\.")
_CHOICES = {
    "concern": {"Who is this about?": "child", "How did you find out?": "saw"},
    "worry": {"How would you like to tell us?": "write", "Tell me what happened.": "words"},
}
_WAY = 0.06  # seconds to the platform, at most: what is called delivered before it was brought gets lost on the way
_SAFE_AT_HOME = {"Are they going home to a safe place?": "yes"}  # of every other teacher: "no" alerts at once


class Orders(msgspec.Struct, frozen=True):
    """What a child is to do."""

    folder: str
    socket: str
    seed: int
    staff: int = 24
    pupils: int = 16
    pause: float = 0.1  # seconds between two turns of one talker; with 0 they saturate the school
    lease: float = delivery.LEASE.total_seconds()
    synchronous: str = "full"
    then: str = "talk"  # or "drain": deliver what is left and end; or "confirm": die between commit and answer


class Line:
    """The line to the parent. What was written to it outlives a kill."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def tell(self, **said: object) -> None:
        """Say something, without waiting."""
        self._writer.write(msgspec.json.encode(said) + b"\n")

    async def ask(self, **said: object) -> Any:
        """Say something and wait for the answer."""
        self.tell(**said)
        return msgspec.json.decode(await self._reader.readline())

    def hang_up(self) -> None:
        """Close the line."""
        self._writer.close()


class Platform:
    """A platform at its own edge: whatever is brought is posted to the parent, who confirms it."""

    name = SURFACE

    def __init__(self, socket: str) -> None:
        self._socket = socket

    async def deliver(self, place: str, key: str, rev: int, item: Card | Notice, previous: str) -> str:
        await asyncio.sleep(random.uniform(0.0, _WAY))  # noqa: S311 - not a secret
        line = Line(*await asyncio.open_unix_connection(self._socket))
        try:
            if await line.ask(delivered=[place, key, rev]) != "ok":
                raise Later("the recorder did not say ok")
        finally:
            line.hang_up()
        return f"{place}/{key}"

    async def readers(self, channel: str) -> frozenset[str] | None:
        return frozenset({"okafor", "pritchard"})


class Talker:
    """Somebody who makes one report after another, and tells the parent what they were shown."""

    def __init__(self, beacon: Beacon, line: Line, person: str, flow: str, pause: float) -> None:
        self._beacon = beacon
        self._desk: Desk = beacon.desk
        self._line = line
        self._person = person
        self._flow = flow
        self._pause = pause
        calm = _SAFE_AT_HOME if person[-1] in "02468" else {}
        self._choices: Mapping[str, str] = {**_CHOICES[flow], **calm}

    async def press(self, token: Token, values: tuple[str, ...] = (), event: str = "") -> Reply:
        """Press a button, by default as a new event, after a moment."""
        await asyncio.sleep(self._pause * random.uniform(0.5, 1.5))  # noqa: S311 - not a secret
        return await self._desk.receive(pressed(SURFACE, self._person, event or secrets.token_hex(8), token, values))

    async def resend(self, event: str, token: str, talk: str) -> None:
        """Send again what was never answered, as a platform does after a while."""
        pressed_again = Token.decode(token)
        assert pressed_again is not None
        await self.confirmed(await self.press(pressed_again, (), event), talk)

    async def confirmed(self, reply: Reply, talk: str) -> None:
        """Tell the parent of a report that was confirmed, and of the audit's head at that moment or later."""
        assert isinstance(reply, Notice), f"{self._person}'s report of {talk} is answered with {reply}"
        reference = _REFERENCE.search(" ".join(reply.lines))
        head = await self._beacon.stored.reader.run(audit.head)
        self._line.tell(confirmed=[self._person, talk, reference[1] if reference else "", *head])

    async def to_check_page(self) -> Prompt:
        """Go on with the report under way, or begin one, up to its check page."""
        screen = await self.press(start(self._flow))
        while True:
            assert isinstance(screen, Prompt), screen
            self._line.tell(saw=[self._person, screen.talk, screen.turn])
            if screen.field is None:
                return screen
            screen = await self.press(*answer(screen, self._choices, lambda p: f"words of {p.talk}"))

    async def send(self, check: Prompt) -> None:
        """Send a report whose check page is shown."""
        assert check.submit is not None
        assert check.submit.token.verb is Verb.SEND
        event = secrets.token_hex(8)
        self._line.tell(sending=[self._person, event, check.submit.token.encode(), check.talk])
        await self.confirmed(await self.press(check.submit.token, (), event), check.talk)

    async def forever(self) -> None:
        """Make one report after another."""
        while True:
            await self.send(await self.to_check_page())


async def _live(orders: Orders) -> None:
    line = Line(*await asyncio.open_unix_connection(orders.socket))
    beacon = begin(Path(orders.folder), Platform(orders.socket), staff=orders.staff, pupils=orders.pupils)
    staff = [Talker(beacon, line, staff_id(n), "concern", orders.pause) for n in range(orders.staff)]
    pupils = [Talker(beacon, line, pupil_id(n), "worry", orders.pause) for n in range(orders.pupils)]
    talkers = {talker._person: talker for talker in (*staff, *pupils)}

    async def take_up_again() -> None:
        unanswered = await line.ask(hello=os.getpid())
        await asyncio.gather(*(talkers[person].resend(*sent) for person, sent in unanswered.items()))

    if orders.then == "confirm":
        await take_up_again()
        dying = random.Random(orders.seed).choice([*talkers.values()])  # noqa: S311 - a seeded choice
        await _die_confirming(beacon, dying)
    async with beacon.running():
        await take_up_again()
        if orders.then == "talk":
            await asyncio.gather(*(talker.forever() for talker in talkers.values()))
        for _ in count():
            if await beacon.delivery.next_due() is None:
                break
            await asyncio.sleep(0.05)
    beacon.stored.close()
    line.hang_up()


async def _die_confirming(beacon: Beacon, talker: Talker) -> None:
    """Send a report and die after its commit, before its answer. Nothing else is under way that could commit."""
    check = await talker.to_check_page()
    beacon.stored.writer._answer = lambda batch: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
    await talker.send(check)


def main() -> None:
    """Do as ordered, until killed."""
    orders = msgspec.json.decode(sys.argv[1], type=Orders)
    delivery.LEASE = timedelta(seconds=orders.lease)
    database._PRAGMAS = tuple(  # type: ignore[assignment]
        f"synchronous = {orders.synchronous}" if pragma.startswith("synchronous") else pragma
        for pragma in database._PRAGMAS
    )
    asyncio.run(_live(orders))


if __name__ == "__main__":
    main()
