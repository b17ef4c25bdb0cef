"""When the list of people has changed: what waits is put before those whose it is today. One job a case.

Somebody new is told at once and not at the next step of a ladder, which may come days later, or never.
"""

from datetime import datetime

from bot.cases import approval, ladder, matters
from bot.cases.ladder import is_waiting
from bot.cases.model import Case, Outcome, Plan
from bot.cases.routing import is_alone
from bot.flow.model import Severity
from bot.service.office import Office
from bot.service.reporting import put_before
from bot.service.telling import follow, inform
from bot.service.today import clock, plan_of_today
from bot.storage import cases
from bot.storage.tx import Tx


def hand_over(tx: Tx, office: Office, case_id: str, now: datetime) -> None:
    """Put a case before the people whose it is today, where they are others than it was put before."""
    case = cases.by_id(tx, case_id)
    if case is None or not is_waiting(case):
        return
    outcome = _handed_over(tx, office, case, now)
    if outcome.case != case:
        cases.save(tx, outcome.case, case)
        follow(tx, outcome, "", now, {})
        if is_alone(outcome.case.plan, case.reporter) and not is_alone(case.plan, case.reporter):
            inform(tx, outcome.case, "alone", now)


def _handed_over(tx: Tx, office: Office, case: Case, now: datetime) -> Outcome:
    begun = case.plan.rungs[0].due if case.plan.rungs else now  # its clock does not begin anew
    if case.approval:
        school, roster = office.book.school, office.directory.roster
        today = matters.as_of(case.approval, school, roster, case.reporter, begun)
        return approval.handed_over(case, today, clock(office, Severity.ROUTINE))
    plan = plan_of_today(tx, office, case, begun) if case.procedure == "alert" else _of_matter(tx, office, case, begun)
    return ladder.handed_over(case, plan, clock(office, case.severity))


def _of_matter(tx: Tx, office: Office, case: Case, begun: datetime) -> Plan:
    """Give whom a record, a notice or a question would be put before today."""
    flow, reporter = office.flow(tx, case.flow, case.digest), office.directory.person(case.reporter)
    return put_before(office.book, office.directory.roster, flow, cases.answers(tx, case.id), reporter, begun)
