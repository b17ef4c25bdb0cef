"""Who gets which card, for every flow of the three shipped schools: every cell written by hand from their policies.

A cell reads "amber bert #dsl > carla > dev": the cards of amber, of bert and of the channel dsl hang there at once;
then carla is told, then dev. A request reads so for each of its gates; "and" comes before the task for IT.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cases.matters import unblock
from bot.cases.model import Case, Gate, Plan
from bot.inbound import Vouched
from bot.people import Role
from bot.prompt import Card, Notice, Token, Verb
from tests.school import FRIDAY, School, people_of, rules_of, said

# Who reports, in the order of the columns.
REPORTERS = {
    "example": ("oyelaran", "okafor", "lindqvist", "qureshan", "whitlock"),
    "cantrell": ("birchenall", "garrowby", "ellershaw", "chatterworth", "winshaw"),
    "godinton": ("ashgrove", "wrothambell", "wrothambell", "denholme", "brookmyre"),  # the head is the DSL
}
COLUMNS = ("teacher", "DSL", "head", "IT", "office")
CALM = {
    "adult": {"with_children": "no", "harmed": "no", "crime": "no", "self_with_children": "no", "spoken": "no"},
    "concern": {},
    "breach": {"illegal": "no", "how": "search", "saw": "no"},
    "worry": {"danger": "no", "how": "find"},
    "ask": {"missing": "person"},
    "unblock": {"blocked_as": "category"},
}

# An adult, by what the reporter answers: the same for all who report -------------------------------------------------

ADULT = {
    "example": {
        "adult, Mr Callum Dunmore": "lindqvist > fairbairn",
        "adult, Mrs Amara Okafor": "lindqvist > fairbairn",
        "adult, Dr Helen Lindqvist": "fairbairn",
        "adult, Mr Bilal Qureshan": "lindqvist > fairbairn",
        "adult, Ms Isla Fairbairn": "lindqvist",
        "adult, the tall man at the gate": "lindqvist > fairbairn",
        "head": "fairbairn",
        "dsl, Mrs Amara Okafor": "lindqvist > fairbairn",
        "dsl, Mr Gethin Pritchard": "lindqvist > fairbairn",
        "it, Mr Bilal Qureshan": "lindqvist > fairbairn",
        "chair": "lindqvist",
    },
    "cantrell": {
        "adult, Mr Lewis Okonjo-Hale": "ellershaw > pendlebrook",
        "adult, Mrs Philippa Garrowby": "ellershaw > pendlebrook",
        "adult, Mr Tunde Adeyinka-Moss": "ellershaw > pendlebrook",
        "adult, Mrs Judith Ellershaw": "pendlebrook",
        "adult, Mr Ravi Pendlebrook": "ellershaw",
        "head": "pendlebrook",
        "dsl, Mrs Philippa Garrowby": "ellershaw > pendlebrook",
        "dsl, Mr Tunde Adeyinka-Moss": "ellershaw > pendlebrook",
        "it, Mr Dev Chatterworth": "ellershaw > adeyinka garrowby sorrelby > pendlebrook",
        "chair": "ellershaw",
    },
    "godinton": {
        "adult, Mr Femi Olatunde-Price": "wrothambell > quillfeather",
        "adult, Mr Jonah Castellane": "wrothambell > quillfeather",
        "adult, Mrs Harriet Wrotham-Bell": "quillfeather",
        "adult, Mrs Dorothy Quillfeather": "wrothambell",
        "head": "quillfeather",
        "dsl, Mrs Harriet Wrotham-Bell": "quillfeather",
        "dsl, Mr Jonah Castellane": "quillfeather",  # the group holds the head, whoever of it is meant
        "it, Ms Priya Denholme": "wrothambell > quillfeather",
        "chair": "wrothambell",
    },
}

# Where the head reports the chair, only the head would hear: so the vice-chair does too.
BESIDE = {
    "example": "ferncliffe lindqvist",
    "cantrell": "ellershaw hallowgate",
    "godinton": "thistlewood wrothambell",
}

# Everything else, by who reports -------------------------------------------------------------------------------------

DSLS = "adeyinka garrowby sorrelby"
WITHOUT_LEAD = "adeyinka sorrelby"
TABLE = {
    "example": {
        "adult about=self": (
            *("lindqvist > fairbairn", "lindqvist > fairbairn", "fairbairn"),
            *("lindqvist > fairbairn", "lindqvist > fairbairn"),
        ),
        "concern about=child": ("okafor #dsl > pritchard > lindqvist",) * 5,
        "breach": ("okafor #dsl > pritchard > lindqvist",) * 5,
        "spike": (*("okafor > pritchard", "pritchard"), *("okafor > pritchard",) * 3),
        "phone": (
            *("lindqvist okafor > pritchard", "lindqvist > pritchard", "okafor > pritchard"),
            *("lindqvist okafor > pritchard",) * 2,
        ),
        "ask missing=person": ("okafor > pritchard", "pritchard", *("okafor > pritchard",) * 3),
        "ask missing=it": (*("qureshan > pritchard",) * 3, "pritchard", "qureshan > pritchard"),
        "unblock": ("okafor pritchard", "pritchard", *("okafor pritchard",) * 3),
    },
    "cantrell": {
        "adult about=self": (
            *("ellershaw > pendlebrook", "ellershaw > pendlebrook", "pendlebrook"),
            *(f"ellershaw > {DSLS} > pendlebrook", "ellershaw > pendlebrook"),
        ),
        "concern about=child": (*(f"{DSLS} #dsl > ellershaw",) * 3, "ellershaw #dsl", f"{DSLS} #dsl > ellershaw"),
        "breach": (*(f"{DSLS} #dsl > ellershaw",) * 3, "ellershaw #dsl", f"{DSLS} #dsl > ellershaw"),
        "spike": (
            *(f"{DSLS} > ellershaw", f"{WITHOUT_LEAD} > ellershaw", DSLS),
            *(f"{DSLS} > ellershaw",) * 2,
        ),
        "phone": (
            *("adeyinka ellershaw garrowby sorrelby", "adeyinka ellershaw sorrelby", DSLS),
            *("adeyinka ellershaw garrowby sorrelby",) * 2,
        ),
        "ask missing=person": (
            *(f"{DSLS} > ellershaw", f"{WITHOUT_LEAD} > ellershaw", DSLS),
            *(f"{DSLS} > ellershaw",) * 2,
        ),
        "ask missing=it": (
            *("chatterworth > ellershaw",) * 2,
            *("chatterworth", "ellershaw", "chatterworth > ellershaw"),
        ),
        "unblock": ("garrowby > ellershaw", "ellershaw", "garrowby", *("garrowby > ellershaw",) * 2),
    },
    "godinton": {
        "adult about=self": (
            *("wrothambell > quillfeather", "quillfeather", "quillfeather"),
            *("wrothambell > quillfeather",) * 2,
        ),
        "concern about=child": ("wrothambell #dsl > castellane",) * 5,
        "breach": ("wrothambell #dsl > castellane",) * 5,
        "phone_permission": (
            "castellane eastergate wrothambell",
            *("castellane eastergate",) * 2,
            *("castellane eastergate wrothambell",) * 2,
        ),
        "ask missing=person": (
            *("wrothambell > castellane", "castellane", "castellane"),
            *("wrothambell > castellane",) * 2,
        ),
        "ask missing=it": (*("denholme > castellane",) * 3, "castellane", "denholme > castellane"),
        # the copies for IT and the DSL hang beside those of the first gate
        "unblock": (
            "castellane denholme marchbanks wrothambell",
            *("castellane denholme marchbanks",) * 2,
            "castellane marchbanks wrothambell",
            "castellane denholme marchbanks wrothambell",
        ),
    },
}
GATES = {
    "example": (
        "okafor pritchard and qureshan #it > pritchard",
        "pritchard and qureshan #it > pritchard",
        *("okafor pritchard and qureshan #it > pritchard",) * 3,
    ),
    "cantrell": (
        "garrowby > ellershaw and chatterworth #it > ellershaw",
        "ellershaw and chatterworth #it > ellershaw",
        "garrowby and chatterworth #it > ellershaw",
        *("garrowby > ellershaw and chatterworth #it > ellershaw",) * 2,
    ),
    "godinton": (
        "castellane marchbanks; denholme > castellane; castellane eastergate wrothambell and denholme #it > castellane",
        *(
            "castellane marchbanks; denholme > castellane; castellane eastergate and denholme #it > castellane",
        ) * 2,
        "castellane marchbanks; castellane; castellane eastergate wrothambell and denholme #it > castellane",
        "castellane marchbanks; denholme > castellane; castellane eastergate wrothambell and denholme #it > castellane",
    ),
}  # fmt: skip
WORRIES = {
    "example": ("p-aisha", "okafor #dsl > pritchard > lindqvist"),
    "cantrell": ("p-maisie", f"{DSLS} #dsl > ellershaw > pendlebrook"),
    "godinton": ("p-zayn", "wrothambell #dsl > castellane > quillfeather"),
}
# Somebody who is not on the list: as a pupil or as an adult, and whom it is about hears as little as ever.
UNLISTED = {
    "example": {
        "worry": "okafor #dsl > pritchard > lindqvist",
        "worry tell=Mrs_Okafor_hit_me": "pritchard > lindqvist",
        "concern about=child": "okafor #dsl > pritchard > lindqvist",
        "concern about=adult adult_name=the_tall_man": "lindqvist > fairbairn",
        "concern about=adult adult_name=Dr_Helen_Lindqvist": "fairbairn",
        "concern about=head": "fairbairn",
        "concern about=dsl adult_name=Mrs_Amara_Okafor": "lindqvist > fairbairn",
        "concern about=it adult_name=Mr_Bilal_Qureshan": "lindqvist > fairbairn",
        "concern about=self": "lindqvist > fairbairn",
    },
    "cantrell": {
        "worry": f"{DSLS} #dsl > ellershaw > pendlebrook",
        "worry tell=Mrs_Ellershaw_hit_me": "pendlebrook",
        "concern about=child": f"{DSLS} #dsl > ellershaw",
        "concern about=adult adult_name=the_tall_man": "ellershaw > pendlebrook",
        "concern about=adult adult_name=Mrs_Judith_Ellershaw": "pendlebrook",
        "concern about=head": "pendlebrook",
        "concern about=dsl adult_name=Mrs_Philippa_Garrowby": "ellershaw > pendlebrook",
        "concern about=it adult_name=Mr_Dev_Chatterworth": f"ellershaw > {DSLS} > pendlebrook",
        "concern about=self": "ellershaw > pendlebrook",
    },
    "godinton": {
        "worry": "wrothambell #dsl > castellane > quillfeather",
        "worry tell=Mrs_Wrotham-Bell_hit_me": "quillfeather",
        "concern about=child": "wrothambell #dsl > castellane",
        "concern about=adult adult_name=the_tall_man": "wrothambell > quillfeather",
        "concern about=head": "quillfeather",
        "concern about=dsl adult_name=Mr_Jonah_Castellane": "quillfeather",
        "concern about=it adult_name=Ms_Priya_Denholme": "wrothambell > quillfeather",
        "concern about=self": "wrothambell > quillfeather",
    },
}
# What a breach makes of it for IT, whoever reports it.
TASKS = {
    "example": "qureshan #it > pritchard",
    "cantrell": "chatterworth #it > ellershaw",
    "godinton": "denholme #it > castellane",
}


@pytest.fixture(scope="module", params=list(TABLE))
def school(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """Give each shipped school; its reports stand side by side, and each is looked at by its own reference."""
    name: str = request.param
    made = School(tmp_path_factory.mktemp(name), book=rules_of(name), people=people_of(name))
    made.name = name  # type: ignore[attr-defined]
    yield made
    made.close()


def name_of(school: School) -> str:
    return str(school.name)  # type: ignore[attr-defined]


def sent(school: School, reporter: str, flow: str, /, **given: str) -> list[Case]:
    """Send a flow through and give the cases it made, delivered: the report first, then the task for IT."""
    before = {case.ref for case in school.cases()}
    reply = school.talk(reporter, flow, **{**CALM.get(flow, {}), **given})
    assert isinstance(reply, Notice), said(reply)
    school.settle()
    return [case for case in reversed(school.cases()) if case.ref not in before]


def hangs(school: School, case: Case) -> str:
    """Give where the card of a case really hangs, and who is told later."""
    places = sorted(
        place for (place, _), item in school.platform.shown.items() if isinstance(item, Card) and item.case == case.ref
    )
    people = [place.removeprefix("person:") for place in places if place.startswith("person:")]
    channels = [place.replace("channel:", "#") for place in places if place.startswith("channel:")]
    later = [" ".join(sorted(rung.people)) for rung in case.plan.rungs[1:]]
    return " > ".join((" ".join((*people, *channels)), *later))


def planned(plan: Plan) -> str:
    first, *later = (" ".join(sorted(rung.people)) for rung in plan.rungs)
    return " > ".join((f"{first} #{plan.channel}" if plan.channel else first, *later))


def nobody_else_may_open(school: School, case: Case, *others: str) -> None:
    for who in others:
        assert "nothing here for you" in said(school.press(who, Token(Verb.OPEN, case.ref))), who


def reporters(school: School) -> Iterator[tuple[int, str]]:
    yield from enumerate(REPORTERS[name_of(school)])


def test_every_flow_of_every_school_is_in_the_table(school: School) -> None:
    tabled = {row.split()[0] for row in TABLE[name_of(school)]} | {"worry"}
    assert tabled == set(school.book.school.flows)
    off = {"phone", "phone_permission", "spike"} - set(school.book.school.flows)
    for flow in off:  # what a school has off cannot be begun there
        reply = school.press(REPORTERS[name_of(school)][0], Token(Verb.START, flow))
        assert "nothing here for you" in said(reply)


def test_about_an_adult(school: School) -> None:
    name = name_of(school)
    ids = {member.name: member.id for member in people_of(name)}
    heads = [m.id for m in people_of(name) if Role.HEAD in m.roles]
    for cell, expected in ADULT[name].items():
        about, _, who = cell.partition(", ")
        for _, reporter in reporters(school):
            given = {"about": about, **({"who": who} if who else {})}
            (case,) = sent(school, reporter, "adult", **given)
            assert hangs(school, case) == (BESIDE[name] if expected == reporter else expected), (cell, reporter)
            assert case.plan.adult
            subjects = {*([ids[who]] if who in ids else []), *(heads if about == "head" else [])}
            assert subjects <= case.plan.excluded
            assert not subjects & case.told
            nobody_else_may_open(school, case, *subjects)


def test_everything_else_by_who_reports(school: School) -> None:
    name = name_of(school)
    for row, cells in TABLE[name].items():
        flow, *answers = row.split()
        for column, reporter in reporters(school):
            case, *tasks = sent(school, reporter, flow, **dict(answer.split("=") for answer in answers))
            assert hangs(school, case) == cells[column], (row, COLUMNS[column])
            assert case.plan.rungs, "somebody is always told"
            if flow == "breach":
                (task,) = tasks
                assert hangs(school, task) == TASKS[name]
                assert task.made_for == case.ref
            else:
                assert tasks == []
            if "self" in row:
                assert reporter not in case.told
                nobody_else_may_open(school, case, reporter)
            if case.procedure not in ("alert",):
                assert all(reporter not in rung.people for rung in case.plan.rungs), "nobody decides on their own"


def test_the_gates_of_a_request_by_who_asks(school: School) -> None:
    rules, roster = school.book.school, school.beacon.office.directory.roster

    def shown(gate: Gate | None) -> str:
        assert gate is not None
        return planned(gate.plan)

    for column, reporter in reporters(school):
        asked = unblock(rules, roster, reporter, FRIDAY, None)
        gates = "; ".join(shown(gate) for gate in asked.gates)
        assert f"{gates} and {shown(asked.task)}" == GATES[name_of(school)][column], COLUMNS[column]


def test_a_worry(school: School) -> None:
    child, expected = WORRIES[name_of(school)]
    (case,) = sent(school, child, "worry")
    assert hangs(school, case) == expected


def test_somebody_who_is_not_on_the_list_reports(school: School) -> None:
    school.vouched["unlisted"] = Vouched("Mr Bilal Qureshan")  # what they are called decides nothing
    for row, expected in UNLISTED[name_of(school)].items():
        flow, *answers = row.split()
        given = {question: said.replace("_", " ") for question, _, said in (a.partition("=") for a in answers)}
        (case,) = sent(school, "unlisted", flow, **({"how": "write"} if "tell" in given else {}), **given)
        assert hangs(school, case) == expected, row
        assert case.unlisted
        nobody_else_may_open(school, case, "unlisted")


@pytest.mark.parametrize("name", list(TABLE))
def test_whom_a_report_is_about_is_told_nothing_however_long_nobody_comes(name: str, tmp_path: Path) -> None:
    """The head, with everything that climbs, ends and is asked for again over three weeks."""
    school = School(tmp_path, book=rules_of(name), people=people_of(name))
    head = next(m.id for m in people_of(name) if Role.HEAD in m.roles)
    school.report(REPORTERS[name][0], "adult", **{**CALM["adult"], "about": "head"})
    school.later(days=21)
    chair = next(m.id for m in people_of(name) if Role.CHAIR in m.roles)
    assert {place for place, key in school.platform.tried if "heartbeat" not in key} == {
        f"person:{chair}",
        f"person:{REPORTERS[name][0]}",
    }
    home = school.home(head)
    assert home.cases == home.reports == ()
    school.close()
