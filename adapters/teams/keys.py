"""Whether a request is from Teams: its token, checked against the keys Microsoft publishes. Knows no activity.

The rules are those of "Authentication with the Bot Connector API" (Microsoft): signature, issuer, audience, time, the
address of the connector in token and body alike, and that the key is endorsed for the channel it speaks for. PyJWT does
the checking; the keys are fetched here, beside everything else and not too often: a token with an unknown key costs
whoever sends it nothing, and must not hold up or hammer anybody. That is why it is not Microsoft's own check, which
fetches keys while everybody waits, and minds no endorsement (tests/teams/test_door.py: ours lets in nothing that
theirs refuses).
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import jwt

from bot.clock import Clock

CHANNEL = "msteams"
_LEEWAY = 300  # seconds two clocks may differ
_FRESH = 24 * 3600.0  # seconds for which keys are good; Microsoft wants them fetched once a day
_APART = 60.0  # seconds between two tries
_REMEMBERED = 60.0  # seconds for which a token that was let in is not looked at again: Teams shows one for an hour
_MOST = 100  # of them
_PATIENCE = 5.0
_LARGEST = 1024 * 1024  # bytes of keys


class NotTeams(Exception):
    """A request that is not from Teams, or not for this bot. What it says is a reason, and nothing of the request."""


class NoKeys(Exception):
    """The keys cannot be had now: nobody can be told apart, and Teams is asked to come back."""


class Keys:
    """The keys with which Teams signs, and the check itself."""

    def __init__(self, app: str, metadata: str, issuer: str, clock: Clock) -> None:
        """Prepare it; nothing is fetched before the first request or `warm`."""
        self._app = app
        self._metadata = metadata
        self._issuer = issuer
        self._clock = clock
        self._keys: Mapping[str, tuple[jwt.PyJWK, frozenset[str]]] = {}
        self._passed: dict[tuple[str, str], float] = {}  # token and service, and until when
        self._tried: float | None = None
        self._fetched: float | None = None
        self._lock = asyncio.Lock()

    async def check(self, authorization: str, service: str) -> None:
        """Let a request pass. `service` is the address its body names. Raises NotTeams, NoKeys."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotTeams("no token")
        now = self._clock.monotonic()
        if self._passed.get((token, service), now) > now and not self._stale():
            return
        await self._look(token, service)
        if len(self._passed) >= _MOST:
            self._passed.clear()
        self._passed[token, service] = now + _REMEMBERED

    async def _look(self, token: str, service: str) -> None:
        try:
            kid = jwt.get_unverified_header(token).get("kid", "")
        except jwt.PyJWTError as wrong:
            raise NotTeams("unreadable token") from wrong
        key, endorsed = await self._key(str(kid))
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._app,
                issuer=self._issuer,
                leeway=_LEEWAY,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.PyJWTError as wrong:
            raise NotTeams(type(wrong).__name__) from wrong
        claimed = claims.get("serviceurl") or claims.get("serviceUrl")
        if not isinstance(claimed, str) or claimed.rstrip("/") != service.rstrip("/"):
            raise NotTeams("another service address")
        if CHANNEL not in endorsed:
            raise NotTeams("a key that is not endorsed for Teams")

    async def warm(self) -> None:
        """Fetch the keys, unless they were fetched lately. Raises NoKeys."""
        async with self._lock:
            now = self._clock.monotonic()
            if self._fetched is not None and now - self._fetched < _FRESH:
                return
            await self._fetch(now)

    async def _key(self, kid: str) -> tuple[jwt.PyJWK, frozenset[str]]:
        if kid not in self._keys or self._stale():
            async with self._lock:
                if kid not in self._keys or self._stale():
                    await self._again(kid)
        if kid not in self._keys:
            raise NotTeams("unknown key")
        return self._keys[kid]

    def _stale(self) -> bool:
        return self._fetched is None or self._clock.monotonic() - self._fetched >= _FRESH

    async def _again(self, kid: str) -> None:
        now = self._clock.monotonic()
        if self._tried is not None and now - self._tried < _APART:
            if self._keys:
                return
            raise NoKeys
        try:
            await self._fetch(now)
        except NoKeys:
            if kid not in self._keys:  # what was known yesterday is good enough while nothing newer can be had
                raise

    async def _fetch(self, now: float) -> None:
        self._tried = now
        try:
            async with httpx.AsyncClient(timeout=_PATIENCE) as client:
                metadata = await _json(client, self._metadata)
                found = await _json(client, str(metadata["jwks_uri"]))
            keys = {
                str(each["kid"]): (jwt.PyJWK(each, "RS256"), frozenset(map(str, each.get("endorsements", ()))))
                for each in found["keys"]
                if each.get("kty") == "RSA" and "kid" in each
            }
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError) as wrong:
            raise NoKeys from wrong
        if not keys:
            raise NoKeys
        self._keys, self._fetched = keys, now
        self._passed.clear()  # a key may have been withdrawn


async def _json(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    found = bytearray()
    async with client.stream("GET", address) as answer:
        answer.raise_for_status()
        async for part in answer.aiter_bytes():
            found += part
            if len(found) > _LARGEST:
                raise ValueError("too large")
    json = httpx.Response(200, content=bytes(found)).json()
    if not isinstance(json, dict):
        raise TypeError("no object")
    return json
