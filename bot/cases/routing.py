"""Who hears of a case: never the person it is about, never anybody that person controls, and never nobody. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.cases.hours import later, that_day
from bot.cases.model import Plan, Rung
from bot.flow.model import Severity, Subject
from bot.people import Role, Roster
from bot.settings import School

# The rules that no setting can loosen.
_SENIOR = (Subject.HEAD, Subject.DSL, Subject.DEPUTY, Subject.IT, Subject.CHAIR)
_ROLE_OF = {
    Subject.HEAD: Role.HEAD,
    Subject.DSL: Role.DSL,
    Subject.DEPUTY: Role.DEPUTY,
    Subject.IT: Role.IT,
    Subject.CHAIR: Role.CHAIR,
}
_CONTROLS = {  # whose work somebody directs; KCSIE part four: about the head, only the chair hears
    Role.HEAD: (
        *(Role.LEAD_DSL, Role.DSL, Role.DEPUTY, Role.SENIOR),
        *(Role.IT, Role.COMPUTING, Role.OFFICE, Role.STAFF),
    ),
    Role.LEAD_DSL: (Role.DSL, Role.DEPUTY),
    Role.DSL: (Role.DEPUTY,),
}
_LAST_RESORT = (Role.HEAD, Role.CHAIR)
_BESIDE = (Role.VICE_CHAIR,)  # who hears too where nobody would but whoever reported it


@dataclass(frozen=True, slots=True)
class Report:
    """What routing needs to know of a report: no words, only who and how soon.

    `named` are members its answers name as the person it is about; `mentioned` are adults a child's words name. `tell`
    are the roles its flow's own route names, () for the usual ones.
    """

    subject: Subject
    reporter: str
    severity: Severity
    at: datetime
    named: frozenset[str] = frozenset()
    mentioned: frozenset[str] = frozenset()
    tell: tuple[Role, ...] = ()


def plan(school: School, roster: Roster, report: Report) -> Plan:
    """Work out where a report goes.

    Returns:
        A plan whose recipients exclude the subject and whoever the subject controls. When that leaves nobody on a
        rung, the next one takes its place and its time; when it leaves nobody at all, the head and then the chair are
        asked. `rungs` is empty only when even they are excluded or missing: `beacon check` refuses such a school.
    """
    subjects = _subjects(roster, report)
    subject = _most_senior(roster, report.subject, subjects)
    excluded = _under(roster, subjects)
    held, guardians = _held(roster, report.mentioned - excluded, excluded)
    barred, about_child = excluded | held, subject in (Subject.CHILD, Subject.UNSURE)
    line = _line(school, subject, report)
    steps = [Step(after, ids(roster, roles), roles) for after, roles in line]
    if guardians:
        steps.insert(0, Step(timedelta(), guardians, _roles_held(roster, guardians)))
    channel, readers = "", frozenset[str]()
    if about_child:
        channel, readers = school.channel, ids(roster, school.channels[school.channel].readers)
        if readers & barred:  # a card must not hang where somebody excluded can read it
            channel, readers = "", frozenset()
    last = [Step(timedelta(), ids(roster, [role]), (role,)) for role in _LAST_RESORT]
    rungs = rungs_of(school, roster, steps, barred, report) or rungs_of(school, roster, last, barred, report)
    if _reaches_only(report.reporter, rungs) and (beside := ids(roster, _BESIDE) - barred):
        first = replace(rungs[0], people=rungs[0].people | beside, roles=(*rungs[0].roles, *_BESIDE))
        rungs = (first, *rungs[1:])
    return Plan(
        rungs,
        channel,
        readers,
        excluded,
        held,
        guardians,
        report.mentioned,
        adult=not about_child,
        patience=patience(school, report.severity),
    )


def is_alone(case_plan: Plan, reporter: str) -> bool:
    """Say whether nobody but whoever reported it hears of it: then only somebody outside the school can help them.

    KCSIE part four has the chair deal with a concern about the head; where it is the chair's own, that leaves the LADO.
    """
    return _reaches_only(reporter, case_plan.rungs)


def _reaches_only(reporter: str, rungs: tuple[Rung, ...]) -> bool:
    return bool(rungs) and all(rung.people == {reporter} for rung in rungs)


def patience(school: School, severity: Severity) -> timedelta:
    """Give how long the last people of a ladder have, at least: as long as the first have at this severity."""
    steps = school.ladders[severity].steps
    return steps[0].after if steps else timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a ladder with the people it tells, before anybody is excluded."""

    after: timedelta
    people: frozenset[str]
    roles: tuple[Role, ...]


