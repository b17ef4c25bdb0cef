"""What staff are asked and told, against domain/questions.md 6.1, 6.2, 6.8, 6.10 and child_rules.md 4.6."""

import re
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from bot.flow.model import Answer, Flow, Kind, Severity, Timeout, path
from bot.flow.step import step
from bot.flow.talk import Give, Help, Remark, Remind, Start, State, Tick
from bot.library import wording
from bot.settings import GateId
from bot.words import fill

from .shipped import BLANKS, advice, filled, flows, labels, messages, ways

NOW = datetime(2026, 11, 20, 15, 25, tzinfo=UTC)
CONCERN = flows()["concern"]
ADULT = flows()["adult"]
STAFF = [flow for flow in flows().values() if flow.audience != "pupil"]
CASEWORK = [flow for flow in STAFF if flow.audience == "caseworker"]
ALERTS = ("acknowledge", "decide", "note", "close", "reopen", "lower", "release")  # what adults do to a report
SAFETY = [flow for flow in STAFF if flow.procedure in ("alert", "record") or flow.verb in ALERTS]
HINT_LIMIT = 75  # characters of a choice's hint: what Slack shows

each_staff_flow = pytest.mark.parametrize("flow", STAFF, ids=lambda flow: flow.id)


def everything(flow: Flow) -> str:
    return "\n".join((*messages(flow), *labels(flow)))


def required(flow: Flow, answers: dict[str, Answer]) -> list[str]:
    return [question.id for question in path(flow, answers) if not question.optional]


# Advice (4.6) --------------------------------------------------------------------------------------------------------


@each_staff_flow
@pytest.mark.parametrize(
    "banned",
    [
        r"ask (?:them|him|her|the child) (?:for|to|about|why|what)",
        r"more detail",
        r"(?:check|speak|talk) (?:with|to) (?:the |their )?(?:parent|carer)s? first",
        r"wait (?:until|till)|until you are (?:sure|certain)|be (?:sure|certain) before|are you sure",
        r"only if you are (?:sure|certain)|gather|investigate yourself|find out more|\bprove\b",
    ],
)
def test_no_advice_that_harms(flow: Flow, banned: str) -> None:
    assert re.findall(banned, everything(flow), re.IGNORECASE) == []


@pytest.mark.parametrize(
    "advice",
    [
        "listen",
        "Do not promise to keep it secret",
        "Tell, Explain, Describe",
        "Do not ask to see marks",
        "Tell them who you will tell",
        "Do not add pictures, screenshots or files",
        "do not take photos",
    ],
)
def test_who_is_with_a_child_is_told_how_to_listen_before_the_first_question(advice: str) -> None:
    assert advice in " ".join(CONCERN.intro)


@pytest.mark.parametrize("flow", SAFETY, ids=lambda flow: flow.id)
def test_every_screen_says_999(flow: Flow) -> None:
    assert "ring 999" in flow.help


@each_staff_flow
def test_where_a_flow_is_not_about_safety_the_help_button_says_999(flow: Flow) -> None:
    """A request, or a question about the policy, says it when "Get help now" is pressed, which stands everywhere."""
    state, _ = step(flow, State("t", flow.digest), Start(), NOW)
    after, remarks = step(flow, state, Help(), NOW)
    assert (after, [r.key for r in remarks if isinstance(r, Remark)]) == (state, ["help-staff"])
    assert "ring 999" in wording("wording").lines["help-staff"]


# Honesty -------------------------------------------------------------------------------------------------------------


@each_staff_flow
def test_no_promise_of_secrecy(flow: Flow) -> None:
    said = re.sub(r"(?i)do not promise to keep it secret", "", everything(flow))
    assert re.findall(r"(?i)confidential|anonym|private|\bsecret|between us|guarantee", said) == []


@each_staff_flow
def test_nothing_is_said_to_be_read_or_reached_yet(flow: Flow) -> None:
    said = (
        everything(flow)
        .replace("Saved does not mean read.", "")
        .replace("That does not mean that somebody has read it.", "")
        .replace("You are told here who has seen it.", "")
    )
    assert re.findall(r"(?i)\b(?:has|have) (?:read|seen) (?:it|this|your)\b|has reached|has received", said) == []


