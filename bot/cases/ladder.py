"""A plan's ladder: who is told next, begun anew in time, cut down to who may still be told, and where it ends. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases.model import Case, CaseEffect, Inform, Outcome, Plan, Record, Rung, SetTimer, Tell

Due = Callable[[datetime, timedelta], datetime]  # so much of the school's own time after a moment


def elapsed(start: datetime, after: timedelta) -> datetime:
    """Count every minute, school or not."""
    return start + after


def put_before(case: Case, due: Due, *effects: CaseEffect) -> Outcome:
    """Tell the people of the case's rung, and set the clock for what comes after it."""
    if case.rung >= len(case.plan.rungs):
        return Outcome(replace(case, rev=case.rev + 1), (*effects, Inform("nobody-yet")))
    rung, plan = case.plan.rungs[case.rung], case.plan
    roles = case.told_as.union(rung.roles, plan.readers_as)
    seen = replace(case, told=case.told | rung.people | plan.readers, told_as=roles, rev=case.rev + 1)
    clock = SetTimer("escalate", case.rung + 1, due_after(plan, case.rung, due))
    return Outcome(seen, (*effects, Tell(rung.people), clock))


def handed_over(case: Case, plan: Plan, due: Due) -> Outcome:
    """Put what waits before those whose it is today, at once; its clock goes on as it was.

    `plan` is the case's own, of the same beginning, with the people that the school lists now.
    """
    rung = min(case.rung, len(plan.rungs) - 1)
    here, before = plan.rungs[: rung + 1], case.plan.rungs[: case.rung + 1]
    if not here or not is_waiting(case) or _whose(plan) == _whose(case.plan):
        return Outcome(case)
    dues = {r.after: r.due for r in case.plan.rungs}  # of one that was passed on they are later than of its beginning
    plan = replace(plan, rungs=tuple(replace(r, due=dues.get(r.after, r.due)) for r in plan.rungs))
    people, known = (frozenset[str]().union(*(r.people for r in rungs)) for rungs in (here, before))
    new = people - known
    seen = replace(
        case,
        plan=plan,
        rung=rung,
        told=case.told | people | plan.readers,
        told_as=case.told_as.union(plan.readers_as, *(r.roles for r in here)),
        unanswered=case.unanswered and not new,
        rev=case.rev + 1,
    )
    clock = SetTimer("escalate", rung + 1, due_after(plan, rung, due))
    return Outcome(seen, (Record("handed_over"), Tell(new), clock) if new else (clock,))


def _whose(plan: Plan) -> tuple[object, ...]:
    """Give what of a plan follows from the list of people: also who comes later, and who is never to hear of it."""
    rungs = [(rung.people, rung.roles) for rung in plan.rungs]
    return rungs, plan.excluded, plan.held, plan.channel, plan.readers


def escalate(case: Case, level: int, due: Due) -> Outcome:
    """Tell rung `level`, because nobody of the one before it came; after the last, the reporter hears of that."""
    if level != case.rung + 1 or not is_waiting(case):
        return Outcome(case)
    if level >= len(case.plan.rungs):
        if case.unanswered:  # once: every place that is given up at the end of a ladder asks for what comes next
            return Outcome(case)
        ended = replace(case, unanswered=True, rev=case.rev + 1)
        return Outcome(ended, (Record("ladder_ended"), Inform("nobody-yet")))
    return put_before(replace(case, rung=level), due, Record("escalated"))


def is_waiting(case: Case) -> bool:
    """Say whether the people of the present rung are still to do something."""
    return case.status in ("open", "approved")


def begun_at(plan: Plan, rung: int, now: datetime, due: Due) -> Plan:
    """Give the plan with its clock at `rung` now: the next people come as long after as they would have.

    Without this the rungs of a case that was taken days ago would all be overdue, and all be told within a second.
    """
    rungs = plan.rungs
    moved = (replace(r, due=due(now, r.after - rungs[rung].after)) if at >= rung else r for at, r in enumerate(rungs))
    return replace(plan, rungs=tuple(moved))


def succeeding(plan: Plan, before: Plan) -> Plan:
    """Give a plan without whom the one before it excluded; those told before stay if that leaves nobody."""
    excluded = plan.excluded | before.excluded
    barred = excluded | plan.held
    hidden = bool(plan.readers & barred)
    return replace(
        plan,
        rungs=barring(barred, plan.rungs) or barring(barred, before.rungs),
        channel="" if hidden else plan.channel,
        readers=frozenset() if hidden else plan.readers,
        excluded=excluded,
    )


def barring(people: frozenset[str], rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
    """Give the rungs without some people, and none that is left empty."""
    return tuple(replace(rung, people=rung.people - people) for rung in rungs if rung.people - people)


def due_after(plan: Plan, rung: int, due: Due) -> datetime:
    """Give when the rung after this one is told; after the last, when the ladder has failed and numbers are given."""
    rungs = plan.rungs
    if rung + 1 < len(rungs):
        return rungs[rung + 1].due
    gap = rungs[-1].after - rungs[-2].after if len(rungs) > 1 else timedelta()
    return due(rungs[-1].due, max(gap, plan.patience))


def next_for_somebody_else(plan: Plan, rung: int, person: str) -> int | None:
    """Give the first rung after this one that tells anybody but `person`; None when there is none."""
    later = range(rung + 1, len(plan.rungs))
    return next((at for at in later if plan.rungs[at].people - {person}), None)


def reached(plan: Plan, told: frozenset[str]) -> int:
    """Give the last rung of which anybody has been told; 0 before that."""
    return max((at for at, rung in enumerate(plan.rungs) if rung.people & told), default=0)
