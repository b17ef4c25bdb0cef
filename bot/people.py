"""The people of a school and the roles they hold. People live in the store, apart from the school's rules."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Role(StrEnum):
    """A part somebody plays. A person may hold several: in some schools the headteacher is the DSL."""

    DSL = "dsl"
    LEAD_DSL = "lead_dsl"  # the one of several DSLs who decides; holds DSL too
    DEPUTY = "deputy"  # deputy DSL
    HEAD = "head"
    CHAIR = "chair"  # chair of governors
    VICE_CHAIR = "vice_chair"  # or another governor who stands in where the chair reports what only the chair hears
    SENIOR = "senior"  # the senior leadership or management team
    IT = "it"
    COMPUTING = "computing"  # computing lead, IT coordinator
    OFFICE = "office"
    STAFF = "staff"
    PUPIL = "pupil"


# What a platform's groups may say of somebody, and no more: who works on cases about children is named by the list.
GIVES: Mapping[str, tuple[Role, ...]] = {"slack": (Role.STAFF, Role.IT), "teams": (Role.STAFF, Role.PUPIL)}


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the school. `id` is ours and opaque; `klass` is a pupil's or teacher's class.

    Somebody who is not `listed` has left the school's list, or was never on it: then `name` is what a platform says.
    """

    id: str
    name: str  # as the school writes it: "Mrs Amara Okafor"
    roles: frozenset[Role]
    klass: str = ""
    phone: str = ""
    place: str = ""  # where to find them
    email: str = ""
    source: str = ""  # who says so: "" for the school's own list, else the platform whose directory added them
    listed: bool = True

    @property
    def is_pupil(self) -> bool:
        """Whether this is a child; a child never holds another role."""
        return Role.PUPIL in self.roles

    def talking_as(self, audience: str) -> "Member":
        """Give them as somebody who tells something in a flow for pupils, or for staff; with "" as they are known.

        Of somebody who is not on the list that is all there is to know, and they said it themselves: it decides in
        which words they are spoken to, and no role comes of it.
        """
        if self.listed or not audience:
            return self
        return replace(self, roles=frozenset({Role.PUPIL}) if audience == "pupil" else frozenset())


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody as a platform's directory has them: `mails` are their proven addresses, in small letters.

    A `guest` is there for something else than the school; who is not `enabled` is there no more. `roles` is what the
    school's groups there say of them: nothing for somebody who is in none, or of whom they say what cannot be.
    """

    id: str
    name: str
    mails: tuple[str, ...]
    guest: bool = False
    enabled: bool = True
    roles: frozenset[Role] = frozenset()


class Roster:
    """Everybody the school lists now; leavers are not in it. It never changes, so it is looked through only once."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._members: Mapping[str, Member] = {m.id: m for m in members}
        self._places = {person: place for place, person in enumerate(self._members)}
        self._holding: dict[Role, list[str]] = {role: [] for role in Role}
        for member in self:
            for role in member.roles:
                self._holding[role].append(member.id)
        self._found: dict[frozenset[Role], tuple[Member, ...]] = {}  # what `holding` gave
        self.adults = tuple(m for m in self if not m.is_pupil)
        self.adult_names = tuple(m.name for m in self.adults)

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())

    def get(self, person: str) -> Member | None:
        """Give the member with this id, or None when the school lists nobody by it."""
        return self._members.get(person)

    def among(self, people: Iterable[str]) -> tuple[Member, ...]:
        """Give those of some people whom the school lists now, in the order of the list."""
        listed = {person for person in people if person in self._members}
        return tuple(self._members[person] for person in sorted(listed, key=self._places.__getitem__))

    def holding(self, roles: Iterable[Role]) -> tuple[Member, ...]:
        """Give everybody who holds any of the roles, in the order of the list."""
        wanted = frozenset(roles)
        if wanted not in self._found:
            self._found[wanted] = self.among(person for role in wanted for person in self._holding[role])
        return self._found[wanted]
