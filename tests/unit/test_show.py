"""What a talk looks like."""

from dataclasses import replace
from datetime import date

import pytest

from bot.flow.show import rows, show
from bot.flow.talk import Remark, State
from bot.prompt import Choose, Notice, Option, Person, Prompt, Token, Verb, Write
from tests.school import larkfield
from tests.small_flow import ALL, FLOW, PUPIL, at

WORDS = larkfield().words
BLANKS = {"recipients": "the DSL", "reference": "REF", "tell": "Mrs Okafor"}


def shown(state: State, flow: object = FLOW, **facts: object) -> Prompt:
    prompt = show(flow, state, WORDS, BLANKS, date(2026, 11, 20), **facts)  # type: ignore[arg-type]
    assert isinstance(prompt, Prompt)
    return prompt


def verbs(prompt: Prompt) -> list[Verb]:
    return [button.token.verb for button in prompt.buttons]


def test_the_first_question_greets_and_has_no_way_back() -> None:
    prompt = shown(State("t1", "d1"))
    assert prompt.lines == ("Hello.",)
    assert verbs(prompt) == [Verb.STOP, Verb.HELP]
    assert prompt.field == Choose(
        (Option("yes", "Label yes"), Option("no", "Label no"), Option("unsure", "Label unsure"))
    )
    assert prompt.submit
    assert prompt.submit.token == Token(Verb.ANSWER, "t1", 0)


def test_a_later_question_does_not_greet_again() -> None:
    prompt = shown(at(answers={"danger": "no"}))
    assert prompt.lines == ()
    assert verbs(prompt) == [Verb.BACK, Verb.STOP, Verb.HELP]


def test_only_what_is_optional_can_be_skipped() -> None:
    assert Verb.SKIP in verbs(shown(at(answers={"danger": "no", "who": "R"})))
    assert Verb.SKIP not in verbs(shown(at(answers={"danger": "no"})))


@pytest.mark.parametrize("status", ["asking", "checking"])
def test_every_screen_can_be_stopped_and_calls_for_help(status: str) -> None:
    prompt = shown(at(status, answers=ALL if status == "checking" else {}))
    assert {Verb.STOP, Verb.HELP} <= set(verbs(prompt))
    assert prompt.help == "Ring 999."


def test_every_button_carries_the_turn_and_the_talk() -> None:
    for state in (at(), at("checking", answers=ALL), at("stopping", answers=ALL)):
        prompt = shown(state)
        buttons = [*prompt.buttons, prompt.submit, *(row.change for row in prompt.rows)]
        assert {(b.token.subject, b.token.turn) for b in buttons if b} == {("t1", 3)}


def test_the_check_page_has_every_answer_and_a_way_to_change_it() -> None:
    prompt = shown(at("checking", answers={**ALL, "detail": "hidden"}))
    assert [(row.label, row.value) for row in prompt.rows] == [
        ("Danger?", "Label no"),
        ("Who?", "Rory"),
        ("Marks?", "Label head"),
        ("In words", "Words."),
    ]
    assert [row.change.token.arg for row in prompt.rows if row.change] == ["danger", "who", "marks", "what"]
    assert prompt.ask == "Right? It goes to the DSL."
    assert prompt.field is None
    assert prompt.submit
    assert prompt.submit.token.verb is Verb.SEND


def test_what_was_skipped_says_so() -> None:
    skipped = rows(FLOW, {**ALL, "marks": (), "what": ""}, WORDS, {})[2:]
    assert [row.value for row in skipped] == [WORDS.say("skipped")] * 2


def test_what_was_refused_stands_in_the_field_again() -> None:
    state = at(answers={**ALL}, editing="who")
    assert shown(state).value == ("Rory",)
    assert shown(state, given=("x" * 50,)).value == ("x" * 50,)


def test_remarks_and_what_is_wrong_are_kept_apart() -> None:
    remarks = (Remark("moved-on"), Remark("choose-one", error=True))
    prompt = shown(at(said=("Ring 999 for {{ tell }}.",)), remarks=remarks)
    assert prompt.remarks == (WORDS.say("moved-on"),)
    assert prompt.lines == ("Ring 999 for Mrs Okafor.",)
    assert prompt.error == WORDS.say("choose-one")


@pytest.mark.parametrize("status", ["asking", "checking", "stopping"])
def test_a_remark_is_all_that_a_reply_adds_to_the_screen(status: str) -> None:
    state = at(status, answers=ALL if status == "checking" else {}, said=("Ring 999.",))
    remarks = (Remark("moved-on"), Remark("choose-one", error=True))
    assert replace(shown(state, remarks=remarks), remarks=(), error="") == shown(state)


def test_what_always_stands_on_a_screen_follows_the_greeting() -> None:
    prompt = shown(State("t1", "d1"), standing=(Remark("help-staff"),))
    assert prompt.lines == ("Hello.", WORDS.say("help-staff"))
    assert prompt.remarks == ()


def test_fields() -> None:
    assert shown(at(answers={"danger": "no"}), names=("A", "B")).field == Person(("A", "B"), 40)
    assert shown(at(answers={"danger": "no", "who": "R", "marks": ()})).field == Write(50, long=True)
    marks = shown(at(answers={"danger": "no", "who": "R"})).field
    assert isinstance(marks, Choose)
    assert marks.many


@pytest.mark.parametrize(("raised", "key"), [(False, "stop-ask"), (True, "stop-ask-told")])
def test_stopping_says_what_becomes_of_it(raised: bool, key: str) -> None:
    prompt = shown(at("stopping", answers={"danger": "no"}, raised=raised))
    assert prompt.ask == WORDS.say(key)
    assert verbs(prompt) == [Verb.STOP]
    assert prompt.submit
    assert prompt.submit.token.verb is Verb.KEEP


@pytest.mark.parametrize("flow", [FLOW, PUPIL, replace(FLOW, audience="caseworker", procedure="casework")])
@pytest.mark.parametrize("status", ["sent", "cancelled", "expired"])
@pytest.mark.parametrize("raised", [True, False])
def test_every_ending_has_its_words(flow: object, status: str, raised: bool) -> None:
    if raised and flow.audience == "caseworker" and status != "sent":  # type: ignore[attr-defined]
        return  # casework is passed on to nobody
    screen = show(flow, at(status, raised=raised), WORDS, BLANKS, date(2026, 11, 20))  # type: ignore[arg-type]
    assert isinstance(screen, Notice)
    assert screen.title
    assert all(screen.lines)


def test_progress_counts_what_applies() -> None:
    assert shown(at(answers={"danger": "no", "who": "R"})).progress.startswith("Question 3 of about")
