"""A desk that gives canned replies and remembers what it was handed: the web adapter alone, without the service."""

from collections import deque

from bot.inbound import Identity, Inbound, Vouched
from bot.people import Roster
from bot.prompt import Home, Notice, Reply
from bot.service.desk import Desk
from bot.service.directory import Directory
from bot.service.office import Office
from bot.service.rulebook import Rulebook
from bot.settings import School
from bot.words import Words


class CannedDesk(Desk):
    """Gives the next of `replies`; `screens` are what talks show, `fails` is raised instead of any answer."""

    def __init__(self, school: School, roster: Roster) -> None:
        self.office = Office(Rulebook(school, {}, {}, {}, Words({})), Directory(roster))
        self.replies: deque[Reply] = deque()
        self.screens: dict[str, Reply] = {}
        self.front = Home("What would you like to do?")
        self.received: list[Inbound] = []
        self.fails: Exception | None = None

    async def receive(self, inbound: Inbound) -> Reply:
        self.received.append(inbound)
        if self.fails:
            raise self.fails
        return self.replies.popleft() if self.replies else Notice(("Nothing was prepared.",))

    async def present(self, identity: Identity, talk: str) -> Reply | None:
        return self.screens.get(talk)

    async def home(self, identity: Identity, vouched: Vouched | None = None) -> Home:
        if self.fails:
            raise self.fails
        return self.front
