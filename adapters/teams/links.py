"""What stands in where no dialog opens: a card in the presser's own chat that leads to Beacon's own page, once.

The card says nothing of the case but its reference, as every card that stays in a chat. Must not know who may open.
"""

import re

from adapters.teams.activity import Came, Chat
from adapters.teams.cards import Cards
from adapters.teams.chats import SURFACE, Chats
from adapters.teams.connector import Connector, Posted
from adapters.teams.tasks import Tasks
from bot.flow.lists import normalise
from bot.inbound import Identity
from bot.prompt import Card, Reply
from bot.service.once import Links
from bot.words import Words

_REFERENCE = re.compile(r"[A-Za-z0-9]{4,12}", re.ASCII)


class LinkCards:
    """Puts links into chats, and takes them away once they were used."""

    def __init__(self, links: Links, page: str, connector: Connector, chats: Chats, tasks: Tasks, words: Words) -> None:
        """`page` is how the address of a link begins; its secret comes after it."""
        self._links = links
        self._page = page
        self._connector = connector
        self._chats = chats
        self._tasks = tasks
        self._cards = Cards(words)
        self._words = words
        self._openers = frozenset(normalise(each) for each in words.say("link-words").split(","))
        # Lost when the program ends: then a link that is used later is answered by a card below it.
        self._hanging: dict[tuple[Identity, str], Posted] = {}
        links.used.append(self._used)

    async def offer(self, came: Came, who: Identity, case: str) -> bool:
        """Give somebody a link to a case in their own chat; False where they may not open it. Raises NotStored."""
        secret = await self._links.make(who, case)
        if not secret:
            return False
        card = self._cards.link(case, f"{self._page}{secret}")

        async def hang() -> None:
            chat = await self._own(came)
            posted = await self._connector.send(chat, card, self._words.say("notification"))
            older, self._hanging[who, case] = self._hanging.get((who, case)), posted
            if older:
                over = self._cards.line(self._words.say("goes-on"))
                await self._connector.update(older, over, self._words.say("notification"))

        self._tasks.begin(came.person, hang)
        return True

    async def asked(self, came: Came, who: Identity, text: str) -> bool:
        """Give a link to whoever writes "open" and a reference: some clients do nothing at all with a dialog's button.

        False, and nothing is done, for all other words, and where they may not open it. Raises NotStored.
        """
        word, _, reference = text.strip().partition(" ")
        if normalise(word) not in self._openers or not _REFERENCE.fullmatch(reference.strip()):
            return False
        return await self.offer(came, who, reference.strip().upper())

    async def _own(self, came: Came) -> Chat:
        if came.chat.kind == "personal":
            return came.chat
        return await self._chats.of(came.person) or await self._connector.open(came.chat, came.person)

    def _used(self, who: Identity, case: str, reply: Reply) -> None:
        """Say in the chat that a link was used, so that its person learns of it, and what can be done next."""
        if who.surface != SURFACE:
            return
        card = self._cards.read(case, reply.buttons if isinstance(reply, Card) else ())

        async def show() -> None:
            if posted := self._hanging.get((who, case)):
                await self._connector.update(posted, card, self._words.say("notification"))
                self._hanging.pop((who, case), None)
            elif chat := await self._chats.of(who.external):
                await self._connector.send(chat, card, self._words.say("notification"))

        self._tasks.begin(who.external, show)
