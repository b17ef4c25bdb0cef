"""A plan's ladder in time: begun anew, cut down to who may still be told, and where it ends. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases.model import Plan, Rung

Due = Callable[[datetime, timedelta], datetime]  # so much of the school's own time after a moment


def elapsed(start: datetime, after: timedelta) -> datetime:
    """Count every minute, school or not."""
    return start + after


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
        rungs=_barring(barred, plan.rungs) or _barring(barred, before.rungs),
        channel="" if hidden else plan.channel,
        readers=frozenset() if hidden else plan.readers,
        excluded=excluded,
    )


def _barring(people: frozenset[str], rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
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
