"""What is read at the start and then only looked up: a school's rules, the flows, the wording. No people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.cases.names import NameWords
from bot.flow.model import Flow
from bot.settings import School
from bot.words import Words


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One school's rules in force.

    `sources` are the bytes each flow was read from, kept in the store so that a talk can go on under its own version.
    `commands` are typed words such as "go back", to what they ask for. `names` are what people are called
    beside their own names.
    """

    school: School
    flows: Mapping[str, Flow]
    sources: Mapping[str, bytes]
    lists: Mapping[str, frozenset[str]]
    words: Words
    commands: Mapping[str, str] = field(default_factory=dict)
    names: NameWords = field(default_factory=NameWords)

    def offered(self, audience: Literal["staff", "pupil"]) -> tuple[Flow, ...]:
        """Give the flows that this school lets such people start, in the order of their titles."""
        found = (
            f
            for f in self.flows.values()
            if f.audience == audience and f.procedure == "alert" and f.id in self.school.flows
        )
        return tuple(sorted(found, key=lambda f: f.title))
