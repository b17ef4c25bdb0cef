"""Jobs on cases, each inside one transaction: a report becomes a case, and people and time act on it.

What happens is decided by the procedures of `bot.cases`; this module loads and stores, and has `telling` do the rest.
"""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Literal

from bot.cases import access, alert, approval, matters, response, routing
from bot.cases.hours import next_midday
from bot.cases.model import (
    Approve,
    AskAgain,
    CannotDo,
    Case,
    CaseVerb,
    EndEarly,
    Escalate,
    Expire,
    Outcome,
    Part,
    Plan,
    Record,
    Refused,
    Revise,
    Talked,
)
from bot.cases.procedures import decide
from bot.flow.model import Answers, Flow, Severity, Subject, applies, path
from bot.flow.talk import Raise
from bot.people import Member
from bot.service import mailing, today
from bot.service.office import Office
from bot.service.reporting import report_of
from bot.service.telling import Detail, delivered_at, follow, inform, show_everywhere
from bot.storage import audit, cases, timers
from bot.storage.talks import Talk
from bot.storage.tx import Tx

_GOES_ON = Approve | CannotDo | AskAgain | EndEarly | Expire  # verbs after which others of a request are asked


def take_report(tx: Tx, office: Office, talk: Talk, flow: Flow, raised: Raise, reporter: Member, now: datetime) -> Case:
    """Make a case of a talk's answers, or add them to the case it made before."""
    before = cases.by_id(tx, talk.case) if talk.case else None
    # A report that becomes urgent is waited for from that moment, not from its first answer.
    rose = before is None or raised.severity > before.reached
    since = now if before is None or rose else before.reported_at
    book, roster = office.book, office.directory.roster
    report = report_of(book, roster, flow, raised.answers, reporter, raised.severity, since)
    if before is not None:
        report = today.still_named(report, before)
    plan = routing.plan(book.school, roster, report)
    halted: Literal["", "stopped", "timeout"] = raised.why if raised.why in ("stopped", "timeout") else ""
    if before is None:
        case = replace(
            new_case(tx, flow, raised.severity, report.subject, reporter, plan, now),
            complete=raised.complete,
            halted=halted,
            expected=_expected(tx, flow, raised.answers, now),
            unnamed=_unnamed(flow, raised),
        )
        outcome = alert.begin(case, today.clock(office, case.severity))
        cases.insert(tx, outcome.case, adult=plan.adult)
        if reporter.is_pupil:
            timers.put(tx, "talked", case.id, 0, next_midday(book.school.hours, now), int(case.severity))
    else:
        wanted = today.decide_due(office, raised.severity, now)
        verb = Revise(raised.severity, report.subject, plan, wanted, complete=raised.complete, halted=halted)
        outcome = decide(before, verb, "", now, today.clock(office, raised.severity))
        outcome = replace(outcome, case=replace(outcome.case, unnamed=_unnamed(flow, raised)))
        cases.save(tx, outcome.case, before)
        if plan.adult and not before.plan.adult:
            cases.rewrap(tx, before.id, adult=True)
    alone = routing.is_alone(outcome.case.plan, reporter.id)
    if alone and not (before and routing.is_alone(before.plan, reporter.id)):
        inform(tx, outcome.case, "alone", now)
    if not alone and delivered_at(tx, outcome.case) is None:
        due = now + book.school.undelivered_after
        timers.put(tx, "undelivered", outcome.case.id, 0, due, int(Severity.URGENT))
    cases.revise(tx, outcome.case.id, now, raised.why, raised.answers)
    follow(tx, outcome, reporter.id, now, {})
    return outcome.case


def act(
    tx: Tx, office: Office, ref: str, verb: CaseVerb, member: Member, now: datetime, detail: Detail | None = None
) -> tuple[Case, Refused | None] | None:
    """Let somebody do one thing to a case.

    Returns:
        The case as it is now, with the refusal when it could not be done any more; None for somebody who may not
        open the case, or when there is none: the two look alike from outside.
    """
    case = cases.load(tx, ref)
    if case is None or not access.may_open(case, member):
        if case is not None:
            audit.append(tx, now, "denied", case.id, member.id)
        return None
    outcome = _do(tx, office, case, verb, member.id, now, detail or {})
    return outcome.case, next((e for e in outcome.effects if isinstance(e, Refused)), None)


