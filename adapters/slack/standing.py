"""What Slack says somebody is: of the workspace in full, a guest, of another one, gone. Must not know the list.

Only who is not on the school's list is asked about: whom it names is somebody, also as a guest. Slack is asked once,
and again beside everything else; what it said is kept in the store for as long as it can be relied on.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from adapters.slack.api import Api, Refused
from adapters.slack.text import whole
from bot.clock import Clock
from bot.service.beside import Beside
from bot.storage import references
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.storage.writer import Writer

_SURFACE = "slack"
_GOOD_FOR = timedelta(hours=24)  # after that nobody is taken for what Slack once said
_REFRESHED = timedelta(hours=12)
_AT_ONCE = 20  # are asked about in one round: far below Slack's limit
_PATIENCE = 1.2  # seconds that an answer may wait; Slack gives it three


class Standing(StrEnum):
    """What somebody is in the workspace."""

    FULL = "full"
    GUEST = "guest"
    OUTSIDE = "outside"  # another workspace's, a program, or nobody any more


class Known(msgspec.Struct, frozen=True):
    """What Slack said of somebody, and when; `name` is what the workspace calls them.

    `mail` is their e-mail address in small letters, where Slack may say it and they have proved that it is theirs.
    """

    standing: Standing
    name: str
    at: datetime
    mail: str = ""


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Known).decode


def standing(user: Mapping[str, Any], team: str) -> Standing:
    """Give what somebody is, from what `users.info` says. What it does not say counts against them."""
    if user.get("team_id") != team or any(user.get(key) for key in ("deleted", "is_bot", "is_stranger")):
        return Standing.OUTSIDE
    if user.get("is_restricted") is False and user.get("is_ultra_restricted") is False:
        return Standing.FULL
    return Standing.GUEST


def _mail(user: Mapping[str, Any]) -> str:
    said = (user.get("profile") or {}).get("email") or ""
    return whole(str(said)).strip().casefold() if user.get("is_email_confirmed") else ""


class Standings:
    """What is known of those who are not on the list, as far as they have spoken to Beacon."""

    def __init__(self, api: Api, tasks: Beside, team: str, writer: Writer, reader: Reader, clock: Clock) -> None:
        self._api = api
        self._tasks = tasks
        self._team = team
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._known: dict[str, Known] = {}
        self._asking: dict[str, asyncio.Event] = {}

    async def load(self) -> None:
        """Remember what an earlier run of this program was told."""
        self._known = await self._reader.run(_kept) | self._known

    async def of(self, user: str, patience: float | None = None) -> Known | None:
        """Give what somebody is; None when Slack does not say so soon enough. It is asked on, for the next time."""
        known = self._reliable(user)
        if known is None:
            asked = self._asking.get(user)
            if asked is None:
                asked = self._asking[user] = asyncio.Event()
                self._tasks.begin(self._ask(user, asked))
            try:
                async with asyncio.timeout(_PATIENCE if patience is None else patience):
                    await asked.wait()
            except TimeoutError:
                return None
            known = self._reliable(user)
        return known

    async def refresh(self) -> None:
        """Ask again about those of whom Slack spoke long ago. Raises Later, Never."""
        before = self._clock.now() - _REFRESHED
        old = sorted((known.at, user) for user, known in self._known.items() if known.at <= before)
        for _, user in old[:_AT_ONCE]:
            await self._learn(user)

    def _reliable(self, user: str) -> Known | None:
        known = self._known.get(user)
        return known if known and self._clock.now() - known.at < _GOOD_FOR else None

    async def _ask(self, user: str, asked: asyncio.Event) -> None:
        try:
            await self._learn(user)
        finally:
            self._asking.pop(user, None)
            asked.set()

    async def _learn(self, user: str) -> None:
        now = self._clock.now()
        try:
            said = (await self._api.call("users.info", user=user))["user"]
        except Refused as refused:
            if refused.error not in ("user_not_found", "user_not_visible"):
                raise
            known = Known(Standing.OUTSIDE, "", now)
        else:
            known = Known(standing(said, self._team), whole(str(said.get("real_name") or "")), now, _mail(said))
        self._known[user] = known
        await self._writer.run(lambda tx: references.put(tx, _SURFACE, "standing", user, _encode(known), now))


def _kept(tx: Tx) -> dict[str, Known]:
    return {user: _decode(body) for user, body in references.every(tx, _SURFACE, "standing")}
