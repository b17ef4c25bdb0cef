"""Jobs on cases, each inside one transaction: a report becomes a case, people and time act on it, people are told.

Decisions are `bot.cases.alert`'s; this module loads and stores, and turns what follows into rows.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Literal

import msgspec

from bot.cases import alert, routing
from bot.cases.hours import later, next_midday
from bot.cases.ladder import Due
from bot.cases.model import (
    Acknowledge,
    Case,
    CaseVerb,
    Inform,
    Outcome,
    Overdue,
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
from bot.flow.model import Answer, Flow, Severity
from bot.flow.talk import Raise
from bot.people import Member
from bot.service.office import Office
from bot.service.reporting import report_of
from bot.storage import audit, cases, outbox, timers
from bot.storage.talks import Talk
from bot.storage.tx import Tx

Detail = Mapping[str, Answer]
_CLOCKS = ("escalate", "decide")


class NoticeBody(msgspec.Struct, frozen=True):
    """What a wanted notice says: a sentence of the wording, the case, and the member it names.

    `roles` are who was to hear first, for "go and tell ... in person". `flow` is the casework talk about the case that
    a button of the notice begins, "" for a notice that asks nothing.
    """

    key: str
    ref: str
    who: str = ""
    flow: str = ""
    roles: tuple[str, ...] = ()


def direct(person: str) -> str:
    """Give the place of somebody's direct messages."""
    return f"person:{person}"


def channel(name: str) -> str:
    """Give the place of a channel of the school's settings."""
    return f"channel:{name}"


def take_report(tx: Tx, office: Office, talk: Talk, flow: Flow, raised: Raise, reporter: Member, now: datetime) -> Case:
    """Make a case of a talk's answers, or add them to the case it made before."""
    before = cases.by_id(tx, talk.case) if talk.case else None
    # A report that becomes urgent is waited for from that moment, not from its first answer.
    rose = before is None or raised.severity > before.reached
    since = now if before is None or rose else before.reported_at
    book, roster = office.book, office.directory.roster
    report = report_of(book, roster, flow, raised.answers, reporter, raised.severity, since)
    if before is not None:
        # A name once written is held until a guardian lets it through, also when the words are taken back: a child
        # who thinks better of it may have been told to.
        mentioned = (report.mentioned | before.plan.mentioned) - before.released
        report = replace(report, mentioned=mentioned)
    plan = routing.plan(book.school, roster, report)
    halted: Literal["", "stopped", "timeout"] = raised.why if raised.why in ("stopped", "timeout") else ""
    if before is None:
        case = Case(
            id=secrets.token_hex(8),
            ref=cases.fresh_ref(tx),
            flow=flow.id,
            digest=flow.digest,
            summary=flow.summary,
            severity=raised.severity,
            reached=raised.severity,
            subject=report.subject,
            reporter=reporter.id,
            reported_at=now,
            plan=plan,
            complete=raised.complete,
            halted=halted,
        )
        outcome = alert.begin(case, _clock(office, case.severity))
        cases.insert(tx, outcome.case, adult=plan.adult)
        if reporter.is_pupil:
            timers.put(tx, "talked", case.id, 0, next_midday(book.school.hours, now), int(case.severity))
    else:
        wanted = decide_due(office, raised.severity, now)
        verb = Revise(raised.severity, report.subject, plan, wanted, complete=raised.complete, halted=halted)
        outcome = alert.decide(before, verb, "", now, _clock(office, raised.severity))
        cases.save(tx, outcome.case, before)
        if plan.adult and not before.plan.adult:
            cases.rewrap(tx, before.id, adult=True)
    if delivered_at(tx, outcome.case) is None:
        due = now + book.school.undelivered_after
        timers.put(tx, "undelivered", outcome.case.id, 0, due, int(Severity.URGENT))
    cases.revise(tx, outcome.case.id, now, raised.why, raised.answers)
    _follow(tx, outcome, reporter.id, now, {})
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
    if case is None or not alert.may_open(case, member):
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


def pass_time(tx: Tx, office: Office, case_id: str, verb: CaseVerb, now: datetime) -> None:
    """Let time act on a case: `Escalate` or `Overdue`."""
    case = cases.by_id(tx, case_id)
    if case is not None:
        _do(tx, office, case, verb, "", now, {})


def _clock(office: Office, severity: Severity) -> Due:
    return partial(routing.due, office.book.school, severity)


def _do(tx: Tx, office: Office, case: Case, verb: CaseVerb, person: str, now: datetime, detail: Detail) -> Outcome:
    # What adults lowered counts no longer once the child says that nobody came.
    severity = case.reached if isinstance(verb, Talked) else case.severity
    outcome = alert.decide(case, verb, person, now, _clock(office, severity))
    if outcome.case != case:
        cases.save(tx, outcome.case, case)
    _follow(tx, outcome, person, now, detail)
    return outcome


