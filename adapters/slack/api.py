"""Slack's Web API: one call at a time, and what its failures mean. Must not know what is shown, or to whom.

Nothing is tried again here: whoever calls decides that, because a message that may have arrived is not sent blindly.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.config import SlackConfig
from bot.clock import Clock
from bot.service.surface import Later, Never

log = logging.getLogger("beacon.slack")
quiet = logging.getLogger("beacon.slack.sdk")  # Slack's libraries write bodies, and so words of reports, below this
quiet.setLevel(logging.WARNING)

_QUICK, _PATIENT = 2.0, 15.0  # seconds: while somebody waits for a window; and for what must arrive
_REVOKED = frozenset(
    ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "org_login_required")
)
STOPS = _REVOKED | {"app_uninstalled", "tokens_revoked"}  # why nothing is asked of Slack any more
_BUSY = frozenset(("ratelimited", "rate_limited", "message_limit_exceeded"))
_ILL = frozenset(("fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_added_to_org"))
_READING = ("auth.", "conversations.", "users.", "usergroups.")  # arguments go as a form; others as JSON


class Unsure(Later):
    """No answer came, or no sensible one: Slack may have done it or not."""


class Refused(Never):
    """Slack said no, and will say so again. `error` is its word for why."""

    def __init__(self, method: str, error: str) -> None:
        super().__init__(f"{method}: {error}")
        self.error = error


class Api:
    """The Web API of one school's Slack. `trouble` is what stands in the way until somebody puts it right, or ""."""

    def __init__(self, config: SlackConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self.token = config.token
        self.on_stop: Callable[[], object] | None = None
        self._sessions: dict[float, AsyncWebClient] = {}
        self._held: dict[tuple[str, str], datetime] = {}
        self.trouble = ""

    async def call(self, method: str, *, quick: bool = False, **arguments: Any) -> Mapping[str, Any]:
        """Call a method and give its answer, with Slack's headers under "headers" where there are any.

        Raises Later (Unsure where it may have been done), Never (Refused), for ever once the token counts no more.
        """
        if self.trouble:
            raise Refused(method, self.trouble)
        return await self._ask(method, quick, arguments)

    async def _ask(self, method: str, quick: bool, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        place = (method, str(arguments.get("channel", "")) if method == "chat.postMessage" else "")
        self._is_free(place)
        given = {key: value for key, value in arguments.items() if value is not None}
        client = self._client(_QUICK if quick else _PATIENT)
        try:
            if method.startswith(_READING):
                answer = await client.api_call(method, data=given)
            else:
                answer = await client.api_call(method, json=given)
        except SlackApiError as wrong:
            raise self._meaning(method, place, wrong.response) from wrong
        except (aiohttp.ClientError, TimeoutError, OSError) as wrong:
            raise Unsure(f"{method}: no answer") from wrong
        if not isinstance(answer.data, dict):
            raise Unsure(f"{method}: no sensible answer")
        return {**answer.data, "headers": answer.headers}

    def stop(self, why: str) -> None:
        """Call nothing any more: whatever is tried fails, so that people are reached in other ways."""
        if not self.trouble:
            self.trouble = why
            log.error("Slack no longer takes Beacon's token (%s): nothing reaches anybody there until it is new", why)
            if self.on_stop:
                self.on_stop()

    def renew(self, token: str) -> bool:
        """Take another token; False for the one that is in use."""
        if token == self.token:
            return False
        self.token = token
        for client in self._sessions.values():
            client.token = token
        return True

    async def try_again(self) -> None:
        """Ask whether Slack takes the token again, and go on if it does. Raises Later, Never."""
        await self._ask("auth.test", quick=False, arguments={})
        self.trouble = ""

    async def close(self) -> None:
        """Close the connections."""
        for client in self._sessions.values():
            if client.session is not None:
                await client.session.close()
        self._sessions.clear()

    def _client(self, seconds: float) -> AsyncWebClient:
        """Give the client that waits for so long. It is made within the loop, which its connections belong to."""
        if seconds not in self._sessions:
            # The client's own timeout does not count once it has a session.
            session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds))
            self._sessions[seconds] = AsyncWebClient(
                self.token, self._config.api, session=session, retry_handlers=[], logger=quiet
            )
        return self._sessions[seconds]

    def _is_free(self, place: tuple[str, str]) -> None:
        until = self._held.get(place)
        if until is None:
            return
        if (left := until - self._clock.now()) > timedelta():
            raise Later(f"{place[0]}: Slack asked to wait", left)
        del self._held[place]

    def _meaning(self, method: str, place: tuple[str, str], response: Any) -> Later | Never:
        status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
        data = getattr(response, "data", None)
        error = str(data.get("error", "")) if isinstance(data, dict) else ""
        if status == 429 or error in _BUSY:
            after = _seconds(getattr(response, "headers", {}).get("Retry-After", ""))
            self._held[place] = self._clock.now() + after
            return Later(f"{method}: too many", after)
        if error in _REVOKED:
            self.stop(error)
            return Refused(method, error)
        if status >= 500 or not error or error in _ILL:
            return Unsure(f"{method}: {error or status}")
        return Refused(method, error)


def _seconds(text: str) -> timedelta:
    return timedelta(seconds=min(int(text), 3600) if text.isascii() and text.isdecimal() else 1)


async def pause(seconds: float) -> None:
    """Wait."""
    await asyncio.sleep(seconds)
