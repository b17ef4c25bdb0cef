"""The alert procedure: who has taken a case, what was decided, who is told next. Pure, like the engine's `step`.

open -> acknowledged by a named person -> decided with a reason -> closed. The first acknowledgement wins, and a late
one never undoes what came after it. Everything about timing comes in with the verb.
"""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.cases.ladder import begun_at, due_after, succeeding
from bot.cases.model import (
    Acknowledge,
    Case,
    CaseEffect,
    CaseVerb,
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
from bot.people import Member, Role

CASEWORKERS = frozenset({Role.DSL, Role.DEPUTY, Role.HEAD, Role.CHAIR})


def may_open(case: Case, member: Member) -> bool:
    """Say whether somebody may read this case and work on it.

    They must have been told of it, hold a role that works on cases today, and be neither whom it is about nor somebody
    who waits for a guardian. What they hold in their hand (a token, a card) gives no right.
    """
    return member.id in case.told - case.plan.barred and bool(member.roles & CASEWORKERS)


def may_lower(member: Member) -> bool:
    """Say whether somebody may lower a severity: the DSL, and the deputy who stands in (domain/questions.md 6.10)."""
    return bool(member.roles & {Role.DSL, Role.DEPUTY})


def begin(case: Case) -> Outcome:
    """Put a new case before the first people of its plan and start its clock."""
    return _told(replace(case, rung=0), Record("reported"))


def decide(case: Case, verb: CaseVerb, person: str, now: datetime) -> Outcome:
    """Do one thing to a case.

    Args:
        case: the case as it is stored.
        verb: what is done to it.
        person: the member who does it, for whom `may_open` was asked before; "" for time and for the reporter.
        now: aware.

    Returns:
        The case after it, and what follows. What cannot be done any more is `Refused`, and the case stays as it was.
    """
    match verb:
        case Revise():
            return _revise(case, verb, now)
        case Escalate(level=level):
            return _escalate(case, level)
        case Overdue(again=again):
            return _overdue(case, again)
        case Open():
            return Outcome(case, (Record("opened"),))
        case Note():
            return Outcome(replace(case, rev=case.rev + 1), (Record("noted"),))
        case Talked(unheard=unheard):
            return _unheard(case, now) if unheard else Outcome(replace(case, rev=case.rev + 1), (Record("talked"),))
        case Acknowledge():
            return _acknowledge(case, verb, person, now)
        case PassOn():
            return _pass_on(case, person, now)
        case Release(plan=plan):
            return _release(case, plan, person)
        case Decide():
            return _decide(case, person, now)
        case Close():
            return _close(case, now)
        case Reopen(decide_due=due):
            return _reopen(case, person, now, due)
        case Lower(severity=severity):
            if severity >= case.severity:
                return Outcome(case, (Refused("not-lower"),))
            return Outcome(replace(case, severity=severity, rev=case.rev + 1), (Record("lowered"),))
        case _:
            assert_never(verb)


def _told(case: Case, *effects: CaseEffect) -> Outcome:
    """Tell the people of the case's rung, and set the clock for what comes after it."""
    if case.rung >= len(case.plan.rungs):
        return Outcome(replace(case, rev=case.rev + 1), (*effects, Inform("nobody-yet")))
    people = case.plan.rungs[case.rung].people
    seen = people | (case.plan.readers if case.rung == 0 else frozenset())
    told = replace(case, told=case.told | seen, rev=case.rev + 1)
    clock = SetTimer("escalate", case.rung + 1, due_after(case.plan, case.rung, case.reported_at))
    return Outcome(told, (*effects, Tell(people), clock))


def _begun_anew(case: Case, rung: int, now: datetime) -> Case:
    """Give the case as one nobody has, its clock at `rung` now."""
    return replace(
        case,
        plan=begun_at(case.plan, rung, now),
        rung=rung,
        status="open",
        acknowledged_by="",
        acknowledged_at=None,
        due_by=None,
        decided_at=None,
        closed_at=None,
    )


def _escalate(case: Case, level: int) -> Outcome:
    if case.status != "open" or level != case.rung + 1:
        return Outcome(case)
    if level >= len(case.plan.rungs):
        return Outcome(case, (Record("ladder_ended"), Inform("nobody-yet")))
    return _told(replace(case, rung=level), Record("escalated"))


def _overdue(case: Case, again: datetime) -> Outcome:
    """Nobody decided in time: whoever has it is reminded, and one more rung hears of it each time."""
    if case.status != "acknowledged":
        return Outcome(case)
    level = case.rung + 1
    further = case.plan.rungs[level].people if level < len(case.plan.rungs) else frozenset()
    people = further | {case.acknowledged_by}
    overdue = replace(case, rung=min(level, len(case.plan.rungs)), told=case.told | further, rev=case.rev + 1)
    reminder: tuple[CaseEffect, ...] = (SetTimer("decide", overdue.rung, again),) if further else ()
    return Outcome(overdue, (Record("decision_overdue"), Tell(people), *reminder))


def _acknowledge(case: Case, verb: Acknowledge, person: str, now: datetime) -> Outcome:
    mine = case.status == "acknowledged" and case.acknowledged_by == person
    if case.status == "closed":
        return Outcome(case, (Refused("already-closed"),))
    if case.status != "open" and not mine:
        return Outcome(case, (Refused("already-taken", case.acknowledged_by, case.acknowledged_at),))
    since = case.acknowledged_at if mine else now
    taken = replace(
        case,
        status="acknowledged",
        acknowledged_by=person,
        acknowledged_at=since,
        due_by=verb.by,
        rev=case.rev + 1,
    )
    news: tuple[CaseEffect, ...] = () if mine else (Inform("taken", person),)
    clock = SetTimer("decide", case.rung, verb.decide_due)
    return Outcome(taken, (Record("acknowledged"), StopTimers(), clock, *news))


def _pass_on(case: Case, person: str, now: datetime) -> Outcome:
    if case.status in ("decided", "closed"):
        return Outcome(case, (Refused("already-decided"),))
    if case.status == "acknowledged" and case.acknowledged_by != person:
        return Outcome(case, (Refused("already-taken", case.acknowledged_by, case.acknowledged_at),))
    if case.rung + 1 >= len(case.plan.rungs):
        return Outcome(case, (Refused("nobody-further"),))
    news: tuple[CaseEffect, ...] = (Inform("passed-on", person),) if case.status == "acknowledged" else ()
    freed = _begun_anew(case, case.rung + 1, now)
    return _told(freed, Record("passed_on"), StopTimers(), *news)


def _release(case: Case, plan: Plan, person: str) -> Outcome:
    if not case.plan.held:
        return Outcome(case, (Refused("nothing-held"),))
    if person not in case.plan.guardians:
        return Outcome(case, (Refused("not-yours"),))
    plan = succeeding(plan, case.plan)
    released = replace(case, plan=plan, released=case.released | case.plan.mentioned, rung=0)
    if case.status == "open":
        return _told(released, Record("released"), StopTimers())
    # Somebody has it already: the usual people see it, and no clock starts again.
    first = plan.rungs[0].people if plan.rungs else frozenset()
    seen = replace(released, told=case.told | first | plan.readers, rev=case.rev + 1)
    return Outcome(seen, (Record("released"), Tell(first)))


def _decide(case: Case, person: str, now: datetime) -> Outcome:
    if case.status == "closed":
        return Outcome(case, (Refused("already-closed"),))
    news: tuple[CaseEffect, ...] = ()
    if case.status == "open":  # who decides has taken it
        case = replace(case, acknowledged_by=person, acknowledged_at=now)
        news = (Inform("taken", person),)
    decided = replace(case, status="decided", decided_at=now, rev=case.rev + 1)
    return Outcome(decided, (Record("decided"), StopTimers(), *news))


def _close(case: Case, now: datetime) -> Outcome:
    if case.status == "closed":
        return Outcome(case, (Refused("already-closed"),))
    if case.status != "decided":  # KCSIE 2026 para 74: decisions and the reasons for them, in writing
        return Outcome(case, (Refused("decide-first"),))
    closed = replace(case, status="closed", closed_at=now, rev=case.rev + 1)
    return Outcome(closed, (Record("closed"), StopTimers(), Inform("closed")))


def _reopen(case: Case, person: str, now: datetime, due: datetime) -> Outcome:
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
    return Outcome(again, (Record("reopened"), SetTimer("decide", case.rung, due), Inform("reopened", person)))


def _revise(case: Case, verb: Revise, now: datetime) -> Outcome:
    """The reporter said more. What routing excludes only grows, and so does what the report itself reached."""
    rose = verb.severity > case.reached
    plan = succeeding(verb.plan, case.plan)
    revised = replace(
        case,
        subject=verb.subject,
        plan=plan,
        reached=max(case.reached, verb.severity),
        severity=max(case.severity, verb.severity) if rose else case.severity,
        complete=case.complete or verb.complete,
        halted=verb.halted or case.halted,
        rev=case.rev + 1,
    )
    record = Record("completed" if verb.complete else verb.halted or "added_to")
    lost = case.acknowledged_by in plan.barred  # it turns out to be about whoever took it
    if case.status == "closed" or lost:  # nobody who may has seen what is new, so somebody must take it
        return _told(_begun_anew(revised, 0, now), record, StopTimers())
    others = [rung.people for rung in plan.rungs] != [rung.people for rung in case.plan.rungs]
    if case.status == "open" and (rose or others):
        return _told(_begun_anew(revised, 0, now), record, StopTimers())
    first = plan.rungs[0].people - case.told if plan.rungs else frozenset[str]()
    if not first:
        return Outcome(revised, (record,))
    # Somebody has it already: who should have heard first hears now, and no clock starts again.
    return Outcome(replace(revised, told=case.told | first), (record, Tell(first)))


def _unheard(case: Case, now: datetime) -> Outcome:
    """Nobody has talked to the child, whatever the record says: somebody must take it again, and more people know."""
    further = max(0, min(case.rung + 1, len(case.plan.rungs) - 1))
    return _told(_begun_anew(case, further, now), Record("unheard"), StopTimers())
