"""Who decides, sees, answers or does what is no alert: requests, records, notices, questions, tasks. Pure.

The reporter is never asked about their own matter, as long as there is somebody else. What nobody answers climbs the
school's routine ladder (domain/questions.md 6.10).
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases.model import Approval, Gate, Plan
from bot.cases.routing import Report, Step, ids, patience, rungs_of
from bot.flow.model import Severity, Subject
from bot.people import Role, Roster
from bot.settings import School

_LAST_RESORT = (Role.HEAD, Role.CHAIR)


def plan(
    school: School,
    roster: Roster,
    roles: tuple[Role, ...],
    reporter: str,
    at: datetime,
    about: frozenset[str] = frozenset(),
) -> Plan:
    """Give whom a matter is put before: the holders of some roles, then the routine ladder, never its reporter.

    Nor those whom it is `about`.

    Where that leaves nobody, the head and then the chair; `rungs` is empty only when they are missing too.
    """
    return _plan(school, roster, roles, about | {reporter}, at)


def task(school: School, roster: Roster, at: datetime) -> Gate:
    """Give the task that carries out what was decided, with the card of IT's own channel."""
    told = _plan(school, roster, school.task, frozenset(), at)
    readers = ids(roster, school.channels[school.it_channel].readers)
    return Gate("task", replace(told, channel=school.it_channel, readers=readers))


def unblock(school: School, roster: Roster, reporter: str, at: datetime, until: datetime | None) -> Approval:
    """Give the gates of a request to open a blocked site: as the school's settings have them, then the task."""
    gates = tuple(
        Gate(gate.id, plan(school, roster, gate.roles, reporter, at), gate.consent) for gate in school.unblock.gates
    )
    return Approval(gates, task(school, roster, at), until=until)


def as_of(approval: Approval, school: School, roster: Roster, reporter: str, at: datetime) -> Approval:
    """Give an approval with whom the school has today at its gates and for its task.

    A site may be open for a term: who is to block it again is whoever looks after the filter by then. A gate that the
    settings no longer have keeps the people it had.
    """
    roles = {gate.id: gate.roles for gate in school.unblock.gates}
    gates = tuple(
        replace(gate, plan=plan(school, roster, roles[gate.id], reporter, at)) if gate.id in roles else gate
        for gate in approval.gates
    )
    return replace(approval, gates=gates, task=task(school, roster, at) if approval.task else None)


def _plan(school: School, roster: Roster, roles: tuple[Role, ...], barred: frozenset[str], at: datetime) -> Plan:
    report = Report(Subject.CHILD, "", Severity.ROUTINE, at)
    ladder = [(timedelta(), roles), *((step.after, step.tell) for step in school.ladders[Severity.ROUTINE].steps)]
    for line in (ladder, [(timedelta(), (role,)) for role in _LAST_RESORT]):
        steps = [Step(after, ids(roster, told), told) for after, told in line]
        if rungs := rungs_of(school, roster, steps, barred, report):
            return Plan(rungs, patience=patience(school, Severity.ROUTINE))
    return Plan(())
