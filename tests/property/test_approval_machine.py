"""Any sequence of what people and time can do to a request, held to what must always be true. The requester is T."""

from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.cases.access import may_open
from bot.cases.approval import begin, decide, gate_of, is_asked, may_end
from bot.cases.hours import is_open, next_opening
from bot.cases.model import (
    Approval,
    ApprovalVerb,
    Approve,
    AskAgain,
    CannotDo,
    Case,
    Done,
    EndEarly,
    Escalate,
    Expire,
    Gate,
    GiveUp,
    Inform,
    Note,
    Open,
    Outcome,
    Plan,
    Record,
    Refuse,
    Refused,
    Rung,
    SetTimer,
    StopTimers,
    Tell,
)
from bot.flow.model import Severity, Subject
from bot.people import Member, Role
from tests.school import FRIDAY, larkfield

PEOPLE = "ABCDT"
HOURS = larkfield().school.hours
ANYTHING = [Approve(), Refuse(), Done(), CannotDo(), AskAgain(), GiveUp(), EndEarly(), Open(), Note()]
GATES = ("lead", "educational", "technical", "consent")


@st.composite
def plans(draw: st.DrawFn, people: str) -> Plan:
    """Give a plan as `matters` makes them: nobody twice, and at a gate never the requester."""
    free = draw(st.permutations(people))[: draw(st.integers(0, 3))]
    afters = [timedelta(hours=n) for n in range(len(free))]
    told = zip(afters, free, strict=True)
    return Plan(tuple(Rung(FRIDAY + after, frozenset(who), ("dsl",), after) for after, who in told))


@st.composite
def approvals(draw: st.DrawFn) -> Approval:
    needed = draw(st.sets(st.sampled_from(GATES)))
    gates = tuple(
        Gate(name, draw(plans(PEOPLE.replace("T", ""))), name in needed) for name in GATES[: draw(st.integers(0, 3))]
    )
    task = Gate("task", draw(plans(PEOPLE))) if draw(st.booleans()) or not gates else None
    until = FRIDAY + timedelta(hours=draw(st.integers(1, 100))) if draw(st.booleans()) else None
    sender = Gate("returned", draw(plans(PEOPLE.replace("T", ""))))
    return Approval(gates, task, sender, until=until if gates else None)


