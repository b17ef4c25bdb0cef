"""The people of the school as they are now, looked up without asking the store each time."""

from collections import defaultdict
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
    _state: bytes = b""
    _surfaces: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def refresh(self, tx: Tx) -> None:
        """Read the list again, if it has changed: opening hundreds of sealed rows every few seconds holds others up."""
        state = members.state(tx)
        if state == self._state:
            return
        self.roster = members.roster(tx)
        self._everyone = members.everyone(tx)
        self._ids = members.identities(tx, unlisted=True)
        on = defaultdict[str, set[str]](set)
        for identity, member in self._ids.items():
            on[member].add(identity.surface)
        self._surfaces = {member: frozenset(surfaces) for member, surfaces in on.items()}
        self._state = state

    def who(self, identity: Identity) -> Member | None:
        """Give the member behind a platform's identity, or None for somebody the school does not list."""
        return self.roster.get(self._ids.get(identity, ""))

    def met(self, identity: Identity, member: Member) -> None:
        """Know somebody who is not on the list and has just begun to tell something: they can be answered at once."""
        self._everyone = Roster((*self._everyone, member))
        self._ids = {**self._ids, identity: member.id}
        self._surfaces = {**self._surfaces, member.id: frozenset({identity.surface})}

    def surfaces(self, person: str) -> frozenset[str]:
        """Give the platforms on which a person has an account, listed or not; whether one is served others know."""
        return self._surfaces.get(person, frozenset())

    def person(self, person: str) -> Member:
        """Give somebody whom a talk or case names, also when they have left: a child who left was still a child."""
        return self._everyone.get(person) or Member(person, person, frozenset(), listed=False)

    def name(self, person: str) -> str:
        """Give the name of somebody whom a talk or case names, also when they have left."""
        return self.person(person).name
