"""The school's settings file: what the example gives, and exactly what is said about mistakes."""

from contextlib import suppress
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files import shipped
from bot.flow.model import Severity, Subject
from bot.people import Role
from bot.reading import Mistakes
from bot.school.settings_file import load_school, read_school
from bot.settings import Channel, Ladder, Step, Term

EXAMPLE = shipped("content") / "schools" / "example.toml"
TOML = EXAMPLE.read_text("utf-8")


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def test_the_example_is_read_whole() -> None:
    school = read_school(EXAMPLE)
    assert (school.id, school.name, school.record) == ("larkfield", "Larkfield Primary School", "bot")
    assert school.flows == ("concern", "adult", "breach", "unblock", "ask", "phone", "spike", "worry")
    assert school.undelivered_after == timedelta(seconds=60)
    assert (school.hours.opens, school.hours.closes, school.hours.nation) == (time(8), time(16), "ENG")
    assert school.hours.terms[0] == Term(date(2026, 9, 1), date(2026, 10, 23))
    assert len(school.hours.terms) == 12
    assert date(2026, 11, 2) in school.hours.closed
    assert school.channels == {
        "dsl": Channel("safeguarding", "Safeguarding", frozenset({Role.DSL, Role.DEPUTY})),
        "it": Channel("it", "IT and filtering", frozenset({Role.IT})),
    }
    assert (school.tell, school.channel) == ((Role.DSL,), "dsl")
    assert school.numbers.keys() == {"lado", "mash", "out_of_hours"}
    assert all(number.startswith("01632 960") for number in school.numbers.values())  # Ofcom's numbers for drama


def test_the_example_escalates_as_proposed() -> None:
    ladders = read_school(EXAMPLE).ladders
    urgent = (
        Step(minutes(5), (Role.DEPUTY,)),
        Step(minutes(10), (Role.HEAD,)),
        Step(minutes(15), (Role.CHAIR,)),
    )
    assert ladders[Severity.URGENT] == Ladder(urgent, minutes(60), elapsed=True)
    high, same_day = ladders[Severity.HIGH], ladders[Severity.SAME_DAY]
    assert high.steps == (Step(minutes(30), (Role.DEPUTY,)), Step(minutes(60), (Role.HEAD,)))
    assert same_day.steps == (Step(minutes(120), (Role.DEPUTY,)), Step(minutes(240), (Role.HEAD,)))
    assert set(ladders) == set(Severity)
    assert not any(ladder.elapsed for severity, ladder in ladders.items() if severity != Severity.URGENT)


def test_the_example_tells_nobody_of_themselves() -> None:
    head_chair = (Role.HEAD, Role.CHAIR)
    assert read_school(EXAMPLE).about == {
        Subject.ADULT: head_chair,
        Subject.HEAD: (Role.CHAIR,),
        Subject.DSL: head_chair,
        Subject.DEPUTY: head_chair,
        Subject.IT: head_chair,
        Subject.CHAIR: (Role.HEAD,),
        Subject.SELF: head_chair,
    }


def test_the_example_has_a_legal_number_of_school_days() -> None:
    hours = read_school(EXAMPLE).hours
    for term in hours.terms:
        assert term.first.weekday() < 5
        assert term.last.weekday() < 5
    assert all(any(t.first <= day <= t.last for t in hours.terms) and day.weekday() < 5 for day in hours.closed)


