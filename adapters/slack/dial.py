"""Socket Mode: Beacon rings Slack up, for a school at which nothing from outside can knock. Knows no listener.

Slack's own client keeps the connection up while all is well. It cannot be left to it alone: once a try has failed, it
tries the same address for ever, which Slack takes only once. So whether it is connected is looked at from here, and
after a while without a connection it is made anew.
"""

import asyncio
import logging
import time

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import quiet
from adapters.slack.config import SlackConfig
from bot.trace import trace

log = logging.getLogger("beacon.slack")

_PING = 10.0  # seconds between two signs of life
_PATIENCE = 45.0  # seconds without a connection before it is made anew
_LONGEST = 300.0  # seconds between two tries


class Dial:
    """One connection to Slack. `trouble` is what stands in its way for longer than a moment, or ""."""

    def __init__(self, app: AsyncApp, config: SlackConfig, ping: float = _PING, patience: float = _PATIENCE) -> None:
        self._app = app
        self._config = config
        self._ping = ping
        self._patience = patience
        self._handler: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._seen = time.monotonic()  # when it was last connected
        self.trouble = ""

    async def begin(self) -> None:
        """Connect, and stay connected until the end; nothing waits for it."""
        self._keeping = self._keeping or asyncio.create_task(self._keep())

    async def end(self) -> None:
        """Hang up."""
        if self._keeping:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        await self._hang_up()

    async def _keep(self) -> None:
        tries = 0
        while True:
            try:
                if await self._is_well():
                    tries = 0
                    await asyncio.sleep(self._ping / 2)
                    continue
                await self._dial()
            except Exception as wrong:  # noqa: BLE001 - whatever it is, it is tried again
                tries += 1
                self.trouble = _why(wrong)
                log.error("no connection to Slack (%s): tried again", trace(wrong))
                await asyncio.sleep(pause(self._ping, tries, _after(wrong)))

    async def _is_well(self) -> bool:
        """Say whether it is connected, or has not been for too short a time to do anything about it."""
        if self._handler is None:
            return False
        if await self._handler.client.is_connected():
            if self.trouble:
                log.info("connected to Slack again")
            self._seen, self.trouble = time.monotonic(), ""
            return True
        return time.monotonic() - self._seen < self._patience

    async def _dial(self) -> None:
        """Ask Slack for an address and connect to it. Raises what Slack's client raises."""
        await self._hang_up()
        web = AsyncWebClient(base_url=self._config.api, logger=quiet, retry_handlers=[])
        address = str((await web.apps_connections_open(app_token=self._config.app_token))["url"])
        self._handler = AsyncSocketModeHandler(
            self._app, self._config.app_token, logger=quiet, web_client=web, ping_interval=self._ping
        )
        self._handler.client.wss_uri = address
        self._connecting = asyncio.create_task(self._handler.connect_async())  # type: ignore[no-untyped-call]
        self._seen = time.monotonic()

    async def _hang_up(self) -> None:
        handler, connecting = self._handler, self._connecting
        self._handler = self._connecting = None
        if connecting:
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)
        if handler:
            await handler.close_async()  # type: ignore[no-untyped-call]


def pause(ping: float, tries: int, after: float) -> float:
    """Give for how many seconds to wait after so many tries in a row, when Slack asked for `after` of them."""
    doublings = min(tries, 10)  # a school may be out of reach for all of a holiday, and no number is that large
    return min(max(ping * 2.0**doublings / 4, after), _LONGEST)


def _why(wrong: Exception) -> str:
    """Give Slack's own word for it, or what kind of fault it is."""
    data = getattr(getattr(wrong, "response", None), "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else type(wrong).__name__


def _after(wrong: Exception) -> float:
    """Give for how many seconds Slack asked to be left alone."""
    said = str(getattr(getattr(wrong, "response", None), "headers", {}).get("Retry-After", "") or "")
    return float(said) if said.isascii() and said.isdecimal() else 0.0
