"""The cards that show a talk in somebody's chat: remembered, and made a line without content once they are not needed.

Kept in the store, so that a restart leaves none behind. Must not know how a talk looks.
"""

import logging

import msgspec

from adapters.teams.cards import Cards
from adapters.teams.chats import SURFACE
from adapters.teams.connector import Connector, Posted
from bot.clock import Clock
from bot.inbound import Identity
from bot.prompt import Prompt
from bot.service.desk import Desk
from bot.service.surface import Later, Never
from bot.storage import references
from bot.storage.reader import Reader
from bot.storage.writer import Writer
from bot.trace import trace
from bot.words import Words

log = logging.getLogger("beacon.teams")


class Hanging(msgspec.Struct, frozen=True):
    """One talk's card: whose it is, and where it hangs."""

    talk: str
    tenant: str
    person: str
    posted: Posted

    @property
    def key(self) -> str:
        """Its name in the store."""
        return f"{self.talk} {self.posted.conversation} {self.posted.activity}"

    @property
    def who(self) -> Identity:
        """Whose it is."""
        return Identity(SURFACE, self.tenant, self.person)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Hanging).decode


class Hung:
    """Remembers what hangs where, and takes it down."""

    def __init__(
        self, connector: Connector, desk: Desk, writer: Writer, reader: Reader, clock: Clock, words: Words
    ) -> None:
        self._connector = connector
        self._desk = desk
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._cards = Cards(words)
        self._words = words
        self._hanging: dict[str, Hanging] = {}

    async def load(self) -> None:
        """Remember what an earlier run of this program left."""
        kept = await self._reader.run(lambda tx: [body for _, body in references.every(tx, SURFACE, "card")])
        self._hanging = {hanging.key: hanging for hanging in map(_decode, kept)} | self._hanging

    async def shown(self, who: Identity, talk: str, posted: Posted) -> None:
        """Remember a card that shows a talk. Raises NotStored."""
        hanging = Hanging(talk, who.tenant, who.external, posted)
        if hanging.key not in self._hanging:
            now = self._clock.now()
            await self._writer.run(lambda tx: references.put(tx, SURFACE, "card", hanging.key, _encode(hanging), now))
            self._hanging[hanging.key] = hanging

    async def moved(self, talk: str, now_at: str) -> None:
        """Take down every card of a talk but the one that shows it now. Raises Later, Never, NotStored."""
        for hanging in [h for h in self._hanging.values() if h.talk == talk and h.posted.activity != now_at]:
            await self._take_down(hanging, "goes-on")

    async def ended(self, talk: str, said_at: str = "") -> None:
        """Take down every card of a talk that is over, but for the one that says so. Raises Later, Never, NotStored."""
        for hanging in [h for h in self._hanging.values() if h.talk == talk]:
            if hanging.posted.activity == said_at:
                await self._forget(hanging)
            else:
                await self._take_down(hanging, "over")

    async def sweep(self, who: Identity | None = None) -> None:
        """Take down the cards of talks that are over, of one person or of all: also those that time has ended.

        Raises NotStored.
        """
        for hanging in [h for h in self._hanging.values() if who in (None, h.who)]:
            if isinstance(await self._desk.present(hanging.who, hanging.talk), Prompt):
                continue
            try:
                await self._take_down(hanging, "over")
            except Later as wrong:
                log.warning("a card that is not needed could not be taken down yet: %s", trace(wrong))

    async def _take_down(self, hanging: Hanging, key: str) -> None:
        card = self._cards.line(self._words.say(key))
        try:
            await self._connector.update(hanging.posted, card, self._words.say("notification"))
        except Never as wrong:  # the chat or the message is gone, and the card with it
            log.warning("a card that is not needed is out of reach: %s", trace(wrong))
        await self._forget(hanging)

    async def _forget(self, hanging: Hanging) -> None:
        await self._writer.run(lambda tx: references.drop(tx, SURFACE, "card", hanging.key))
        self._hanging.pop(hanging.key, None)