def test_the_end_says_saved_and_not_read_and_whom_to_chase() -> None:
    end = " ".join(filled(*CONCERN.thanks))
    assert "saved and is being passed on now. That does not mean that somebody has read it." in end
    assert "You've done your part of telling" in end
    assert "handwritten notes" in end
    for blank in ("reference", "deadline", "next", "next_phone", "mash", "lado", "tell"):
        assert BLANKS[blank] in end, blank


def test_the_end_reads_well_when_nobody_comes_next() -> None:
    """About the headteacher, the chair may be the only person there is: then the telephone numbers are the ladder."""
    blanks = {**BLANKS, "next": "", "next_phone": "", "tell_place": "", "tell_phone": ""}
    for flow in STAFF:
        for line in (*flow.thanks, *advice(flow)):
            said = fill(line, blanks)
            assert not re.search(
                r" {2}|: ?\.|:\s*$|, ?\.| [.,]|go to\s*\.|(?<!to )\b(?:ring|on|telephone)\s*[.,]", said
            ), said


def test_nobody_is_named_before_it_is_known_who_it_is_about() -> None:
    """{{ tell }} could be the very person it is about until the first question is answered."""
    first = CONCERN.questions[0]
    assert (first.id, first.subject) == ("about", True)
    before = (*CONCERN.intro, CONCERN.help, first.ask, first.hint, *(c.label + c.hint for c in first.choices))
    named = {blank for line in before for blank in re.findall(r"\{[{%] *(?:if )?(\w+)", line)}
    assert named <= {"school", "lado", "mash", "out_of_hours"}


# What is asked (6.1, 6.2) --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "first"),
    [
        ("child", ["about", "danger"]),
        ("head", ["about", "danger"]),
        ("self", ["about", "danger"]),
        ("unsure", ["about", "maybe_adult", "danger"]),
        ("adult", ["about", "adult_name", "danger"]),
        ("dsl", ["about", "adult_name", "danger"]),
        ("it", ["about", "adult_name", "danger"]),
    ],
)
def test_who_comes_first_and_then_danger(about: str, first: list[str]) -> None:
    """Danger warns people at once, and must not warn the very person it is about."""
    assert [question.id for question in path(CONCERN, {"about": about})][: len(first)] == first


def test_who_it_is_about_can_be_chosen() -> None:
    assert [choice.label for choice in CONCERN.questions[0].choices] == [
        "A child",
        "Another adult who works or volunteers here",
        "The headteacher",
        "The designated safeguarding lead",
        "IT or filtering staff",
        "Me",
        "I'm not sure",
    ]


@pytest.mark.parametrize("about", ["child", "unsure"])
@pytest.mark.parametrize(
    ("how", "told"),
    [("child_told", "words"), ("saw", "what"), ("adult_told", "what"), ("other_child", "what"), ("found", "what")],
)
def test_what_a_concern_about_a_child_needs(about: str, how: str, told: str) -> None:
    """6.1: prompts 0 to 4, 6 or 7, 12 and 13, and no others."""
    found_at = [] if how == "saw" else ["found_at"]  # who saw it found out when it happened
    assert required(CONCERN, {"about": about, "danger": "no", "how": how}) == [
        "about", "danger", "child_name", "child_now", "home", "how", "happened_at", *found_at, told, "done",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("adult", ["adult_with_children", "harmed", "adult_what", "spoken"]),
        ("dsl", ["adult_with_children", "harmed", "adult_what", "spoken"]),
        ("it", ["adult_with_children", "harmed", "adult_what", "spoken"]),
        ("head", ["adult_with_children", "harmed", "adult_what", "spoken"]),
        ("self", ["harmed", "self_with_children", "adult_what"]),
    ],
)
def test_what_a_concern_about_an_adult_needs(about: str, expected: list[str]) -> None:
    who = ["adult_name"] if about in ("adult", "dsl", "it") else []
    assert required(CONCERN, {"about": about, "danger": "no"}) == ["about", *who, "danger", *expected, "done"]


def test_only_who_it_is_about_is_a_subject() -> None:
    assert [question.id for question in CONCERN.questions if question.subject] == ["about", "maybe_adult", "adult_name"]


def test_marks_are_asked_about_only_once_they_were_seen() -> None:
    asked = {q.id for q in path(CONCERN, {"about": "child", "danger": "no", "how": "saw", "marks": "yes"})}
    assert {"marks_where", "marks_look", "marks_undressed", "first_aid"} <= asked
    unasked = {q.id for q in path(CONCERN, {"about": "child", "danger": "no", "how": "saw", "marks": "no"})}
    assert not {"marks_where", "marks_look", "marks_undressed", "first_aid"} & unasked


