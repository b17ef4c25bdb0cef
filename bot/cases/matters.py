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
    channel = school.channels[school.it_channel]
    readers = ids(roster, channel.readers)
    told = replace(told, channel=school.it_channel, readers=readers, readers_as=tuple(sorted(channel.readers)))
    return Gate("task", told)


def unblock(school: School, roster: Roster, reporter: str, at: datetime, until: datetime | None) -> Approval:
    """Give the gates of a request to open a blocked site: as the school's settings have them, then the task."""
    gates = tuple(
        Gate(gate.id, plan(school, roster, gate.roles, reporter, at), gate.consent) for gate in school.unblock.gates
    )
    back = sender(school, roster, school.unblock.gates[0].roles, reporter, at)
    return Approval(gates, task(school, roster, at), back, until=until)


def sender(school: School, roster: Roster, roles: tuple[Role, ...], reporter: str, at: datetime) -> Gate:
    """Give whom a task goes back to that cannot be done: those who answer for it, never whoever carries it out."""
    return Gate("returned", plan(school, roster, roles, reporter, at), roles=roles)


def as_of(
    approval: Approval, school: School, roster: Roster, reporter: str, at: datetime, deciding: str = ""
) -> Approval:
    """Give an approval with whom the school has today at its gates and for its task; `deciding` agrees just now.

    A site may be open for a term: who is to block it again is whoever looks after the filter by then. A gate that the
    settings no longer have keeps the people it had. Who agreed at one gate is not asked at a later one: where that
    leaves nobody of its roles it climbs to somebody else, and where there is nobody else at all it stays with them.
    """
    roles = {gate.id: gate.roles for gate in school.unblock.gates}
    agreed = approval.passed | {deciding} - {""}
    ahead = approval.at + bool(deciding)

    def today(place: int, gate: Gate) -> Gate:
        if gate.id not in roles:
            return gate
        others = plan(school, roster, roles[gate.id], reporter, at, agreed if place >= ahead else frozenset())
        return replace(gate, plan=others if others.rungs else plan(school, roster, roles[gate.id], reporter, at))

    back = approval.sender and sender(school, roster, tuple(map(Role, approval.sender.roles)), reporter, at)
    gates = tuple(today(place, gate) for place, gate in enumerate(approval.gates))
    return replace(approval, gates=gates, task=task(school, roster, at) if approval.task else None, sender=back)


def _plan(school: School, roster: Roster, roles: tuple[Role, ...], barred: frozenset[str], at: datetime) -> Plan:
    report = Report(Subject.CHILD, "", Severity.ROUTINE, at)
    ladder = [(timedelta(), roles), *((step.after, step.tell) for step in school.ladders[Severity.ROUTINE].steps)]
    for line in (ladder, [(timedelta(), (role,)) for role in _LAST_RESORT]):
        steps = [Step(after, ids(roster, told), told) for after, told in line]
        if rungs := rungs_of(school, roster, steps, barred, report):
            return Plan(rungs, patience=patience(school, Severity.ROUTINE))
    return Plan(())
