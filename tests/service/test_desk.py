"""The front desk: resends, tokens of others, and input that nobody should be able to send."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.flow.load import load
from bot.inbound import Identity, Inbound, Typed
from bot.prompt import Card, Notice, Prompt, Reply, Token, Verb
from bot.storage import talks
from tests.school import School, identity, label, said


def the_talk(school: School, prompt: Prompt) -> talks.Talk:
    talk = school.read(lambda tx: talks.load(tx, prompt.talk))
    assert talk is not None
    return talk


def at_question(school: School, question: str = "child_name", who: str = "oyelaran") -> Prompt:
    prompt = school.talk(who, "concern", up_to=question)
    assert isinstance(prompt, Prompt)
    return prompt


def writing(school: School, who: str = "oyelaran") -> Prompt:
    return at_question(school, "what", who)


# Resends --------------------------------------------------------------------------------------------------------------


def test_a_resend_of_the_last_press_gives_one_case_and_the_same_reference(school: School) -> None:
    check = school.talk("oyelaran", "concern", up_to="check")
    send = label(check, "Send")
    first = school.press("oyelaran", send, event="e1")
    second = school.press("oyelaran", send, event="e1")
    school.reopen()
    third = school.press("oyelaran", send, event="e1")
    assert len(school.cases()) == 1
    assert school.case().ref in said(first)
    assert said(first) == said(second) == said(third)


def test_a_double_click_gives_one_case_too(school: School) -> None:
    check = school.talk("oyelaran", "concern", up_to="check")
    send = label(check, "Send")
    assert said(school.press("oyelaran", send)) == said(school.press("oyelaran", send))
    assert len(school.cases()) == 1


def test_a_resend_of_an_answer_is_shown_where_the_talk_is_now(school: School) -> None:
    prompt = at_question(school)
    assert prompt.submit
    first = school.press("oyelaran", prompt.submit.token, "Rory Bellwether", event="e1")
    again = school.press("oyelaran", prompt.submit.token, "Rory Bellwether", event="e1")
    assert first == again


def test_a_resend_of_words_typed_before_a_talk_is_no_answer_in_it(school: School) -> None:
    school.type("oyelaran", "hello", event="e1")
    prompt = writing(school)
    school.type("oyelaran", "hello", event="e1")
    assert "what" not in the_talk(school, prompt).state.answers


def test_an_event_of_somebody_else_shows_nothing_of_theirs(school: School) -> None:
    prompt = at_question(school)
    assert prompt.submit
    school.press("oyelaran", prompt.submit.token, "Rory Bellwether", event="e1")
    assert "nothing here" in said(school.press("dunmore", prompt.submit.token, "x", event="e1"))


def test_a_talk_goes_on_after_a_restart(school: School) -> None:
    prompt = at_question(school)
    school.reopen()
    again = school.beacon.stored.reader.run_now(lambda tx: talks.open_at(tx, "oyelaran", ""))
    assert again
    assert again.id == prompt.talk
    assert school.question(school.answer("oyelaran", prompt, "Rory")).id == "child_now"  # type: ignore[arg-type]


# Tokens ---------------------------------------------------------------------------------------------------------------

TALK_VERBS = [Verb.ANSWER, Verb.SKIP, Verb.BACK, Verb.CHANGE, Verb.SEND, Verb.STOP, Verb.KEEP, Verb.HELP]


@pytest.mark.parametrize("verb", TALK_VERBS)
def test_nobody_moves_the_talk_of_somebody_else(school: School, verb: Verb) -> None:
    prompt = at_question(school)
    before = the_talk(school, prompt)
    reply = school.press("dunmore", Token(verb, prompt.talk, prompt.turn, "about" if verb is Verb.CHANGE else ""), "x")
    assert "nothing here" in said(reply)
    assert the_talk(school, prompt) == before


@pytest.mark.parametrize("verb", [Verb.ACKNOWLEDGE, Verb.PASS_ON, Verb.OPEN])
@pytest.mark.parametrize("who", ["oyelaran", "lindqvist", "qureshan", "p-aisha", "stranger"])
def test_nobody_works_on_a_case_that_was_not_put_before_them(school: School, who: str, verb: Verb) -> None:
    case = school.report()
    before = school.case()
    missing = school.press(who, Token(verb, "NOSUCH"))
    assert said(school.press(who, Token(verb, case.ref))) == said(missing), "whether there is one cannot be told apart"
    assert school.case() == before


@pytest.mark.parametrize("flow", ["acknowledge", "decide", "note", "close", "reopen", "lower", "release"])
def test_nobody_begins_casework_on_a_case_of_others(school: School, flow: str) -> None:
    case = school.report()
    for who in ("oyelaran", "p-aisha", "whitlock"):
        assert "nothing here" in said(school.press(who, Token(Verb.START, case.ref, 0, flow)))


@pytest.mark.parametrize(
    ("who", "flow"),
    [("oyelaran", "worry"), ("p-aisha", "concern"), ("okafor", "decide"), ("okafor", "nonsense"), ("okafor", "")],
)
def test_nobody_begins_a_flow_that_is_not_for_them(school: School, who: str, flow: str) -> None:
    assert isinstance(school.press(who, Token(Verb.START, flow)), Notice)
    assert school.read(lambda tx: talks.open_at(tx, who, "")) is None


def test_a_flow_the_school_has_switched_off_cannot_be_begun(school: School) -> None:
    rules = replace(school.book.school, flows=("worry",))
    school.book = replace(school.book, school=rules)
    school.reopen()
    assert "nothing here" in said(school.press("oyelaran", Token(Verb.START, "concern")))


def test_two_who_close_at_once_leave_a_case_that_can_be_read(school: School) -> None:
    case = school.report()
    school.settle()
    school.talk("okafor", "decide", case.ref)
    check = school.talk("okafor", "close", case.ref, up_to="check")
    other = school.talk("pritchard", "close", case.ref)
    assert school.case().status == "closed"
    late = school.press("okafor", label(check, "Close the case"))
    assert "closed" in said(late)
    assert isinstance(other, Notice)
    assert isinstance(school.press("okafor", Token(Verb.OPEN, case.ref)), Card)
    assert isinstance(school.press("okafor", label(check, "Close the case")), Prompt | Notice)


def test_strangers_get_no_further(school: School) -> None:
    for act in (Typed("hello"), Typed("report a concern")):
        inbound = Inbound(Identity("web", "another-school", "okafor"), "e9", act)
        reply = school._loop.run(school.beacon.desk.receive(inbound))
        assert "do not know you" in said(reply)


# Input that nobody should be able to send ----------------------------------------------------------------------------

BAD = {
    "nothing": "",
    "spaces": " \n\t ",
    "100 kB": "x" * 100_000,
    "control characters": "a\x00b\x1b[2J\x07",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f621",
    "half a character": "broken \ud83d here",
    "backwards": "\u202ednuora gniyal\u202c",
    "markup": "<script>alert(1)</script> {{ 7 * 7 }} {% raw %}",
    "sql": "'; drop table case_file; --",
}


@pytest.mark.parametrize("words", BAD.values(), ids=BAD.keys())
def test_any_words_get_a_clear_answer_and_lose_nothing(school: School, words: str) -> None:
    prompt = writing(school)
    before = the_talk(school, prompt).state.answers
    reply = school.answer("oyelaran", prompt, words)
    assert isinstance(reply, Prompt)
    after = the_talk(school, prompt).state.answers
    assert {k: v for k, v in after.items() if k != "what"} == dict(before), "what was there stays"
    if "what" in after:
        assert str(after["what"]).encode()
        assert "\x00" not in after["what"]
        assert "\u202e" not in after["what"]
    else:
        assert reply.error
        assert reply.value == (words,), "what was refused can be put right"


@pytest.mark.parametrize("words", BAD.values(), ids=BAD.keys())
def test_the_same_typed(school: School, words: str) -> None:
    assert said(school.type("oyelaran", words)), "outside a talk"
    writing(school)
    assert isinstance(school.type("oyelaran", words), Prompt)


@pytest.mark.parametrize("words", BAD.values(), ids=BAD.keys())
def test_the_same_in_place_of_a_choice(school: School, words: str) -> None:
    prompt = at_question(school, "home")
    reply = school.answer("oyelaran", prompt, words)
    assert isinstance(reply, Prompt)
    assert reply.error
    assert "home" not in the_talk(school, prompt).state.answers


def test_the_words_of_markup_are_kept_as_words(school: School) -> None:
    case = school.report(what=BAD["markup"])
    school.settle()
    card = school.press("okafor", Token(Verb.OPEN, case.ref))
    assert BAD["markup"] in said(card)


@pytest.mark.parametrize(
    "text",
    [
        "", "start", "start.concern", "start.concern.0", "start.concern.0.x.y", "START.concern.0.", "nope.a.0.",
        "start.con cern.0.", "start.concern.-1.", "start.concern.1e3.", "start.concern.9999999.",
        "start.concern.\u0661.", "start.con\u00e9.0.", "start." + "a" * 300 + ".0.", "start.concern.0.\n",
        "\ud800.a.0.", "ack.REF.0.\x00",
    ],
)  # fmt: skip
def test_rubbish_is_no_token(text: str) -> None:
    assert Token.decode(text) is None


@given(st.sampled_from(Verb), st.text(max_size=8), st.integers(-5, 2_000_000), st.text(max_size=8))
def test_a_token_comes_back_as_it_went_or_is_refused(verb: Verb, subject: str, turn: int, arg: str) -> None:
    token = Token(verb, subject, turn, arg)
    try:
        text = token.encode()
    except ValueError:
        return
    assert Token.decode(text) == token


PART = st.text("abcABC019_-", max_size=12)


@given(
    st.lists(
        st.tuples(st.sampled_from(Verb), PART, st.integers(0, 9), PART, st.lists(st.text(max_size=5), max_size=3)),
        max_size=8,
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_token_gets_an_answer(school: School, presses: list[tuple[Verb, str, int, str, list[str]]]) -> None:
    ref = school.case().ref if school.cases() else school.report().ref
    for verb, subject, turn, arg, values in presses:
        for who in ("oyelaran", "okafor", "p-aisha"):
            for about in (subject, ref, "concern"):
                reply: Reply = school.press(who, Token(verb, about, turn, arg), *values)
                assert said(reply)


def test_identity_is_by_surface_and_tenant(school: School) -> None:
    assert school.beacon.office.directory.who(identity("okafor")) is not None
    assert school.beacon.office.directory.who(replace(identity("okafor"), surface="slack")) is None
    assert school.beacon.office.directory.who(replace(identity("okafor"), tenant="other")) is None


# Versions of a flow ---------------------------------------------------------------------------------------------------


def other_version(school: School, *, supersedes: bool) -> None:
    """Let a new version of the concern come into force, and the program start again with it."""
    source = school.book.sources["concern"].replace(b'ask = "Who else was there', b'ask = "Who else, now, was there')
    newer = replace(load("concern.toml", source, school.book.lists), supersedes=supersedes)
    sources = {**school.book.sources, "concern": source}
    school.book = replace(school.book, flows={**school.book.flows, "concern": newer}, sources=sources)
    school.reopen()


@pytest.mark.parametrize("supersedes", [False, True])
def test_a_case_can_be_read_whatever_becomes_of_its_flow(school: School, supersedes: bool) -> None:
    first = school.book
    prompt = writing(school)
    other_version(school, supersedes=supersedes)
    reply: Reply = school.answer("oyelaran", prompt, "A mark.")
    while isinstance(reply, Prompt):
        question = school.question(reply) if reply.field else None
        skip = [b.token for b in reply.buttons if b.token.verb is Verb.SKIP]
        if question is None:
            reply = school.answer("oyelaran", reply)
        elif skip:
            reply = school.press("oyelaran", skip[0])
        else:
            reply = school.answer("oyelaran", reply, "nothing" if question.id == "done" else "A mark.")
    school.book = first  # a third start, under rules that have neither
    source = first.sources["concern"].replace(b'ask = "Who else was there', b'ask = "Third: who else was there')
    newest = load("concern.toml", source, first.lists)
    sources = {**first.sources, "concern": source}
    school.book = replace(first, flows={**first.flows, "concern": newest}, sources=sources)
    school.reopen()
    school.settle()
    card = school.press("okafor", Token(Verb.OPEN, school.case().ref))
    assert isinstance(card, Card)
    assert "A mark." in said(card)


def test_a_case_keeps_its_version_when_a_word_list_changes(school: School) -> None:
    prompt = writing(school)
    pinned = the_talk(school, prompt).state.digest
    lists = {**school.book.lists, "self_harm": school.book.lists["self_harm"] | {"another phrase"}}
    newer = load("concern.toml", school.book.sources["concern"], lists)
    school.book = replace(school.book, lists=lists, flows={**school.book.flows, "concern": newer})
    school.reopen()
    reply: Reply = school.answer("oyelaran", prompt, "I want to die, she said.")
    assert isinstance(reply, Prompt)
    assert school.case().digest == pinned


# What stays of a talk -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["Send", "Stop", "left alone"])
def test_a_talk_that_is_over_holds_no_words(school: School, ending: str) -> None:
    reply = school.talk("oyelaran", "concern", up_to="check")
    assert isinstance(reply, Prompt)
    if ending == "left alone":
        school.later(minutes=70)
    else:
        asked = school.press("oyelaran", label(reply, ending))
        if isinstance(asked, Prompt):
            school.press("oyelaran", label(asked, ending))
    state = the_talk(school, reply).state
    assert state.over
    assert (state.answers, state.said, state.editing) == ({}, (), "")
