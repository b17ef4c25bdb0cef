"""Where people and teams are written to, as Teams last said: kept in the store, so that a restart forgets nobody.

Must not know what is written there.
"""

from collections.abc import Mapping

import msgspec

from adapters.teams.activity import Chat
from bot.clock import Clock
from bot.storage import references
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.storage.writer import Writer

SURFACE = "teams"

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Chat).decode


def known(tx: Tx, kind: references.Kind) -> Mapping[str, Chat]:
    """Give the chats with people ("chat", by the directory's id) or the teams ("team", by their id) that are kept."""
    return {key: _decode(body) for key, body in references.every(tx, SURFACE, kind)}


class Chats:
    """The chats and teams in which Beacon is."""

    def __init__(self, writer: Writer, reader: Reader, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._people: dict[str, Chat] | None = None
        self._teams: dict[str, Chat] = {}

    async def met(self, person: str, chat: Chat) -> None:
        """Remember where somebody is written to, or where a team is. Raises NotStored."""
        await self._load()
        if chat.kind == "personal" and person:
            await self._keep("chat", self._all(), person, chat)
        elif chat.team:
            team = Chat(chat.service, chat.team, "channel", chat.tenant, chat.bot, chat.team)
            await self._keep("team", self._teams, chat.team, team)

    async def left(self, person: str, chat: Chat) -> None:
        """Forget a chat or a team that Beacon was taken from. Raises NotStored."""
        await self._load()
        if chat.kind == "personal" and person:
            self._all().pop(person, None)
            await self._writer.run(lambda tx: references.drop(tx, SURFACE, "chat", person))
        elif chat.team:
            self._teams.pop(chat.team, None)
            await self._writer.run(lambda tx: references.drop(tx, SURFACE, "team", chat.team))

    async def of(self, person: str) -> Chat | None:
        """Give the chat with somebody, or None for somebody who was never met."""
        await self._load()
        return self._all().get(person)

    async def teams(self) -> tuple[Chat, ...]:
        """Give the teams in which Beacon is."""
        await self._load()
        return tuple(self._teams.values())

    def _all(self) -> dict[str, Chat]:
        return self._people if self._people is not None else {}

    async def _load(self) -> None:
        if self._people is None:
            people, teams = await self._reader.run(lambda tx: (known(tx, "chat"), known(tx, "team")))
            if self._people is None:
                self._people, self._teams = dict(people), dict(teams)

    async def _keep(self, kind: references.Kind, chats: dict[str, Chat], key: str, chat: Chat) -> None:
        if chats.get(key) == chat:  # which is so for nearly every message: nothing to write
            return
        now = self._clock.now()
        await self._writer.run(lambda tx: references.put(tx, SURFACE, kind, key, _encode(chat), now))
        chats[key] = chat
