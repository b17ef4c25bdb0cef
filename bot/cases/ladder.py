"""A plan's ladder in time: begun anew, cut down to who may still be told, and where it ends. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases.model import Plan, Rung


def begun_at(plan: Plan, rung: int, now: datetime) -> Plan:
    """Give the plan with its clock at `rung` now: the next people come as long after as they would have.

    Without this the rungs of a case that was taken days ago would all be overdue, and all be told within a second.
    """
    late = now - plan.rungs[rung].due if rung < len(plan.rungs) else timedelta()
    return replace(
        plan, rungs=tuple(replace(r, due=r.due + late) if at >= rung else r for at, r in enumerate(plan.rungs))
    )


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


def due_after(plan: Plan, rung: int, reported_at: datetime) -> datetime:
    """Give when the rung after this one is told; after the last, when the ladder has failed and numbers are given."""
    if rung + 1 < len(plan.rungs):
        return plan.rungs[rung + 1].due
    dues = [each.due for each in plan.rungs]
    gap = dues[-1] - (dues[-2] if len(dues) > 1 else reported_at)
    return dues[-1] + max(gap, plan.patience)