def hear(
    tx: Tx, office: Office, ref: str, verb: Talked, reporter: Member, now: datetime, detail: Detail
) -> Case | None:
    """Let a child say whether anybody has talked to them; None when it is not their own report."""
    case = cases.load(tx, ref)
    if case is None or case.reporter != reporter.id:
        return None
    return _do(tx, office, case, verb, reporter.id, now, detail).case


def recognise(tx: Tx, office: Office, case_id: str, now: datetime) -> None:
    """Record that the list has by now whoever made a report without being on it.

    One about themselves is told anew to those who may hear of it, now that it is known whom they direct.
    """
    case = cases.by_id(tx, case_id)
    if case is None:
        return
    office.directory.refresh(tx)  # the list may have changed a moment ago
    follow(tx, Outcome(case, (Record("recognised"),)), case.reporter, now, {})
    if case.procedure != "alert" or case.subject is not Subject.SELF or case.status == "closed":
        return
    plan = today.plan_now(tx, office, case, now)
    verb = Revise(case.severity, case.subject, plan, today.decide_due(office, case.severity, now))
    outcome = decide(case, verb, "", now, today.clock(office, case.severity))
    cases.save(tx, outcome.case, case)
    follow(tx, replace(outcome, effects=tuple(e for e in outcome.effects if not isinstance(e, Record))), "", now, {})


def pass_time(tx: Tx, office: Office, case_id: str, verb: CaseVerb, now: datetime) -> None:
    """Let time act on a case: `Escalate`, `Overdue` or `Expire`."""
    case = cases.by_id(tx, case_id)
    if case is None:
        return
    after = _do(tx, office, case, verb, "", now, {}).case
    if isinstance(verb, Escalate) and after != case:
        mailing.climbed(tx, office, after, now)


def _unnamed(flow: Flow, raised: Raise) -> bool:
    """Say whether who reads it is not told who reported: what goes out early names nobody before that was asked."""
    if flow.unnamed is None:
        return False
    coming = raised.why in ("alert", "answer")
    unasked = any(q.id in flow.unnamed and q.id not in raised.answers for q in path(flow, raised.answers))
    return applies(flow.unnamed, raised.answers) or (coming and unasked)


def new_case(
    tx: Tx, flow: Flow, severity: Severity, subject: Subject, reporter: Member, plan: Plan, now: datetime
) -> Case:
    """Give a case of a flow that nobody has been told of yet; it is not stored."""
    return Case(
        id=secrets.token_hex(8),
        ref=cases.fresh_ref(tx),
        flow=flow.id,
        digest=flow.digest,
        summary=flow.summary,
        severity=severity,
        reached=severity,
        subject=subject,
        reporter=reporter.id,
        reported_at=now,
        plan=plan,
        unlisted="" if reporter.listed else "pupil" if flow.audience == "pupil" else "staff",
    )


def _expected(tx: Tx, flow: Flow, answers: Answers, now: datetime) -> str:
    """Give the reference of a notice that counts now, for a flow that says when one may explain a report."""
    if flow.expected is None or not applies(flow.expected, answers):
        return ""
    return next((case.ref for case in cases.unfinished(tx, "notice") if response.counts_at(case, now)), "")


def _do(tx: Tx, office: Office, case: Case, verb: CaseVerb, person: str, now: datetime, detail: Detail) -> Outcome:
    # What adults lowered counts no longer once the child says that nobody came.
    severity = case.reached if isinstance(verb, Talked) else case.severity
    outcome = decide(_as_of(office, case, verb, person, now), verb, person, now, today.clock(office, severity))
    if outcome.case != case:
        cases.save(tx, outcome.case, case)
    follow(tx, outcome, person, now, detail)
    if outcome.case.made_for:
        show_part(tx, outcome.case, person, now)
    return outcome


def show_part(tx: Tx, task: Case, person: str, now: datetime) -> None:
    """Let those who read a report see where IT's part of it stands."""
    report, stage = cases.load(tx, task.made_for), approval.stage(task)
    if report is None or (report.part and report.part.stage == stage):
        return
    seen = replace(report, part=Part(task.ref, stage, now, person), rev=report.rev + 1)
    cases.save(tx, seen, report)
    show_everywhere(tx, seen, now)


def _as_of(office: Office, case: Case, verb: CaseVerb, person: str, now: datetime) -> Case:
    """Give a request that goes on to its next people with those that the school has now."""
    if case.approval is None or not isinstance(verb, _GOES_ON):
        return case
    school, roster = office.book.school, office.directory.roster
    agreeing = person if isinstance(verb, Approve) else ""
    return replace(case, approval=matters.as_of(case.approval, school, roster, case.reporter, now, agreeing))
