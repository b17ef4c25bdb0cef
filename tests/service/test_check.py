"""What is found before anything starts: each thing is broken in a copy of the made-up school, and must be said."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.flow.model import Choice, Flow, Kind, Offer, Question, Route
from bot.inspection.school import problems, warnings
from bot.library import rulebook, shipped_school
from bot.people import Member, Role, Roster
from bot.service.rulebook import Rulebook
from bot.settings import Leads
from bot.words import Words
from tests.school import FRIDAY, larkfield, larkfield_people

BOOK, PEOPLE = larkfield(), larkfield_people()
TODAY = date(2026, 11, 20)
WHEN = {"x": frozenset({"y"})}


def said(book: Rulebook = BOOK, people: tuple[Member, ...] = PEOPLE) -> list[str]:
    return problems(book, Roster(people), FRIDAY)


def with_flows(**flows: Flow) -> Rulebook:
    return replace(BOOK, flows={**BOOK.flows, **flows})


def without_flow(flow_id: str) -> Rulebook:
    return replace(BOOK, flows={key: flow for key, flow in BOOK.flows.items() if key != flow_id})


def without(*roles: Role) -> tuple[Member, ...]:
    """Give the people, none of whom holds some roles."""
    left = (replace(m, roles=m.roles - set(roles)) for m in PEOPLE)
    return tuple(m for m in left if m.roles)


def test_the_made_up_school_is_whole() -> None:
    assert said() == []
    assert warnings(BOOK.school, Roster(PEOPLE), TODAY) == []


# Flows ---------------------------------------------------------------------------------------------------------------


def test_a_flow_that_is_switched_on_must_be_there() -> None:
    gone = replace(BOOK, school=replace(BOOK.school, flows=(*BOOK.school.flows, "wory")))
    (only,) = said(gone)
    assert only.startswith("flows: there is no flow 'wory' - did you mean 'worry'?; there are ")


BUTTONS = {
    **{verb: verb for verb in ("acknowledge", "close", "decide", "lower", "note", "release", "reopen", "talked")},
    **{"block": "block", "cannot": "cannot", "settle": "settle"},
    **{"done": "done", "reply": "reply", "answer": "answer", "approve_lead": "approve"},
}


@pytest.mark.parametrize("flow_id", BUTTONS)
def test_what_a_button_begins_must_have_its_flow(flow_id: str) -> None:
    verb = BUTTONS[flow_id]
    asked = f"flows: casework needs a flow {flow_id!r} with verb = {verb!r}: put {flow_id}.toml back among the flows"
    assert asked in said(without_flow(flow_id))
    other = "close" if verb != "close" else "note"
    assert asked in said(with_flows(**{flow_id: replace(BOOK.flows[flow_id], verb=other)}))


UNASKED = ("approve", "block", "cannot", "done", "settle", "reply", "answer")


def test_no_flow_is_asked_for_that_no_button_begins() -> None:
    """The gates and the answers of what is off need no flow."""
    school = replace(BOOK.school, flows=("concern", "worry"))
    few = {key: flow for key, flow in BOOK.flows.items() if flow.verb not in UNASKED}
    assert said(replace(BOOK, school=school, flows=few)) == []


@pytest.mark.parametrize("flow_id", ["concern", "adult"])
def test_a_report_of_staff_must_ask_whom_it_is_about(flow_id: str) -> None:
    def unasked(question: Question) -> Question:
        return replace(question, subject=False)

    flow = replace(BOOK.flows[flow_id], questions=tuple(map(unasked, BOOK.flows[flow_id].questions)))
    (only,) = said(with_flows(**{flow_id: flow}))
    assert only.startswith(f"{flow_id}.toml: none of its questions has 'subject = true'")


def answering(flow_id: str, question_id: str, **facts: object) -> Rulebook:
    """Give the rulebook with one question of a flow changed."""
    flow = BOOK.flows[flow_id]
    changed = tuple(replace(q, **facts) if q.id == question_id else q for q in flow.questions)  # type: ignore[arg-type]
    assert changed != flow.questions
    return with_flows(**{flow_id: replace(flow, questions=changed)})


@pytest.mark.parametrize(
    ("flow_id", "question"),
    [("acknowledge", "by"), ("lower", "severity"), ("approve_lead", "approve"), ("reply", "reply")],
)
@pytest.mark.parametrize(
    "facts",
    [{"id": "other"}, {"kind": Kind.TEXT}, {"optional": True}, {"when": WHEN}],
    ids=["gone", "in words", "optional", "sometimes"],
)
def test_what_the_program_goes_on_by_must_be_asked(flow_id: str, question: str, facts: dict[str, object]) -> None:
    what = "a question of the kind 'choice' that cannot be skipped, without 'when'"
    assert said(answering(flow_id, question, **facts)) == [f"{flow_id}.toml: must ask {question!r}: {what}"]


@pytest.mark.parametrize(
    ("flow_id", "question", "value", "known"),
    [
        ("acknowledge", "by", "m15x", "m and a number of minutes, such as m15"),
        ("lower", "severity", "highest", "routine, same_day, high, urgent"),
        ("approve_lead", "approve", "yes_but", "yes, narrower, no"),
        ("reply", "reply", "talked", "agreed, talk, declined"),
    ],
)
def test_a_choice_that_the_program_does_not_know_is_named(flow_id: str, question: str, value: str, known: str) -> None:
    choices = (Choice(value, "Another"), *BOOK.flows[flow_id].questions[0].choices)
    assert said(answering(flow_id, question, choices=choices)) == [
        f"{flow_id}.toml: {value!r} is not one of the choices that {question!r} can have ({known})"
    ]


def test_what_is_allowed_until_a_day_is_asked_as_a_date() -> None:
    (only,) = said(answering("approve_lead", "until", kind=Kind.TEXT))
    assert only.startswith("approve_lead.toml: 'until' must be of the kind 'date'")


def test_a_case_that_is_kept_elsewhere_cannot_be_closed_without_its_reference() -> None:
    unasked = answering("close", "record", id="other")
    assert said(unasked) == []
    (only,) = said(replace(unasked, school=replace(BOOK.school, record="external")))
    assert only.startswith("close.toml: must ask 'record'")


@pytest.mark.parametrize(
    ("flow_id", "facts", "mistake"),
    [
        ("breach", {"routes": (Route("breech"),)}, "breach.toml: there is no route 'breech' - did you mean 'breach'?"),
        ("phone", {"routes": ()}, "phone.toml: 'record' needs a last [[route]] without 'when'"),
        ("spike", {"routes": (Route("spike", WHEN),)}, "spike.toml: 'notice' needs a last [[route]] without 'when'"),
        ("phone", {"offers": (Offer("fone", WHEN),)}, "phone.toml: offers a flow 'fone' that is not there"),
    ],
)
def test_a_flow_that_leads_nowhere_is_named(flow_id: str, facts: dict[str, Any], mistake: str) -> None:
    (only,) = said(with_flows(**{flow_id: replace(BOOK.flows[flow_id], **facts)}))
    assert only.startswith(mistake)


def test_the_flow_for_calls_must_be_that_of_the_rule() -> None:
    school = replace(BOOK.school, phone=replace(BOOK.school.phone, rule="permission"))
    assert said(replace(BOOK, school=school)) == [
        "flows: 'phone' is on, but [phone] rule is not 'report': take the flow out, or change the rule"
    ]


# Wording -------------------------------------------------------------------------------------------------------------


def test_a_blank_that_nothing_fills_is_named() -> None:
    lines = {**BOOK.words.lines, "and": "and {{ whoo }}"}
    assert said(replace(BOOK, words=Words(lines))) == [
        "wording.toml, and: there is no blank 'whoo' here - did you mean 'who'?"
    ]


# People --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "mistakes"),
    [
        ([Role.DSL], ["hears first of a concern", "[routes] raised_by_it", "'breach' goes to", "'spike' goes to"]),
        ([Role.HEAD], ["hears first of a concern"]),
        ([Role.CHAIR], ["hears first of a concern", "a concern about 'head' would reach nobody"]),
        ([Role.IT], ["'ask' goes to (it)", "carries out what is decided about the filter"]),
        ([Role.DSL, Role.DEPUTY], ["'unblock' needs at the gate 'lead'"]),
        ([Role.DSL, Role.HEAD], ["'phone' goes to (phone)"]),
    ],
)
def test_who_is_missing_for_a_route_is_said(roles: list[Role], mistakes: list[str]) -> None:
    found = "\n".join(said(people=without(*roles)))
    for mistake in mistakes:
        assert mistake in found
    assert all(f"'{role}'" in found for role in roles)


def test_several_roles_of_which_one_is_held_are_enough() -> None:
    assert not any("gate" in mistake or "phone" in mistake for mistake in said(people=without(Role.DEPUTY)))


def test_a_role_that_only_what_is_off_needs_may_be_missing() -> None:
    assert said(people=without(Role.SENIOR, Role.COMPUTING, Role.OFFICE)) == []
    godinton, people = shipped_school("godinton")
    fewer = tuple(replace(m, roles=m.roles - {Role.SENIOR}) for m in people)
    found = problems(rulebook(godinton), Roster(fewer), FRIDAY)
    assert len(found) == 2
    assert "'phone_permission' goes to (phone)" in found[0] + found[1]
    assert "'unblock' needs at the gate 'consent'" in found[0] + found[1]


def led(**facts: object) -> Callable[[], Leads]:
    return lambda: replace(BOOK.school.leads, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("leads", "warning"),
    [
        (led(pool="several"), "[dsl] pool is 'several', but 1 on the list hold the role 'dsl'"),
        (led(pool="several", lead=True), "[dsl] lead is true, but nobody on the list holds the role 'lead_dsl'"),
        (led(head=True), "[dsl] head is true, but on the list the head is not a dsl"),
    ],
)
def test_people_and_settings_that_do_not_agree_are_a_warning(leads: Callable[[], Leads], warning: str) -> None:
    school = replace(BOOK.school, leads=leads())
    assert warning in warnings(school, Roster(PEOPLE), TODAY)
    assert said(replace(BOOK, school=school)) == [], "somebody may have left: the others go on being told"


def test_the_end_of_the_last_term_is_a_warning() -> None:
    assert warnings(BOOK.school, Roster(PEOPLE), date(2028, 6, 1)) == [
        "hours.term ends on 20.07.2028: add the next school year, or every working day counts as open"
    ]
