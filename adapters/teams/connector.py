"""Writing to Teams through its connector, with Microsoft's own HTTP client. Must not know what is written, or why.

What goes wrong becomes `Later` or `Never`; the client itself tries nothing again, and waits for ever unless told. The
six requests are put together here: Microsoft's models of them cost two seconds and 50 MB at the start, and refuse what
Teams adds one day (tests/teams/test_connector.py compares what is asked with what those models ask).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
from microsoft_teams.common.http import Client, ClientOptions

from adapters.teams.activity import THREAD, Chat
from adapters.teams.config import TeamsConfig
from adapters.teams.pace import Pace
from adapters.teams.text import Element
from adapters.teams.tokens import NoToken, Tokens
from bot.clock import Clock
from bot.service.surface import Later, Never

log = logging.getLogger("beacon.teams")

_TIMEOUT = 10.0
_PATIENCE = 8.0  # seconds that a turn is waited for here; then the outbox waits instead
_AGAIN = frozenset((408, 412, 425, 429, 500, 502, 503, 504))
_SIGN_IN = timedelta(minutes=1)
_CARD = "application/vnd.microsoft.card.adaptive"
_ANSWER = msgspec.json.Decoder(dict[str, Any]).decode
# What an administrator can put right, by Teams' own word for it.
HELP = {
    "BotDisabledByAdmin": "the app is blocked for them: allow Beacon in the Teams admin centre, under 'Manage apps' and"
    " 'Permission policies'",
    "BotNotInConversationRoster": "the app is not there: install Beacon for them, or in the team",
    "ConversationBlockedByUser": "they have blocked the chat with Beacon: ask them to unblock it",
    "ConversationNotFound": "there is no such chat or channel: install Beacon there again",
    "MessageWritesBlocked": "the chat is closed to messages: check their Teams messaging policy",
    "Forbidden": "Teams refuses it: check that Beacon is installed there, and allowed",
}


class Refused(Never):
    """Teams refuses something for good. `code` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Gone(Refused):
    """There is no such message, chat or channel (any more)."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where something hangs."""

    service: str
    conversation: str
    activity: str


