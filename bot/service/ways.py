"""By which platform something goes to its place, and by which other where that one cannot. Knows no platform.

What hangs somewhere belongs to the platform that put it there: no other understands its reference.
"""

from collections.abc import Mapping

from bot.prompt import Card, Notice
from bot.service import mailing
from bot.service.office import Office
from bot.service.surface import Never, Surface
from bot.storage.outbox import Item


class Ways:
    """The platforms a school is served on."""

    def __init__(self, office: Office, surfaces: Mapping[str, Surface]) -> None:
        self._office = office
        self._surfaces = surfaces

    def to(self, item: Item) -> tuple[Surface, ...]:
        """Give those by which an item can go to its place, where it hangs already first; at least one. Raises Never."""
        kind, _, name = item.place.partition(":")
        if item.kind == "mail":
            on = frozenset([mailing.SURFACE])
        elif kind == "person":
            on = self._office.directory.surfaces(name)
        else:
            channel = self._office.book.school.channels.get(name)  # None: the settings have lost it since
            on = frozenset([channel.surface] if channel else [])
        served = [surface for key, surface in self._surfaces.items() if key in on]
        if not served:
            raise Never(f"nobody can be reached at {kind}")
        hanging = self._whose(item.ref)
        return tuple(sorted(served, key=lambda surface: surface.name != hanging))

    async def bring(self, item: Item, key: str, rev: int, shown: Card | Notice) -> str:
        """Show something at an item's place and give its reference. Raises Later, Never once no platform could."""
        refused: Never | None = None
        for surface in self.to(item):
            try:
                ref = await surface.deliver(item.place, key, rev, shown, self._own(surface, item.ref))
            except Never as why:
                refused = refused or why
            else:
                return f"{surface.name} {ref}"
        raise refused or Never("nobody can be reached")

    async def take_back(self, item: Item, key: str, rev: int, shown: Card) -> str:
        """Show what takes the place of a card, by the platform it hangs on and no other: elsewhere it would tell of it.

        Raises Later, Never.
        """
        surface = self._surfaces.get(self._whose(item.ref)) or self.to(item)[0]
        ref = await surface.deliver(item.place, key, rev, shown, self._own(surface, item.ref))
        return f"{surface.name} {ref}"

    def _whose(self, ref: str) -> str:
        name, between, _ = ref.partition(" ")
        return name if between and name in self._surfaces else ""

    def _own(self, surface: Surface, ref: str) -> str:
        """Give a platform's own reference. One that says nobody's is from before it was written down whose it is."""
        whose = self._whose(ref)
        if not whose:
            return ref
        return ref.removeprefix(f"{whose} ") if whose == surface.name else ""
