"""The page as a place where the core puts cards and notices: kept in the store, and whoever looks is woken.

Knows places and the school's list; must not know cases, talks or how pages look.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adapters.web.posted import pack, unpack
from adapters.web.render import Post
from adapters.web.visit import SURFACE
from bot.clock import Clock
from bot.people import Member, Roster
from bot.prompt import Card, Notice
from bot.service.surface import Later
from bot.settings import School
from bot.storage import outbox, posts
from bot.storage.reader import Reader
from bot.storage.writer import NotStored, Writer

LIMIT = 100  # of the newest posts at a place


def person_place(member: str) -> str:
    """Name somebody's own inbox."""
    return f"person:{member}"


def channel_place(channel: str) -> str:
    """Name a channel."""
    return f"channel:{channel}"


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many places wait for what they are to show, and how many were given up."""

    waiting: int
    given_up: int


class WebSurface:
    """Delivers to the page's own inboxes and channels."""

    name = SURFACE

    def __init__(
        self, writer: Writer, reader: Reader, school: School, clock: Clock, roster: Callable[[], Roster]
    ) -> None:
        """Deliver into the store. `roster` gives the school's list as it is now, by which a page is let in."""
        self._writer = writer
        self._reader = reader
        self._school = school
        self._clock = clock
        self._roster = roster
        self._watching: dict[str, set[asyncio.Event]] = {}

    async def deliver(self, place: str, key: str, rev: int, item: Card | Notice, previous: str) -> str:  # noqa: ARG002
        """Show an item at a place, instead of an older revision. Gives its reference. Raises Later."""
        body, at = pack(item), self._clock.now()
        try:
            await self._writer.run(lambda tx: posts.show(tx, place, key, rev, body, at))
        except NotStored as error:
            raise Later("not stored") from error
        for watcher in self._watching.get(place, ()):
            watcher.set()
        return f"{place}/{key}"

    async def readers(self, channel: str) -> frozenset[str] | None:
        """Give the ids of those who may read a channel; None when the school has no such channel."""
        known = self._school.channels.get(channel)
        if known is None:
            return None
        return frozenset(m.id for m in self._roster().holding(known.readers))

    def channels(self, member: Member) -> dict[str, str]:
        """Give the channels of this page that a member's roles let them read: key to name."""
        return {
            key: channel.name
            for key, channel in self._school.channels.items()
            if channel.surface == self.name and channel.readers & member.roles
        }

    async def shown(self, place: str) -> list[Post]:
        """Give what is shown at a place, the last changed first."""
        kept = await self._reader.run(lambda tx: posts.at_place(tx, place, LIMIT))
        return [Post(unpack(post.body), post.at) for post in kept]

    async def latest(self, place: str) -> int:
        """Give the number of the last change at a place."""
        return await self._reader.run(lambda tx: posts.latest(tx, place))

    async def backlog(self) -> Backlog:
        """Count the places, of any platform, that do not look as they should."""
        return await self._reader.run(lambda tx: Backlog(outbox.waiting(tx), outbox.given_up(tx)))

    @contextmanager
    def watch(self, place: str) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever something changes at a place."""
        watcher = asyncio.Event()
        self._watching.setdefault(place, set()).add(watcher)
        try:
            yield watcher
        finally:
            self._watching[place].discard(watcher)
            if not self._watching[place]:
                del self._watching[place]
