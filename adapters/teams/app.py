"""Puts the Teams adapter together: what answers, what delivers, and what runs beside. Must not know any table."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from starlette.routing import Route

from adapters.teams import invokes
from adapters.teams.activity import Came, Pressed
from adapters.teams.answers import Answers, Hands
from adapters.teams.cards import Cards
from adapters.teams.chats import SURFACE, Chats
from adapters.teams.config import ISSUER, TeamsConfig
from adapters.teams.connector import Connector
from adapters.teams.door import Door
from adapters.teams.graph import Graph
from adapters.teams.hanging import Hung
from adapters.teams.invokes import Answer
from adapters.teams.keys import Keys, NoKeys
from adapters.teams.links import LinkCards
from adapters.teams.mailing import Mailing
from adapters.teams.matching import Matching
from adapters.teams.surface import TeamsSurface
from adapters.teams.tasks import Tasks
from adapters.teams.tokens import Tokens
from adapters.teams.vouching import Vouching
from bot.clock import Clock
from bot.service.beside import tried
from bot.service.desk import Desk
from bot.service.joining import Joining
from bot.service.once import Links
from bot.settings import School
from bot.storage.joining import Source
from bot.storage.reader import Reader
from bot.storage.writer import Writer
from bot.trace import trace
from bot.words import Words

log = logging.getLogger("beacon.teams")

ADDRESS = "/api/messages"
_SWEPT = 15.0  # seconds between two looks for talks that time has ended
_MATCHED = 60.0  # and for people of the list who have no account yet


class TeamsApp:
    """One school's Teams."""

    def __init__(
        self,
        config: TeamsConfig,
        school: School,
        writer: Writer,
        reader: Reader,
        clock: Clock,
        words: Words,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
        tokens: Tokens | None = None,
        graph: Graph | None = None,
    ) -> None:
        """Prepare it; nothing is asked of Microsoft before `forever` runs or something is delivered."""
        self._config = config
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._words = words
        self.tokens = tokens or Tokens(config)
        self.keys = Keys(config.app, config.keys, ISSUER, clock)
        self.connector = Connector(config, self.tokens, clock, wait)
        self.chats = Chats(writer, reader, clock)
        self.tasks = Tasks(wait)
        self.graph = graph or Graph(self.tokens, config.graph)
        self.mailing = Mailing(self.graph, school.teams.mail, reader) if school.teams.mail else None
        self.surface = TeamsSurface(self.connector, self.chats, reader, school, config, words)
        source, used = Source(SURFACE, config.tenant), school.teams.groups or school.teams.school_data
        everybody = Matching(self.graph, school.teams, source, reader).everybody if used else None
        self.matching = Joining(source, "the directory", everybody, writer, clock)
        self.vouching = Vouching(self.connector, writer, reader, clock, source, on=school.teams.unlisted)
        self.hung: Hung | None = None
        self._remembered = False  # what hung there when an earlier run of this program ended
        if config.local:
            log.warning("Teams is only tried out: nobody is asked for a token, and only this machine is answered")

    def trouble(self) -> str:
        """Say what stands in the way until an administrator puts it right, or ""."""
        return self.connector.trouble or self.matching.trouble

    def routes(self, desk: Desk, links: Links | None = None, page: str = "") -> tuple[Route, ...]:
        """Give the address Teams calls. `links`, whose addresses begin with `page`, are for who gets no dialog."""
        self.hung = hung = Hung(self.connector, desk, self._writer, self._reader, self._clock, self._words)
        leading = LinkCards(links, page, self.connector, self.chats, self.tasks, self._words) if links else None
        hands = Hands(
            *(desk, self.connector, self.chats, hung, self.tasks, self._words, self._config.tenant, self.vouching),
            leading,
        )
        door = Door(self._config, self.keys, Answers(hands).take, self._sorry)
        return (Route(ADDRESS, door.knock, methods=["POST"]),)

    async def forever(self) -> None:
        """Go on until cancelled; then finish what is on its way."""
        try:
            await tried(self._warm, "Teams")
            async with asyncio.TaskGroup() as group:  # Graph may take its time, and holds nothing up
                group.create_task(_again_and_again(self._sweep, _SWEPT))
                group.create_task(_again_and_again(self.matching.look, _MATCHED))
        finally:
            await self.tasks.finish()
            await self.graph.close()
            await self.connector.close()

    async def _warm(self) -> None:
        if self._config.local:
            return
        try:
            await self.keys.warm()
        except NoKeys as wrong:
            log.warning("Teams' keys cannot be had yet, run `beacon doctor teams`: %s", trace(wrong))

    async def _sweep(self) -> None:
        """Take down the cards that are not needed; those of an earlier run too, as soon as it is known which."""
        if self.hung:
            self._remembered = self._remembered or await tried(self.hung.load, "Teams")
            await self.hung.sweep()

    def _sorry(self, came: Came, key: str) -> Answer:
        """Say what could not be done: at once to whoever pressed, below to whoever wrote."""
        text, cards = self._words.say(key), Cards(self._words)
        if isinstance(came.what, Pressed) and came.what.how != "submit":
            return invokes.said(came.what, text, cards)
        if came.chat.kind == "personal" and came.person:

            async def say() -> None:
                await self.connector.send(came.chat, cards.line(text), self._words.say("notification"))

            self.tasks.begin(came.chat.id, say)
        return invokes.TAKEN


async def _again_and_again(once: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        await tried(once, "Teams")
        await asyncio.sleep(seconds)