@each_staff_flow
def test_a_reporter_decides_no_threshold(flow: Flow) -> None:
    if flow.audience == "staff":
        asked = " ".join(question.ask + question.hint for question in flow.questions)
        assert re.findall(r"(?i)low.level|allegation|threshold|serious enough", asked) == []


# What makes it more urgent (6.10) ------------------------------------------------------------------------------------


def test_an_urgent_alert_says_999_and_whom_to_tell() -> None:
    urgent = [alert for alert in CONCERN.alerts if alert.severity is Severity.URGENT]
    assert urgent
    for alert in urgent:
        said = " ".join(filled(*alert.say))
        assert "999" in said, said
        assert re.search(r"(?i)tell Mrs Amara Okafor now", said), said


@each_staff_flow
def test_an_alert_says_something_or_makes_it_more_urgent(flow: Flow) -> None:
    """One that did neither would do nothing."""
    assert [a for a in flow.alerts if not a.say and a.severity <= flow.severity] == []
    assert all(alert.say for alert in flow.alerts if alert.severity is Severity.URGENT)


@pytest.mark.parametrize(
    ("answers", "question", "answer", "severity"),
    [
        ({"about": "child"}, "danger", "yes", Severity.URGENT),
        ({"about": "child"}, "danger", "unsure", Severity.URGENT),
        ({"about": "head"}, "danger", "unsure", Severity.URGENT),
        ({"about": "child"}, "danger", "no", Severity.SAME_DAY),
        ({"about": "child", "danger": "no"}, "home", "no", Severity.URGENT),
        ({"about": "child", "danger": "no"}, "home", "unsure", Severity.HIGH),
        ({"about": "child", "danger": "no"}, "how", "child_told", Severity.HIGH),
        ({"about": "child", "danger": "no"}, "how", "saw", Severity.SAME_DAY),
        ({"about": "child", "danger": "no"}, "marks", "yes", Severity.HIGH),
        (
            {"about": "adult", "adult_name": "Mr Callum Dunmore", "danger": "no"},
            "adult_with_children",
            "yes",
            Severity.URGENT,
        ),
        ({"about": "head", "danger": "no"}, "adult_with_children", "yes", Severity.URGENT),
        ({"about": "adult", "danger": "no"}, "harmed", "unsure", Severity.HIGH),
        ({"about": "self", "danger": "no", "harmed": "no"}, "self_with_children", "yes", Severity.SAME_DAY),
        ({"about": "self", "danger": "no", "harmed": "yes"}, "self_with_children", "yes", Severity.URGENT),
        ({"about": "child", "danger": "no", "how": "child_told"}, "words", '"i want to die"', Severity.URGENT),
        (
            {"about": "adult", "adult_name": "Mr Callum Dunmore", "danger": "no"},
            "adult_what",
            "He asked her for nude photos.",
            Severity.URGENT,
        ),
        ({"about": "child", "danger": "no", "how": "saw"}, "what", "I think it is FGM.", Severity.HIGH),
    ],
)
def test_what_an_answer_makes_of_it(answers: dict[str, Answer], question: str, answer: str, severity: Severity) -> None:
    state = State("t", CONCERN.digest, answers=answers, editing=question, severity=CONCERN.severity)
    after, effects = step(CONCERN, state, Give(0, (answer,)), NOW)
    assert question in after.answers
    assert after.severity == severity
    assert bool(effects) == (severity is Severity.URGENT)


def test_fgm_stays_the_teachers_own_duty() -> None:
    said = next(" ".join(filled(*alert.say)) for alert in CONCERN.alerts if alert.mentions == "fgm")
    assert "you must tell the police yourself: ring 101" in said
    assert "This report does not do that for you" in said


@pytest.mark.parametrize("how", ["child_told", "saw", "found"])
def test_a_concern_is_short_enough_for_a_friday_afternoon(how: str) -> None:
    """How many must be answered, at the most; all the others can be skipped."""
    assert len(required(CONCERN, {"about": "child", "danger": "no", "how": how, "marks": "yes"})) <= 12


# Casework (6.8) ------------------------------------------------------------------------------------------------------


