"""What would fail later, found before anything starts: routes to nobody, flows that are missing, wording with gaps.

Every route is tried with the school's own people, for every subject and every person it could be about (design 1.8).
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product

from bot.cases import routing
from bot.flow.blanks import BLANKS, mistake_in
from bot.flow.model import Severity, Subject
from bot.people import Role, Roster
from bot.service.rulebook import Rulebook
from bot.settings import School

_ENDS_SOON = timedelta(days=60)
# What the buttons of cards and notices begin: one flow for each verb, called by it.
_CASEWORK = ("acknowledge", "close", "decide", "lower", "note", "release", "reopen", "talked")
_SAID = (  # what the sentences of wording.toml can name
    *("about", "at", "by", "kind", "klass", "label", "last", "length", "limit", "number"),
    *("recipients", "reference", "school", "severity", "title", "who"),
)


def problems(book: Rulebook, roster: Roster, now: datetime) -> list[str]:
    """Give everything that must be put right before the school can be served, each with what to do about it."""
    return [*_flows(book), *_wording(book), *_people(book.school, roster), *_routes(book.school, roster, now)]


def warnings(school: School, today: date) -> list[str]:
    """Give what is well for now, and will not be for long."""
    last = school.hours.terms[-1].last if school.hours.terms else today
    if last - today < _ENDS_SOON:
        return [f"hours.term ends on {last:%d.%m.%Y}: add the next school year, or every working day counts as open"]
    return []


def _flows(book: Rulebook) -> Iterator[str]:
    for flow_id in sorted(book.school.flows - set(book.flows)):
        yield f"flows: there is no flow {flow_id!r}; there are {', '.join(sorted(book.flows))}"
    for verb in _CASEWORK:
        flow = book.flows.get(verb)
        if flow is None or flow.verb != verb:
            yield f"flows: casework needs a flow {verb!r} with verb = {verb!r}: put {verb}.toml back among the flows"


def _wording(book: Rulebook) -> Iterator[str]:
    known = (*_SAID, *BLANKS, *book.school.numbers)
    for key, line in book.words.lines.items():
        if mistake := mistake_in(line, known):
            yield f"wording.toml, {key}: {mistake}"


def _people(school: School, roster: Roster) -> Iterator[str]:
    needed = {*school.tell, *(role for line in school.about.values() for role in line[:1])}
    for role in sorted(needed - {r for m in roster for r in m.roles}):
        yield f"nobody holds the role '{role}', which hears first of a concern: add somebody to the people file"


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