def ids(roster: Roster, roles: Iterable[Role]) -> frozenset[str]:
    """Give everybody who holds one of some roles."""
    return frozenset(m.id for m in roster.holding(roles))


def _roles_held(roster: Roster, people: frozenset[str]) -> tuple[Role, ...]:
    held = {role for m in roster.among(people) for role in m.roles}
    return tuple(role for role in Role if role in held)


def _subjects(roster: Roster, report: Report) -> frozenset[str]:
    """Give the members the report is about. Somebody named by the reporter counts whatever group was chosen."""
    about = report.named
    if role := _ROLE_OF.get(report.subject):
        about |= ids(roster, [role])
    if report.subject is Subject.SELF:
        about |= {report.reporter}
    return about


def _most_senior(roster: Roster, chosen: Subject, subjects: frozenset[str]) -> Subject:
    """Give the subject that routes strictest: 'another adult' who turns out to be the head is the head."""
    if chosen in (Subject.CHILD, Subject.UNSURE) and not subjects:
        return chosen
    roles = _roles_held(roster, subjects)
    return next((s for s in _SENIOR if s is chosen or _ROLE_OF[s] in roles), Subject.ADULT)


def _under(roster: Roster, subjects: frozenset[str]) -> frozenset[str]:
    """Give the subjects and everybody they control. The chair answers to no one here, whatever else they are."""
    controlled = [r for role in _roles_held(roster, subjects) for r in _CONTROLS.get(role, ())]
    return subjects | (ids(roster, controlled) - ids(roster, [Role.CHAIR]))


def _held(roster: Roster, mentioned: frozenset[str], excluded: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Give who waits because a child's words name the DSL or the head, and who reads first (design 3).

    The head and the DSL might be whom the child is afraid of. The deputy reads first, the chair where the head is
    named; the others hear nothing until then. The head controls everybody, so everybody but the chair waits.
    """
    named = [m for m in roster.among(mentioned) if m.roles & {Role.DSL, Role.DEPUTY, Role.HEAD}]
    if not named:
        return frozenset(), frozenset()
    people = frozenset(m.id for m in named)
    roles = {role for m in named for role in m.roles}
    firsts = (Role.CHAIR,) if Role.HEAD in roles else (Role.DEPUTY, Role.HEAD, Role.CHAIR)
    held = _under(roster, people) if Role.HEAD in roles else people
    for role in firsts:
        if guardians := ids(roster, [role]) - held - excluded:
            return held, guardians
    return held, frozenset()


def _line(school: School, subject: Subject, report: Report) -> list[tuple[timedelta, tuple[Role, ...]]]:
    """Give the times and roles of a ladder before anybody is excluded from it."""
    steps = [(step.after, step.tell) for step in school.ladders[report.severity].steps]
    if subject in (Subject.CHILD, Subject.UNSURE):
        return [(timedelta(), report.tell or school.tell), *steps]
    afters = [timedelta(), *(after for after, _ in steps)]
    return [(afters[min(i, len(afters) - 1)], (role,)) for i, role in enumerate(school.about[subject])]


def due(school: School, severity: Severity, start: datetime, after: timedelta) -> datetime:
    """Give when so much time has passed since a moment, as the school's ladder of a severity counts it."""
    if school.ladders[severity].elapsed:
        return start + after
    if severity is Severity.SAME_DAY:
        return that_day(school.hours, start, after)
    return later(school.hours, start, after)


def rungs_of(
    school: School, roster: Roster, steps: list[Step], barred: frozenset[str], report: Report
) -> tuple[Rung, ...]:
    """Give the steps that still reach somebody new. The first of them is told at once, whenever it was due."""
    rungs: list[Rung] = []
    told: frozenset[str] = frozenset()
    for step in steps:
        if people := step.people - barred - told:
            told |= people
            roles = tuple(role for role in step.roles if people & ids(roster, [role]))
            after = step.after if rungs else timedelta()
            at = due(school, report.severity, report.at, after) if rungs else report.at
            rungs.append(Rung(at, people, roles, after))
    return tuple(rungs)
