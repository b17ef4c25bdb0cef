"""What the school's settings, calendar and list make of a case at this moment: by when, and whom it is put before.

Nothing is stored here; `casework` and `handover` do that with what this gives.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.cases import access, routing
from bot.cases.hours import later
from bot.cases.ladder import Due, succeeding
from bot.cases.model import Acknowledge, Case, Overdue, Plan, Release, Reopen
from bot.flow.model import Severity
from bot.service.office import Office
from bot.service.reporting import report_of
from bot.storage import cases
from bot.storage.tx import Tx


def clock(office: Office, severity: Severity) -> Due:
    """Give how the school's ladder of a severity counts time."""
    return partial(routing.due, office.book.school, severity)


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
    able = taker is not None and access.may_open(case, taker)
    again = decide_due(office, case.severity, now)
    return Overdue(again, None if able else plan_now(tx, office, case, now))


def reopening(office: Office, case: Case, now: datetime) -> Reopen:
    """Give the verb for taking a closed case up again."""
    return Reopen(decide_due(office, case.severity, now))


def release(tx: Tx, office: Office, case: Case, now: datetime) -> Release:
    """Give the verb that lets a held case take its usual way: the plan as if the child had named nobody."""
    read = case.released | case.plan.mentioned
    return Release(plan_now(tx, office, replace(case, released=read), now))


def plan_of_today(tx: Tx, office: Office, case: Case, begun: datetime) -> Plan:
    """Give where a report goes with the people of today, as if it had come at `begun`, as serious as it ever was."""
    return succeeding(plan_now(tx, office, replace(case, severity=case.reached), begun), case.plan)


def plan_now(tx: Tx, office: Office, case: Case, now: datetime) -> Plan:
    """Give where a report goes with the people of today, as if it had come now and were as serious as it is now."""
    flow = office.flow(tx, case.flow, case.digest)
    roster = office.directory.roster
    reporter = office.directory.person(case.reporter).talking_as(flow.audience)
    report = report_of(office.book, roster, flow, cases.answers(tx, case.id), reporter, case.severity, now)
    return routing.plan(office.book.school, roster, still_named(report, case))


def still_named(report: routing.Report, before: Case) -> routing.Report:
    """Give a report with everybody a child's words name, or once named, whom no guardian has let through.

    Also when the words are taken back: a child who thinks better of it may have been told to. And also whom the list
    has only had since they were written.
    """
    return replace(report, mentioned=(report.mentioned | before.plan.mentioned) - before.released)
