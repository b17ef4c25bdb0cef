"""The approval procedure: gates in order, a task, an end, and the task that undoes it. Pure, like `alert`.

open, at one gate after another -> approved: the task waits -> done: in force until its end, or until somebody ends it
-> approved: to be undone -> closed. A refusal at any gate closes it, and so does an end that comes before the last gate
was passed. A task that cannot be done goes back to its sender, who asks again or leaves it. The requester hears of
every step (design 3).
"""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.cases import ladder
from bot.cases.ladder import Due, barring, begun_at, elapsed, escalate, put_before
from bot.cases.model import (
    Approval,
    ApprovalVerb,
    Approve,
    AskAgain,
    CannotDo,
    Case,
    CaseEffect,
    Done,
    EndEarly,
    Escalate,
    Expire,
    Gate,
    GiveUp,
    Inform,
    Note,
    Open,
    Outcome,
    Plan,
    Record,
    Refuse,
    Refused,
    Rung,
    SetTimer,
    Stage,
    StopTimers,
    Tell,
)
from bot.people import Member


def gate_of(case: Case) -> Gate | None:
    """Give what the case waits for now: a gate, the task, its sender, or None while it is in force or closed."""
    approval = _approval(case)
    if case.status == "open":
        return approval.gates[approval.at]
    if case.status != "approved":
        return None
    return approval.sender if approval.returned else approval.task


def is_asked(case: Case, member: Member) -> bool:
    """Say whether it waits for this person: one told at the present gate, never the requester at a gate.

    They must still hold a role for which they were told: who was a DSL and now works in the office decides no more.
    Whoever sees to the task may have asked for it: they only carry out what others approved.
    """
    gate = gate_of(case)
    if gate is None or (gate.id != "task" and member.id == case.reporter):
        return False
    return _is_among(case.plan.rungs[: case.rung + 1], member)


def may_end(case: Case, member: Member) -> bool:
    """Say whether somebody may end what was approved before its time: who decides on it, and once it is in force also
    whoever sees to the task. They hold the role today, and were told (`may_open`).
    """
    approval = _approval(case)
    if not _can_end(case, approval):
        return False
    doing = [approval.task] if approval.task and case.status == "done" else []
    return any(_is_among(gate.plan.rungs, member) for gate in (*approval.gates, *doing))


def _can_end(case: Case, approval: Approval) -> bool:
    """Say whether there is something to end: it may be open, and nobody is undoing it yet."""
    waits = approval.undoing or approval.returned
    return bool(approval.gates) and case.status in ("approved", "done") and not waits


def _is_among(rungs: tuple[Rung, ...], member: Member) -> bool:
    return any(member.id in rung.people and not member.roles.isdisjoint(rung.roles) for rung in rungs)


def stage(case: Case) -> Stage:
    """Give where it stands, as people see it."""
    approval = _approval(case)
    match case.status:
        case "approved" if approval.returned:
            return "still-open" if approval.undoing else "returned"
        case "approved":
            return "undoing" if approval.undoing else "approved"
        case "closed" if approval.refused:
            return "refused"
        case "closed" if approval.returned:
            return "left-open" if approval.undoing else "given-up"
        case "closed":  # without gates a task is done; else its last day came before everybody had agreed
            return "closed" if approval.undoing or not approval.gates else "lapsed"
        case "done":
            return "done"
        case _:
            return "open"


def begin(
    case: Case,
    now: datetime,
    due: Due = elapsed,
    copies: frozenset[str] = frozenset(),
    copied_as: tuple[str, ...] = (),
) -> Outcome:
    """Put a new request before the people of its first gate; one without gates is a task at once.

    `copies` are people who are to know that it was made, and are not asked for anything; they hold roles `copied_as`.
    """
    copied = (Tell(copies),) if copies else ()
    known = replace(case, told=case.told | copies, told_as=case.told_as.union(copied_as))
    return _next(known, now, due, Record("sent"), *copied, *_clock(case))


