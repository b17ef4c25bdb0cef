"""Records, notices and questions: somebody who was told responds, and that is all. Pure, like `alert`.

A record is seen. A question is answered. A notice is agreed to, talked about or declined, and counts until its end:
it never hides anything (design 3). Until then whoever answered it may answer again, once they have talked.
"""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.cases.ladder import Due, elapsed, escalate, put_before
from bot.cases.model import (
    Case,
    CaseEffect,
    Escalate,
    Expire,
    Inform,
    Note,
    Open,
    Outcome,
    Record,
    Refused,
    Respond,
    ResponseVerb,
    SetTimer,
    StopTimers,
)


def begin(case: Case, due: Due = elapsed) -> Outcome:
    """Put it before the people of its plan. A notice counts from the start of its span, seen or not."""
    clock = (SetTimer("expire", 0, case.span.last),) if case.span else ()
    return put_before(case, due, Record("sent"), *clock)


def decide(case: Case, verb: ResponseVerb, person: str, now: datetime, due: Due = elapsed) -> Outcome:
    """Do one thing to it, for somebody of whom `may_open` was asked before; see `alert.decide`."""
    match verb:
        case Escalate(level=level):
            return escalate(case, level, due)
        case Open():
            return Outcome(case, (Record("opened"),))
        case Note():
            return Outcome(replace(case, rev=case.rev + 1), (Record("noted"),))
        case Respond(said=said):
            if case.status == "closed" or case.acknowledged_by not in ("", person):
                return Outcome(case, (Refused("already-taken", case.acknowledged_by, case.acknowledged_at),))
            return _respond(case, said, person, now)
        case Expire():
            if case.status == "closed":
                return Outcome(case)
            unseen = (Inform("unseen"),) if case.status == "open" else ()
            return _ended(case, now, Record("expired"), *unseen)
        case _:
            assert_never(verb)


def _respond(case: Case, said: str, person: str, now: datetime) -> Outcome:
    taken = replace(case, acknowledged_by=person, acknowledged_at=now, unanswered=False)
    effects: tuple[CaseEffect, ...] = (Record(said), Inform(said, person))
    if case.span is None or said == "declined":
        return _ended(taken, now, *effects)
    return Outcome(replace(taken, status="acknowledged", rev=case.rev + 1), (*effects, StopTimers()))


def _ended(case: Case, now: datetime, *effects: CaseEffect) -> Outcome:
    return Outcome(replace(case, status="closed", closed_at=now, rev=case.rev + 1), (*effects, StopTimers()))


def counts_at(case: Case, at: datetime) -> bool:
    """Say whether a notice counts at a moment; one that was declined does not."""
    return case.status != "closed" and case.span is not None and case.span.first <= at < case.span.last
