"""Socket Mode: Beacon rings Slack up, for a school at which nothing from outside can knock. Knows no listener."""

import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import quiet
from adapters.slack.config import SlackConfig

log = logging.getLogger("beacon.slack")


class Dial:
    """One connection to Slack, kept up by Slack's own client."""

    def __init__(self, app: AsyncApp, config: SlackConfig) -> None:
        self._app = app
        self._config = config
        self._handler: AsyncSocketModeHandler | None = None

    async def begin(self) -> None:
        """Connect. Raises what Slack's client raises."""
        web = AsyncWebClient(base_url=self._config.api, logger=quiet)
        self._handler = AsyncSocketModeHandler(self._app, self._config.app_token, logger=quiet, web_client=web)
        await self._handler.connect_async()  # type: ignore[no-untyped-call]
        log.info("connected to Slack by its own connection (Socket Mode)")

    async def end(self) -> None:
        """Hang up."""
        if self._handler:
            await self._handler.close_async()  # type: ignore[no-untyped-call]
