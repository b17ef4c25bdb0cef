"""Whether Slack still takes Beacon's token, remembered over restarts: what follows when it stops, and when it is back.

A token that counts no more is not tried by whatever wants to send something: only at the start, once an hour, and at
once when there is another one. Must not know what is sent.
"""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from adapters.slack.api import STOPS, Api, log
from adapters.slack.config import SlackConfig
from bot.clock import Clock
from bot.reading import Mistakes
from bot.service import outage
from bot.service.office import Office
from bot.service.surface import Later, Never
from bot.storage import references
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.storage.vault import Tampered
from bot.storage.writer import Writer

_SURFACE, _PLATFORM = "slack", "Slack"
_TRIED = timedelta(hours=1)


class Stopped(msgspec.Struct, frozen=True):
    """Slack's word for why, and which token that was: no more of it than tells it from another."""

    why: str
    token: str


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Stopped).decode


class Install:
    """One school's app in its workspace. `office` is there once there is somebody to tell."""

    office: Office | None = None

    def __init__(
        self, api: Api, writer: Writer, reader: Reader, clock: Clock, reread: Callable[[], SlackConfig] | None = None
    ) -> None:
        """Prepare it, and stop at once where an earlier run was told to. `reread` gives the secrets as they are now."""
        self._api = api
        self._writer = writer
        self._clock = clock
        self._reread = reread
        self._told: Stopped | None = reader.run_now(_kept)  # before anything is sent
        self._next: datetime = clock.now()
        self._looking = asyncio.Lock()  # who notices that it has stopped, and the look about, may come together
        if self._told and self._told.token == _digest(api.token):
            api.stop(self._told.why)

    async def look(self) -> None:
        """See to what is to be done because Slack has stopped, or is back. Raises NotStored."""
        async with self._looking:
            if self._api.trouble and self._is_time():
                self._next = self._clock.now() + _TRIED
                await self._try()
            if self._api.trouble:
                await self._stopped(Stopped(self._api.trouble, _digest(self._api.token)))
            elif self._told:
                await self._back()

    def _is_time(self) -> bool:
        if self._told is None:  # it has stopped a moment ago
            self._next = self._clock.now() + _TRIED
        if self._reread:
            try:
                if self._api.renew(self._reread().token):
                    return True
            except Mistakes as wrong:
                log.error("%s", wrong)
        return self._clock.now() >= self._next

    async def _try(self) -> None:
        try:
            await self._api.try_again()
        except (Later, Never) as wrong:
            log.warning("Slack still does not take Beacon's token: %s", wrong)

    async def _stopped(self, now: Stopped) -> None:
        if self._told == now:
            return
        at, office, first = self._clock.now(), self.office, self._told is None

        def job(tx: Tx) -> None:
            references.put(tx, _SURFACE, "stopped", "", _encode(now), at)
            if first and office:
                outage.stopped(tx, office, _SURFACE, _PLATFORM, at)

        await self._writer.run(job)
        self._told = now

    async def _back(self) -> None:
        at = self._clock.now()

        def job(tx: Tx) -> int:
            references.drop(tx, _SURFACE, "stopped", "")
            return outage.back(tx, _SURFACE, STOPS, at)

        done = await self._writer.run(job)
        self._told = None
        log.info("Slack takes Beacon's token again; what waited for it is sent (%d)", done)


def _kept(tx: Tx) -> Stopped | None:
    try:
        body = references.get(tx, _SURFACE, "stopped", "")
    except Tampered:  # it must not keep the school from being served: whether Slack takes the token is soon found out
        log.error("whether Slack took Beacon's token cannot be read any more")
        return None
    return None if body is None else _decode(body)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
