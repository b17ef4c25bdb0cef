"""Words typed when nothing was asked: a child's are never a dead end, and a teacher's begin what they mean."""

import pytest

from bot.flow.model import Severity
from bot.inbound import Vouched
from bot.prompt import Notice, Prompt, Reply, Token, Verb
from bot.storage import cases, talks
from tests.school import School, label, said

WORDS = "My dad hits me"


def answers(school: School) -> dict[str, object]:
    """Give what the newest case holds."""
    case = school.cases()[0]
    return dict(school.read(lambda tx: cases.answers(tx, case.id)))


def begun(school: School, who: str = "p-aisha") -> str:
    talk = school.read(lambda tx: talks.open_at(tx, who, ""))
    return talk.flow if talk else ""


# A child --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [WORDS, "my dad hits me!!", "mi dad hitz me", "theres a secrit i cant say", "kofi", "Can you help me?", "I am sad"],
)
def test_what_a_child_writes_before_anything_was_asked_begins_a_worry_with_these_words(
    school: School, words: str
) -> None:
    """ "My dad hits me" got "What would you like to do?", and was kept nowhere."""
    reply = school.type("p-aisha", words)
    assert isinstance(reply, Prompt)
    assert (reply.title, reply.ask) == ("Tell us a worry", "Do you need help right now?")
    assert "I cannot keep secrets." in said(reply), "what the first screen of every worry says is said here too"
    assert "I have kept what you wrote." in said(reply)
    assert school.cases() == (), "the child goes on first"


def test_the_child_sees_the_words_and_sends_them_as_they_are(school: School) -> None:
    reply = school.type("p-aisha", f"  {WORDS} :( \U0001f62d ")
    asked = []
    while isinstance(reply, Prompt) and reply.field is not None:
        asked.append(school.question(reply).id)
        skip = next((b.token for b in reply.buttons if b.token.verb is Verb.SKIP), None)
        assert skip is not None
        reply = school.press("p-aisha", skip)
    assert "how" not in asked, "how they tell is plain by now"
    assert "tell" not in asked, "and nobody has to say it twice"
    assert isinstance(reply, Prompt)
    assert "What you told me" in [row.label for row in reply.rows]
    assert f"{WORDS} :( \U0001f62d" in [row.value for row in reply.rows], "their exact words"
    school.answer("p-aisha", reply)
    assert answers(school)["tell"] == f"{WORDS} :( \U0001f62d"
    assert school.case().complete
    assert school.case().severity is Severity.HIGH


def test_the_child_can_change_the_words(school: School) -> None:
    reply = school.type("p-aisha", WORDS)
    while isinstance(reply, Prompt) and reply.field is not None:
        reply = school.press("p-aisha", next(b.token for b in reply.buttons if b.token.verb is Verb.SKIP))
    assert isinstance(reply, Prompt)
    change = next(row.change for row in reply.rows if row.label == "What you told me")
    assert change is not None
    asked = school.press("p-aisha", change.token)
    assert isinstance(asked, Prompt)
    assert asked.value == (WORDS,)


@pytest.mark.parametrize("left", ["stopped", "timeout"])
def test_a_child_who_goes_away_after_that_has_said_it(school: School, left: str) -> None:
    """CH-24: whatever was sent is passed on, as the screen says."""
    reply = school.type("p-aisha", WORDS)
    assert "If you stop half-way, the safety grown-up still sees what you have sent." in said(reply)
    if left == "stopped":
        school.press("p-aisha", label(reply, "Stop"))
    school.later(minutes=11)
    assert answers(school)["tell"] == WORDS
    assert school.case().halted == left
    assert len(school.platform.cards("person:okafor")) == 1


def test_words_that_a_list_knows_are_kept_too_and_adults_hear_at_once(school: School) -> None:
    """The alert went out, without the words that had raised it."""
    school.type("p-aisha", "i want to kill myself")
    assert school.case().severity is Severity.URGENT
    assert answers(school)["tell"] == "i want to kill myself"


def test_a_name_in_the_first_words_is_held_as_in_any_others(school: School) -> None:
    reply = school.type("p-aisha", "Mrs Okafor shouts at me when nobody is there")
    school.press("p-aisha", label(reply, "Stop"))
    school.settle()
    assert "okafor" not in school.case().told
    assert school.platform.cards("person:okafor") == []


def test_more_than_can_be_kept_is_not_lost_whole(school: School) -> None:
    reply = school.type("p-aisha", "aä" * 40_000)
    school.press("p-aisha", label(reply, "Stop"))
    assert answers(school)["tell"] == "aä" * 1500


