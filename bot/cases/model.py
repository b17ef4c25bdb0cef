"""A case: what adults work on after a report. No words of the report are in it; those are in its revisions."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.flow.model import Severity, Subject

Procedure = Literal["alert", "approval", "record", "notice", "question"]
"""Which rules a case follows (design 3): `alert.py`, `approval.py`, and for the other three `response.py`."""

AlertStatus = Literal["open", "acknowledged", "decided", "closed"]
CaseStatus = AlertStatus | Literal["approved", "done"]  # an approval's: a task is to be done; it is in force


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the escalation ladder: who is told when nobody has acknowledged by then."""

    due: datetime
    people: frozenset[str]
    roles: tuple[str, ...]  # what these people are told as, for the record and `beacon cases`
    after: timedelta = timedelta()  # of the school's own time since the report; a gap is the difference of two


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a case goes, worked out by routing from the school's settings and its people.

    `excluded` may never be told, nor read a place where it shows. `held` are people the words of a child name: they
    are excluded too, until one of `guardians` has read the report and released it; `mentioned` are those it names,
    whatever became of that. `channel` is "" for none, `readers` are those who see the card there, and `readers_as` the
    roles they hold. `adult` says that it is about an adult, which has a school key of its own.
    """

    rungs: tuple[Rung, ...]
    channel: str = ""
    readers: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    guardians: frozenset[str] = frozenset()
    mentioned: frozenset[str] = frozenset()
    adult: bool = False
    patience: timedelta = timedelta(minutes=5)  # at least so long after the last rung the ladder has failed
    readers_as: tuple[str, ...] = ()

    @property
    def barred(self) -> frozenset[str]:
        """Whoever may not be told, open or read a place of this case now."""
        return self.excluded | self.held


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing an approval waits for: a gate of the school's settings, the task at its end, or what becomes of a task
    that cannot be done.
    """

    id: str  # "lead", "educational", "technical", "consent", "task", "returned"
    plan: Plan
    where_needed: bool = False  # asked only when somebody at an earlier gate found that it is needed
    roles: tuple[str, ...] = ()  # of "returned": who is asked first, so that it can be asked who holds them today


@dataclass(frozen=True, slots=True)
class Approval:
    """What a request needs and how far it has come. `task` undoes at the end what it did at the beginning.

    `sender` is whom the task came from: they say what happens now when it cannot be done.
    """

    gates: tuple[Gate, ...]
    task: Gate | None = None
    sender: Gate | None = None
    at: int = 0  # the gate it waits at; after the last, their number
    passed: frozenset[str] = frozenset()  # who agreed so far: each gate is somebody else's, as long as there is one
    needed: bool = False  # somebody found that the gates asked where needed are
    refused: bool = False
    until: datetime | None = None  # when what was approved ends
    undoing: bool = False  # it has ended, and is to be undone
    returned: bool = False  # the task cannot be done, and has gone back to its sender


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to another; the second does not belong to it."""

    first: datetime
    last: datetime


Stage = (
    Literal["open", "approved", "returned", "done", "undoing", "still-open"]
    | Literal["refused", "lapsed", "given-up", "left-open", "closed"]
)
"""Where an approval stands, as people see it; `approval.stage` works it out."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a report that IT sees to as a task of its own, for those who read the report: where it stands,
    since when, and by whom.
    """

    ref: str
    stage: Stage
    at: datetime
    who: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One case, content-free: an alert, or a smaller matter that somebody decides, sees or answers.

    `told` are the people it was ever put before; only they may open it. `rev` counts what changes how it looks.
    """

    id: str
    ref: str
    flow: str
    digest: str
    summary: str  # "Concern", "Worry"
    severity: Severity
    reached: Severity  # the highest the report itself has been; adults may lower `severity`, never this
    subject: Subject
    reporter: str
    reported_at: datetime
    plan: Plan
    status: CaseStatus = "open"
    complete: bool = False
    halted: Literal["", "stopped", "timeout"] = ""  # "stopped" or "timeout" when the report was never finished
    told: frozenset[str] = frozenset()
    told_as: frozenset[str] = frozenset()  # the roles that it was ever put before
    released: frozenset[str] = frozenset()  # whom a child's words name, and a guardian let through
    rung: int = 0  # the last rung told
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    due_by: datetime | None = None  # when the acknowledger said they would act
    unanswered: bool = False  # the ladder has come to its end
    overdue: bool = False  # taken, but no decision came in time
    heard: bool = False  # the child has said whether anybody talked to them
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    rev: int = 1
    procedure: Procedure = "alert"
    approval: Approval | None = None  # of an approval
    span: Span | None = None  # of a notice: while it counts
    expected: str = ""  # the reference of a notice that was counting when this was reported; it hides nothing
    unnamed: bool = False  # who reads it is not told who reported
    made_for: str = ""  # the reference of the case this is a task of
    part: Part | None = None  # of an alert out of which IT has a task
    # What somebody said they are who was not on the school's list when they told it; "" for whom the list had. It stays
    # so, also once the list has them: nobody had confirmed then who it was.
    unlisted: Literal["", "pupil", "staff"] = ""

    @property
    def kind(self) -> str:
        """What the wording calls it: its procedure, or "task" for the part of a report that IT sees to."""
        return "task" if self.made_for else self.procedure


