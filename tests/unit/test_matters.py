"""Whom smaller matters are put before, who may open what, and which procedure decides."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.access import may_lower, may_open
from bot.cases.matters import as_of, plan, task, unblock
from bot.cases.model import Acknowledge, Approve, CaseVerb, Done, Note, Open, Plan, Procedure, Respond
from bot.cases.procedures import decide
from bot.cases.routes import ROUTES, told
from bot.people import Member, Role, Roster
from bot.settings import Gate
from tests.school import FRIDAY, larkfield, people_of, rules_of
from tests.some_case import a_case

SCHOOL = larkfield().school
PEOPLE = people_of("example")


def roster(*gone: str) -> Roster:
    return Roster(m for m in PEOPLE if m.id not in gone)


def line(found: Plan) -> str:
    return " > ".join(" ".join(sorted(rung.people)) for rung in found.rungs)


@pytest.mark.parametrize(
    ("roles", "reporter", "gone", "expected"),
    [
        ((Role.DSL,), "oyelaran", (), "okafor > pritchard"),
        ((Role.DSL,), "okafor", (), "pritchard"),
        ((Role.DSL,), "pritchard", (), "okafor"),
        ((Role.DSL,), "oyelaran", ("okafor",), "pritchard"),
        ((Role.DSL,), "oyelaran", ("okafor", "pritchard"), "lindqvist > fairbairn"),  # the last resort
        ((Role.DSL,), "lindqvist", ("okafor", "pritchard"), "fairbairn"),
        ((Role.DSL,), "lindqvist", ("okafor", "pritchard", "fairbairn"), ""),
        ((), "oyelaran", (), "pritchard"),  # a flow without a route
    ],
)
def test_whom_a_matter_is_put_before(
    roles: tuple[Role, ...], reporter: str, gone: tuple[str, ...], expected: str
) -> None:
    found = plan(SCHOOL, roster(*gone), roles, reporter, FRIDAY)
    assert line(found) == expected
    assert (found.channel, found.readers, found.excluded) == ("", frozenset(), frozenset())


def test_it_climbs_the_routine_ladder_and_waits_at_its_end_as_long_as_at_its_beginning() -> None:
    found = plan(SCHOOL, roster(), (Role.DSL,), "oyelaran", FRIDAY)
    assert [rung.due - FRIDAY for rung in found.rungs] == [timedelta(), timedelta(days=3)]  # 8 hours of school
    assert found.patience == timedelta(hours=8)


def test_a_task_shows_in_its_own_channel_and_may_be_its_askers() -> None:
    found = task(rules_of("cantrell").school, Roster(people_of("cantrell")), FRIDAY)
    assert (found.id, line(found.plan)) == ("task", "chatterworth > ellershaw")
    assert (found.plan.channel, found.plan.readers) == ("it", frozenset({"chatterworth", "trelissick"}))


def test_a_request_has_the_schools_gates_in_their_order() -> None:
    school = replace(
        SCHOOL,
        unblock=replace(
            SCHOOL.unblock, gates=(Gate("technical", (Role.IT,)), Gate("consent", (Role.SENIOR,), consent=True))
        ),
    )
    until = FRIDAY + timedelta(days=3)
    asked = unblock(school, roster(), "oyelaran", FRIDAY, until)
    assert [(gate.id, gate.where_needed, line(gate.plan)) for gate in asked.gates] == [
        ("technical", False, "qureshan > pritchard"),
        ("consent", True, "dunmore > pritchard"),
    ]
    assert asked.until == until
    assert asked.task is not None
    assert line(asked.task.plan) == "qureshan > pritchard"


# Routes --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "example", "cantrell", "godinton"),
    [
        ("children", "dsl", "dsl", "dsl"),
        ("breach", "dsl", "dsl", "dsl"),
        ("spike", "dsl", "dsl", "dsl"),
        ("phone", "dsl head", "head dsl", "senior"),
        ("policy", "dsl", "dsl", "dsl"),
        ("it", "it", "it", "it"),
    ],
)
def test_what_the_schools_have_for_a_route(route: str, example: str, cantrell: str, godinton: str) -> None:
    for name, expected in (("example", example), ("cantrell", cantrell), ("godinton", godinton)):
        assert " ".join(ROUTES[route](rules_of(name).school)) == expected, name


def test_each_route_reads_its_own_setting() -> None:
    """In the shipped schools several of them hold the same."""
    own = {
        "children": replace(SCHOOL, tell=(Role.OFFICE,)),
        "breach": replace(SCHOOL, breach=(Role.OFFICE,)),
        "spike": replace(SCHOOL, spike=(Role.OFFICE,)),
        "phone": replace(SCHOOL, phone=replace(SCHOOL.phone, seen_by=(Role.OFFICE,))),
        "policy": replace(SCHOOL, policy_owner=(Role.OFFICE,)),
        "it": replace(SCHOOL, task=(Role.OFFICE,)),
    }
    assert own.keys() == ROUTES.keys()
    for route, school in own.items():
        assert [name for name, roles in ROUTES.items() if roles(school) == (Role.OFFICE,)] == [route]


def test_the_first_route_whose_answers_match_counts() -> None:
    ask = larkfield().flows["ask"]
    assert told(SCHOOL, ask, {"missing": "it"}) == (Role.IT,)
    assert told(SCHOOL, ask, {"missing": "person"}) == (Role.DSL,)
    assert told(SCHOOL, larkfield().flows["concern"], {}) == ()


def test_every_route_of_the_shipped_flows_is_known() -> None:
    named = {route.to for flow in larkfield().flows.values() for route in flow.routes}
    assert named <= ROUTES.keys()


# Who may open it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("procedure", ["alert", "approval", "record", "notice", "question"])
@pytest.mark.parametrize("role", Role)
def test_who_may_open_what_was_put_before_them(procedure: Procedure, role: Role) -> None:
    case = replace(a_case(), procedure=procedure, told=frozenset("M"), told_as=frozenset(Role))
    caseworkers = {Role.DSL, Role.DEPUTY, Role.HEAD, Role.CHAIR, Role.VICE_CHAIR}
    expected = role in caseworkers if procedure == "alert" else role not in (Role.STAFF, Role.PUPIL)
    assert may_open(case, Member("M", "M", frozenset({role}))) == expected
    assert not may_open(case, Member("N", "N", frozenset(Role))), "nobody who was not told"


@pytest.mark.parametrize("procedure", ["approval", "record", "notice", "question"])
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.STAFF, Role.PUPIL)])
def test_who_may_open_it_follows_the_roles_held_now(procedure: Procedure, role: Role) -> None:
    """A former DSL who looks after the office now could still open what they were told of as a DSL."""
    case = replace(a_case(), procedure=procedure, told=frozenset("M"), told_as=frozenset({role}))
    for now in Role:
        assert may_open(case, Member("M", "M", frozenset({now, Role.STAFF}))) == (now is role), now


@pytest.mark.parametrize("procedure", ["alert", "approval"])
def test_whoever_is_barred_opens_nothing(procedure: Procedure) -> None:
    plan_ = Plan((), excluded=frozenset("X"), held=frozenset("H"))
    case = replace(a_case(), procedure=procedure, told=frozenset("XHM"), told_as=frozenset({"dsl"}), plan=plan_)
    assert [name for name in "XHM" if may_open(case, Member(name, name, frozenset({Role.DSL})))] == ["M"]


def test_only_a_safeguarding_lead_or_deputy_lowers() -> None:
    assert {role for role in Role if may_lower(Member("m", "m", frozenset({role})))} == {Role.DSL, Role.DEPUTY}


# Which procedure decides ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("procedure", "verb"),
    [
        ("alert", Approve()),
        ("alert", Respond("seen")),
        ("approval", Acknowledge(FRIDAY)),
        ("approval", Respond("seen")),
        ("record", Done()),
        ("notice", Approve()),
        ("question", Acknowledge(FRIDAY)),
    ],
)
def test_a_verb_of_another_procedure_is_a_mistake_of_the_caller(procedure: Procedure, verb: CaseVerb) -> None:
    with pytest.raises(ValueError, match=rf"{procedure}.* knows no {type(verb).__name__}"):
        decide(replace(a_case(), procedure=procedure), verb, "D", FRIDAY)


@pytest.mark.parametrize("procedure", ["alert", "approval", "record", "notice", "question"])
@pytest.mark.parametrize("verb", [Open(), Note()])
def test_reading_and_noting_belong_to_all(procedure: Procedure, verb: CaseVerb) -> None:
    case = replace(a_case(), procedure=procedure)
    if procedure == "approval":
        case = replace(case, approval=unblock(SCHOOL, roster(), "oyelaran", FRIDAY, None))
    assert decide(case, verb, "D", FRIDAY).effects


def test_where_only_who_agreed_is_left_the_next_gate_is_theirs_too() -> None:
    gates = (Gate("lead", (Role.DSL,)), Gate("educational", (Role.DSL,)))
    school = replace(SCHOOL, unblock=replace(SCHOOL.unblock, gates=gates))
    everybody, alone = roster(), Roster(m for m in PEOPLE if m.id == "okafor")
    passed = replace(unblock(school, everybody, "oyelaran", FRIDAY, None), at=1, passed=frozenset({"okafor"}))
    assert line(as_of(passed, school, everybody, "oyelaran", FRIDAY).gates[1].plan) == "pritchard"
    assert line(as_of(passed, school, alone, "oyelaran", FRIDAY).gates[1].plan) == "okafor"
