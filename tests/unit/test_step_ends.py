"""The engine beyond plain questions: early ends, what is offered then, lookups, dates ahead, what is sent unchecked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.flow.model import Alert, Answer, Choice, Ending, Flow, Kind, Offer, Question, Severity, Timeout
from bot.flow.show import show
from bot.flow.step import current, step
from bot.flow.talk import Back, Change, Effect, Event, Give, Raise, Reload, Remark, Send, Skip, State, Stop, Tick
from bot.prompt import Day, Notice, Prompt
from tests.school import FRIDAY as NOW
from tests.school import larkfield
from tests.small_flow import FLOW, at

SURE = tuple(Choice(value, value) for value in ("sure", "several", "none"))
USEFUL = (Choice("yes", "Yes"), Choice("around", "Around"), Choice("no", "No"))
ASK = Flow(
    id="ask",
    title="Ask",
    audience="staff",
    procedure="policy",
    questions=(
        Question("question", Kind.TEXT, "What?"),
        Question("found", Kind.LOOKUP, "", choices=SURE, quotes="question"),
        Question(
            *("useful", Kind.CHOICE, "Useful?"),
            choices=USEFUL,
            quotes="question",
            when={"found": frozenset({"sure", "several"})},
        ),
        Question("more", Kind.LONG_TEXT, "More?", optional=True),
    ),
    timeout=Timeout(timedelta(hours=1), "close"),
    digest="d1",
    severity=Severity.ROUTINE,
    endings=(Ending({"useful": frozenset({"yes"})}, ("Good.",)),),
    offers=(Offer("again"), Offer("concern", {"useful": frozenset({"no"})})),
    thanks=("Sent.",),
)
ASKED: dict[str, Answer] = {"question": "May I?", "found": "sure"}


def asks(state: State, flow: Flow = ASK) -> str:
    question = current(flow, state)
    return question.id if question else ""


def moved(state: State, *events: Event, flow: Flow = ASK) -> tuple[State, tuple[Effect, ...]]:
    effects: tuple[Effect, ...] = ()
    for event in events:
        state, effects = step(flow, state, event, NOW)
    return state, effects


def raised(effects: tuple[Effect, ...]) -> list[tuple[str, bool]]:
    return [(e.why, e.complete) for e in effects if isinstance(e, Raise)]


# Early ends ----------------------------------------------------------------------------------------------------------


def test_answers_that_end_it_end_it_at_once_and_nothing_is_sent() -> None:
    state, effects = moved(at(answers=ASKED), Give(3, ("yes",)))
    assert (state.status, state.said, state.deadline, effects) == ("ended", ("Good.",), None, ())
    assert state.over
    assert state.turn == 4


def test_other_answers_do_not() -> None:
    state, _ = moved(at(answers=ASKED), Give(3, ("no",)))
    assert (state.status, asks(state)) == ("asking", "more")


@pytest.mark.parametrize("event", [Give(4, ("no",)), Skip(4), Back(4), Change(4, "question"), Send(4), Stop(4), Tick()])
def test_what_has_ended_is_over(event: Event) -> None:
    state, _ = moved(at(answers=ASKED), Give(3, ("yes",)))
    assert moved(state, event) == (state, ())


def test_an_answer_that_is_hidden_ends_nothing() -> None:
    state, _ = moved(at(answers={"question": "May I?", "useful": "yes"}, editing="found"), Give(3, ("none",)))
    assert (state.status, asks(state)) == ("asking", "more")


def test_an_end_is_found_also_by_skipping() -> None:
    danger = FLOW.questions[0]
    flow = replace(
        FLOW,
        questions=(danger, replace(FLOW.questions[2])),
        endings=(Ending({"danger": frozenset(["no"])}, ("End.",)),),
    )
    state, _ = moved(at(answers={"danger": "no"}), Skip(3), flow=flow)
    assert (state.status, state.said) == ("ended", ("End.",))


def test_of_two_ends_the_first_counts() -> None:
    both = (*ASK.endings, Ending({"found": frozenset({"sure"})}, ("Another.",)))
    state, _ = moved(at(answers=ASKED), Give(3, ("yes",)), flow=replace(ASK, endings=both))
    assert state.said == ("Good.",)


def test_an_urgent_answer_is_told_also_where_it_ends_the_talk() -> None:
    flow = replace(
        FLOW,
        alerts=(Alert(Severity.URGENT, {"danger": frozenset({"yes"})}, say=("Ring 999.",)),),
        endings=(Ending({"danger": frozenset({"yes"})}, ("Go.",)),),
    )
    state, effects = moved(at(), Give(3, ("yes",)), flow=flow)
    assert (state.status, raised(effects)) == ("ended", [("alert", False)])


def test_an_end_is_a_notice_with_its_own_words() -> None:
    state, _ = moved(at(answers=ASKED), Give(3, ("yes",)))
    screen = show(ASK, state, larkfield().words, {}, NOW.date())
    assert screen == Notice(("Good.",), title="Ask")


# What is offered then ------------------------------------------------------------------------------------------------


def test_an_offer_comes_at_the_end_and_only_where_its_answers_match() -> None:
    ended, _ = moved(at(answers=ASKED), Give(3, ("yes",)))
    assert ended.offered == ("again",)
    sent, _ = moved(at(answers=ASKED), Give(3, ("no",)), Skip(4))
    assert (sent.status, sent.offered) == ("sent", ("again", "concern"))


@pytest.mark.parametrize("event", [Tick(), Stop(3)])
def test_whoever_leaves_is_offered_nothing(event: Event) -> None:
    state, _ = step(ASK, at(answers=ASKED), event, NOW + timedelta(days=1))
    assert state.offered == ()


# Lookups -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("found", "then"), [("sure", "useful"), ("several", "useful"), ("none", "more")])
def test_what_was_found_decides_what_is_asked(found: str, then: str) -> None:
    state, _ = moved(at(answers={"question": "May I?"}), Give(3, (found,)))
    assert asks(state) == then


def test_a_lookup_takes_only_what_a_lookup_finds() -> None:
    before = at(answers={"question": "May I?"})
    assert moved(before, Give(3, ("maybe",))) == (before, (Remark("moved-on", error=True),))
    assert moved(before, Skip(3))[1] == (Remark("not-skipped", error=True),)


def test_going_back_goes_past_a_lookup() -> None:
    state, _ = moved(at(answers=ASKED), Back(3))
    assert asks(state) == "question"
    state, _ = moved(at(answers={**ASKED, "useful": "no"}), Back(3), Back(4))
    assert asks(state) == "question"


def test_another_question_forgets_what_was_found_for_the_one_before() -> None:
    answers: dict[str, Answer] = {**ASKED, "useful": "no", "more": "Please."}
    state, _ = moved(at(answers=answers, editing="question"), Give(3, ("May you?",)))
    assert state.answers == {"question": "May you?", "more": "Please."}
    assert asks(state) == "found"


def test_going_back_without_a_change_keeps_nothing_stale_either() -> None:
    state, _ = moved(at(answers={**ASKED, "useful": "no"}, editing="question"), Give(3, ("May I?",)))
    assert asks(state) == "found", "a policy may have changed since"


def test_an_answer_to_another_question_forgets_nothing() -> None:
    state, _ = moved(at(answers=ASKED), Give(3, ("no",)))
    assert state.answers == {**ASKED, "useful": "no"}


def test_progress_counts_no_lookup() -> None:
    first = show(ASK, State("t1", "d1"), larkfield().words, {}, NOW.date())
    later = show(ASK, at(answers=ASKED), larkfield().words, {}, NOW.date())
    assert isinstance(first, Prompt)
    assert isinstance(later, Prompt)
    assert later.progress.startswith("Question 2 of")


# Sent unchecked ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [Skip(3), Give(3, ("Please.",))])
def test_a_question_to_a_person_goes_with_its_last_answer(event: Event) -> None:
    state, effects = moved(at(answers={"question": "May I?", "found": "none"}), event)
    assert (state.status, raised(effects)) == ("sent", [("sent", True)])
    (told,) = (e for e in effects if isinstance(e, Raise))
    assert told.answers["question"] == "May I?"


def test_everything_else_waits_for_send() -> None:
    checked = replace(ASK, procedure="record")
    state, effects = moved(at(answers={"question": "May I?", "found": "none"}), Skip(3), flow=checked)
    assert (state.status, effects) == ("checking", ())


# Dates ahead ---------------------------------------------------------------------------------------------------------

WHEN = replace(FLOW, questions=(Question("day", Kind.DATE, "When?", ahead=True),), alerts=())


@pytest.mark.parametrize(
    ("day", "wrong"),
    [
        ("2026-11-20", ""),  # today is not over
        ("2026-11-21", ""),
        ("21 11 2026", ""),
        ("2026-11-19", "date-past"),
        ("2026-02-30", "not-a-date"),
    ],
)
def test_a_day_ahead_has_not_passed(day: str, wrong: str) -> None:
    state, effects = moved(at(), Give(3, (day,)), flow=WHEN)
    assert [e.key for e in effects if isinstance(e, Remark)] == ([wrong] if wrong else [])
    assert state.status == ("asking" if wrong else "checking")


def test_a_day_ahead_is_picked_from_today_on_and_another_until_today() -> None:
    for ahead, field in ((True, Day(earliest=NOW.date())), (False, Day(latest=NOW.date()))):
        flow = replace(WHEN, questions=(replace(WHEN.questions[0], ahead=ahead),))
        prompt = show(flow, at(), larkfield().words, {}, NOW.date())
        assert isinstance(prompt, Prompt)
        assert prompt.field == field


def test_a_day_that_has_passed_meanwhile_is_asked_again() -> None:
    later = NOW + timedelta(days=3)
    newer = replace(WHEN, digest="d2")
    state, _ = step(WHEN, at("checking", answers={"day": "2026-11-21"}), Reload(newer), later)
    assert (state.answers, asks(state, newer)) == ({}, "day")
    state, _ = step(WHEN, at("checking", answers={"day": "2026-11-24"}), Reload(newer), later)
    assert state.answers == {"day": "2026-11-24"}
