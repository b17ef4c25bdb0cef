"""A school's rules, as frozen dataclasses: who hears what, how soon, and when school is open. People live elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

from bot.flow.model import Severity, Subject
from bot.people import Role


@dataclass(frozen=True, slots=True)
class Term:
    """A run of days on which the school may be open; both ends belong to it."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Hours:
    """When the school is open. Weekends and the nation's bank holidays are closed by themselves."""

    opens: time
    closes: time
    terms: tuple[Term, ...]
    closed: frozenset[date]  # INSET days and others on which nobody is in
    nation: Literal["ENG", "WLS", "SCT", "NIR"] = "ENG"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel on the school's platform, and whose roles may read it."""

    id: str
    name: str
    readers: frozenset[Role]
    surface: str = "web"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder: so long after the report, these roles are told."""

    after: timedelta
    tell: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """What happens while nobody acknowledges a case of one severity, and how soon it wants a decision.

    `elapsed` minutes run through nights and holidays; the others count while the school is open.
    """

    steps: tuple[Step, ...]
    decide_within: timedelta
    elapsed: bool


@dataclass(frozen=True, slots=True)
class School:
    """Everything about one school that is a rule and not a person."""

    id: str
    name: str
    hours: Hours
    channels: Mapping[str, Channel]
    tell: tuple[Role, ...]  # who first hears of a concern about a child
    channel: str  # where its card goes
    about: Mapping[Subject, tuple[Role, ...]]  # who hears of a concern about an adult, one after the other
    ladders: Mapping[Severity, Ladder]
    flows: frozenset[str]  # the flows this school has switched on
    numbers: Mapping[str, str]  # telephone numbers that the wording may name, by blank
    record: Literal["bot", "external"]  # whether a closed case must carry a reference of another system
    undelivered_after: timedelta  # then the reporter is told to go and find somebody
