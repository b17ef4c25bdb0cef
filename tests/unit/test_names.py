"""Whose names somebody's words hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.names import named
from bot.people import Member, Role, Roster
from tests.school import larkfield, larkfield_people

ROLE_WORDS = larkfield().role_words
PEOPLE = Roster((*larkfield_people(), Member("fox", "Mr Ned Fox", frozenset({Role.STAFF}))))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mrs Amara Okafor", {"okafor"}),
        ("mrs okafor is horrid", {"okafor"}),
        ("mrs okafar is horrid", {"okafor"}),
        ("OKAFOR", {"okafor"}),
        ("Mrs Okafor's room", {"okafor"}),
        ("mrs okafors room", {"okafor"}),
        ("dr lindquist", {"lindqvist"}),
        ("mr fox", {"fox"}),
        ("in Mr Fox\u2019s room", {"fox"}),
        ("mr foxs room", {"fox"}),
        ("Mr Dunmore and Mrs Whitlock", {"dunmore", "whitlock"}),
        ("the head teacher grabbed me", {"lindqvist"}),
        ("the headteacher", {"lindqvist"}),
        ("the head teacher's office", {"lindqvist"}),
        ("The DSL", {"okafor"}),
        ("the safety grown-up", {"okafor"}),
        ("the chair of governors", {"fairbairn"}),
        ("I sat on a chair", set()),
        ("I hit my head", set()),
        ("Aisha Rahimi", set()),  # children are not looked for
        ("nobody", set()),
        ("", set()),
        ("...", set()),
    ],
)
def test_named(text: str, found: set[str]) -> None:
    assert named(text, PEOPLE, ROLE_WORDS) == found


def test_two_people_of_one_surname_are_both_named() -> None:
    twins = Roster(Member(i, f"Ms {i} Marlowe", frozenset({Role.STAFF})) for i in ("ann", "bea"))
    assert named("it was miss marlowe", twins, {}) == {"ann", "bea"}


@pytest.mark.parametrize("member", [m for m in larkfield_people() if not m.is_pupil], ids=lambda m: m.id)
@pytest.mark.parametrize("slip", ["swap", "double", "drop", "wrong"])
def test_one_slip_in_a_surname_does_not_hide_it(member: Member, slip: str) -> None:
    surname = member.name.split()[-1].lower()
    middle = len(surname) // 2
    slips = {
        "swap": surname[: middle - 1] + surname[middle] + surname[middle - 1] + surname[middle + 1 :],
        "double": surname[:middle] + surname[middle] + surname[middle:],
        "drop": surname[:middle] + surname[middle + 1 :],
        "wrong": surname[:middle] + "z" + surname[middle + 1 :],
    }
    assert member.id in named(f"it was {slips[slip]} who did it", PEOPLE, ROLE_WORDS)


@given(st.text(), st.sampled_from([m for m in larkfield_people() if not m.is_pupil]), st.text())
def test_a_surname_between_other_words_is_always_found(before: str, member: Member, after: str) -> None:
    assert member.id in named(f"{before} {member.name.split()[-1]} {after}", PEOPLE, ROLE_WORDS)
