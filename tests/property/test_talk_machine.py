"""Any talk through any flow, held to what the engine promises; its state is stored and read back at every step."""

from datetime import timedelta

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec import structs

from bot.flow.answers import check
from bot.flow.model import Flow, Severity, applies, counted, path
from bot.flow.show import show
from bot.flow.step import current, step
from bot.flow.talk import (
    Back,
    Change,
    Effect,
    Event,
    Give,
    Help,
    Keep,
    Raise,
    Reload,
    Remark,
    Send,
    Skip,
    Start,
    State,
    Stop,
    Tick,
)
from bot.prompt import Notice, Prompt
from tests.property.flows import flows, values
from tests.school import FRIDAY, larkfield

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(State).decode


class TalkMachine(RuleBasedStateMachine):
    """One person, one flow, every button there is."""

    @initialize(flow=flows())
    def begin(self, flow: Flow) -> None:
        self.flow, self.now = flow, FRIDAY
        self.state = State("t1", flow.digest)
        self.raised: list[Raise] = []
        self.do(Start())

    def do(self, event: Event) -> tuple[Effect, ...]:
        before = self.state
        after, effects = step(self.flow, before, event, self.now)
        assert after.turn >= before.turn
        assert after.severity >= before.severity
        assert after.raised >= before.raised
        if before.over and isinstance(event, Help):  # a child may still call for help from an old screen
            assert after == structs.replace(before, raised=after.raised, severity=after.severity)
        elif before.over:
            assert (after, effects) == (before, ())
        raises = [e for e in effects if isinstance(e, Raise)]
        for told in raises:
            assert dict(told.answers) == counted(self.flow, after.answers), "what is hidden is never passed on"
            assert told.severity == after.severity
            assert not self.raised or told.severity >= self.raised[-1].severity
            self.raised.append(told)
        assert bool(self.raised) == after.raised
        if after.status == "sent" and before.status != "sent":
            assert isinstance(event, Send)
            assert before.status == "checking"
        if any(t.complete for t in raises):
            assert after.status == "sent"
        if after.status == "ended" and before.status != "ended":
            assert isinstance(event, Give | Skip)
            over = next(e for e in self.flow.endings if applies(e.when, counted(self.flow, after.answers)))
            assert after.said == over.say
            assert not raises or before.raised or after.severity is Severity.URGENT, "nothing is sent of it"
        if after.over and not before.over and after.status in ("sent", "ended"):
            fitting = [o.flow for o in self.flow.offers if applies(o.when, counted(self.flow, after.answers))]
            assert list(after.offered) == fitting
        self.state = _decode(_encode(after))
        assert self.state == after
        return effects

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        self.do(Give(self.state.turn, data.draw(values(current(self.flow, self.state)))))

    @rule(event=st.sampled_from([Skip, Back, Send, Keep]))
    def press(self, event: type[Skip] | type[Back] | type[Send] | type[Keep]) -> None:
        self.do(event(self.state.turn))

    @rule(sure=st.integers(0, 4))
    def stop(self, sure: int) -> None:
        if not sure or self.state.status == "stopping":  # seldom, or every talk would be short
            self.do(Stop(self.state.turn))

    @rule(question=st.sampled_from(["q0", "q1", "q3", "nonsense"]))
    def change(self, question: str) -> None:
        self.do(Change(self.state.turn, question))

    @rule()
    def help(self) -> None:
        answers, turn, status = self.state.answers, self.state.turn, self.state.status
        self.do(Help())
        assert (self.state.answers, self.state.turn, self.state.status) == (answers, turn, status)

    @rule(minutes=st.sampled_from([0, 1, 9, 11]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.do(Tick())

    @rule(event=st.sampled_from([Skip, Back, Send, Keep, Stop]), turn=st.sampled_from([-1, 1, 1000]))
    def press_something_old(self, event: type[Skip], turn: int) -> None:
        before = self.state
        effects = self.do(event(self.state.turn + turn))
        assert self.state == before
        assert effects == () or effects == (Remark("moved-on"),)

    @rule(data=st.data(), turn=st.sampled_from([-1, 1]))
    def answer_something_old(self, data: st.DataObject, turn: int) -> None:
        before = self.state
        self.do(Give(self.state.turn + turn, data.draw(values(current(self.flow, self.state)))))
        assert self.state == before

    @rule(newer=flows(digest="d2"))
    def another_version(self, newer: Flow) -> None:
        assume(not self.state.over and self.flow.digest == "d1")
        before = self.state
        self.flow = newer
        self.do(Reload(newer))
        assert self.state.digest == "d2"
        for question_id, answer in self.state.answers.items():
            question = newer.question(question_id)
            assert question is not None
            given_ = answer if isinstance(answer, tuple) else (answer,)
            assert check(question, given_, self.now.date()) == answer
            assert before.answers[question_id] == answer, "nothing is made up"
        for question in newer.questions:  # and nothing that still fits is thrown away
            old = before.answers.get(question.id)
            if old is not None and check(question, old if isinstance(old, tuple) else (old,), self.now.date()) == old:
                assert self.state.answers[question.id] == old

    @invariant()
    def the_screen_fits_the_state(self) -> None:
        screen = show(self.flow, self.state, larkfield().words, dict.fromkeys(["reference"], "R"), self.now.date())
        if self.state.over:
            assert isinstance(screen, Notice)
            return
        assert isinstance(screen, Prompt)
        assert screen.turn == self.state.turn
        assert (screen.field is None) == (self.state.status in ("checking", "stopping"))
        if self.state.status == "checking":
            assert len(screen.rows) == len(path(self.flow, self.state.answers))

    @invariant()
    def checking_means_that_all_is_answered(self) -> None:
        if self.state.status == "checking":
            assert current(self.flow, self.state) is None
        if self.state.status == "asking":
            assert current(self.flow, self.state) is not None

    @invariant()
    def answers_that_end_it_have_ended_it(self) -> None:
        """Whoever is still asked gave no such answer; nothing is offered before the end."""
        if not self.state.over and self.flow.digest == "d1":
            assert not [e for e in self.flow.endings if applies(e.when, counted(self.flow, self.state.answers))]
        if self.state.status not in ("sent", "ended"):
            assert self.state.offered == ()

    @invariant()
    def one_whole_report_at_most(self) -> None:
        assert sum(told.complete for told in self.raised) <= 1
        assert not any(told.complete for told in self.raised[:-1]), "and nothing after it"

    @invariant()
    def what_goes_on_has_a_deadline(self) -> None:
        assert (self.state.deadline is None) == self.state.over

    @invariant()
    def an_urgent_talk_has_told_somebody(self) -> None:
        if self.state.severity is Severity.URGENT and self.flow.digest == "d1":
            assert self.state.raised


TalkMachine.TestCase.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)
TestTalks = TalkMachine.TestCase


@given(flows(ends=False), st.data())
@settings(deadline=None)
def test_every_flow_ends(flow: Flow, data: st.DataObject) -> None:
    """Whoever answers what is asked comes to the check page, and can send."""
    state, _ = step(flow, State("t", flow.digest), Start(), FRIDAY)
    for _ in flow.questions:
        question = current(flow, state)
        if question is None:
            break
        given_ = data.draw(values(question))
        assume(not isinstance(check(question, given_, FRIDAY.date()), Remark))
        state, _ = step(flow, state, Give(state.turn, given_), FRIDAY)
    assert state.status == "checking"
    state, effects = step(flow, state, Send(state.turn), FRIDAY)
    assert state.status == "sent"
    assert [e.complete for e in effects if isinstance(e, Raise)] == [True]


@given(flows())
@settings(deadline=None)
def test_whoever_says_nothing_is_not_made_a_case_of(flow: Flow) -> None:
    state, _ = step(flow, State("t", flow.digest), Start(), FRIDAY)
    for event in (Tick(), Stop(state.turn)):
        ended, effects = step(flow, state, event, FRIDAY + timedelta(days=1))
        assert (ended.over, effects) == (True, ())
