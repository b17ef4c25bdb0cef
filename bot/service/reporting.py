"""From a talk's answers to a case: whom the report is about, where it goes, and what the reporter's lines may say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from bot.cases import matters, routes, routing
from bot.cases.model import Case, Plan
from bot.cases.names import NameWords, named
from bot.clock import LONDON
from bot.flow.model import Answers, Flow, Kind, Severity, Subject, counted
from bot.people import Member, Role, Roster
from bot.service.rulebook import Rulebook


def _subject(flow: Flow, answers: Answers) -> Subject | None:
    """Give whom the answers say it is about; None while the question that asks it has no answer."""
    for question in flow.questions:
        if question.subject and question.kind is Kind.CHOICE:
            given = answers.get(question.id)
            return Subject(given) if isinstance(given, str) and given else None
    return Subject.CHILD


def report_of(
    book: Rulebook, roster: Roster, flow: Flow, answers: Answers, reporter: Member, severity: Severity, at: datetime
) -> routing.Report:
    """Give what routing needs to know of a report's answers."""
    given = counted(flow, answers)
    about, said = frozenset[str](), frozenset[str]()
    for question in flow.questions:
        answer = given.get(question.id, "")
        if not isinstance(answer, str) or not answer:
            continue
        if question.subject and question.kind is Kind.PERSON:
            about |= named(answer, roster, book.names, as_name=True)
        elif reporter.is_pupil and question.kind is Kind.LONG_TEXT:  # not whom the child would like to talk to
            said |= named(answer, roster, book.names)
    subject = _subject(flow, given) or Subject.UNSURE
    return routing.Report(subject, reporter.id, severity, at, about, said, _told(book, flow, given, reporter))


def _told(book: Rulebook, flow: Flow, answers: Answers, reporter: Member) -> tuple[Role, ...]:
    """Give the roles that hear first, where the usual ones do not: what IT finds goes where the policy says."""
    if Role.IT in reporter.roles and reporter.roles <= {Role.IT, Role.STAFF}:
        return book.school.raised_by_it
    return routes.told(book.school, flow, answers)


def put_before(book: Rulebook, roster: Roster, flow: Flow, answers: Answers, reporter: Member, at: datetime) -> Plan:
    """Give whom a record, a notice or a question goes to. A question about somebody by name never goes to them."""
    given = counted(flow, answers)
    about = frozenset[str]()
    if flow.procedure == "policy":  # roles name nobody here: "must I tell the DSL?" is for the DSL to answer
        names = NameWords(titles=book.names.titles)
        texts = (given[q.id] for q in flow.questions if q.id in given and q.kind in (Kind.TEXT, Kind.LONG_TEXT))
        about = about.union(*(named(str(text), roster, names) for text in texts))
    return matters.plan(book.school, roster, routes.told(book.school, flow, given), reporter.id, at, about)


@dataclass(frozen=True)
class TalkBlanks(Mapping[str, str]):
    """What fills the blanks of a flow's lines for one talk. Worked out only when a line has a blank.

    Whom a line sends the reporter to is never somebody the report is about: before the subject is known, lines that
    name a person name nobody.
    """

    book: Rulebook
    roster: Roster
    flow: Flow
    answers: Answers
    reporter: Member
    severity: Severity
    at: datetime
    case: Case | None = None  # once there is one, its plan says who hears: it knows what was excluded before
    reference: str = ""

    @cached_property
    def _filled(self) -> Mapping[str, str]:
        words, school = self.book.words, self.book.school
        subject = _subject(self.flow, counted(self.flow, self.answers))
        plan = self.case.plan if self.case else self._plan()
        tell, following = self._people(plan) if subject else (None, None)
        nobody = words.say("somebody")
        alone = routing.is_alone(plan, self.reporter.id)
        return {
            **school.numbers,
            "school": school.name,
            "senior_team": school.senior_team,
            "filter": school.filter.product,
            "about": subject or "",
            "tell": tell.name if tell else nobody,
            "tell_place": tell.place if tell else "",
            "tell_phone": tell.phone if tell else "",
            "next": following.name if following else "",
            "next_phone": following.phone if following else "",
            "recipients": words.say("only-you") if alone else recipients(self.book, plan),
            "alone": "yes" if alone else "",
            "deadline": self._deadline(plan),
            "reference": self.case.ref if self.case else self.reference,
        }

    def _plan(self) -> Plan:
        school, roster, flow = self.book.school, self.roster, self.flow
        if flow.procedure == "approval":
            return matters.unblock(school, roster, self.reporter.id, self.at, None).gates[0].plan
        if flow.procedure in ("record", "notice", "policy"):
            return put_before(self.book, roster, flow, self.answers, self.reporter, self.at)
        report = report_of(self.book, roster, flow, self.answers, self.reporter, self.severity, self.at)
        return routing.plan(school, roster, report)

    def _people(self, plan: Plan) -> tuple[Member | None, Member | None]:
        """Give whom to go to first and next: never the reporters themselves."""
        in_order = [m for rung in plan.rungs for m in self.roster.among(rung.people - {self.reporter.id})]
        return (in_order[0] if in_order else None), (in_order[1] if len(in_order) > 1 else None)

    def _deadline(self, plan: Plan) -> str:
        school = self.book.school
        due = plan.rungs[1].due if len(plan.rungs) > 1 else routing.due(school, self.severity, self.at, plan.patience)
        return moment(self.book, due, self.at)

    def __getitem__(self, key: str) -> str:
        return self.book.school.numbers.get(key) or self._filled[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._filled)

    def __len__(self) -> int:
        return len(self._filled)


def recipients(book: Rulebook, plan: Plan) -> str:
    """Give who hears first, by role, in words."""
    return roles_said(book, plan.rungs[0].roles if plan.rungs else ())


def roles_said(book: Rulebook, roles: tuple[str, ...]) -> str:
    """Give roles in words, all of which are meant; without any, somebody whom it is not about."""
    return _said(book, roles, book.words.say("and"))


def any_of(book: Rulebook, roles: tuple[str, ...]) -> str:
    """Give roles in words, any one of which will do: whom something waits for, or whom to ask."""
    return _said(book, roles, book.words.say("or"))


def _said(book: Rulebook, roles: tuple[str, ...], between: str) -> str:
    return between.join(book.words.say(f"role-{role}") for role in roles) or book.words.say("somebody")


def stamp(book: Rulebook, at: datetime) -> str:
    """Give a moment with its day, for what is still read tomorrow: 'Monday 23 November, 08:20' in the school's time."""
    local = at.astimezone(LONDON)
    day, month = book.words.say(f"day-{local.isoweekday()}"), book.words.say(f"month-{local.month}")
    return f"{day} {local.day} {month}, {local:%H:%M}"


def last_day(book: Rulebook, until: datetime) -> str:
    """Give the last whole day before a moment: what was approved until midnight counts through the day before."""
    return day_said(book, (until - timedelta(microseconds=1)).astimezone(LONDON).date())


def day_said(book: Rulebook, day: date) -> str:
    """Give a day as people say it: 'Monday 23 November'."""
    return f"{book.words.say(f'day-{day.isoweekday()}')} {day.day} {book.words.say(f'month-{day.month}')}"


def moment(book: Rulebook, at: datetime, now: datetime) -> str:
    """Give a moment as people say it now: '15:35' today, and with its day on any other."""
    local = at.astimezone(LONDON)
    return f"{local:%H:%M}" if local.date() == now.astimezone(LONDON).date() else stamp(book, at)
