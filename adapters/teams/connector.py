"""Writing to Teams through its connector, with Microsoft's own client. Must not know what is written, or why.

What goes wrong becomes `Later` or `Never`; the client itself tries nothing again, and waits for ever unless told.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import msgspec
from microsoft_teams.api.activities.message.message import MessageActivityInput
from microsoft_teams.api.clients.conversation.client import ConversationClient
from microsoft_teams.api.clients.conversation.params import CreateConversationParams
from microsoft_teams.api.clients.team.client import TeamClient
from microsoft_teams.common.http import Client, ClientOptions

from adapters.teams.activity import THREAD, Chat
from adapters.teams.config import TeamsConfig
from adapters.teams.pace import Pace
from adapters.teams.text import Element
from adapters.teams.tokens import NoToken, Tokens
from bot.clock import Clock
from bot.service.surface import Later, Never

T = TypeVar("T")
log = logging.getLogger("beacon.teams")

_TIMEOUT = 10.0
_PATIENCE = 8.0  # seconds that a turn is waited for here; then the outbox waits instead
_AGAIN = frozenset((408, 412, 425, 429, 500, 502, 503, 504))
_SIGN_IN = timedelta(minutes=1)
_CARD = "application/vnd.microsoft.card.adaptive"
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
        self._at_service: dict[str, ConversationClient] = {}
        self.trouble = ""

    async def send(self, chat: Chat, card: Element, summary: str, thread: str = "") -> Posted:
        """Put a card into a chat, or into a thread of a channel. Raises Later, Never."""
        where = f"{chat.id}{THREAD}{thread}" if thread else chat.id
        sent = await self._call(chat.id, lambda: self._at(chat.service).create_activity(where, _message(card, summary)))
        return Posted(chat.service, chat.id, sent.id)

    async def post(self, team: Chat, channel: str, card: Element, summary: str) -> Posted:
        """Begin a thread in a channel of a team with a card. Raises Later, Never."""
        asked = CreateConversationParams.model_validate(
            {
                "isGroup": True,  # the client's own model has neither; Teams wants the bot, the Playground both
                "bot": {"id": team.bot},
                "tenantId": self._config.tenant,
                "channelData": {"channel": {"id": channel}, "tenant": {"id": self._config.tenant}},
                "activity": _message(card, summary),
            }
        )
        made = await self._call(channel, lambda: self._at(team.service).create(asked))
        activity = getattr(made, "activity_id", None) or made.id.partition(THREAD)[2]
        return Posted(team.service, made.id.partition(THREAD)[0], activity)

    async def update(self, posted: Posted, card: Element, summary: str) -> None:
        """Show another card where one hangs. Raises Gone when it does not hang there any more, Later, Never."""
        await self._call(
            posted.conversation,
            lambda: self._at(posted.service).update_activity(
                posted.conversation, posted.activity, _message(card, summary)
            ),
        )

    async def open(self, chat: Chat, person: str) -> Chat:
        """Give the chat with a person, who must have the app. `chat` says through what to ask. Raises Later, Never."""
        asked = CreateConversationParams.model_validate(
            {
                "isGroup": False,
                "bot": {"id": chat.bot},
                "members": [{"id": person}],
                "tenantId": self._config.tenant,
                "channelData": {"tenant": {"id": self._config.tenant}},
            }
        )
        made = await self._call(person, lambda: self._at(chat.service).create(asked))
        return replace(chat, id=made.id, kind="personal", team="")

    async def readers(self, team: Chat, channel: str) -> AsyncIterator[str]:
        """Give everybody who can read a channel, by the directory's id. Raises Later, Never."""
        page: str | None = None
        while True:
            found = await self._call(
                channel,
                lambda token=page: self._at(team.service).get_paged_members(channel, 100, token),  # type: ignore[misc]
            )
            if page is None and not found.members:  # nobody at all is no answer: somebody put Beacon there
                raise Later("no answer of Teams")
            for member in found.members:
                yield (member.aad_object_id or getattr(member, "object_id", None) or "").lower()
            page = found.continuation_token
            if not page:
                return

    async def channels(self, team: Chat) -> Mapping[str, str]:
        """Give the channels of a team: id, and kind ("" where Teams does not say). Raises Later, Never."""
        found = await self._call(team.team, lambda: TeamClient(team.service, self._http).get_conversations(team.team))
        if not found:
            raise Later("no answer of Teams")
        return {channel.id: channel.type or "" for channel in found if channel.id}

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.http.aclose()

    def _at(self, service: str) -> ConversationClient:
        if service not in self._at_service:  # one or two: a school is in one region
            self._at_service[service] = ConversationClient(service, self._http)
        return self._at_service[service]

    async def _call(self, conversation: str, ask: Callable[[], Awaitable[T]]) -> T:
        now = self._clock.monotonic()
        wait = self._pace.turn(conversation, now, _PATIENCE)
        if wait is None:
            raise Later("the conversation is busy", timedelta(seconds=_PATIENCE))
        if wait:
            await self._wait(wait)
        try:
            done = await ask()
        except NoToken as wrong:
            self._in_trouble(f"Microsoft gives no token ({wrong.code}): check the app's secret or certificate")
            raise
        except httpx.HTTPStatusError as wrong:
            raise self._refusal(wrong.response) from wrong
        except (httpx.HTTPError, OSError) as wrong:
            raise Later("the connection failed") from wrong
        except (ValueError, KeyError, TypeError) as wrong:  # an answer that is none: a page of some proxy
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


def _message(card: Element, summary: str) -> MessageActivityInput:
    """Give a message that shows a card. Its summary is what a telephone shows when it rings."""
    return MessageActivityInput.model_validate(
        {"type": "message", "summary": summary, "attachments": [{"contentType": _CARD, "content": card}]}
    )


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