ROLES = "(dsl, deputy, head, chair, vice_chair, it)"
ASKED = "(dsl, deputy, head, chair, vice_chair, it, lead_dsl, senior, computing, office)"
READERS = "(dsl, deputy, head, chair, vice_chair, it, lead_dsl, senior, computing, office, staff)"
TOLD = "is not one of the words for "
NAME = "letters, 0-9, '_' and '-', at most 40 of them"
PHONE = "may hold only digits and spaces, and '+' in front"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "larkfield"', 'id = "lark field"', [f": 'id': 'lark field' may hold only {NAME}"]),
        (
            'name = "Larkfield Primary School"',
            'nam = "x"',
            [": 'name' is missing", ": unknown setting 'nam' - did you mean 'name'?"],
        ),
        (
            'kept = "bot"',
            'kept = "bt"',
            [", record: 'bt' is not one of the words for 'kept' (bot, external) - did you mean 'bot'?"],
        ),
        (
            '"concern", "adult"',
            '"concern", "Wo rry"',
            [": 'flows': 'Wo rry' may hold only a-z, 0-9 and '_', at most 40 of them"],
        ),
        ('"60s"', '"60"', [': \'undelivered_after\': \'60\' is not a length of time like "90s", "10m" or "2h"']),
        ('"08:00"', '"8am"', [", hours: 'opens': '8am' is not a time of day like \"08:30\""]),
        ('"08:00"', '"17:00"', [", hours: 'closes' (16:00) must be later than 'opens' (17:00)"]),
        ('"08:00"', '"16:00"', [", hours: 'closes' (16:00) must be later than 'opens' (16:00)"]),
        ('"ENG"', '"UK"', [", hours: 'UK' is not one of the words for 'nation' (ENG, WLS, SCT, NIR)"]),
        (
            "closed = [",
            'closed = ["x",',
            [", hours: 'closed' must be a list of dates like 2026-09-01, without quotation marks"],
        ),
        (
            "last = 2026-10-23",
            "last = 2026-08-23",
            [", hours, term 1: ends on 2026-08-23, before it begins on 2026-09-01"],
        ),
        (
            "first = 2026-11-02",
            "first = 2026-10-23",
            [", hours, term 2: begins on 2026-10-23, before the term above it is over (2026-10-23)"],
        ),
        (
            "first = 2026-11-02, last",
            'first = "x", last',
            [", hours, term 2: 'first' must be a date like 2026-09-01, without quotation marks"],
        ),
        (
            "{ first = 2026-11-02, last = 2026-12-18 }",
            "{}",
            [", hours, term 2: 'first' is missing", ", hours, term 2: 'last' is missing"],
        ),
        ('channel = "dsl"', 'channel = "dls"', [", children: there is no channel 'dls' under [channels] (dsl, it)"]),
        (
            'channel = "dsl"',
            'channel = "dsl1"',
            [", children: there is no channel 'dsl1' under [channels] (dsl, it) - did you mean 'dsl'?"],
        ),
        (
            'readers = ["it"]',
            'readers = ["pupil"]',
            [f", channels, it: 'pupil' is not one of the words for 'readers' {READERS}"],
        ),
        ('readers = ["it"]', "readers = []", [", channels, it: 'readers' is an empty list"]),
        ('tell = ["dsl"]', 'tell = ["dls"]', [f", children: 'dls' is not one of the words for 'tell' {ROLES}"]),
        ('tell = ["dsl"]', 'tell = ["staff"]', [f", children: 'staff' is not one of the words for 'tell' {ROLES}"]),
        ('head = ["chair"]', 'head = ["head"]', [", about: 'head' cannot hear of a concern about the head"]),
        (
            'head = ["chair"]',
            'hed = ["chair"]',
            [", about: 'head' is missing", ", about: unknown setting 'hed' - did you mean 'head'?"],
        ),
        ('self = ["head", "chair"]', "self = []", [", about: 'self' is an empty list"]),
        (
            "[ladder.routine]",
            "[ladder.routin]",
            [", ladder: 'routine' is missing", ", ladder: unknown setting 'routin' - did you mean 'routine'?"],
        ),
        ('after = "10m"', 'after = "5m"', [", ladder, urgent, step 2: must come later than the step above it"]),
        (
            'after = "10m"',
            'after = "5"',
            [', ladder, urgent, step 2: \'after\': \'5\' is not a length of time like "90s", "10m" or "2h"'],
        ),
        ('tell = ["deputy"] },\n]', "tell = [] },\n]", [", ladder, routine, step 1: 'tell' is an empty list"]),
        ("elapsed = true\n", 'elapsed = "yes"\n', [", ladder, urgent: 'elapsed' must be true or false"]),
        ('decide_within = "60m"', "", [", ladder, urgent: 'decide_within' is missing"]),
        ('lado = "01632 960105"', "", [", numbers: 'lado' is missing"]),
        ("01632 960105", "ring us", [f", numbers: 'lado': 'ring us' {PHONE}"]),
        ('senior_team = "SLT"', "", [": 'senior_team' is missing"]),
        ('pool = "one"', 'pool = "1"', [", dsl: '1' is not one of the words for 'pool' (one, several)"]),
        (
            "lead = false",
            "lead = true",
            [", dsl: 'lead' must be false where 'pool' is 'one': the one DSL has no other to lead"],
        ),
        (
            "head = false",
            "head = true",
            [", about: 'head' cannot hear of a concern about the dsl: [dsl] says that the head is the DSL"],
        ),
        ('raised_by_it = ["dsl"]', 'raised_by_it = ["office"]', [f", routes: 'office' {TOLD}'raised_by_it' {ROLES}"]),
        (
            'visitor_breach = ["dsl"]',
            'visitor_breach = ["pupil"]',
            [f", routes: 'pupil' {TOLD}'visitor_breach' {ASKED}"],
        ),
        (
            'visitor_breach = ["dsl"]',
            'visiter_breach = ["dsl"]',
            [", routes: unknown setting 'visiter_breach' - did you mean 'visitor_breach'?"],
        ),
        (
            'agencies = ["police", "iwf"]',
            'agencies = ["police", "iwff"]',
            [
                ", routes, illegal: there is no agency 'iwff' under [agencies] (local_authority, police, iwf, ceop)"
                " - did you mean 'iwf'?"
            ],
        ),
        (
            '[deadlines]\nconcern = "that_day"',
            '[deadlines]\nconcern = "soon"',
            [", deadlines: 'soon' is not one of the words for 'concern' (immediately, that_day)"],
        ),
        (
            'channel = "it"',
            'channel = "itt"',
            [", filter: there is no channel 'itt' under [channels] (dsl, it) - did you mean 'it'?"],
        ),
        ('tasks = ["it"]', "tasks = []", [", filter: 'tasks' is an empty list"]),
        (
            'id = "lead", roles',
            'id = "leed", roles',
            [
                ", unblock, gate 1 (leed): 'leed' is not one of the words for 'id'"
                " (lead, educational, technical, consent) - did you mean 'lead'?"
            ],
        ),
        (
            '{ id = "lead", roles = ["dsl", "deputy"] },',
            '{ id = "lead", roles = ["dsl"] }, { id = "lead", roles = ["head"] },',
            [", unblock: two gates have the same 'id'"],
        ),
        (
            '{ id = "lead", roles = ["dsl", "deputy"] },',
            '{ id = "consent", roles = ["senior"], where_needed = true },',
            [", unblock, gate 1 (consent): the first gate cannot be 'where_needed': an earlier one says whether it is"],
        ),
        ("longest_days = 84", "", [", unblock: 'longest_days' is missing"]),
        ("longest_days = 84", "longest_days = 0", [", unblock: 'longest_days' must be from 1 to 400"]),
        (
            'rule = "report"',
            'rule = "ask"',
            [", phone: 'ask' is not one of the words for 'rule' (report, permission)"],
        ),
        (
            "[permissions.friends]",
            "[permissions.frends]",
            [", permissions: unknown setting 'frends' - did you mean 'friends'?"],
        ),
        (
            'ask = ["senior"]\nparents = true',
            'policy = "Another"\nparents = true',
            [
                ", permissions, videoconference: unknown setting 'parents'",
                ", permissions, videoconference: unknown setting 'risk_assessed_by'",
            ],
        ),
        (
            "on = false",
            'on = false\nnames = ["https://beacon.example"]',
            [
                ", web: 'names': 'https://beacon.example' may hold only a host name such as beacon.school.example,"
                " without https:// and without a port"
            ],
        ),
        ("[numbers]", "[numbrs]", [": 'numbers' is missing", ": unknown setting 'numbrs' - did you mean 'numbers'?"]),
    ],
)
def test_mistakes_are_said_exactly(old: str, new: str, said: list[str]) -> None:
    assert old in TOML
    with pytest.raises(Mistakes) as raised:
        load_school("s.toml", TOML.replace(old, new, 1).encode())
    assert list(raised.value.mistakes) == [f"s.toml{line}" for line in said]


