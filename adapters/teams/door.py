"""The address Teams calls: lets in only what Teams sent to this bot about this school. Knows no reply.

Everything is refused before anything of it is acted on; and of what is refused, nothing is logged but the reason. What
is let in is always answered: an error would make Teams send it again, and show the person that the bot is broken.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from adapters.body import read_body
from adapters.teams.activity import Came, Pressed, read, tenants, text
from adapters.teams.config import TeamsConfig
from adapters.teams.invokes import Answer
from adapters.teams.keys import CHANNEL, Keys, NoKeys, NotTeams
from bot.storage.writer import NotStored
from bot.trace import trace

log = logging.getLogger("beacon.teams")

LIMIT = 256 * 1024  # bytes; Teams sends at most about 100 kB
_LOOPBACK = frozenset(("127.0.0.1", "::1", "localhost", "testclient"))
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class Door:
    """Answers POSTs from Teams."""

    def __init__(
        self,
        config: TeamsConfig,
        keys: Keys,
        take: Callable[[Came], Awaitable[Answer]],
        sorry: Callable[[Came, str], Answer],
    ) -> None:
        """Let in by `config` and `keys`. `take` answers what was let in; `sorry` says what `take` could not do."""
        self._config = config
        self._keys = keys
        self._take = take
        self._sorry = sorry

    async def knock(self, request: Request) -> Response:
        """Answer one request: 413, 400, 401, 403 or 503 for what is not let in, else what is said to it."""
        body = await read_body(request, LIMIT)
        if body is None:
            return Response(status_code=413)
        try:
            activity = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            activity = None
        if not isinstance(activity, dict):
            return Response(status_code=400)
        try:
            await self._admit(request, activity)
        except NotTeams as why:
            log.warning("a request was refused: %s", why)
            return Response(status_code=401)
        except NoKeys as wrong:
            log.error("Teams' keys cannot be had, so nobody can be let in: %s", trace(wrong))
            return Response(status_code=503, headers={"Retry-After": "10"})
        if tenants(activity) != {self._config.tenant} or text(activity, "channelId") != CHANNEL:
            log.warning("a request of another organisation, or not through Teams, was refused")
            return _said(self._to_a_foreigner(activity))
        came = read(activity)
        if came is None:
            return Response(status_code=400)
        return _said(await self._answer(came))

    def _to_a_foreigner(self, activity: dict[str, Any]) -> Answer:
        """Say whom to tell instead where something waits for an answer. Nothing is written into anybody's chat."""
        came = read(activity) if text(activity, "channelId") == CHANNEL else None
        if came and isinstance(came.what, Pressed) and came.what.how != "submit":
            return self._sorry(came, "foreign")
        return Answer(403)

    async def _admit(self, request: Request, activity: dict[str, Any]) -> None:
        service = text(activity, "serviceUrl")
        if not service:
            raise NotTeams("no service address")
        if not self._config.local:
            await self._keys.check(request.headers.get("authorization", ""), service)
        elif not is_local(request) or (urlsplit(service).hostname or "") not in _LOOPBACK:
            raise NotTeams("not this machine, while Teams is only tried out on it")

    async def _answer(self, came: Came) -> Answer:
        try:
            return await self._take(came)
        except NotStored as wrong:
            log.error("something from Teams could not be stored: %s", trace(wrong))
            return self._sorry(came, "not-stored")
        except Exception as wrong:  # noqa: BLE001 - a defect; what it says may be a person's words
            log.error("something from Teams could not be answered: %s", trace(wrong))
            return self._sorry(came, "gone-wrong")


def _said(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status)
    return Response(msgspec.json.encode(answer.body), answer.status, media_type="application/json")


def is_local(request: Request) -> bool:
    """Say whether a request comes from this machine and through nothing that may stand before it."""
    host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    client = request.client.host if request.client else ""
    forwarded = any(name in request.headers for name in _FORWARDED)
    return client in _LOOPBACK and host.strip("[]") in _LOOPBACK and not forwarded
