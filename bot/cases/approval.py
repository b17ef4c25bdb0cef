"""The approval procedure: gates in order, a task, an end, and the task that undoes it. Pure, like `alert`.

open, at one gate after another -> approved: the task waits -> done: in force until its end -> approved: to be undone
-> closed. A refusal at any gate closes it, and so does an end that comes before the last gate was passed. The requester
hears of every step (design 3).
"""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.cases.ladder import Due, begun_at, elapsed, escalate, put_before
from bot.cases.model import (
    Approval,
    ApprovalVerb,
    Approve,
    Case,
    CaseEffect,
    Done,
    Escalate,
    Expire,
    Gate,
    Inform,
    Note,
    Open,
    Outcome,
    Plan,
    Record,
    Refuse,
    Refused,
    SetTimer,
    StopTimers,
    Tell,
)
from bot.people import Member


def gate_of(case: Case) -> Gate | None:
    """Give what the case waits for now: a gate, the task, or None while it is in force or closed."""
    approval = _approval(case)
    if case.status == "open":
        return approval.gates[approval.at]
    return approval.task if case.status == "approved" else None


def is_asked(case: Case, member: Member) -> bool:
    """Say whether it waits for this person: one told at the present gate, never the requester at a gate.

    They must still hold a role for which they were told: who was a DSL and now works in the office decides no more.
    Whoever sees to the task may have asked for it: they only carry out what others approved.
    """
    gate = gate_of(case)
    if gate is None or (case.status == "open" and member.id == case.reporter):
        return False
    here = case.plan.rungs[: case.rung + 1]
    return any(member.id in rung.people and not member.roles.isdisjoint(rung.roles) for rung in here)


def begin(case: Case, now: datetime, due: Due = elapsed, copies: frozenset[str] = frozenset()) -> Outcome:
    """Put a new request before the people of its first gate; one without gates is a task at once.

    `copies` are people who are to know that it was made, and are not asked for anything.
    """
    copied = (Tell(copies),) if copies else ()
    return _next(replace(case, told=case.told | copies), now, due, Record("sent"), *copied, *_clock(case))


def decide(case: Case, verb: ApprovalVerb, person: str, now: datetime, due: Due = elapsed) -> Outcome:
    """Do one thing to a request, for somebody of whom `is_asked` or `may_open` was asked before; see `alert.decide`."""
    approval = _approval(case)
    match verb:
        case Escalate(level=level):
            return escalate(case, level, due)
        case Open():
            return Outcome(case, (Record("opened"),))
        case Note():
            return Outcome(replace(case, rev=case.rev + 1), (Record("noted"),))
        case Approve(until=until, needed=needed):
            if case.status != "open":
                return Outcome(case, (Refused("already-decided"),))
            ends = min(filter(None, (until, approval.until)), default=None)
            passed = replace(approval, at=approval.at + 1, needed=approval.needed or needed, until=ends)
            on = replace(case, approval=passed)
            return _next(on, now, due, Record("approved"), StopTimers(), *_clock(on), person=person)
        case Refuse():
            if case.status != "open":
                return Outcome(case, (Refused("already-decided"),))
            refused = replace(_closed(case, now), approval=replace(approval, refused=True))
            return Outcome(refused, (Record("refused"), StopTimers(), Inform("refused", person)))
        case Done():
            return _done(case, approval, person, now)
        case Expire():
            return _expire(case, approval, now, due)
        case _:
            assert_never(verb)


def _approval(case: Case) -> Approval:
    if case.approval is None:
        raise ValueError(f"case {case.ref} is no approval")
    return case.approval


def _next(case: Case, now: datetime, due: Due, *effects: CaseEffect, person: str = "") -> Outcome:
    """Go to the next gate that is asked; after the last to the task; without one it is in force."""
    approval = _approval(case)
    ahead = range(approval.at, len(approval.gates))
    at = next((n for n in ahead if approval.needed or not approval.gates[n].where_needed), None)
    if at is not None:
        here = replace(case, approval=replace(approval, at=at), plan=_fresh(approval.gates[at], now, due), rung=0)
        news = (Inform("passed-gate", person),) if person else ()
        return put_before(replace(here, unanswered=False), due, *effects, *news)
    passed = replace(case, approval=replace(approval, at=len(approval.gates)))
    news = (Inform("approved", person),) if person else ()
    if approval.task is None:
        return _in_force(passed, *effects, *news)
    return _task(passed, now, due, *effects, *news)


def _task(case: Case, now: datetime, due: Due, *effects: CaseEffect) -> Outcome:
    task = _approval(case).task
    if task is None:  # nothing was done, so nothing is to be undone
        return Outcome(_closed(case, now), (*effects, StopTimers()))
    waiting = replace(case, status="approved", plan=_fresh(task, now, due), rung=0, unanswered=False)
    return put_before(waiting, due, *effects)


def _done(case: Case, approval: Approval, person: str, now: datetime) -> Outcome:
    if case.status != "approved":
        return Outcome(case, (Refused("nothing-to-do"),))
    if approval.undoing or (not approval.gates and approval.until is None):
        said = "undone" if approval.undoing else "done"
        return Outcome(_closed(case, now), (Record("done"), StopTimers(), Inform(said, person)))
    return _in_force(case, Record("done"), StopTimers(), Inform("in-force", person))


def _in_force(case: Case, *effects: CaseEffect) -> Outcome:
    return Outcome(replace(case, status="done", rev=case.rev + 1), effects)


def _expire(case: Case, approval: Approval, now: datetime, due: Due) -> Outcome:
    if case.status == "closed" or approval.undoing:
        return Outcome(case)
    if case.status == "open":  # nobody is to agree to a day that has passed
        return Outcome(_closed(case, now), (Record("expired"), StopTimers(), Inform("lapsed")))
    # Also when nobody recorded that it was opened: it may have been.
    ended = replace(case, approval=replace(approval, undoing=True))
    return _task(ended, now, due, Record("expired"), StopTimers(), Inform("expired"))


def _clock(case: Case) -> tuple[CaseEffect, ...]:
    """Give the timer of its end: it runs from the beginning, whether or not anybody has agreed yet."""
    until = _approval(case).until
    return (SetTimer("expire", 0, until),) if until else ()


def _closed(case: Case, now: datetime) -> Case:
    return replace(case, status="closed", closed_at=now, rev=case.rev + 1)


def _fresh(gate: Gate, now: datetime, due: Due) -> Plan:
    return begun_at(gate.plan, 0, now, due) if gate.plan.rungs else gate.plan
