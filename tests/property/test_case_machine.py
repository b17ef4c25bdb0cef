"""Any sequence of what people, time and the reporter can do to a case, held to what must always be true."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.cases.access import may_open
from bot.cases.alert import begin, decide
from bot.cases.model import (
    Acknowledge,
    AlertVerb,
    Case,
    Close,
    Decide,
    Escalate,
    Inform,
    Lower,
    Note,
    Open,
    Outcome,
    Overdue,
    PassOn,
    Plan,
    Record,
    Refused,
    Release,
    Reopen,
    Revise,
    Rung,
    SetTimer,
    StopTimers,
    Talked,
    Tell,
)
from bot.flow.model import Severity, Subject
from bot.people import Member, Role
from tests.school import FRIDAY

PEOPLE = "ABCDEF"
SOME = st.frozensets(st.sampled_from(PEOPLE), max_size=3)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Give a plan as routing makes them: nobody twice, nobody barred, readers only with a channel."""
    excluded = draw(SOME)
    held = draw(st.one_of(st.just(frozenset[str]()), SOME)) - excluded
    free = [p for p in draw(st.permutations(PEOPLE)) if p not in excluded | held]
    people = [frozenset(p) for p in free[: draw(st.integers(0, 4))]]
    afters = [timedelta(minutes=10 * n) for n in range(len(people))]
    rungs = tuple(Rung(FRIDAY + after, who, (), after) for after, who in zip(afters, people, strict=True))
    guardians = people[0] if held and people else frozenset[str]()
    readers = frozenset[str]() if held or excluded or not draw(st.booleans()) else frozenset("AB")
    adult = not readers and draw(st.booleans())
    return Plan(rungs, "dsl" if readers else "", readers, excluded, held, guardians, held, adult)


class CaseMachine(RuleBasedStateMachine):
    """A case between people; its timers fire when hypothesis says so."""

    @initialize(plan=plans(), severity=st.sampled_from(Severity))
    def report(self, plan: Plan, severity: Severity) -> None:
        self.now = FRIDAY
        self.timers: set[tuple[str, int]] = set()
        self.ended = False  # the ladder
        case = Case("c", "REF", "f", "d", "Concern", severity, severity, Subject.CHILD, "T", FRIDAY, plan)
        self.case = case
        self.follow(begin(case))

    def do(self, verb: AlertVerb, person: str = "") -> Outcome:
        self.now += timedelta(minutes=1)
        before = self.case
        outcome = decide(before, verb, person, self.now)
        after = outcome.case
        if any(isinstance(e, Refused) for e in outcome.effects):
            assert after == before
            assert len(outcome.effects) == 1
        turned = isinstance(verb, Revise) and after.plan.adult and not before.plan.adult
        assert after.told >= before.told or turned, "only a report about an adult after all is taken from anybody"
        assert after.released >= before.released
        assert after.released == before.released or isinstance(verb, Release)
        assert after.heard >= before.heard
        assert after.rev >= before.rev
        assert after == before or after.rev > before.rev
        assert after.severity >= before.severity or isinstance(verb, Lower)
        assert after.reached >= before.reached
        assert after.plan.excluded >= before.plan.excluded
        assert after.complete >= before.complete
        if before.status == "closed" and after.status != "closed":
            assert isinstance(verb, Reopen | Revise | Talked)
        if before.acknowledged_by and after.acknowledged_by != before.acknowledged_by:
            freed = isinstance(verb, PassOn | Talked | Reopen | Revise)
            assert freed or (isinstance(verb, Overdue) and verb.plan), verb
        if before.status == "decided" and after.status == "acknowledged":
            assert isinstance(verb, Revise), "only more words ask for another decision"
        if isinstance(verb, PassOn) and after != before:
            asked = {p for e in outcome.effects if isinstance(e, Tell) for p in e.people}
            assert asked - {person}, "nobody passes a case on to themselves alone"
        self.follow(outcome)
        return outcome

    def follow(self, outcome: Outcome) -> None:
        self.case = outcome.case
        barred = self.case.plan.excluded | self.case.plan.held
        for effect in outcome.effects:
            match effect:
                case Tell(people=people):
                    assert not people & barred
                    assert people <= self.case.told
                case SetTimer(kind=kind, level=level):
                    self.timers.add((kind, level))
                    self.ended = False
                    assert kind != "escalate" or not self.case.plan.rungs or level <= len(self.case.plan.rungs)
                case StopTimers():
                    self.timers.clear()
                case Inform(key="nobody-yet") | Record("ladder_ended"):
                    self.ended = True

    @rule(person=st.sampled_from(PEOPLE), verb=st.sampled_from([
        Acknowledge(FRIDAY), PassOn(), Open(), Note(), Decide(), Close(), Reopen(FRIDAY), Lower(Severity.ROUTINE),
        Lower(Severity.HIGH),
    ]))  # fmt: skip
    def somebody_acts(self, person: str, verb: AlertVerb) -> None:
        if may_open(self.case, Member(person, "", frozenset({Role.DSL}))):  # as the service asks first
            self.do(verb, person)

    @rule(person=st.sampled_from(PEOPLE), plan=plans())
    def a_guardian_releases(self, person: str, plan: Plan) -> None:
        if may_open(self.case, Member(person, "", frozenset({Role.DSL}))):
            self.do(Release(Plan(plan.rungs, plan.channel, plan.readers, plan.excluded)), person)

    @rule(plan=plans(), severity=st.sampled_from(Severity), complete=st.booleans())
    def the_reporter_says_more(self, plan: Plan, severity: Severity, complete: bool) -> None:
        again = self.now + timedelta(hours=1)
        self.do(Revise(max(severity, self.case.reached), Subject.CHILD, plan, again, complete=complete))

    @rule(unheard=st.booleans())
    def the_child_is_asked(self, unheard: bool) -> None:
        self.do(Talked(unheard=unheard), "T")

    @precondition(lambda self: self.timers)
    @rule(data=st.data())
    def time_comes(self, data: st.DataObject) -> None:
        kind, level = data.draw(st.sampled_from(sorted(self.timers)))
        self.timers.discard((kind, level))
        if kind == "escalate":
            self.do(Escalate(level))
        else:
            taker = Member(self.case.acknowledged_by, "", frozenset({Role.DSL}))
            left = data.draw(st.booleans()) or not may_open(self.case, taker)
            self.do(Overdue(self.now + timedelta(hours=1), data.draw(plans()) if left else None))

    @invariant()
    def nobody_it_is_about_may_open_it(self) -> None:
        for person in self.case.plan.excluded | self.case.plan.held:
            assert not may_open(self.case, Member(person, "", frozenset(Role)))

    @invariant()
    def an_open_case_is_never_forgotten(self) -> None:
        if self.case.status == "open":
            assert self.ended or ("escalate", self.case.rung + 1) in self.timers
            assert not self.case.acknowledged_by

    @invariant()
    def a_case_somebody_has_is_asked_for_again(self) -> None:
        if self.case.status == "acknowledged":
            assert self.case.acknowledged_by
            assert any(kind == "decide" for kind, _ in self.timers), "for as long as no decision comes"

    @invariant()
    def nobody_is_chased_for_what_is_decided(self) -> None:
        if self.case.status in ("decided", "closed"):
            assert not {kind for kind, _ in self.timers} & {"escalate", "decide"}


CaseMachine.TestCase.settings = settings(max_examples=80, stateful_step_count=20, deadline=None)
TestCases = CaseMachine.TestCase