def delivered_at(tx: Tx, case: Case) -> datetime | None:
    """Give when the card first reached somebody who may act on the case now, other than its reporter; None before."""
    people = case.told - case.plan.barred - {case.reporter}
    places = {direct(person) for person in people} | {channel(case.plan.channel)}
    return min((at for place, at in outbox.shown(tx, case.id).items() if place in places), default=None)


def decide_due(office: Office, severity: Severity, since: datetime) -> datetime:
    """Give by when a case that was acknowledged wants a decision."""
    ladder = office.book.school.ladders[severity]
    if ladder.elapsed:
        return since + ladder.decide_within
    return later(office.book.school.hours, since, ladder.decide_within)


def acknowledgement(office: Office, case: Case, now: datetime, by: datetime | None = None) -> Acknowledge:
    """Give the verb for 'I'm taking this', now or by a moment."""
    return Acknowledge(decide_due(office, case.severity, by or now), by)


def overdue(tx: Tx, office: Office, case: Case, now: datetime) -> Overdue:
    """Give the verb for a decision that did not come, with a plan of today when whoever has the case cannot go on."""
    taker = office.directory.roster.get(case.acknowledged_by)
    able = taker is not None and alert.may_open(case, taker)
    again = decide_due(office, case.severity, now)
    return Overdue(again, None if able else _plan_now(tx, office, case, case.plan.mentioned - case.released, now))


def reopening(office: Office, case: Case, now: datetime) -> Reopen:
    """Give the verb for taking a closed case up again."""
    return Reopen(decide_due(office, case.severity, now))


def release(tx: Tx, office: Office, case: Case, now: datetime) -> Release:
    """Give the verb that lets a held case take its usual way: the plan as if the child had named nobody."""
    return Release(_plan_now(tx, office, case, frozenset(), now))


def _plan_now(tx: Tx, office: Office, case: Case, mentioned: frozenset[str], now: datetime) -> Plan:
    flow = office.flow(tx, case.flow, case.digest)
    roster = office.directory.roster
    reporter = office.directory.person(case.reporter)
    report = report_of(office.book, roster, flow, cases.answers(tx, case.id), reporter, case.severity, now)
    return routing.plan(office.book.school, roster, replace(report, mentioned=mentioned))


def inform(tx: Tx, case: Case, key: str, now: datetime, who: str = "", flow: str = "") -> None:
    """Want a sentence of the wording said to the reporter of a case, once for each revision of it."""
    body = NoticeBody(key, case.ref, who, flow, case.plan.rungs[0].roles if case.plan.rungs else ())
    say(tx, direct(case.reporter), f"{case.id}.{case.rev}.{key}", body, now, case.severity)


def say(tx: Tx, place: str, subject: str, body: NoticeBody, now: datetime, severity: Severity) -> None:
    """Want a notice at a place; `subject` makes it one notice, however often it is wanted."""
    outbox.want(tx, place, "notice", subject, 1, now, msgspec.json.encode(body), int(severity))


def show_everywhere(tx: Tx, case: Case, now: datetime) -> None:
    """Want every place that shows the case to show it as it is now."""
    for place in outbox.places(tx, case.id):
        outbox.want(tx, place, "card", case.id, case.rev, now, b"", int(case.severity))


def tell(tx: Tx, case: Case, people: frozenset[str], now: datetime) -> None:
    """Want the case's card in the direct messages of these people."""
    for person in sorted(people):
        outbox.want(tx, direct(person), "card", case.id, case.rev, now, b"", int(case.severity))


def _follow(tx: Tx, outcome: Outcome, person: str, now: datetime, detail: Detail) -> None:
    case = outcome.case
    for effect in outcome.effects:
        match effect:
            case Tell(people=people):
                tell(tx, case, people, now)
            case SetTimer(kind=kind, level=level, due=due):
                timers.put(tx, kind, case.id, level, due, int(case.severity))
            case StopTimers():
                timers.stop(tx, case.id, _CLOCKS)
            case Inform(key=key, who=who):
                inform(tx, case, key, now, who)
            case Record(action=action):
                cases.act(tx, case.id, now, action, person, detail)
                audit.append(tx, now, action, case.id, person)
            case Refused():
                return  # the caller says it; nothing happened
    if case.plan.channel:
        outbox.want(tx, channel(case.plan.channel), "card", case.id, case.rev, now, b"", int(case.severity))
    show_everywhere(tx, case, now)
