"""What would fail later, found before anything starts: routes to nobody, flows that are missing, wording with gaps.

Every route is tried with the school's own people, for every subject and every person it could be about (design 1.8).
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import combinations, product

from bot.cases import routing
from bot.cases.routes import ROUTES
from bot.flow.blanks import BLANKS, mistake_in
from bot.flow.model import Severity, Subject
from bot.inspection.flows import flow_problems, on
from bot.people import Role, Roster
from bot.service.rulebook import Rulebook
from bot.settings import School

_ENDS_SOON = timedelta(days=60)
_SAID = (  # what the sentences of wording.toml can name
    *("about", "at", "by", "dated", "day", "document", "heading"),
    *("kind", "klass", "label", "last", "length", "limit", "number"),
    *("platform", "recipients", "reference", "school", "section", "severity", "step", "title", "until", "who"),
)


def problems(book: Rulebook, roster: Roster, now: datetime) -> list[str]:
    """Give everything that must be put right before the school can be served, each with what to do about it."""
    return [*flow_problems(book), *_wording(book), *_people(book, roster), *_routes(book.school, roster, now)]


def warnings(school: School, roster: Roster, today: date) -> list[str]:
    """Give what is well for now and will not be for long, and where people and settings do not agree."""
    found = [*_leads(school, roster), *_gates(school, roster)]
    if all(m.roles - {Role.VICE_CHAIR} for m in roster.holding([Role.VICE_CHAIR])):  # who works here is under the head
        found.append(
            "nobody holds the role 'vice_chair' and no other: where the chair of governors reports the head, nobody "
            "else here hears of it, and Beacon can only give the LADO's number. Give a second governor this role"
        )
    last = school.hours.terms[-1].last if school.hours.terms else today
    if last - today < _ENDS_SOON:
        found.append(
            f"hours.term ends on {last:%d.%m.%Y}: add the next school year, or every working day counts as open"
        )
    return found


def _wording(book: Rulebook) -> Iterator[str]:
    known = (*_SAID, *BLANKS, *book.school.numbers)
    for key, line in book.words.lines.items():
        if mistake := mistake_in(line, known):
            yield f"wording.toml, {key}: {mistake}"


def _people(book: Rulebook, roster: Roster) -> Iterator[str]:
    """Say which roles nobody holds of whom the school's routes need one."""
    held = {role for member in roster for role in member.roles}
    for what, roles in _needed(book):
        if not held & set(roles):
            named = " or ".join(f"'{role}'" for role in roles)
            yield f"nobody holds the role {named}, which {what}: add somebody to the people file"


def _needed(book: Rulebook) -> Iterator[tuple[str, tuple[Role, ...]]]:
    """Give every set of roles of which one must be held, and what for."""
    school = book.school
    for role in sorted({*school.tell, *(role for line in school.about.values() for role in line[:1])}):
        yield "hears first of a concern", (role,)
    yield "hears of what IT raises ([routes] raised_by_it)", school.raised_by_it
    for flow in on(book):
        for route in flow.routes:
            if route.to in ROUTES:
                yield f"'{flow.id}' goes to ({route.to})", ROUTES[route.to](school)
        if flow.procedure == "approval":
            for gate in school.unblock.gates:
                yield f"'{flow.id}' needs at the gate '{gate.id}' ([unblock])", gate.roles
        if flow.procedure == "approval" or flow.for_it:
            yield "carries out what is decided about the filter ([filter] tasks)", school.task


def _leads(school: School, roster: Roster) -> Iterator[str]:
    """Say where the people file does not bear out what the settings say of the DSLs."""
    leads, dsls = school.leads, roster.holding([Role.DSL])
    if (leads.pool == "one") != (len(dsls) == 1):
        yield f"[dsl] pool is '{leads.pool}', but {len(dsls)} on the list hold the role 'dsl'"
    if leads.lead and not roster.holding([Role.LEAD_DSL]):
        yield "[dsl] lead is true, but nobody on the list holds the role 'lead_dsl'"
    if leads.head != any(Role.HEAD in member.roles for member in dsls):
        yield f"[dsl] head is {str(leads.head).lower()}, but on the list the head is {'not ' * leads.head}a dsl"


def _gates(school: School, roster: Roster) -> Iterator[str]:
    """Say which two gates of a request only one person could pass: each is somebody else's, so the second climbs."""
    for one, other in combinations(school.unblock.gates, 2):
        able = roster.holding((*one.roles, *other.roles))
        if len(able) == 1:
            yield (
                f"[unblock] the gates '{one.id}' and '{other.id}' are for two people, and only {able[0].name} holds a "
                f"role of either: the second goes up to the head or the chair. Give somebody else one of these roles"
            )


def _routes(school: School, roster: Roster, now: datetime) -> Iterator[str]:
    """Try every report that could come: about each subject, about each adult by name, from each of them."""
    adults = [m.id for m in roster if not m.is_pupil]
    reporters = adults or [""]
    found = set[str]()
    for subject, severity in product(Subject, Severity):
        for reporter in reporters if subject is Subject.SELF else reporters[:1]:
            report = routing.Report(subject, reporter, severity, now)
            if not routing.plan(school, roster, report).rungs:
                found.add(f"about '{subject}'")
    for named, severity in product(adults, Severity):
        report = routing.Report(Subject.ADULT, "", severity, now, named=frozenset([named]))
        if not routing.plan(school, roster, report).rungs:
            member = roster.get(named)
            found.add(f"about {member.name if member else named}")
    for where in sorted(found):
        yield (
            f"a concern {where} would reach nobody: add a person with the role '{Role.HEAD}' or '{Role.CHAIR}' who is "
            "not somebody it may be about"
        )
