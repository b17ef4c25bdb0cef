"""The questions that hang in direct messages because no window could open: taken away once they are not needed.

They hold no answers; but that somebody was asked is nobody else's business either. Must not know how they look.
"""

from dataclasses import dataclass

import msgspec

from adapters.slack.chat import Chat
from adapters.slack.message import line
from bot.clock import Clock
from bot.inbound import Identity
from bot.prompt import Prompt
from bot.service.desk import Desk
from bot.storage import posts
from bot.storage.reader import Reader
from bot.storage.times import stored
from bot.storage.writer import Writer
from bot.words import Words

_PLACE = "slack traces"
_MOST = 500  # of the newest; a talk waits for minutes or hours, not for months


@dataclass(frozen=True, slots=True)
class Trace:
    """Whose talk is shown by which message; no message for one that was taken away."""

    who: Identity
    ref: str


_decode = msgspec.json.Decoder(Trace).decode


class Traces:
    """Remembers, in the store, what hangs where."""

    def __init__(self, chat: Chat, desk: Desk, writer: Writer, reader: Reader, clock: Clock, words: Words) -> None:
        self._chat = chat
        self._desk = desk
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._words = words
        self._hanging: dict[str, Trace] = {}

    async def load(self) -> None:
        """Remember what an earlier run of this program left."""
        kept = await self._reader.run(lambda tx: posts.at_place(tx, _PLACE, _MOST))
        found = {post.key: _decode(post.body) for post in kept}
        self._hanging = {talk: trace for talk, trace in found.items() if trace.ref} | self._hanging

    async def left(self, who: Identity, talk: str, ref: str) -> None:
        """Remember a message about a talk; the one before it is taken away."""
        before = self._hanging.get(talk)
        await self._keep(talk, Trace(who, ref))
        if before and before.ref != ref:
            await self._chat.change(before.ref, line(self._words.say("taken-away")))

    async def take_away(self, talk: str) -> None:
        """Put a line without content where a talk hangs, if it does. Raises Later, Never."""
        trace = self._hanging.get(talk)
        if trace is None:
            return
        await self._chat.change(trace.ref, line(self._words.say("taken-away")))
        await self._keep(talk, Trace(trace.who, ""))

    async def sweep(self, who: Identity | None = None) -> None:
        """Take away the talks that are over, of one person or of all: also those that time has ended."""
        for talk, trace in list(self._hanging.items()):
            if who in (None, trace.who) and not isinstance(await self._desk.present(trace.who, talk), Prompt):
                await self.take_away(talk)

    async def _keep(self, talk: str, trace: Trace) -> None:
        now, body = self._clock.now(), msgspec.json.encode(trace)
        await self._writer.run(lambda tx: posts.show(tx, _PLACE, talk, stored(now), body, now))
        if trace.ref:
            self._hanging[talk] = trace
        else:
            self._hanging.pop(talk, None)
