"""The register of filter changes: what was asked for, who allowed or refused it and why, and what IT did.

The DfE's filtering standard wants recorded what is allowed or blocked and why; Godinton's policy (7.3) that every
change is logged. Reads cases and writes nothing. Must not know how it looks (`register_forms`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from bot.cases.model import Case
from bot.clock import school_date
from bot.flow.model import Answers, Flow
from bot.flow.show import spoken
from bot.people import Roster
from bot.service.office import Office
from bot.storage import cases, members
from bot.storage.cases import Action
from bot.storage.tx import Tx

_ALL = 100_000
_GATE = "approve_"  # how the ids begin of the flows in which a gate decides; see `verbs.gate_flow`


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided at one gate. `instead` is what may be opened where that is less than was asked."""

    gate: str
    decision: Literal["approved", "narrower", "refused"]
    by: str
    at: datetime
    reason: str = ""
    instead: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What IT did, and whether it was tried."""

    by: str
    at: datetime
    changed: str = ""
    tested: str = ""


Turn = Literal["cannot", "asked_again", "given_up", "ended"]


@dataclass(frozen=True, slots=True)
class Step:
    """What else happened: IT could not do it, was asked again or not, or it was ended before its time, and why."""

    step: Turn
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One request, or one task for IT out of a report. Of a report nothing is here but what IT is to block.

    `flag` marks what is closed, and what is changed in the filter now. `what` is how much was asked for, or what got
    through. `until` is the last day of what was approved.
    """

    reference: str
    flag: Literal["", "changed", "closed"]
    kind: Literal["request", "task"]
    asked_at: datetime
    made_for: str = ""  # of a task: the report's reference
    asked_by: str = ""  # of a request
    address: str = ""
    word: str = ""
    what: str = ""
    whom: str = ""
    purpose: str = ""
    wanted_from: date | None = None
    wanted_until: date | None = None
    decisions: tuple[Decision, ...] = ()
    until: date | None = None
    done: Work | None = None
    ended_at: datetime | None = None
    undone: Work | None = None
    steps: tuple[Step, ...] = ()


def entries(tx: Tx, office: Office) -> tuple[Entry, ...]:
    """Give the whole register of a school, the oldest first. Raises KeyError for a version of a flow that is gone."""
    people = members.everyone(tx)
    found = (case for case in reversed(cases.all(tx, _ALL)) if case.approval and case.approval.task)
    return tuple(_entry(tx, office, people, case) for case in found)


def _entry(tx: Tx, office: Office, people: Roster, case: Case) -> Entry:
    answers = cases.answers(tx, case.id)
    said = _labels(office, office.flow(tx, case.flow, case.digest), answers)
    actions = cases.actions(tx, case.id)
    over = next((n for n, action in enumerate(actions) if action.action in ("expired", "ended")), len(actions))
    done, undone = (
        next((_work(office, people, action) for action in some if action.action == "done"), None)
        for some in (actions[:over], actions[over:])
    )
    until = case.approval.until if case.approval and case.approval.at == len(case.approval.gates) else None
    about = [said("kind"), said("how")] if case.made_for else [said("part")]
    return Entry(
        reference=case.ref,
        flag=_flag(case),
        kind="task" if case.made_for else "request",
        asked_at=case.reported_at,
        made_for=case.made_for,
        asked_by="" if case.made_for else _name(people, case.reporter),
        address=_text(answers, "address"),
        word=said("word"),
        what=_joined(about),
        whom="" if case.made_for else _joined([said("who_for"), said("year")]),
        purpose="" if case.made_for else said("aim"),
        wanted_from=_day(answers, "needed"),
        wanted_until=_day(answers, "until"),
        decisions=tuple(_decision(people, action) for action in actions if action.action in ("approved", "refused")),
        until=school_date(until - timedelta(microseconds=1)) if until else None,
        done=done,
        ended_at=actions[over].at if over < len(actions) else None,
        undone=undone,
        steps=tuple(_steps(people, actions)),
    )


def _flag(case: Case) -> Literal["", "changed", "closed"]:
    if case.status == "closed":
        return "closed"
    undoing = case.approval is not None and case.approval.undoing
    return "changed" if case.status == "done" or undoing else ""


def _decision(people: Roster, action: Action) -> Decision:
    detail = action.detail
    narrower = detail.get("approve") == "narrower"
    return Decision(
        gate=_text(detail, "flow").removeprefix(_GATE),
        decision="refused" if action.action == "refused" else "narrower" if narrower else "approved",
        by=_name(people, action.person),
        at=action.at,
        reason=_text(detail, "reason"),
        instead=_text(detail, "instead"),
        until=_day(detail, "until"),
    )


def _steps(people: Roster, actions: Sequence[Action]) -> Iterator[Step]:
    turns: Mapping[str, Turn] = {turn: turn for turn in get_args(Turn)}
    for action in actions:
        if turn := turns.get(action.action):
            reason = _text(action.detail, "instead") or _text(action.detail, "reason")
            yield Step(turn, _name(people, action.person), action.at, reason)


def _work(office: Office, people: Roster, action: Action) -> Work:
    flow = office.book.flows.get(_text(action.detail, "flow"))
    tested = _labels(office, flow, action.detail)("tested") if flow else _text(action.detail, "tested")
    return Work(_name(people, action.person), action.at, _text(action.detail, "changed"), tested)


def _labels(office: Office, flow: Flow, answers: Answers) -> Callable[[str], str]:
    """Give what speaks an answer as people read it; "" for a question that was not asked, or was skipped."""
    blanks = {"senior_team": office.book.school.senior_team, "filter": office.book.school.filter.product}

    def said(question_id: str) -> str:
        question, given = flow.question(question_id), answers.get(question_id)
        return spoken(question, given, office.book.words, blanks) if question and given else ""

    return said


def _text(answers: Answers, question_id: str) -> str:
    given = answers.get(question_id, "")
    return given if isinstance(given, str) else ", ".join(given)


def _day(answers: Answers, question_id: str) -> date | None:
    given = _text(answers, question_id)
    return date.fromisoformat(given) if given else None


def _joined(parts: Sequence[str]) -> str:
    return "; ".join(part for part in parts if part)


def _name(people: Roster, person: str) -> str:
    member = people.get(person)
    return member.name if member else person
