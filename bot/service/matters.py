"""From a finished talk to a request, a record, a notice, a question or a task for IT. Alerts are `casework`'s."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.cases import approval, matters, response, routes
from bot.cases.model import Approval, Case, Plan, Procedure, Span
from bot.clock import LONDON
from bot.flow.model import Answers, Flow, Severity, Subject
from bot.flow.talk import Raise
from bot.people import Member
from bot.service import casework
from bot.service.casework import new_case
from bot.service.office import Office
from bot.service.reporting import put_before
from bot.service.telling import follow
from bot.service.today import clock
from bot.storage import cases
from bot.storage.tx import Tx


def take(tx: Tx, office: Office, flow: Flow, raised: Raise, reporter: Member, now: datetime) -> Case:
    """Make a case of a talk that was sent, and put it before whom the school's settings name for it."""
    school, roster = office.book.school, office.directory.roster
    if flow.procedure == "approval":
        wanted = until(raised.answers, flow.window.last) if flow.window else None
        longest = _end_of(now.astimezone(LONDON).date() + school.unblock.longest)
        asked = matters.unblock(school, roster, reporter.id, now, min(wanted or longest, longest))
        return _begin(tx, office, flow, raised.answers, reporter, now, "approval", asked=asked)
    span = _span(flow, raised.answers)
    plan = put_before(office.book, roster, flow, raised.answers, reporter, now)
    procedure: Procedure = flow.procedure if flow.procedure in ("record", "notice") else "question"
    return _begin(tx, office, flow, raised.answers, reporter, now, procedure, plan=plan, span=span)


def take_task(tx: Tx, office: Office, flow: Flow, parent: Case, answers: Answers, now: datetime) -> None:
    """Give IT its part of a report as a task of its own: the answers the flow has for it, and nothing else.

    Whoever reported is not named: IT needs the address, and not who saw what there. Of a report that was left before
    it said what there is to block, IT gets nothing: it could do nothing. Nor of one about an adult, who may be of IT:
    whoever deals with that decides what IT is told.
    """
    if parent.plan.adult:
        return
    part = {key: answers[key] for key in flow.for_it if answers.get(key)}
    if not part or not (parent.complete or any(_is_in_words(flow, key) for key in part)):
        return
    school, roster = office.book.school, office.directory.roster
    reporter = office.directory.person(parent.reporter)
    back = matters.sender(school, roster, routes.told(school, flow, answers) or school.tell, reporter.id, now)
    asked = Approval((), matters.task(school, roster, now), back)
    task = _begin(tx, office, flow, part, reporter, now, "approval", asked=asked, made_for=parent.ref)
    casework.show_part(tx, task, "", now)


def _is_in_words(flow: Flow, question_id: str) -> bool:
    """Say whether a question is answered in somebody's own words, and not by a choice."""
    question = flow.question(question_id)
    return question is not None and not question.choices


def _begin(
    tx: Tx,
    office: Office,
    flow: Flow,
    answers: Answers,
    reporter: Member,
    now: datetime,
    procedure: Procedure,
    *,
    plan: Plan | None = None,
    asked: Approval | None = None,
    span: Span | None = None,
    made_for: str = "",
) -> Case:
    case = replace(
        new_case(tx, flow, Severity.ROUTINE, Subject.CHILD, reporter, plan or Plan(()), now),
        complete=True,
        procedure=procedure,
        approval=asked,
        span=span,
        unnamed=bool(made_for),
        made_for=made_for,
    )
    due = clock(office, Severity.ROUTINE)
    # Who hears that something is blocked which a lesson needs.
    copied_as = office.book.school.unblock.copy_to if asked and asked.gates else ()
    copies = frozenset(m.id for m in office.directory.roster.holding(copied_as)) - {reporter.id}
    outcome = approval.begin(case, now, due, copies, copied_as) if asked else response.begin(case, due)
    cases.insert(tx, outcome.case, adult=False)
    cases.revise(tx, case.id, now, "sent", answers)
    follow(tx, outcome, reporter.id, now, {})
    return outcome.case


def _span(flow: Flow, answers: Answers) -> Span | None:
    """Give the whole days that the answers of a flow's window name."""
    if flow.window is None:
        return None
    first, last = answers.get(flow.window.first, ""), answers.get(flow.window.last, "")
    days = [date.fromisoformat(day) for day in (first, last) if isinstance(day, str) and day]
    return Span(_start_of(min(days)), _end_of(max(days))) if days else None


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)


def _end_of(day: date) -> datetime:
    return _start_of(day + timedelta(days=1))


def until(answers: Answers, question: str = "until") -> datetime | None:
    """Give the moment at which an approval ends whose answers name a last day; None where they name none."""
    day = answers.get(question, "")
    return _end_of(date.fromisoformat(day)) if isinstance(day, str) and day else None
