"""The list of people: what it gives, and exactly what it says about mistakes."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files import shipped
from bot.people import Member, Role, Roster
from bot.people_file import load_people, read_people
from bot.reading import Mistakes

HEAD = "id,name,role,class,phone,place\n"


def test_a_person_is_read_with_every_cell() -> None:
    source = HEAD + 'hill, Mrs  Ann Hill ,dsl staff,Oak,01632 960001,"Room 4, upstairs"\n,,,,,\n\n'
    roles = frozenset({Role.DSL, Role.STAFF})
    assert load_people("p.csv", source.encode()) == (
        Member("hill", "Mrs Ann Hill", roles, "Oak", "01632 960001", "Room 4, upstairs"),
    )


def test_columns_may_be_fewer_and_in_any_order_and_a_spreadsheet_may_mark_its_file() -> None:
    source = b"\xef\xbb\xbfrole, name,id\r\npupil,Zo\xc3\xab Park,p1\r\n"
    assert load_people("p.csv", source) == (Member("p1", "Zo\u00eb Park", frozenset({Role.PUPIL})),)


MORE = "p.csv, line 2: has more cells than there are columns; put a cell with a comma in quotation marks"
BAD_ID = "p.csv, line 2: the id 'a b' may hold only letters, 0-9, '_' and '-', at most 40 of them"
ROLES = "(dsl, deputy, head, chair, it, staff, pupil)"


@pytest.mark.parametrize(
    ("source", "mistakes"),
    [
        ("", ["p.csv: is empty"]),
        (HEAD, ["p.csv: lists nobody"]),
        (
            "id,nam,role\n",
            [
                "p.csv, line 1: unknown column 'nam' - did you mean 'name'?",
                "p.csv, line 1: the column 'name' is missing",
            ],
        ),
        ("id,name,role,id\n", ["p.csv, line 1: the column 'id' is there twice"]),
        (HEAD + "a,Ann,depty,,,\n", [f"p.csv, line 2: unknown role 'depty' {ROLES} - did you mean 'deputy'?"]),
        (HEAD + "a,Ann,cook,,,\n", [f"p.csv, line 2: unknown role 'cook' {ROLES}"]),
        (HEAD + "a,Ann,,,,\n", ["p.csv, line 2: has no role"]),
        (HEAD + "a,,head,,,\n", ["p.csv, line 2: has no name"]),
        (HEAD + ",Ann,head,,,\n", ["p.csv, line 2: has no id"]),
        (HEAD + "a b,Ann,head,,,\n", [BAD_ID]),
        (HEAD + "a,Ann,head,,,\nb,Bo,it,,,\na,Al,it,,,\n", ["p.csv, line 4: the id 'a' is already on line 2"]),
        (HEAD + "a,Ann,pupil staff,,,\n", ["p.csv, line 2: a pupil holds no other role"]),
        (HEAD + "a,Ann,head,,,Room 4, upstairs\n", [MORE]),
        (HEAD + "a,An\x01n,head,,,\n", ["p.csv, line 2: holds characters that cannot be shown"]),
        (HEAD + 'a,"Ann" x,head,,,\n', ["p.csv, line 2: is not valid CSV: ',' expected after '\"'"]),
        (
            HEAD + "a,,depty,,,\nb,,x,,,\n",
            [
                "p.csv, line 2: has no name",
                f"p.csv, line 2: unknown role 'depty' {ROLES} - did you mean 'deputy'?",
                "p.csv, line 3: has no name",
                f"p.csv, line 3: unknown role 'x' {ROLES}",
            ],
        ),
    ],
)
def test_mistakes_are_said_exactly(source: str, mistakes: list[str]) -> None:
    with pytest.raises(Mistakes) as raised:
        load_people("p.csv", source.encode())
    assert list(raised.value.mistakes) == mistakes


@given(st.binary() | st.text("id,name,role\n\"' \x00\rpulhead").map(lambda text: (HEAD + text).encode()))
def test_no_bytes_raise_anything_but_mistakes(source: bytes) -> None:
    with suppress(Mistakes):
        members = load_people("p.csv", source)
        assert all(member.id and member.name and member.roles for member in members)


def test_a_missing_list_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match=r"p\.csv: there is no such file in "):
        read_people(tmp_path / "p.csv")


def test_the_example_has_somebody_in_every_role() -> None:
    roster = Roster(read_people(shipped("content") / "schools" / "example.people.csv"))
    assert all(roster.holding([role]) for role in Role)
    assert all(len(m.name.split()) >= 2 and m.klass for m in roster if m.is_pupil)