class Connector:
    """Writes to the conversations of one school's Teams."""

    def __init__(
        self,
        config: TeamsConfig,
        tokens: Tokens,
        clock: Clock,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare it; nothing is asked of Teams before something is written. `wait` is how it waits its turn."""
        self._config = config
        self._clock = clock
        self._wait = wait
        self._pace = Pace()
        self._http = Client(ClientOptions(timeout=_TIMEOUT, token=tokens.bot))
        self.trouble = ""

    async def send(self, chat: Chat, card: Element, summary: str, thread: str = "") -> Posted:
        """Put a card into a chat, or into a thread of a channel. Raises Later, Never."""
        where = f"{chat.id}{THREAD}{thread}" if thread else chat.id
        address = f"{_conversation(chat.service, where)}/activities"
        sent = await self._call(chat.id, "POST", address, _message(card, summary))
        return Posted(chat.service, chat.id, _text(sent, "id"))

    async def post(self, team: Chat, channel: str, card: Element, summary: str) -> Posted:
        """Begin a thread in a channel of a team with a card. Raises Later, Never."""
        asked = {
            "isGroup": True,
            "bot": {"id": team.bot},
            "tenantId": self._config.tenant,
            "channelData": {"channel": {"id": channel}, "tenant": {"id": self._config.tenant}},
            "activity": _message(card, summary),
        }
        made = await self._call(channel, "POST", _address(team.service, "conversations"), asked)
        thread, _, first = _text(made, "id").partition(THREAD)
        return Posted(team.service, thread, str(made.get("activityId") or first))

    async def update(self, posted: Posted, card: Element, summary: str) -> None:
        """Show another card where one hangs. Raises Gone when it does not hang there any more, Later, Never."""
        address = f"{_conversation(posted.service, posted.conversation)}/activities/{_part(posted.activity)}"
        await self._call(posted.conversation, "PUT", address, _message(card, summary))

    async def open(self, chat: Chat, person: str) -> Chat:
        """Give the chat with a person, who must have the app. `chat` says through what to ask. Raises Later, Never."""
        asked = {
            "isGroup": False,
            "bot": {"id": chat.bot},
            "members": [{"id": person}],
            "tenantId": self._config.tenant,
            "channelData": {"tenant": {"id": self._config.tenant}},
        }
        made = await self._call(person, "POST", _address(chat.service, "conversations"), asked)
        return replace(chat, id=_text(made, "id"), kind="personal", team="")

    async def readers(self, team: Chat, channel: str) -> AsyncIterator[str]:
        """Give everybody who can read a channel, by the directory's id. Raises Later, Never."""
        address, page = f"{_conversation(team.service, channel)}/pagedMembers", ""
        while True:
            wanted = {"pageSize": "100", **({"continuationToken": page} if page else {})}
            found = await self._call(channel, "GET", address, params=wanted)
            members = _list(found, "members")
            if not page and not members:  # nobody at all is no answer: somebody put Beacon there
                raise Later("no answer of Teams")
            for member in members:
                yield str(member.get("aadObjectId") or member.get("objectId") or "").lower()
            page = str(found.get("continuationToken") or "")
            if not page:
                return

    async def person(self, chat: Chat, user: str) -> Mapping[str, object]:
        """Give what Teams says of somebody in a chat, as it says it. `user` is Teams' own id. Raises Later, Never."""
        asked = f"member {user}"  # which uses up no turn to write there
        return await self._call(asked, "GET", f"{_conversation(chat.service, chat.id)}/members/{_part(user)}")

    async def channels(self, team: Chat) -> Mapping[str, str]:
        """Give the channels of a team: id, and kind ("" where Teams does not say). Raises Later, Never."""
        address = _address(team.service, f"teams/{_part(team.team)}/conversations")
        found = _list(await self._call(team.team, "GET", address), "conversations")
        if not found:
            raise Later("no answer of Teams")
        return {str(channel["id"]): str(channel.get("type") or "") for channel in found if channel.get("id")}

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.http.aclose()

    async def _call(
        self,
        conversation: str,
        method: str,
        address: str,
        body: Mapping[str, object] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        now = self._clock.monotonic()
        wait = self._pace.turn(conversation, now, _PATIENCE)
        if wait is None:
            raise Later("the conversation is busy", timedelta(seconds=_PATIENCE))
        if wait:
            await self._wait(wait)
        try:
            answer = await self._http.request(method, address, json=body, params=dict(params) if params else None)
            done = _ANSWER(answer.content or b"{}")
        except NoToken as wrong:
            self._in_trouble(f"Microsoft gives no token ({wrong.code}): check the app's secret or certificate")
            raise
        except httpx.HTTPStatusError as wrong:
            raise self._refusal(wrong.response) from wrong
        except (httpx.HTTPError, OSError) as wrong:
            raise Later("the connection failed") from wrong
        except msgspec.MsgspecError as wrong:  # an answer that is none: a page of some proxy
            raise Later("no answer of Teams") from wrong
        self.trouble = ""
        return done

    def _refusal(self, answer: httpx.Response) -> Later | Never:
        code = error_code(answer)
        if answer.status_code == 401:
            self._in_trouble(f"Teams does not take our token ({code}): check the app's id, tenant and secret")
            return Later(code, _SIGN_IN)
        if answer.status_code in _AGAIN:
            return Later(code, _after(answer))
        if answer.status_code == 404:
            return Gone(code)
        log.error("Teams refuses (%s): %s", code, HELP.get(code, "run `beacon doctor teams`"))
        return Refused(code)

    def _in_trouble(self, why: str) -> None:
        if self.trouble != why:
            log.error("%s", why)
        self.trouble = why


def _message(card: Element, summary: str) -> Mapping[str, object]:
    """Give a message that shows a card. Its summary is what a telephone shows when it rings."""
    return {"type": "message", "summary": summary, "attachments": [{"contentType": _CARD, "content": card}]}


def _address(service: str, path: str) -> str:
    return f"{service.rstrip('/')}/v3/{path}"


def _conversation(service: str, conversation: str) -> str:
    return _address(service, f"conversations/{_part(conversation)}")


def _part(key: str) -> str:
    """Give an id as a part of an address: whatever is in it, it leads nowhere else."""
    return quote(key, safe=":;=@")


def _text(answer: Mapping[str, Any], key: str) -> str:
    """Give a text of an answer. Raises Later."""
    if not isinstance(found := answer.get(key), str) or not found:
        raise Later("no answer of Teams")
    return found


def _list(answer: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Give a list of an answer. Raises Later."""
    found = answer.get(key)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Later("no answer of Teams")
    return found


def _after(answer: httpx.Response) -> timedelta | None:
    told = answer.headers.get("retry-after", "")
    return timedelta(seconds=min(int(told), 3600)) if told.isdecimal() else None


def error_code(answer: httpx.Response) -> str:
    """Give Teams' word for what is wrong, or the status: it is sometimes within a text within the answer."""
    codes = {403: "Forbidden", 404: "ConversationNotFound", 413: "MessageSizeTooBig"}
    fallback = codes.get(answer.status_code, f"status {answer.status_code}")
    try:
        found = msgspec.json.decode(answer.content)
        error = found.get("error", found) if isinstance(found, dict) else {}
        inner = error.get("message") if isinstance(error, dict) else None
        if isinstance(inner, str) and inner.lstrip().startswith("{"):
            nested: Any = msgspec.json.decode(inner)
            inner = nested.get("subCode") or nested.get("message")
            if inner in HELP:
                return str(inner)
        code = error.get("code") if isinstance(error, dict) else None
    except (msgspec.DecodeError, UnicodeDecodeError, AttributeError):
        return fallback
    return code if isinstance(code, str) and code.isascii() and code.isalnum() and len(code) < 60 else fallback
