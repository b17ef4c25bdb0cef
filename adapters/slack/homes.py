"""Publishes App Homes, and only those that changed. Must not know how they look."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

from adapters.slack.api import Api, pause
from adapters.slack.launcher import tab
from bot.inbound import Identity
from bot.prompt import Home
from bot.service.surface import Later
from bot.words import Words

_TRIES = 3
_LONGEST = timedelta(seconds=30)


class Homes:
    """Everybody's App Home, as far as they have looked at it since the program began."""

    def __init__(
        self,
        api: Api,
        front: Callable[[Identity], Awaitable[Home]],
        words: Words,
        wait: Callable[[float], Awaitable[None]] = pause,
    ) -> None:
        """Publish what `front` gives."""
        self._api = api
        self._front = front
        self._words = words
        self._wait = wait
        self._shown: dict[str, str] = {}

    async def show(self, who: Identity) -> None:
        """Bring somebody's App Home up to date. Raises Later, Never."""
        view = tab(await self._front(who), self._words)
        now = hashlib.sha256(json.dumps(view).encode()).hexdigest()
        if self._shown.get(who.external) == now:
            return
        self._shown[who.external] = ""  # it has been looked at, whether this succeeds or not
        await self._publish(who.external, view)
        self._shown[who.external] = now

    async def freshen(self, who: Identity) -> None:
        """Do the same for somebody who has looked at it before; for others it can wait. Raises Later, Never."""
        if who.external in self._shown:
            await self.show(who)

    async def _publish(self, user: str, view: object) -> None:
        for _ in range(1, _TRIES):
            try:
                await self._api.call("views.publish", user_id=user, view=view)
            except Later as late:
                await self._wait(min(late.after or timedelta(seconds=2), _LONGEST).total_seconds())
            else:
                return
        await self._api.call("views.publish", user_id=user, view=view)
