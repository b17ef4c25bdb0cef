"""The people of a school and the roles they hold. People live in the store, apart from the school's rules."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A part somebody plays. A person may hold several: in some schools the headteacher is the DSL."""

    DSL = "dsl"
    DEPUTY = "deputy"  # deputy DSL
    HEAD = "head"
    CHAIR = "chair"  # chair of governors
    IT = "it"
    STAFF = "staff"
    PUPIL = "pupil"


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the school. `id` is ours and opaque; `klass` is a pupil's or teacher's class."""

    id: str
    name: str  # as the school writes it: "Mrs Amara Okafor"
    roles: frozenset[Role]
    klass: str = ""
    phone: str = ""
    place: str = ""  # where to find them

    @property
    def is_pupil(self) -> bool:
        """Whether this is a child; a child never holds another role."""
        return Role.PUPIL in self.roles


class Roster:
    """Everybody the school lists now; leavers are not in it."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._members: Mapping[str, Member] = {m.id: m for m in members}

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())

    def get(self, person: str) -> Member | None:
        """Give the member with this id, or None when the school lists nobody by it."""
        return self._members.get(person)

    def holding(self, roles: Iterable[Role]) -> tuple[Member, ...]:
        """Give everybody who holds any of the roles, in the order of the list."""
        wanted = frozenset(roles)
        return tuple(m for m in self if wanted & m.roles)
