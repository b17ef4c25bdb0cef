"""What is read at the start and then only looked up: a school's rules, the flows, the wording. No people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.cases.names import NameWords
from bot.flow.model import Flow
from bot.policy.find import Finder
from bot.policy.model import Document
from bot.settings import School
from bot.words import Words


def _unread(_: tuple[Document, ...]) -> Finder:
    raise ValueError("no lexicon was read for this rulebook")


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One school's rules in force.

    `sources` are the bytes each flow was read from, kept in the store so that a talk can go on under its own version.
    `commands` are typed words such as "go back", to what they ask for; `starts` are those that begin a flow, by its id.
    `names` are what people are called beside their own names; `finder` makes policies ready to be asked.
    """

    school: School
    flows: Mapping[str, Flow]
    sources: Mapping[str, bytes]
    lists: Mapping[str, frozenset[str]]
    words: Words
    commands: Mapping[str, str] = field(default_factory=dict)
    starts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: NameWords = field(default_factory=NameWords)
    finder: Callable[[tuple[Document, ...]], Finder] = _unread

    def offered(self, audience: Literal["staff", "pupil"]) -> tuple[Flow, ...]:
        """Give the flows that this school lets such people start, in the order in which its settings name them."""
        found = (self.flows[flow_id] for flow_id in self.school.flows if flow_id in self.flows)
        return tuple(f for f in found if f.audience == audience and f.procedure != "casework")
