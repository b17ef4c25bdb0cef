"""The people of the school as they are now, looked up without asking the store each time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.inbound import Identity
from bot.people import Member, Roster
from bot.storage import members
from bot.storage.tx import Tx


@dataclass(slots=True)
class Directory:
    """A copy of the school's list. `refresh` brings it up to date; a role taken away counts from then on."""

    roster: Roster = field(default_factory=lambda: Roster(()))
    _everyone: Roster = field(default_factory=lambda: Roster(()))
    _ids: Mapping[Identity, str] = field(default_factory=dict)
    _surfaces: Mapping[str, str] = field(default_factory=dict)

    def refresh(self, tx: Tx) -> None:
        """Read the list again."""
        self.roster = members.roster(tx)
        self._everyone = members.everyone(tx)
        self._ids = members.identities(tx)
        self._surfaces = {member: identity.surface for identity, member in reversed(self._ids.items())}

    def who(self, identity: Identity) -> Member | None:
        """Give the member behind a platform's identity, or None for somebody the school does not list."""
        return self.roster.get(self._ids.get(identity, ""))

    def surface(self, person: str) -> str | None:
        """Give the platform on which a person can be reached, or None."""
        return self._surfaces.get(person)

    def person(self, person: str) -> Member:
        """Give somebody whom a talk or case names, also when they have left: a child who left was still a child."""
        return self._everyone.get(person) or Member(person, person, frozenset())

    def name(self, person: str) -> str:
        """Give the name of somebody whom a talk or case names, also when they have left."""
        return self.person(person).name
