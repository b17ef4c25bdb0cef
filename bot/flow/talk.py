"""A talk: its state, what can happen to it, and what follows from that. Plain values; `step` moves them.

The state is the answers, not a position: the present question is worked out afresh from flow and answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import msgspec

from bot.flow.model import Answer, Flow, Severity

Status = Literal["asking", "checking", "stopping", "sent", "ended", "cancelled", "expired"]
Why = Literal["sent", "alert", "answer", "stopped", "timeout"]


class State(msgspec.Struct, frozen=True):  # which is copied and decoded several times as fast as a dataclass
    """One talk. `turn` counts what changed it, so an event made for an earlier screen is known by its turn."""

    talk: str
    digest: str  # the flow version this talk is pinned to
    status: Status = "asking"
    answers: Mapping[str, Answer] = msgspec.field(default_factory=dict)
    turn: int = 0
    editing: str = ""  # the question gone back to, when it is not simply the first unanswered one
    raised: bool = False  # whether a case exists already
    severity: Severity = Severity.ROUTINE  # never falls
    deadline: datetime | None = None
    reminded: bool = False
    said: tuple[str, ...] = ()  # lines of the flow that go with the present screen, still with their blanks
    offered: tuple[str, ...] = ()  # flows that can be begun next, now that this talk is over

    @property
    def over(self) -> bool:
        """Whether nothing can be answered any more."""
        return self.status in ("sent", "ended", "cancelled", "expired")


@dataclass(frozen=True, slots=True)
class Start:
    """Somebody begins."""


@dataclass(frozen=True, slots=True)
class Give:
    """An answer to the question that was shown at `turn`."""

    turn: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skip:
    """The question of `turn` is left out."""

    turn: int


@dataclass(frozen=True, slots=True)
class Back:
    """The question before the one of `turn` again."""

    turn: int


@dataclass(frozen=True, slots=True)
class Change:
    """One answer of the check page is to be changed."""

    turn: int
    question: str


@dataclass(frozen=True, slots=True)
class Send:
    """The answers are right; counts only on the check page."""

    turn: int


@dataclass(frozen=True, slots=True)
class Stop:
    """The reporter wants to stop."""

    turn: int


@dataclass(frozen=True, slots=True)
class Keep:
    """Asked whether to stop, the reporter goes on."""

    turn: int


@dataclass(frozen=True, slots=True)
class Help:
    """The reporter asks for help now; nothing else changes."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Reload:
    """The talk's flow version was withdrawn; it goes on under `flow` with the answers that are still valid."""

    flow: Flow


Event = Start | Give | Skip | Back | Change | Send | Stop | Keep | Help | Tick | Reload


@dataclass(frozen=True, slots=True)
class Raise:
    """Adults are to be told, or told more: the answers so far.

    `complete` only once a talk, when it is sent. With `why` "stopped" or "timeout" the reporter will not go on, and the
    adults are to see that.
    """

    why: Why
    answers: Mapping[str, Answer]
    severity: Severity
    complete: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the next screen says. `key` names a sentence of the wording, `error` marks it as a mistake."""

    key: str
    blanks: Mapping[str, str] = field(default_factory=dict)
    error: bool = False


@dataclass(frozen=True, slots=True)
class Remind:
    """The reporter is to be reminded, once, that this talk is unfinished."""


Effect = Raise | Remark | Remind