def test_there_is_a_flow_for_every_verb_of_casework() -> None:
    verbs = {flow.id: flow.verb for flow in flows().values() if flow.procedure == "casework"}
    casework = ("acknowledge", "decide", "note", "close", "reopen", "lower", "release", "talked")
    others = ("done", "cannot", "settle", "block", "reply", "answer")
    gates = dict.fromkeys((f"approve_{gate}" for gate in get_args(GateId)), "approve")
    assert verbs == {**{verb: verb for verb in (*casework, *others)}, **gates}


def test_acting_is_promised_in_minutes_from_now() -> None:
    (by,) = flows()["acknowledge"].questions
    minutes = [int(choice.value.removeprefix("m")) for choice in by.choices]
    assert minutes == sorted(minutes)
    assert minutes[0] == 0
    assert all(re.fullmatch(r"m\d+", value) for value in by.values)


def test_what_is_written_down_when_a_case_is_closed() -> None:
    """KCSIE para 74 and 6.8; whether the other system's reference is needed is the school's setting."""
    close = flows()["close"]
    assert required(close, {}) == [
        "summary", "action", "decision", "reason", "outcome", "child_told", "reporter_told", "parents", "lesson",
    ]  # fmt: skip
    assert [question.id for question in close.questions if question.optional] == ["record"]


@pytest.mark.parametrize(
    "flow_id",
    ["decide", "lower", "reopen", "close", "release", *(f"approve_{gate}" for gate in get_args(GateId))],
)
def test_nothing_is_decided_without_a_reason(flow_id: str) -> None:
    reason = flows()[flow_id].question("reason")
    assert reason is not None
    assert reason.kind is Kind.LONG_TEXT
    assert not reason.optional
    assert not reason.when


def test_severity_can_only_be_set_to_a_known_lower_one() -> None:
    severity = flows()["lower"].question("severity")
    assert severity is not None
    assert {Severity.of(value) for value in severity.values} == set(Severity) - {Severity.URGENT}


def test_every_decision_says_when_to_use_it() -> None:
    decision = flows()["decide"].question("decision")
    assert decision is not None
    assert [choice.value for choice in decision.choices if not choice.hint] == []


@each_staff_flow
def test_hints_of_choices_fit_a_platform(flow: Flow) -> None:
    hints = filled(*(choice.hint for question in flow.questions for choice in question.choices))
    assert [hint for hint in hints if len(hint) > HINT_LIMIT] == []


@each_staff_flow
def test_a_hint_does_not_say_again_that_several_can_be_chosen(flow: Flow) -> None:
    """The page says "You can choose more than one." below every such question."""
    hints = {q.id: q.hint for q in flow.questions if q.kind is Kind.CHOICES}
    assert [i for i, hint in hints.items() if re.search(r"(?i)\ball (?:that|of)\b|more than one|several", hint)] == []


@each_staff_flow
def test_a_check_page_row_has_a_short_label(flow: Flow) -> None:
    shown = [question for question in flow.questions if question.kind is not Kind.LOOKUP]
    assert [question.id for question in shown if not 0 < len(question.row) <= 30] == []


@pytest.mark.parametrize("flow", CASEWORK, ids=lambda flow: flow.id)
def test_what_a_caseworker_wrote_outlives_a_lesson(flow: Flow) -> None:
    """Who is called away finds the words again: a reminder after four hours, and four more until they are wiped."""
    four = timedelta(hours=4)
    assert flow.timeout == Timeout(four, "close", remind=True)
    state, _ = step(flow, State("t", flow.digest), Start(), NOW)
    question = flow.questions[0]
    state, _ = step(flow, state, Give(state.turn, (question.choices[0].value if question.choices else "x",)), NOW)
    for later, effects, status in (
        (four - timedelta(seconds=1), (), state.status),
        (four, (Remind(),), state.status),
        (2 * four - timedelta(seconds=1), (), state.status),
        (2 * four, (), "expired"),
    ):
        state, happened = step(flow, state, Tick(), NOW + later)
        assert (happened, state.status) == (effects, status)
        assert question.id in state.answers


@pytest.mark.parametrize("flow", CASEWORK, ids=lambda flow: flow.id)
def test_casework_can_always_be_finished(flow: Flow) -> None:
    assert all(questions for _, questions in ways(flow))
