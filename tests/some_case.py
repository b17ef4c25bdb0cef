"""A case as it stands at some status, and what followed from a verb, for tests of the procedures."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases.model import (
    Case,
    CaseStatus,
    Inform,
    Outcome,
    Plan,
    Record,
    Refused,
    Rung,
    SetTimer,
    Tell,
)
from bot.flow.model import Severity, Subject
from tests.school import FRIDAY as NOW


def minutes(n: int) -> datetime:
    return NOW + timedelta(minutes=n)


def rungs(*people: str) -> tuple[Rung, ...]:
    """Give a ladder: a rung every ten minutes, of the people whose letters are given, told as DSLs."""
    after = (timedelta(minutes=10 * n) for n in range(len(people)))
    return tuple(Rung(NOW + at, frozenset(who), ("dsl",), at) for at, who in zip(after, people, strict=True))


LADDER = Plan(rungs("D", "P", "H"), "dsl", frozenset("DP"))
SOON = minutes(60)


def a_case(status: CaseStatus = "open", **facts: object) -> Case:
    taken = status != "open"
    case = Case(
        id="c1",
        ref="REF",
        flow="concern",
        digest="d",
        summary="Concern",
        severity=Severity.HIGH,
        reached=Severity.HIGH,
        subject=Subject.CHILD,
        reporter="T",
        reported_at=NOW,
        plan=LADDER,
        status=status,
        told=frozenset("DP"),
        acknowledged_by="D" if taken else "",
        acknowledged_at=NOW if taken else None,
        decided_at=NOW if status in ("decided", "closed") else None,
        closed_at=NOW if status == "closed" else None,
        rev=3,
    )
    return replace(case, **facts)  # type: ignore[arg-type]


def refused(outcome: Outcome) -> str:
    return next((e.key for e in outcome.effects if isinstance(e, Refused)), "")


def told(outcome: Outcome) -> frozenset[str]:
    return frozenset(p for e in outcome.effects if isinstance(e, Tell) for p in e.people)


def recorded(outcome: Outcome) -> list[str]:
    return [e.action for e in outcome.effects if isinstance(e, Record)]


def informed(outcome: Outcome) -> list[tuple[str, str]]:
    return [(e.key, e.who) for e in outcome.effects if isinstance(e, Inform)]


def timers(outcome: Outcome) -> list[tuple[str, int, datetime]]:
    return [(e.kind, e.level, e.due) for e in outcome.effects if isinstance(e, SetTimer)]