# What people (or time) do to a case ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """'I'm taking this': now, or by a moment. A decision is wanted by `decide_due`."""

    decide_due: datetime
    by: datetime | None = None


@dataclass(frozen=True, slots=True)
class PassOn:
    """'I can't': the next people on the ladder are told at once."""


@dataclass(frozen=True, slots=True)
class Open:
    """The report is read. Only this lets anybody see its words."""


@dataclass(frozen=True, slots=True)
class Release:
    """A guardian has read a child's report that names somebody, and finds that it may take its usual way: `plan`."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Decide:
    """What will be done, and why. The words are kept in the action, encrypted."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something written down beside the case."""


@dataclass(frozen=True, slots=True)
class Close:
    """The case is finished. The reporter is told so, unless whoever closes it finds that this would not be safe."""

    inform: bool = True


@dataclass(frozen=True, slots=True)
class Reopen:
    """A closed case is taken up again, by the person who does it. A decision is wanted by `decide_due`."""

    decide_due: datetime


@dataclass(frozen=True, slots=True)
class Lower:
    """The severity is set lower than the flow set it, with a reason."""

    severity: Severity


@dataclass(frozen=True, slots=True)
class Escalate:
    """Nobody acknowledged in time: rung `level` is told."""

    level: int


@dataclass(frozen=True, slots=True)
class Overdue:
    """Acknowledged, but no decision was recorded in time. It is asked for again at `again`.

    `plan` is given when whoever took it can no longer open it: then somebody else must.
    """

    again: datetime
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Talked:
    """The child says, the next school day, whether a grown-up has talked to them (child_rules CH-40)."""

    unheard: bool


@dataclass(frozen=True, slots=True)
class Revise:
    """The reporter answered more: subject, severity, plan and completeness as they are now.

    A decision made before that is asked for again, by `decide_due`.
    """

    severity: Severity
    subject: Subject
    plan: Plan
    decide_due: datetime
    complete: bool = False
    halted: Literal["", "stopped", "timeout"] = ""


@dataclass(frozen=True, slots=True)
class Approve:
    """Yes, at the present gate: until a moment, if that was said. `needed` asks the gates that wait for that."""

    until: datetime | None = None
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Refuse:
    """No, with a reason."""


@dataclass(frozen=True, slots=True)
class Done:
    """The task has been done, or undone."""


@dataclass(frozen=True, slots=True)
class CannotDo:
    """The task cannot be done, with a reason: it goes back to its sender."""


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The sender asks once more for a task that came back."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The sender leaves it as it is, with a reason: what came back is not done."""


@dataclass(frozen=True, slots=True)
class EndEarly:
    """What was approved ends now, with a reason: it is to be undone before its time."""


@dataclass(frozen=True, slots=True)
class Expire:
    """What was approved, or announced, has come to its end."""


@dataclass(frozen=True, slots=True)
class Respond:
    """Somebody has seen a record, answered a question, or says what they make of a notice."""

    said: Literal["seen", "agreed", "talk", "declined", "answered"]


AlertVerb = (
    Acknowledge
    | PassOn
    | Open
    | Release
    | Decide
    | Note
    | Close
    | Reopen
    | Lower
    | Escalate
    | Overdue
    | Revise
    | Talked
)
ApprovalVerb = Open | Note | Approve | Refuse | Done | CannotDo | AskAgain | GiveUp | EndEarly | Expire | Escalate
ResponseVerb = Open | Note | Respond | Expire | Escalate
CaseVerb = AlertVerb | ApprovalVerb | ResponseVerb


# What follows --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tell:
    """These people get the case's card in their direct messages."""

    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Come back to this case at `due`. A timer of the same kind and level is replaced."""

    kind: Literal["escalate", "decide", "expire"]
    level: int
    due: datetime


@dataclass(frozen=True, slots=True)
class StopTimers:
    """Nobody is to be reminded of this case any more."""


@dataclass(frozen=True, slots=True)
class Inform:
    """The reporter is told a sentence of the wording; `who` is the member it names, if any."""

    key: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """The action goes on the case's record and in the audit chain."""

    action: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing changed; the person is told why by a sentence of the wording."""

    key: str
    who: str = ""
    at: datetime | None = None


CaseEffect = Tell | SetTimer | StopTimers | Inform | Record | Refused


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case after a verb, and what follows."""

    case: Case
    effects: tuple[CaseEffect, ...] = field(default=())
