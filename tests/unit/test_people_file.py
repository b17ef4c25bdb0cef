"""The list of people: what it gives, and exactly what it says about mistakes."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files import shipped
from bot.library import shipped_schools
from bot.people import Member, Role, Roster
from bot.reading import Mistakes
from bot.school.people_file import COLUMNS, Entry, load_list, read_list, read_people

HEAD = "id,name,roles,class,phone,place\n"
DATED = "id,name,roles,joined,left\n"


def members(source: str | bytes) -> list[Member]:
    return [entry.member for entry in load_list("p.csv", source if isinstance(source, bytes) else source.encode())]


def test_a_person_is_read_with_every_cell() -> None:
    source = f"{','.join(COLUMNS)}\n" + (
        'hill, Mrs  Ann Hill ,dsl staff,Oak,"Room 4, upstairs",01632 960001,ann@hill.example,ann,U1,3f-9,'
        "2026-09-01,2027-07-21\n,,,,,,,,,,,\n\n"
    )
    roles = frozenset({Role.DSL, Role.STAFF})
    assert load_list("p.csv", source.encode()) == (
        Entry(
            Member("hill", "Mrs Ann Hill", roles, "Oak", "01632 960001", "Room 4, upstairs", "ann@hill.example"),
            {"web": "ann", "slack": "U1", "teams": "3f-9"},
            date(2026, 9, 1),
            date(2027, 7, 21),
            2,
        ),
    )


PARK = Member("p1", "Zo\u00eb Park", frozenset({Role.PUPIL}))


@pytest.mark.parametrize(
    "source",
    [
        b"id,name,role\np1,Zo\xc3\xab Park,pupil\n",
        b"\xef\xbb\xbfrole, name,id\r\npupil,Zo\xc3\xab Park,p1\r\n",  # Excel's mark and line ends, another order
        b"id;name;roles\r\np1;Zo\xc3\xab Park;pupil\r\n",  # a computer set to a country that writes 1,5
        b"id\tname\troles\np1\tZo\xc3\xab Park\tpupil",
        b"ID,Name,Roles,,,\np1,Zo\xc3\xab Park,PUPIL,,,\n,,,,,\n\n , ,\n",  # empty columns and lines at the ends
        b'id,name,roles,e-mail\np1,"Zo\xc3\xab\nPark",pupil\n',  # a line break in a cell, a cell too few
    ],
)
def test_what_a_spreadsheet_makes_of_a_list_is_read(source: bytes) -> None:
    assert members(source) == [PARK]


@pytest.mark.parametrize("cell", ["dsl staff", "DSL, Staff", "dsl;staff", " dsl / staff ", "Staff+DSL,"])
def test_roles_may_be_written_in_several_ways(cell: str) -> None:
    assert members(f'id,name,roles\na,Ann,"{cell}"\n')[0].roles == {Role.DSL, Role.STAFF}
    assert members("id,name,roles\na,Ann,dsl lead-dsl\n")[0].roles == {Role.DSL, Role.LEAD_DSL}


@pytest.mark.parametrize(
    ("joined", "left", "first", "last"),
    [
        ("2026-09-01", "2026-12-18", date(2026, 9, 1), date(2026, 12, 18)),
        ("01/09/2026", "1/12/2026", date(2026, 9, 1), date(2026, 12, 1)),  # the day comes first: this is Britain
        ("", "", None, None),
        ("2026-09-01", "2026-09-01", date(2026, 9, 1), date(2026, 9, 1)),
    ],
)
def test_dates_are_read_as_a_british_school_writes_them(
    joined: str, left: str, first: date | None, last: date | None
) -> None:
    (entry,) = load_list("p.csv", f"{DATED}a,Ann,staff,{joined},{left}\n".encode())
    assert (entry.joined, entry.left) == (first, last)


@pytest.mark.parametrize(
    ("day", "listed"),
    [
        (date(2026, 8, 31), False),
        (date(2026, 9, 1), True),
        (date(2026, 12, 18), True),
        (date(2026, 12, 19), False),
    ],
)
def test_somebody_is_listed_from_their_first_day_to_their_last(day: date, listed: bool) -> None:
    (entry,) = load_list("p.csv", f"{DATED}a,Ann,staff,2026-09-01,2026-12-18\n".encode())
    assert entry.listed(day) is listed
    (always,) = load_list("p.csv", f"{DATED}a,Ann,staff,,\n".encode())
    assert always.listed(day)


MORE = "p.csv, line 2: has more cells than there are columns; put a cell with a comma in quotation marks"
BAD_ID = "p.csv, line 2, id: 'a b' may hold only letters, 0-9, '_' and '-', at most 40 of them"
ROLES = "(dsl, lead_dsl, deputy, head, chair, vice_chair, senior, it, computing, office, staff, pupil)"
NO_DATE = "is not a date like 2026-09-01 or 01/09/2026"


@pytest.mark.parametrize(
    ("source", "mistakes"),
    [
        ("", ["p.csv: is empty"]),
        (
            b"id,name,roles\na,Zo\xeb,staff\n",
            ["p.csv: is not UTF-8; in Excel, save it as 'CSV UTF-8 (Comma delimited)'"],
        ),
        (
            "id,name,roles\n".encode("utf-16"),
            ["p.csv: is not UTF-8; in Excel, save it as 'CSV UTF-8 (Comma delimited)'"],
        ),
        (HEAD, ["p.csv: lists nobody"]),
        (
            "id,nam,role\n",
            [
                "p.csv, line 1: unknown column 'nam' - did you mean 'name'?",
                "p.csv, line 1: the column 'name' is missing",
            ],
        ),
        ("id,name,role,id\n", ["p.csv, line 1: the column 'id' is there twice"]),
        ("id,name,role,roles\n", ["p.csv, line 1: the column 'roles' is there twice"]),
        ("id,,name,role\n", ["p.csv, line 1: unknown column ''"]),
        (HEAD + "a,Ann,depty,,,\n", [f"p.csv, line 2, roles: unknown role 'depty' {ROLES} - did you mean 'deputy'?"]),
        (HEAD + "a,Ann,cook,,,\n", [f"p.csv, line 2, roles: unknown role 'cook' {ROLES}"]),
        (HEAD + "a,Ann,,,,\n", ["p.csv, line 2, roles: is empty"]),
        (HEAD + "a,Ann\n", ["p.csv, line 2, roles: is empty"]),
        (HEAD + "a,,head,,,\n", ["p.csv, line 2, name: is empty"]),
        (HEAD + ",Ann,head,,,\n", ["p.csv, line 2, id: is empty"]),
        (HEAD + "a b,Ann,head,,,\n", [BAD_ID]),
        (HEAD + "a,Ann,head,,,\nb,Bo,it,,,\na,Al,it,,,\n", ["p.csv, line 4, id: 'a' is already on line 2"]),
        (HEAD + "a,Ann,pupil staff,,,\n", ["p.csv, line 2, roles: a pupil holds no other role"]),
        (
            HEAD + "a,Ann,lead_dsl,,,\nb,Bo,senior,,,\n",
            [
                "p.csv, line 2, roles: somebody with the role 'lead_dsl' holds 'dsl' too: write 'lead_dsl dsl'",
                "p.csv, line 3, roles: somebody with the role 'senior' holds 'staff' too: write 'senior staff'",
            ],
        ),
        (HEAD + "a,Ann,head,,,Room 4, upstairs\n", [MORE]),
        (HEAD + "a,An\x01n,head,,,\n", ["p.csv, line 2, name: holds characters that cannot be shown"]),
        (HEAD + 'a,"Ann" x,head,,,\n', ["p.csv, line 2: is not valid CSV: ',' expected after '\"'"]),
        (
            HEAD + "a,,depty,,,\nb,,x,,,\n",
            [
                "p.csv, line 2, name: is empty",
                f"p.csv, line 2, roles: unknown role 'depty' {ROLES} - did you mean 'deputy'?",
                "p.csv, line 3, name: is empty",
                f"p.csv, line 3, roles: unknown role 'x' {ROLES}",
            ],
        ),
        (DATED + "a,Ann,head,next week,\n", [f"p.csv, line 2, joined: 'next week' {NO_DATE}"]),
        (DATED + "a,Ann,head,,30/02/2026\n", [f"p.csv, line 2, left: '30/02/2026' {NO_DATE}"]),
        (DATED + "a,Ann,head,,09/13/2026\n", [f"p.csv, line 2, left: '09/13/2026' {NO_DATE}"]),
        (
            DATED + "a,Ann,head,2026-09-02,2026-09-01\n",
            ["p.csv, line 2, left: 2026-09-01 is before they joined (2026-09-02)"],
        ),
        (
            "id,name,roles,e-mail\na,Ann,head,ann at home\n",
            ["p.csv, line 2, e-mail: 'ann at home' is not an e-mail address"],
        ),
        (
            "id,name,roles,slack,teams\na,Ann,head,U1,U1\nb,Bo,it,,\nc,Cy,it,U1,U2\n",
            ["p.csv, line 4, slack: 'U1' is already on line 2"],
        ),
    ],
)
def test_mistakes_are_said_exactly(source: str | bytes, mistakes: list[str]) -> None:
    with pytest.raises(Mistakes) as raised:
        members(source)
    assert list(raised.value.mistakes) == mistakes


@given(
    st.binary() | st.text("id,name;roles\n\"' \x00\rpulhead0123456789-/\t").map(lambda text: (DATED + text).encode())
)
def test_no_bytes_raise_anything_but_mistakes(source: bytes) -> None:
    with suppress(Mistakes):
        assert all(member.id and member.name and member.roles for member in members(source))


def test_a_missing_list_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match=r"p\.csv: there is no such file in "):
        read_list(tmp_path / "p.csv")


def test_the_example_has_somebody_in_every_role() -> None:
    roster = Roster(read_people(shipped("content") / "schools" / "example.people.csv"))
    assert all(roster.holding([role]) for role in Role if role is not Role.LEAD_DSL)  # it has one DSL


@pytest.mark.parametrize("school", shipped_schools())
def test_the_people_of_the_made_up_schools_are_whole(school: str) -> None:
    people = read_people(shipped("content") / "schools" / f"{school}.people.csv")
    assert all(len(m.name.split()) >= 2 and m.klass for m in people if m.is_pupil)
    drama = ("01632 960", "0115 496 0")  # Ofcom's numbers for drama
    assert all(m.phone.startswith(drama) for m in people if m.phone)
    assert len({m.name for m in people}) == len(people)
