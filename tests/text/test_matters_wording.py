"""What staff read in the flows of the second step, against domain/questions.md 6.2 and 6.4 to 6.7."""

import re

import pytest

from bot.flow.model import Answer, Flow, Kind, Severity, path
from bot.flow.step import step
from bot.flow.talk import Give, State

from .reading_age import grade, longest_sentence
from .shipped import BLANKS, filled, flows, labels, messages
from .test_staff_wording import NOW, STAFF, required

ADULT, BREACH, UNBLOCK, SPIKE, ASK = (flows()[name] for name in ("adult", "breach", "unblock", "spike", "ask"))
PHONES = [flows()["phone"], flows()["phone_permission"]]
LONG = {"concern"}  # two sentences of it carry a duty whole

each_staff_flow = pytest.mark.parametrize("flow", STAFF, ids=lambda flow: flow.id)
each_phone = pytest.mark.parametrize("flow", PHONES, ids=lambda flow: flow.id)


def everything(flow: Flow) -> str:
    return "\n".join((*messages(flow), *labels(flow)))


# How hard it is to read ----------------------------------------------------------------------------------------------


@each_staff_flow
def test_a_busy_adult_can_read_it_at_a_glance(flow: Flow) -> None:
    """GOV.UK writes for a reading age of 9, which is grade 4, in sentences of at most 25 words."""
    lines = [line if line.endswith((".", "?", "!")) else f"{line}." for line in messages(flow)]
    assert grade(" ".join(lines)) <= 4.0
    if flow.id not in LONG:
        assert [line for line in lines if longest_sentence(line) > 25] == []


# A concern about an adult (6.2) --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("adult", ["about", "who", "with_children", "harmed", "crime", "what", "spoken", "named"]),
        ("dsl", ["about", "who", "with_children", "harmed", "crime", "what", "spoken", "named"]),
        ("it", ["about", "who", "with_children", "harmed", "crime", "what", "spoken", "named"]),
        ("head", ["about", "with_children", "harmed", "crime", "what", "spoken", "named"]),
        ("chair", ["about", "with_children", "harmed", "crime", "what", "spoken", "named"]),
        ("self", ["about", "self_with_children", "harmed", "crime", "what"]),
    ],
)
def test_what_a_concern_about_an_adult_asks(about: str, expected: list[str]) -> None:
    assert sorted(required(ADULT, {"about": about})) == sorted(expected)
    first = [question.id for question in path(ADULT, {"about": about})][:2]
    assert first[0] == "about", "who it is comes before everything that could go out"
    assert ("who" in expected) == (first[1] == "who")


def test_nobody_is_named_before_it_is_known_which_adult_it_is() -> None:
    before = [*ADULT.intro, ADULT.help]
    before += [line for question in ADULT.questions[:2] for line in (question.ask, question.hint)]
    named = {blank for line in before for blank in re.findall(r"\{[{%] *(?:if )?(\w+)", line)}
    assert named <= {"school", "senior_team", "filter", "lado", "mash", "out_of_hours"}


def test_whoever_leaves_their_name_out_is_told_what_that_is_worth() -> None:
    named = ADULT.question("named")
    assert named is not None
    assert not named.optional, "saying nothing is no answer to this"
    assert "cannot promise that nobody will guess" in named.hint
    assert "the police, a court or the LADO may ask" in named.hint


def test_the_end_of_a_concern_about_an_adult_has_the_numbers() -> None:
    end = " ".join(filled(*ADULT.thanks))
    assert f"LADO) yourself on {BLANKS['lado']}, even when it is about the headteacher" in end
    assert "0800 028 0285" in end
    assert "saved and is being passed on now. That does not mean that somebody has read it." in end


@pytest.mark.parametrize(
    ("answers", "question", "answer", "severity"),
    [
        ({"about": "head"}, "with_children", "yes", Severity.SAME_DAY),
        ({"about": "head", "with_children": "yes"}, "harmed", "yes", Severity.URGENT),
        ({"about": "head", "with_children": "unsure"}, "harmed", "yes", Severity.URGENT),
        ({"about": "head", "with_children": "no"}, "harmed", "yes", Severity.HIGH),
        ({"about": "head", "with_children": "yes"}, "harmed", "unsure", Severity.HIGH),
        ({"about": "head", "with_children": "yes"}, "harmed", "no", Severity.SAME_DAY),
        ({"about": "self", "self_with_children": "yes"}, "harmed", "yes", Severity.URGENT),
        ({"about": "self", "self_with_children": "no"}, "harmed", "yes", Severity.HIGH),
        ({"about": "head", "with_children": "no", "harmed": "no"}, "crime", "unsure", Severity.HIGH),
        ({"about": "adult", "who": "Mr X", "with_children": "yes"}, "harmed", "yes", Severity.URGENT),
    ],
)
def test_what_makes_it_urgent(answers: dict[str, Answer], question: str, answer: str, severity: Severity) -> None:
    state = State("t", ADULT.digest, answers=answers, editing=question, severity=ADULT.severity)
    after, effects = step(ADULT, state, Give(0, (answer,)), NOW)
    assert after.severity == severity
    assert bool(effects) == (severity is Severity.URGENT)


