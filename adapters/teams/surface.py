"""Teams as the core delivers to it: cards in channels and chats, changed in place. Must not know any flow."""

import logging

import msgspec

from adapters.teams.activity import Chat
from adapters.teams.cards import Cards
from adapters.teams.chats import SURFACE, Chats
from adapters.teams.config import TeamsConfig
from adapters.teams.connector import HELP, Connector, Gone, Posted, Refused
from bot.inbound import Identity
from bot.prompt import Card, Notice
from bot.service.surface import Never
from bot.settings import School
from bot.storage import members
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.words import Words

log = logging.getLogger("beacon.teams")

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Posted).decode
_STANDARD = ("", "standard")  # what a channel may be; Teams does not always say


class TeamsSurface:
    """Delivers to one school's Teams."""

    name = SURFACE

    def __init__(
        self,
        connector: Connector,
        chats: Chats,
        reader: Reader,
        school: School,
        config: TeamsConfig,
        words: Words,
    ) -> None:
        self._connector = connector
        self._chats = chats
        self._reader = reader
        self._school = school
        self._config = config
        self._cards = Cards(words)
        self._summary = words.say("notification")
        self._team_of: dict[str, str] = {}  # the team of a channel

    async def deliver(self, place: str, key: str, rev: int, item: Card | Notice, previous: str) -> str:  # noqa: ARG002
        """Show an item at a place, in place of what `previous` refers to. Raises Later, Never."""
        card = self._cards.of(item)
        if previous:
            posted = _decode(previous.encode())
            try:
                await self._connector.update(posted, card, self._summary)
            except Gone:  # somebody took the message away; what it says is still so
                pass
            else:
                return previous
        kind, _, name = place.partition(":")
        if kind == "channel":
            channel = self._school.channels[name].id
            team = await self._team(channel)
            if team is None:
                log.error("channel %r: %s", name, HELP["BotNotInConversationRoster"])
                raise Never("Beacon is in no team with that channel")
            return _ref(await self._connector.post(team, channel, card, self._summary))
        return _ref(await self._to(await self._account(name), card))

    async def _to(self, person: str, card: dict[str, object]) -> Posted:
        chat = await self._chats.of(person)
        if chat is not None:
            try:
                return await self._connector.send(chat, card, self._summary)
            except Refused as refused:
                if refused.code != "ConversationNotFound":
                    raise
        opened = await self._connector.open(await self._anywhere(), person)
        sent = await self._connector.send(opened, card, self._summary)
        await self._chats.met(person, opened)
        return sent

    async def _anywhere(self) -> Chat:
        """Give what a chat is asked for through: a team Beacon is in, or where Teams is for everybody."""
        known = next(iter(await self._chats.teams()), None)
        return known or Chat(self._config.service, "", "personal", self._config.tenant, f"28:{self._config.app}")

    async def _account(self, person: str) -> str:
        account = await self._reader.run(lambda tx: account_of(tx, self._config.tenant, person))
        if not account:
            raise Never("nobody of the list")
        return account

    async def readers(self, channel: str) -> frozenset[str] | None:
        """Give the members who can read a channel now; None when anybody else can, or it cannot be found out.

        Raises Later when Teams cannot be asked now.
        """
        where = self._school.channels[channel].id
        try:
            team = await self._team(where)
            if team is None:
                return None
            kinds = await self._connector.channels(team)
            if kinds.get(where) not in _STANDARD:
                log.error("channel %r: is not a standard channel of the team", channel)
                return None
            readers = [reader async for reader in self._connector.readers(team, where)]
        except Never:
            return None
        listed = await self._listed(readers)
        return None if None in listed or not listed else frozenset(filter(None, listed))

    async def _listed(self, people: list[str]) -> list[str | None]:
        identities = [Identity(SURFACE, self._config.tenant, person) for person in people]
        return await self._reader.run(lambda tx: [members.find(tx, each) for each in identities])

    async def _team(self, channel: str) -> Chat | None:
        """Give the team a channel is in, of those in which Beacon is. Raises Later, Never."""
        teams = {team.team: team for team in await self._chats.teams()}
        if self._team_of.get(channel) not in teams:
            for team in teams.values():
                try:
                    inside = await self._connector.channels(team)
                except Refused as refused:
                    log.warning("a team does not tell its channels (%s)", refused.code)
                    continue
                self._team_of |= dict.fromkeys(inside, team.team)
        return teams.get(self._team_of.get(channel, ""))


def _ref(posted: Posted) -> str:
    return _encode(posted).decode()


def account_of(tx: Tx, tenant: str, person: str) -> str:
    """Give the directory's id of a member of the list, or ""."""
    own = (i.external for i in members.surfaces(tx, person) if i.surface == SURFACE and i.tenant == tenant)
    return next(own, "")