def test_a_resend_of_first_words_begins_nothing_twice(school: School) -> None:
    first = school.type("p-aisha", WORDS, event="e1")
    again = school.type("p-aisha", WORDS, event="e1")
    assert isinstance(first, Prompt)
    assert isinstance(again, Prompt)
    assert (first.talk, first.turn) == (again.talk, again.turn)


@pytest.mark.parametrize("words", ["Hello", "hi", "thank you!", "ok", "bye", "no", "back", "stop", "\U0001f44d", "..."])
def test_small_talk_begins_nothing_and_shows_what_there_is(school: School, words: str) -> None:
    """Or every "thank you" after a worry would be another one."""
    reply = school.type("p-aisha", words)
    assert isinstance(reply, Notice)
    assert [button.token for button in reply.buttons] == [Token(Verb.START, "worry")]
    assert begun(school) == ""
    school.later(minutes=20)
    assert school.cases() == ()


def test_the_name_of_the_worry_is_not_taken_for_the_worry(school: School) -> None:
    reply = school.type("p-aisha", "tell us a worry")
    assert isinstance(reply, Prompt)
    school.press("p-aisha", label(reply, "Stop"))
    assert school.cases() == ()


# A teacher ------------------------------------------------------------------------------------------------------------

TYPED = {
    "concern": [
        "I am worried about a child in my class",
        "worried about one of my Year 4s",
        "I'm concerned about a girl in Hazel",
        "need to log a concern about Rhys",
        "safeguarding concern",
        "there are bruises on his arm again",
        "she's scared to go home tonight",
        "he says his stepdad hits him",
        "a child has just told me something",
        "child disclosed at lunch",
        "one of mine is self harming I think",
        "a child is missing from the playground",
        "two girls in y6 sexting",
        "hes hungry every day and never has a coat",
    ],
    "adult": [
        "I'm worried about a colleague",
        "concern about the headteacher",
        "low level concern about the new TA",
        "I want to make an allegation",
        "concerned about another teacher",
    ],
    "breach": [
        "something horrible came up on the screen",
        "rude pictures came up on the ipads",
        "this site should be blocked",
        "it got through the filter",
        "the filter isn't working, porn on the class laptop",
    ],
    "unblock": [
        "youtube is blocked and I need it for period 2",
        "can someone unblock the BBC history page please",
        "the website is blocked",
        "I need access to a website for science",
        "the filter is blocking my lesson",
    ],
    "phone": [
        "I rang an ambulance from the trip",
        "I used my own mobile on the trip, had to ring a parent",
        "had to make an emergency call",
    ],
    "spike": [
        "lesson on the Holocaust next week",
        "heads up about a lesson on Thursday",
        "sex education lesson friday",
    ],
    "ask": ["where is the policy", "the rules about phones"],
}


@pytest.mark.parametrize(("flow", "words"), [(flow, words) for flow, said_ in TYPED.items() for words in said_])
def test_what_a_busy_teacher_writes_begins_what_they_mean(school: School, flow: str, words: str) -> None:
    reply: Reply = school.type("oyelaran", words)
    assert isinstance(reply, Prompt), said(reply)
    assert begun(school, "oyelaran") == flow


@pytest.mark.parametrize(
    "words", ["see you tomorrow", "the printer is broken", "who is on duty", "my laptop charger is missing", "Hello"]
)
def test_other_words_of_staff_begin_nothing_and_say_so(school: School, words: str) -> None:
    reply = school.type("oyelaran", words)
    assert isinstance(reply, Notice)
    assert Token(Verb.START, "concern") in [button.token for button in reply.buttons]
    assert ("have not kept it" in said(reply)) == (words != "Hello")
    assert begun(school, "oyelaran") == ""


# Somebody who is not on the list --------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["my brother pushes me", "hi", "home"])
def test_who_is_not_on_the_list_hears_that_what_they_wrote_is_not_kept(school: School, words: str) -> None:
    """They were only asked who they are: a child would go away in the belief of having told it."""
    school.vouched["u-7781"] = Vouched("Sam Thornbury")
    reply = school.type("u-7781", words)
    assert isinstance(reply, Notice)
    assert ("have not kept what you wrote" in said(reply)) == (words == "my brother pushes me")
    assert "You can tell me if something is wrong." in said(reply)
    assert begun(school, "u-7781") == ""