def test_an_empty_ladder_and_no_terms_are_said_so() -> None:
    before, after = TOML.split("[ladder.routine]")
    changed = before + '[ladder.routine]\ndecide_within = "1h"\nstep = []\n' + after[after.index("[filter]") :]
    with pytest.raises(Mistakes) as raised:
        load_school("s.toml", changed.encode())
    assert raised.value.mistakes == ("s.toml, ladder, routine: 'step' is an empty list",)


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Mistakes) as raised:
        read_school(tmp_path / "s.toml")
    assert raised.value.mistakes == (f"s.toml: there is no such file in {tmp_path}",)


@given(st.binary())
def test_no_bytes_raise_anything_but_mistakes(source: bytes) -> None:
    with pytest.raises(Mistakes):
        load_school("s.toml", source)


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(TOML)),
            st.integers(0, 30),
            st.sampled_from(["[", "]", "{}", "= 1", '"', "\n", "[[a]]"]) | st.text(max_size=8),
        ),
        max_size=4,
    )
)
def test_no_change_raises_anything_but_mistakes(cuts: list[tuple[int, int, str]]) -> None:
    toml = TOML
    for at, length, scrap in cuts:
        toml = toml[:at] + scrap + toml[at + length :]
    with suppress(Mistakes):
        load_school("s.toml", toml.encode())


@given(st.data())
def test_no_value_of_another_kind_raises_anything_but_mistakes(data: st.DataObject) -> None:
    lines = TOML.splitlines()
    at = data.draw(st.sampled_from([n for n, line in enumerate(lines) if " = " in line and line[0].isalpha()]))
    key = lines[at].partition(" = ")[0]
    wrong = ["1", "1.5", "[[]]", "[{}]", "{}", "[1, 'a']", "''", "12:00:00", "0001-01-01", "{a={b=[{}]}}", "-1"]
    lines[at] = f"{key} = {data.draw(st.sampled_from(wrong))}"
    with suppress(Mistakes):
        load_school("s.toml", "\n".join(lines).encode())
