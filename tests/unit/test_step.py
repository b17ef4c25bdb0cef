"""The engine: every event at every status, alerts, and what is said with them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.flow.model import Answer, Choice, Severity
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
    Remind,
    Send,
    Skip,
    Start,
    State,
    Stop,
    Tick,
)
from tests.school import FRIDAY as NOW
from tests.small_flow import ALL, FLOW, PUPIL, at

LATE = NOW + timedelta(minutes=31)
NO: dict[str, Answer] = {"danger": "no"}


def raises(effects: tuple[Effect, ...]) -> list[tuple[str, bool, Severity]]:
    return [(e.why, e.complete, e.severity) for e in effects if isinstance(e, Raise)]


def asked(state: State) -> str:
    question = current(FLOW, state)
    return question.id if question else ""


# The event, the state before: the status after, the question then, and why adults were told
@pytest.mark.parametrize(
    ("event", "before", "status", "question", "why"),
    [
        (Give(3, ("no",)), at(), "asking", "who", ""),
        (Give(3, ("yes",)), at(), "asking", "who", "alert"),
        (Give(3, ("maybe",)), at(), "asking", "danger", ""),
        (Give(3, ("arm",)), at(answers={**NO, "who": "R"}), "asking", "what", ""),
        (Give(3, ("more",)), at(answers={**NO, "who": "R", "marks": ("arm",), "what": ""}), "checking", "", ""),
        (Give(3, ("x",)), at("checking", answers=ALL), "checking", "", ""),
        (Give(3, ("x",)), at("stopping", answers=NO), "stopping", "who", ""),
        (Give(3, ("Rory",)), at(answers=NO, raised=True), "asking", "marks", "answer"),
        (Skip(3), at(answers={**NO, "who": "R"}), "asking", "what", ""),
        (Skip(3), at(), "asking", "danger", ""),
        (Skip(3), at("checking", answers=ALL), "checking", "", ""),
        (Skip(3), at("stopping", answers={**NO, "who": "R"}), "stopping", "marks", ""),
        (Back(3), at(), "asking", "danger", ""),
        (Back(3), at(answers=NO), "asking", "danger", ""),
        (Back(3), at("checking", answers=ALL), "asking", "what", ""),
        (Back(3), at("stopping", answers=NO), "asking", "who", ""),
        (Change(3, "who"), at("checking", answers=ALL), "asking", "who", ""),
        (Change(3, "detail"), at("checking", answers=ALL), "checking", "", ""),  # it does not apply
        (Change(3, "nonsense"), at("checking", answers=ALL), "checking", "", ""),
        (Give(3, ("Poppy",)), at(answers=ALL, editing="who"), "checking", "", ""),
        (Give(3, ("arm",)), at(answers=ALL, editing="marks"), "asking", "detail", ""),
        (Send(3), at("checking", answers=ALL), "sent", "", "sent"),
        (Send(3), at(answers=NO), "asking", "who", ""),
        (Send(3), at("stopping", answers=ALL), "stopping", "", ""),
        (Send(3), at(answers=ALL, editing="who"), "asking", "who", ""),
        (Stop(3), at(), "cancelled", "danger", ""),
        (Stop(3), at(answers=NO), "stopping", "who", ""),
        (Stop(3), at("stopping", answers=NO), "cancelled", "who", ""),
        (Stop(3), at("stopping", answers=NO, raised=True), "cancelled", "who", "stopped"),
        (Keep(3), at("stopping", answers=NO), "asking", "who", ""),
        (Keep(3), at("stopping", answers=ALL), "checking", "", ""),
        (Help(), at(answers=NO), "asking", "who", ""),
        (Tick(), at(answers=NO), "asking", "who", ""),
    ],
)
def test_what_an_event_does(event: Event, before: State, status: str, question: str, why: str) -> None:
    after, effects = step(FLOW, before, event, NOW)
    assert (after.status, asked(after)) == (status, question)
    assert [w for w, _, _ in raises(effects)] == ([why] if why else [])


@pytest.mark.parametrize("event", [Give(2, ("no",)), Skip(2), Back(4), Change(2, "who"), Send(0), Stop(2), Keep(9)])
@pytest.mark.parametrize("status", ["asking", "checking", "stopping"])
def test_an_event_of_another_turn_changes_nothing(event: Event, status: str) -> None:
    before = at(status, answers=ALL if status == "checking" else NO)
    assert step(FLOW, before, event, NOW) == (before, (Remark("moved-on"),))


@pytest.mark.parametrize("status", ["sent", "cancelled", "expired"])
@pytest.mark.parametrize("event", [Start(), Give(3, ("no",)), Send(3), Stop(3), Tick(), Reload(FLOW)])
def test_what_is_over_is_over(event: Event, status: str) -> None:
    before = at(status, answers=ALL, deadline=None)
    assert step(FLOW, before, event, LATE) == (before, ())


# Alerts ---------------------------------------------------------------------------------------------------------------


def test_an_urgent_answer_goes_out_at_once_with_what_there_is() -> None:
    after, effects = step(FLOW, at(), Give(3, ("yes",)), NOW)
    assert effects == (Raise("alert", {"danger": "yes"}, Severity.URGENT, complete=False),)
    assert (after.raised, after.severity, after.said) == (True, Severity.URGENT, ("Ring 999.",))


def test_a_less_urgent_one_waits_for_the_form_and_is_not_forgotten() -> None:
    after, effects = step(FLOW, at(answers={**NO, "who": "R"}), Give(3, ("head",)), NOW)
    assert (effects, after.severity, after.said) == ((), Severity.HIGH, ("First aid.",))


def test_severity_never_falls_and_nothing_is_told_twice() -> None:
    state = at("checking", answers={**ALL, "danger": "yes"}, severity=Severity.URGENT, raised=True, turn=3)
    state, _ = step(FLOW, state, Change(3, "danger"), NOW)
    state, effects = step(FLOW, state, Give(state.turn, ("no",)), NOW)
    assert raises(effects) == [("answer", False, Severity.URGENT)]
    state, effects = step(FLOW, state, Send(state.turn), NOW)
    assert raises(effects) == [("sent", True, Severity.URGENT)]


def test_words_of_a_list_go_out_at_once() -> None:
    state = at(answers={**NO, "who": "R", "marks": ()})
    after, effects = step(FLOW, state, Give(3, ("she will hurt myself",)), NOW)
    assert raises(effects) == [("alert", False, Severity.URGENT)]
    assert after.said == ("Stay with them.",)


def test_words_that_were_there_before_are_no_news() -> None:
    told = {**NO, "who": "R", "marks": (), "what": "hurt myself"}
    before = at(answers=told, editing="who", severity=Severity.URGENT, raised=True)
    after, effects = step(FLOW, before, Give(3, ("Poppy",)), NOW)
    assert (raises(effects), after.said) == ([("answer", False, Severity.URGENT)], ())


def test_words_in_a_name_are_not_looked_through() -> None:
    _, effects = step(FLOW, at(answers=NO), Give(3, ("hurt myself",)), NOW)
    assert effects == ()


def test_an_answer_that_no_longer_applies_is_told_to_nobody() -> None:
    hidden = {**ALL, "marks": ("arm",), "detail": "canary"}
    after, _ = step(FLOW, at(answers=hidden, editing="marks"), Give(3, ("head",)), NOW)
    _, effects = step(FLOW, after, Send(after.turn), NOW)
    (told,) = (e for e in effects if isinstance(e, Raise))
    assert "detail" not in told.answers
    assert "detail" in after.answers, "it comes back when it applies again"


@pytest.mark.parametrize("answer", ["head", ""])
def test_once_people_were_told_what_no_longer_applies_is_not_told_either(answer: str) -> None:
    hidden = {**ALL, "marks": ("arm",), "detail": "canary"}
    before = at(answers=hidden, editing="marks", raised=True, severity=Severity.URGENT)
    after, effects = step(FLOW, before, Give(3, (answer,)), NOW)
    assert after.answers["detail"] == "canary"
    (told,) = (e for e in effects if isinstance(e, Raise))
    assert list(told.answers) == ["danger", "who", "marks", "what"]


# Help, time, versions -------------------------------------------------------------------------------------------------


def test_a_child_gets_help_from_an_old_screen_too() -> None:
    after, effects = step(PUPIL, at("cancelled", deadline=None), Help(), NOW)
    assert (after.status, raises(effects)) == ("cancelled", [("stopped", False, Severity.URGENT)])
    assert effects[1:] == (Remark("help-pupil-told"),)


def test_help_is_an_alert_for_a_child_once() -> None:
    after, effects = step(PUPIL, at(), Help(), NOW)
    assert raises(effects) == [("alert", False, Severity.URGENT)]
    assert effects[1:] == (Remark("help-pupil-told"),)
    assert step(PUPIL, after, Help(), NOW) == (after, (Remark("help-pupil"),))


def test_help_is_advice_for_an_adult() -> None:
    assert step(FLOW, at(answers=NO), Help(), NOW) == (at(answers=NO), (Remark("help-staff"),))


def test_a_child_who_stops_is_not_asked_and_what_was_said_goes_on() -> None:
    after, effects = step(PUPIL, at(answers=NO), Stop(3), NOW)
    assert (after.status, raises(effects)) == ("cancelled", [("stopped", False, Severity.SAME_DAY)])
    after, effects = step(PUPIL, at(), Stop(3), NOW)
    assert (after.status, effects) == ("cancelled", ())


def test_left_alone_it_is_reminded_of_once_and_then_goes_on() -> None:
    state, effects = step(FLOW, at(answers=NO), Tick(), LATE)
    assert effects == (Remind(),)
    assert step(FLOW, state, Tick(), LATE) == (state, ())
    state, effects = step(FLOW, state, Tick(), LATE + timedelta(minutes=30))
    assert (state.status, raises(effects)) == ("expired", [("timeout", False, Severity.SAME_DAY)])


def test_left_alone_without_an_answer_it_just_ends() -> None:
    state, effects = step(FLOW, at(), Tick(), LATE)
    assert (state.status, effects) == ("expired", ())


def test_a_flow_that_closes_passes_on_only_what_people_know_already() -> None:
    closing = replace(FLOW, timeout=replace(FLOW.timeout, do="close", remind=False))
    assert raises(step(closing, at(answers=NO), Tick(), LATE)[1]) == []
    assert raises(step(closing, at(answers=NO, raised=True), Tick(), LATE)[1]) == [
        ("timeout", False, Severity.SAME_DAY)
    ]


def test_every_answer_puts_the_deadline_off() -> None:
    after, _ = step(FLOW, at(), Give(3, ("no",)), NOW + timedelta(minutes=20))
    assert after.deadline == NOW + timedelta(minutes=50)


def test_another_version_keeps_what_still_fits() -> None:
    danger = replace(FLOW.questions[0], choices=(Choice("yes", "Yes"), Choice("never", "Never")))
    newer = replace(FLOW, digest="d2", questions=(danger, *FLOW.questions[1:3]), severity=Severity.HIGH)
    after, effects = step(FLOW, at(answers=ALL), Reload(newer), NOW)
    assert after.answers == {"who": "Rory", "marks": ("head",)}
    assert (after.digest, after.status, after.turn, after.severity) == ("d2", "asking", 4, Severity.HIGH)
    assert effects == (Remark("questions-changed"),)


def test_starting_sets_the_deadline_and_the_flows_own_severity() -> None:
    state, effects = step(FLOW, State("t", "d1"), Start(), NOW)
    assert (state.deadline, state.severity, effects) == (NOW + timedelta(minutes=30), Severity.SAME_DAY, ())
