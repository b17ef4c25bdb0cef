"""The alert procedure: who has taken a case, what was decided, who is told next. Pure, like the engine's `step`.

open -> acknowledged by a named person -> decided with a reason -> closed. The first acknowledgement wins, and a late
one never undoes what came after it. Everything about timing comes in with the verb.
"""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.cases.ladder import (
    Due,
    begun_at,
    elapsed,
    escalate,
    next_for_somebody_else,
    put_before,
    reached,
    succeeding,
)
from bot.cases.model import (
    Acknowledge,
    AlertVerb,
    Case,
    CaseEffect,
    Close,
    Decide,
    Escalate,
    Inform,
    Lower,
    Note,
    Open,
    Outcome,
    Overdue,
    PassOn,
    Plan,
    Record,
    Refused,
    Release,
    Reopen,
    Revise,
    SetTimer,
    StopTimers,
    Talked,
    Tell,
)


def begin(case: Case, due: Due = elapsed) -> Outcome:
    """Put a new case before the first people of its plan and start its clock."""
    return put_before(replace(case, rung=0), due, Record("reported"))


def decide(case: Case, verb: AlertVerb, person: str, now: datetime, due: Due = elapsed) -> Outcome:
    """Do one thing to a case.

    Args:
        case: the case as it is stored.
        verb: what is done to it.
        person: the member who does it, for whom `access.may_open` was asked before; "" for time and for the reporter.
        now: aware.
        due: how the school's ladder counts time for this case.

    Returns:
        The case after it, and what follows. What cannot be done any more is `Refused`, and the case stays as it was.
    """
    match verb:
        case Revise():
            return _revise(case, verb, now, due)
        case Escalate(level=level):
            return escalate(case, level, due)
        case Overdue():
            return _overdue(case, verb, now, due)
        case Open():
            return Outcome(case, (Record("opened"),))
        case Note():
            return Outcome(replace(case, rev=case.rev + 1), (Record("noted"),))
        case Talked(unheard=unheard):
            return _heard(case, unheard, now, due)
        case Acknowledge():
            return _acknowledge(case, verb, person, now)
        case PassOn():
            return _pass_on(case, person, now, due)
        case Release(plan=plan):
            return _release(case, plan, person, now, due)
        case Decide():
            return _decide(case, person, now)
        case Close(inform=inform):
            return _close(case, now, inform)
        case Reopen(decide_due=decide_due):
            return _reopen(case, person, now, decide_due)
        case Lower(severity=severity):
            if severity >= case.severity:
                return Outcome(case, (Refused("not-lower"),))
            return Outcome(replace(case, severity=severity, rev=case.rev + 1), (Record("lowered"),))
        case _:
            assert_never(verb)


def _begun_anew(case: Case, rung: int, now: datetime, due: Due) -> Case:
    """Give the case as one nobody has, its clock at `rung` now."""
    return replace(
        case,
        plan=begun_at(case.plan, rung, now, due),
        rung=rung,
        status="open",
        acknowledged_by="",
        acknowledged_at=None,
        due_by=None,
        unanswered=False,
        overdue=False,
        decided_at=None,
        closed_at=None,
    )


def _overdue(case: Case, verb: Overdue, now: datetime, due: Due) -> Outcome:
    """Nobody decided in time: whoever has it is reminded, one more rung hears of it, and it is asked for again."""
    if case.status != "acknowledged":
        return Outcome(case)
    if verb.plan is not None:
        anew = _begun_anew(replace(case, plan=succeeding(verb.plan, case.plan)), 0, now, due)
        return put_before(anew, due, Record("decision_overdue"), StopTimers(), Inform("moved"))
    level = min(case.rung + 1, len(case.plan.rungs))
    further = case.plan.rungs[level].people if level < len(case.plan.rungs) else frozenset[str]()
    overdue = replace(case, rung=level, told=case.told | further, overdue=True, rev=case.rev + 1)
    # Once nobody further is left to hear of it, the reporter gets numbers to ring; once.
    ended: tuple[CaseEffect, ...] = (Inform("nobody-yet"),) if level == len(case.plan.rungs) != case.rung else ()
    clock = SetTimer("decide", level, verb.again)
    return Outcome(overdue, (Record("decision_overdue"), Tell(further | {case.acknowledged_by}), clock, *ended))


def _acknowledge(case: Case, verb: Acknowledge, person: str, now: datetime) -> Outcome:
    mine = case.status == "acknowledged" and case.acknowledged_by == person
    if case.status == "closed":
        return Outcome(case, (Refused("already-closed"),))
    if case.status != "open" and not mine:
        return Outcome(case, (Refused("already-taken", case.acknowledged_by, case.acknowledged_at),))
    if mine and verb.by is None:  # pressed once more: that puts no decision off
        return Outcome(case)
    since = case.acknowledged_at if mine else now
    taken = replace(
        case,
        status="acknowledged",
        acknowledged_by=person,
        acknowledged_at=since,
        due_by=verb.by,
        unanswered=False,
        rev=case.rev + 1,
    )
    news: tuple[CaseEffect, ...] = () if mine else (Inform("taken", person),)
    clock = SetTimer("decide", case.rung, verb.decide_due)
    return Outcome(taken, (Record("acknowledged"), StopTimers(), clock, *news))