def handed_over(case: Case, today: Approval, due: Due) -> Outcome:
    """Put what waits at a gate, or for the task, before those whose it is today; `today` is the approval with them."""
    now = replace(case, approval=today)
    gate = gate_of(now)
    if gate is None:
        return Outcome(case)
    asked = _by_others(gate, today.passed) if case.status == "open" else gate  # who agreed may settle what came back
    outcome = ladder.handed_over(now, asked.plan, due)
    return outcome if outcome.case != now else Outcome(case)


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
            agreed = approval.passed | {person}
            passed = replace(approval, at=approval.at + 1, passed=agreed, needed=approval.needed or needed, until=ends)
            on = replace(case, approval=passed)
            return _next(on, now, due, Record("approved"), StopTimers(), *_clock(on), person=person)
        case Refuse():
            if case.status != "open":
                return Outcome(case, (Refused("already-decided"),))
            refused = replace(_closed(case, now), approval=replace(approval, refused=True))
            return Outcome(refused, (Record("refused"), StopTimers(), Inform("refused", person)))
        case Done():
            return _done(case, approval, person, now)
        case CannotDo():
            return _cannot(case, approval, person, now, due)
        case AskAgain() | GiveUp():
            if not approval.returned or case.status != "approved":
                return Outcome(case, (Refused("nothing-to-do"),))
            if isinstance(verb, AskAgain):
                again = replace(case, approval=replace(approval, returned=False))
                return _task(again, now, due, Record("asked_again"), StopTimers(), Inform("asked-again", person))
            left = Inform("left-open" if approval.undoing else "given-up", person)
            return Outcome(_closed(case, now), (Record("given_up"), StopTimers(), left))
        case EndEarly():
            if not _can_end(case, approval):
                return Outcome(case, (Refused("nothing-to-end"),))
            ended = replace(case, approval=replace(approval, undoing=True))
            return _task(ended, now, due, Record("ended"), StopTimers(), Inform("ended", person))
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
        plan = _fresh(_by_others(approval.gates[at], approval.passed), now, due)
        here = replace(case, approval=replace(approval, at=at), plan=plan, rung=0)
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


def _cannot(case: Case, approval: Approval, person: str, now: datetime, due: Due) -> Outcome:
    if case.status != "approved" or approval.returned or approval.sender is None:
        return Outcome(case, (Refused("nothing-to-do"),))
    back = replace(case, approval=replace(approval, returned=True), plan=_fresh(approval.sender, now, due), rung=0)
    news = Inform("still-open" if approval.undoing else "cannot", person)
    return put_before(replace(back, unanswered=False), due, Record("cannot"), StopTimers(), news)


def _done(case: Case, approval: Approval, person: str, now: datetime) -> Outcome:
    if case.status != "approved" or approval.returned:
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
    if approval.returned:  # nothing was opened, and nobody said what else to do
        return Outcome(_closed(case, now), (Record("expired"), StopTimers(), Inform("given-up")))
    # Also when nobody recorded that it was opened: it may have been.
    ended = replace(case, approval=replace(approval, undoing=True))
    return _task(ended, now, due, Record("expired"), StopTimers(), Inform("expired"))


def _clock(case: Case) -> tuple[CaseEffect, ...]:
    """Give the timer of its end: it runs from the beginning, whether or not anybody has agreed yet."""
    until = _approval(case).until
    return (SetTimer("expire", 0, until),) if until else ()


def _closed(case: Case, now: datetime) -> Case:
    return replace(case, status="closed", closed_at=now, rev=case.rev + 1)


def _by_others(gate: Gate, passed: frozenset[str]) -> Gate:
    """Give a gate without those who agreed before: two assessments are two people's. With nobody else it is theirs.

    Godinton 7.3: risk-assessed "by staff with educational and technical experience".
    """
    others = barring(passed, gate.plan.rungs)
    return replace(gate, plan=replace(gate.plan, rungs=others)) if others else gate


def _fresh(gate: Gate, now: datetime, due: Due) -> Plan:
    return begun_at(gate.plan, 0, now, due) if gate.plan.rungs else gate.plan
