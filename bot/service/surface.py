"""What the service needs of a platform to bring things to people. Adapters implement it; nothing here knows them."""

from datetime import timedelta
from typing import Protocol

from bot.prompt import Card, Notice


class Later(Exception):
    """It could not be brought now and may work later; `after` is the platform's own word for when, if it gave one."""

    def __init__(self, why: str, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.after = after


class Never(Exception):
    """It cannot be brought there at all: the place is gone, or the platform forbids it.

    What it says is shown to whoever looks after Beacon: the platform's own word for why, and nothing of a report.
    """


class Surface(Protocol):
    """One platform, as the delivery loop sees it."""

    name: str

    async def deliver(self, place: str, key: str, rev: int, item: Card | Notice, previous: str) -> str:
        """Show `item` at a place, in place of what `previous` refers to when that is not empty.

        Args:
            place: "person:<member id>" or "channel:<channel id>".
            key: names what is shown there, the same for every revision of it.
            rev: its revision; an older one never replaces a newer one.
            item: what to show.
            previous: the reference that delivering an earlier revision gave, or "".

        Returns:
            The platform's reference of what is shown now. Only then is anything called delivered. Raises Later, Never.
        """

    async def readers(self, channel: str) -> frozenset[str] | None:
        """Give the members who can read a channel now, or None when that cannot be found out."""
