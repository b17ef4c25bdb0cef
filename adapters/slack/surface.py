"""Slack as the core delivers to it: cards in channels and direct messages, changed in place. Must not know any flow."""

from adapters.slack.api import Api
from adapters.slack.chat import Chat
from adapters.slack.config import SlackConfig
from adapters.slack.guard import Guard
from adapters.slack.message import message
from bot.prompt import Card, Notice
from bot.service.surface import Never
from bot.settings import School
from bot.storage import members
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.words import Words

SURFACE = "slack"


class SlackSurface:
    """Delivers to one school's Slack."""

    name = SURFACE

    def __init__(self, api: Api, chat: Chat, reader: Reader, school: School, config: SlackConfig, words: Words) -> None:
        self._api = api
        self._chat = chat
        self._reader = reader
        self._school = school
        self._config = config
        self._words = words
        self._guard = Guard(api, reader, config.team)

    @property
    def trouble(self) -> str:
        """What stands in the way of everything until somebody puts it right, or ""."""
        return self._api.trouble

    async def deliver(self, place: str, key: str, rev: int, item: Card | Notice, previous: str) -> str:  # noqa: ARG002
        """Show an item at a place, in place of what `previous` refers to. Raises Later, Never."""
        kind, _, name = place.partition(":")
        shown = message(item, self._words)
        if previous and await self._chat.change(previous, shown):
            return previous
        if kind == "channel":
            return await self._chat.post(self._school.channels[name].id, f"{place} {key}", shown)
        return await self._chat.put(await self._chat.direct(await self._user(name)), f"{place} {key}", shown)

    async def readers(self, channel: str) -> frozenset[str] | None:
        """Give the members who can read a channel now, or None when anybody else may be able to. Raises Later."""
        return await self._guard.readers(self._school.channels[channel].id)

    async def _user(self, person: str) -> str:
        """Give Slack's id of a member. Raises Never for somebody without one, and for a pupil who is not let in."""
        user = await self._reader.run(lambda tx: user_of(tx, self._config.team, person, pupils=self._config.pupils))
        if not user:
            raise Never("nobody of the list")
        return user


def user_of(tx: Tx, team: str, person: str, *, pupils: bool) -> str:
    """Give Slack's id of a member of the list, or ""."""
    member = members.get(tx, person)
    if member is None or (member.is_pupil and not pupils):
        return ""
    own = (i.external for i in members.surfaces(tx, person) if i.surface == SURFACE and i.tenant == team)
    return next(own, "")