def _pass_on(case: Case, person: str, now: datetime, due: Due) -> Outcome:
    if case.status in ("decided", "closed"):
        return Outcome(case, (Refused("already-decided"),))
    if case.status == "acknowledged" and case.acknowledged_by != person:
        return Outcome(case, (Refused("already-taken", case.acknowledged_by, case.acknowledged_at),))
    others = case.told - case.plan.barred - {person}
    further = next_for_somebody_else(case.plan, case.rung, person)
    if further is None and not (case.status == "acknowledged" and others):
        return Outcome(case, (Refused("nobody-further"),))
    news: tuple[CaseEffect, ...] = (Inform("passed-on", person),) if case.status == "acknowledged" else ()
    effects = (Record("passed_on"), StopTimers(), *news)
    if further is not None:
        return put_before(_begun_anew(case, further, now, due), due, *effects)
    # Everybody has been told already: it is free for any of them, and they see that it is.
    last = len(case.plan.rungs) - 1
    return put_before(_begun_anew(case, last, now, due), due, *effects, Tell(others))


def _release(case: Case, plan: Plan, person: str, now: datetime, due: Due) -> Outcome:
    if not case.plan.held:
        return Outcome(case, (Refused("nothing-held"),))
    if person not in case.plan.guardians:
        return Outcome(case, (Refused("not-yours"),))
    released = replace(case, plan=succeeding(plan, case.plan), released=case.released | case.plan.mentioned)
    if case.status == "open":
        return put_before(_begun_anew(released, 0, now, due), due, Record("released"), StopTimers())
    return _also_told(released, Record("released"))


def _also_told(case: Case, *effects: CaseEffect) -> Outcome:
    """Tell who should have heard first of a case that somebody has already; no clock starts again."""
    plan = case.plan
    people = (plan.rungs[0].people if plan.rungs else frozenset[str]()) - case.told
    told = case.told | people | plan.readers
    seen = replace(case, told=told, rung=reached(plan, told), rev=case.rev + 1)
    return Outcome(seen, (*effects, *([Tell(people)] if people else [])))


def _decide(case: Case, person: str, now: datetime) -> Outcome:
    if case.status == "closed":
        return Outcome(case, (Refused("already-closed"),))
    news: tuple[CaseEffect, ...] = ()
    if case.status == "open":  # who decides has taken it
        case = replace(case, acknowledged_by=person, acknowledged_at=now)
        news = (Inform("taken", person),)
    decided = replace(case, status="decided", decided_at=now, overdue=False, rev=case.rev + 1)
    return Outcome(decided, (Record("decided"), StopTimers(), *news))


def _close(case: Case, now: datetime, inform: bool) -> Outcome:
    if case.status == "closed":
        return Outcome(case, (Refused("already-closed"),))
    if case.status != "decided":  # KCSIE 2026 para 74: decisions and the reasons for them, in writing
        return Outcome(case, (Refused("decide-first"),))
    closed = replace(case, status="closed", closed_at=now, rev=case.rev + 1)
    news: tuple[CaseEffect, ...] = (Inform("closed"),) if inform else ()
    return Outcome(closed, (Record("closed"), StopTimers(), *news))


def _reopen(case: Case, person: str, now: datetime, decide_due: datetime) -> Outcome:
    if case.status != "closed":
        return Outcome(case, (Refused("not-closed"),))
    again = replace(
        case,
        status="acknowledged",
        acknowledged_by=person,
        acknowledged_at=now,
        due_by=None,
        decided_at=None,
        closed_at=None,
        rev=case.rev + 1,
    )
    clock = SetTimer("decide", case.rung, decide_due)
    return Outcome(again, (Record("reopened"), clock, Inform("reopened", person)))


def _heard(case: Case, unheard: bool, now: datetime, due: Due) -> Outcome:
    """A child said whether anybody talked to them. If nobody did, whatever the record says, somebody must take it."""
    heard = replace(case, heard=True)
    if not unheard:
        return Outcome(replace(heard, rev=case.rev + 1), (Record("talked"),))
    further = max(0, min(case.rung + 1, len(case.plan.rungs) - 1))
    again = replace(_begun_anew(heard, further, now, due), severity=case.reached)
    return put_before(again, due, Record("unheard"), StopTimers())


def _revise(case: Case, verb: Revise, now: datetime, due: Due) -> Outcome:
    """The reporter said more. What routing excludes only grows, and so does what the report itself reached."""
    plan = succeeding(verb.plan, case.plan)
    barred = bool((plan.barred - case.plan.barred) & case.told)  # somebody who worked on it may not any longer
    told = case.told
    if plan.adult and not case.plan.adult:  # about an adult after all: the few who deal with that, and nobody else
        told &= frozenset[str]().union(*(rung.people for rung in plan.rungs))
    revised = replace(
        case,
        subject=verb.subject,
        plan=plan,
        told=told,
        reached=max(case.reached, verb.severity),
        complete=case.complete or verb.complete,
        halted=verb.halted or case.halted,
        rev=case.rev + 1,
    )
    rose = verb.severity > case.reached
    if rose or barred:  # what was lowered counts no longer, least of all by whom it is about
        revised = replace(revised, severity=max(case.severity, revised.reached))
    record = Record("completed" if verb.complete else verb.halted or "added_to")
    lost = case.status != "open" and case.acknowledged_by not in told - plan.barred
    others = [rung.people for rung in plan.rungs] != [rung.people for rung in case.plan.rungs]
    if case.status == "closed" or lost or (case.status == "open" and (rose or others)):
        news: tuple[CaseEffect, ...] = (Inform("moved"),) if lost else ()
        return put_before(_begun_anew(revised, 0, now, due), due, record, StopTimers(), *news)
    if case.status == "open":
        return Outcome(revised, (record,))
    effects: tuple[CaseEffect, ...] = (record,)
    if case.status == "decided" or rose:  # what was decided was decided on less, and what grew worse has less time
        revised = replace(revised, status="acknowledged", decided_at=None)
        effects = (record, StopTimers(), SetTimer("decide", revised.rung, verb.decide_due))
    if case.plan.channel and not plan.channel:  # the card they took it from goes away
        effects = (*effects, Tell(frozenset({case.acknowledged_by})))
    return _also_told(revised, *effects)