class ApprovalMachine(RuleBasedStateMachine):
    """A request between people; its timers fire when hypothesis says so, and never before they are due."""

    @initialize(asked=approvals(), copies=st.frozensets(st.sampled_from("ABCD"), max_size=2))
    def ask(self, asked: Approval, copies: frozenset[str]) -> None:
        self.now = FRIDAY
        self.done_at = FRIDAY
        self.timers: dict[tuple[str, int], datetime] = {}
        self.ended = False  # the ladder of the present gate
        self.decided: list[tuple[int, str]] = []  # which gate was opened, and by whom
        self.case = Case(
            *("c", "REF", "unblock", "d", "Request", Severity.ROUTINE, Severity.ROUTINE, Subject.CHILD, "T", FRIDAY),
            Plan(()),
            procedure="approval",
            approval=asked,
        )
        self.follow(begin(self.case, self.now, copies=copies), "")

    @property
    def approval(self) -> Approval:
        assert self.case.approval is not None
        return self.case.approval

    def do(self, verb: ApprovalVerb, person: str = "") -> Outcome:
        before, gate = self.case, gate_of(self.case)
        outcome = decide(before, verb, person, self.now)
        after = outcome.case
        assert after.approval is not None
        if any(isinstance(e, Refused) for e in outcome.effects):
            assert (after, len(outcome.effects)) == (before, 1), "who is refused changes nothing"
            return outcome
        assert after == before or after.rev > before.rev
        assert after.told >= before.told, "nobody who knew of it loses sight of it"
        assert after.approval.at >= self.approval.at, "no gate is gone back to"
        assert after.approval.needed >= self.approval.needed
        if self.approval.until:
            assert after.approval.until
            assert after.approval.until <= self.approval.until, "no gate gives longer than was asked"
        if before.status == "closed":
            assert after.status == "closed", "refused or over is final"
            assert after.approval == self.approval
        if after.status == "done" and before.status != "done":
            assert before.status in ("approved", "open")
            assert not after.approval.undoing
            self.done_at = self.now
        if before.status == "open" and after.approval.at > self.approval.at:
            assert isinstance(verb, Approve)
            assert gate is not None
            self.decided.append((self.approval.at, person))
        assert after.approval.refused == (self.approval.refused or isinstance(verb, Refuse))
        self.follow(outcome, person)
        return outcome

    def follow(self, outcome: Outcome, person: str) -> None:
        self.case = outcome.case
        gate = gate_of(self.case)
        for effect in outcome.effects:
            match effect:
                case Tell(people=people):
                    assert people <= self.case.told
                    self.ended = False
                case SetTimer(kind=kind, level=level, due=due):
                    self.timers[kind, level] = due
                    assert kind == "expire" or gate is not None, "nobody is chased for what waits for nobody"
                case StopTimers():
                    self.timers = {key: due for key, due in self.timers.items() if key[0] == "expire"}
                case Inform(key="nobody-yet") | Record("ladder_ended"):
                    self.ended = True
                case Inform(who=who):
                    assert who == person, "whoever asked hears who it was"

    @rule(person=st.sampled_from(PEOPLE), hours=st.integers(0, 48), needed=st.booleans(), ends=st.booleans())
    def somebody_approves(self, person: str, hours: int, needed: bool, ends: bool) -> None:
        if self.case.status == "open" and self.waits_for(person):
            assert person != "T"
            self.do(Approve(self.now + timedelta(hours=hours) if ends else None, needed=needed), person)

    @rule(person=st.sampled_from(PEOPLE), sure=st.integers(0, 3))
    def somebody_refuses(self, person: str, sure: int) -> None:
        if (
            not sure and self.case.status == "open" and self.waits_for(person)
        ):  # seldom, or every request would be short
            self.do(Refuse(), person)

    @rule(person=st.sampled_from(PEOPLE), able=st.booleans())
    def somebody_does_the_task_or_cannot(self, person: str, able: bool) -> None:
        gate = gate_of(self.case)
        if gate is not None and gate.id == "task" and self.waits_for(person):
            self.do(Done() if able else CannotDo(), person)

    @rule(person=st.sampled_from(PEOPLE), again=st.booleans())
    def somebody_settles_what_came_back(self, person: str, again: bool) -> None:
        if self.approval.returned and self.waits_for(person):
            assert person != "T"
            self.do(AskAgain() if again else GiveUp(), person)

    @rule(person=st.sampled_from(PEOPLE))
    def somebody_ends_it_early(self, person: str) -> None:
        if may_end(self.case, Member(person, "", frozenset({Role.DSL}))):
            assert self.case.status in ("approved", "done")
            self.do(EndEarly(), person)

    @rule(person=st.sampled_from(PEOPLE), verb=st.sampled_from(ANYTHING))
    def somebody_does_what_is_not_theirs(self, person: str, verb: ApprovalVerb) -> None:
        """The service asks first; a verb that comes too late all the same is refused."""
        gate = gate_of(self.case)
        at = gate.id if gate else ""
        late = (
            (isinstance(verb, Approve | Refuse) and self.case.status != "open")
            or (isinstance(verb, Done | CannotDo) and at != "task")
            or (isinstance(verb, AskAgain | GiveUp) and at != "returned")
            or (isinstance(verb, EndEarly) and (at == "returned" or self.case.status in ("open", "closed")))
        )
        if late:
            assert any(isinstance(e, Refused) for e in self.do(verb, person).effects)
        elif isinstance(verb, Open | Note):
            self.do(verb, person)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        """What comes due on the way happens on the way, as timekeeping does it: an end waits for the next opening."""
        until = self.now + timedelta(hours=hours)
        while due := [(at, key) for key, at in self.timers.items() if at <= until]:
            at, (kind, level) = min(due)
            del self.timers[kind, level]
            self.now = max(self.now, at)
            if kind == "escalate":
                self.do(Escalate(level))
            elif is_open(HOURS, self.now):
                self.do(Expire())
            else:
                self.timers[kind, level] = next_opening(HOURS, self.now)
        self.now = until

    @precondition(lambda self: self.case.status == "closed" or self.approval.undoing)
    @rule()
    def an_end_that_was_set_before_comes_again(self) -> None:
        before = self.case
        assert self.do(Expire()).case == before

    def waits_for(self, person: str) -> bool:
        return is_asked(self.case, Member(person, "", frozenset({Role.DSL})))

    @invariant()
    def only_whom_it_waits_for_is_asked(self) -> None:
        gate = gate_of(self.case)
        for person in PEOPLE:
            if self.waits_for(person):
                assert gate is not None
                assert person in frozenset().union(*(rung.people for rung in gate.plan.rungs))
                assert may_open(self.case, Member(person, "", frozenset({Role.DSL})))
        if self.case.status == "open":
            assert not self.waits_for("T")

    @invariant()
    def nobody_agrees_twice_while_there_is_somebody_else(self) -> None:
        agreed = [person for _, person in self.decided]
        for at, person in self.decided:
            others = {p for rung in self.approval.gates[at].plan.rungs for p in rung.people} - {"T"}
            assert agreed.count(person) == 1 or others <= set(agreed)

    @invariant()
    def what_came_back_was_sent_and_what_is_over_is_undone_or_said_not_to_be(self) -> None:
        if self.approval.returned:
            assert self.case.status in ("approved", "closed")

    @invariant()
    def each_gate_was_decided_once(self) -> None:
        gates = [at for at, _ in self.decided]
        assert len(gates) == len(set(gates))
        assert "T" not in {person for _, person in self.decided}
        if self.case.status in ("approved", "done") and not self.approval.refused:
            asked = {at for at, gate in enumerate(self.approval.gates) if self.approval.needed or not gate.where_needed}
            assert {at for at, _ in self.decided} <= asked
            if not self.approval.needed:
                assert {at for at, _ in self.decided} == asked, "every gate that is asked was opened"

    @invariant()
    def what_waits_has_a_clock_or_its_end_was_told(self) -> None:
        if self.case.status in ("open", "approved"):
            assert self.ended or ("escalate", self.case.rung + 1) in self.timers

    @invariant()
    def what_is_in_force_ends_in_time(self) -> None:
        """At its end, or where school is shut then when it next opens; done too late, at once."""
        if self.case.status == "done" and self.approval.until:
            over = max(self.approval.until, self.done_at)
            assert self.timers["expire", 0] <= (over if is_open(HOURS, over) else next_opening(HOURS, over))

    @invariant()
    def nobody_is_chased_for_what_is_over(self) -> None:
        if self.case.status in ("done", "closed"):
            assert not [key for key in self.timers if key[0] == "escalate"]
        if self.case.status == "closed":
            assert self.case.closed_at


ApprovalMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestApprovals = ApprovalMachine.TestCase