# Something unsuitable, and what may be illegal (6.5) -----------------------------------------------------------------


def test_it_gets_no_answer_about_who_saw_it() -> None:
    kept = {"by", "shown", "open", "saw", "saw_who", "upset"}
    assert kept == {question.id for question in BREACH.questions} - {*BREACH.for_it}
    device = BREACH.question("device")
    assert device is not None
    assert "no names here, because IT sees this answer" in device.hint
    assert "illegal" in BREACH.for_it, "nobody is to open such a page to block it"


def test_what_may_be_illegal_is_not_looked_at_or_copied() -> None:
    (said,) = (" ".join(alert.say) for alert in BREACH.alerts if "illegal" in alert.when)
    for rule in ("Do not look again", "copy, print, forward, save or delete", "Put the device out of use"):
        assert rule in said
    (ending,) = UNBLOCK.endings
    assert ending.when == {"blocked_as": frozenset({"illegal"})}
    assert "cannot be opened by anybody, and nothing has been sent" in " ".join(ending.say)
    assert "Do not try again, and do not show the page to anyone else" in " ".join(ending.say)


@pytest.mark.parametrize(
    ("question", "answer", "severity"),
    [
        ("illegal", "yes", Severity.HIGH),
        ("illegal", "unsure", Severity.HIGH),
        ("illegal", "no", Severity.SAME_DAY),
        ("how", "meant", Severity.HIGH),
        ("how", "search", Severity.SAME_DAY),
        ("upset", "yes", Severity.HIGH),
        ("upset", "no", Severity.SAME_DAY),
    ],
)
def test_how_soon_somebody_comes_for_something_unsuitable(question: str, answer: str, severity: Severity) -> None:
    state = State("t", BREACH.digest, answers={"saw": "yes"}, editing=question, severity=BREACH.severity)
    after, _ = step(BREACH, state, Give(0, (answer,)), NOW)
    assert question in after.answers
    assert after.severity == severity


def test_nobody_is_sent_back_to_look_or_to_take_pictures() -> None:
    assert re.findall(
        r"(?i)(?:take|send|add|attach|upload) (?:a |the )?(?:picture|screenshot|photo)", everything(BREACH)
    ) == ["take a picture"], "and that is where it says not to"
    assert "do not take a picture of it" in " ".join(BREACH.intro)


# A call from one's own phone (6.7) -----------------------------------------------------------------------------------


@each_phone
def test_no_number_is_ever_asked_for(flow: Flow) -> None:
    whose = flow.question("whose")
    assert whose is not None
    assert whose.hint == "Do not write the number."
    assert re.findall(
        r"(?i)(?:what|which|write|give) (?:is |the |their |your )*(?:phone |telephone )?number\b", everything(flow)
    ) == ["write the number"]


@each_phone
def test_before_the_call_it_says_what_to_do_and_keeps_nothing(flow: Flow) -> None:
    (ending,) = flow.endings
    assert ending.when == {"rung": frozenset({"no"})}
    assert "ring 999 straight away" in ending.say[0]
    assert "Take no photos" in " ".join(ending.say)
    assert [offer.flow for offer in flow.offers] == [flow.id], "and comes back to log it"


def test_hiding_the_number_is_only_where_the_rule_is_to_report() -> None:
    phone, permission = PHONES
    assert "dial 141, then the number" in " ".join(phone.endings[0].say)
    assert "141 does nothing for calls in apps" in " ".join(phone.endings[0].say)
    assert "141" not in everything(permission)
    assert "before you use your own" in " ".join(filled(*permission.endings[0].say))


# Requests, lessons ahead, questions ----------------------------------------------------------------------------------


def test_a_request_asks_for_no_names_of_children() -> None:
    aim = UNBLOCK.question("aim")
    assert aim is not None
    assert "No children's names" in aim.hint
    assert [question.id for question in UNBLOCK.questions if question.kind is Kind.PERSON] == []


def test_a_lesson_ahead_promises_that_nothing_is_hidden() -> None:
    assert "They are still looked at, every one." in " ".join(SPIKE.intro)
    agreed = next(c for c in flows()["reply"].questions[0].choices if c.value == "agreed")
    assert "Look at each of them all the same" in agreed.hint


def test_what_is_not_covered_is_not_guessed_and_leads_to_a_person() -> None:
    missing = ASK.question("missing")
    assert missing is not None
    assert "I have not guessed" in missing.ask
    assert {choice.value for choice in missing.choices} >= {"person", "it", "nobody"}
    for ending in ASK.endings:
        assert not re.search(r"(?i)has been sent|will answer", " ".join(ending.say))
    nobody = next(e for e in ASK.endings if e.when == {"missing": frozenset({"nobody"})})
    assert "tell a safeguarding lead now" in " ".join(nobody.say)


@pytest.mark.parametrize("name", ["approve_lead", "approve_educational", "approve_technical", "approve_consent"])
def test_whoever_decides_knows_that_the_person_who_asked_reads_it(name: str) -> None:
    assert "The person who asked sees it with your name and your reason" in flows()[name].check
