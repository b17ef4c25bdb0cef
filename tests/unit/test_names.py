"""Whose names somebody's words hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.names import NameWords, named
from bot.people import Member, Role, Roster
from tests.school import larkfield, larkfield_people

WORDS = larkfield().names
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
        ("the hed teacher", {"lindqvist"}),
        ("the headtecher", {"lindqvist"}),
        ("hed teecher", {"lindqvist"}),
        ("the haed teachers room", {"lindqvist"}),
        ("the head teeeacher", {"lindqvist"}),
        ("the principle", {"lindqvist"}),
        ("the safty grownup", {"okafor"}),
        ("the safe guarding led", {"okafor"}),
        ("chair of governers", {"fairbairn"}),
        ("my head hurts", set()),
        ("he hit me on the head", set()),
        ("teacher hurt my head", set()),
        ("the teacher", set()),  # nine letters in ten are those of "head teacher"
        ("her teacher", set()),
        ("a bad teacher", set()),
        ("a safe grown-up", set()),
        ("Miss Amara", {"okafor"}),
        ("miss amarah", {"okafor"}),
        ("mr gethin", {"pritchard"}),
        ("mr gethins room", {"pritchard"}),
        ("mr ned and Mister Callum", {"fox", "dunmore"}),
        ("amara and gethin", set()),  # children have first names too
        ("the dsls office", {"okafor"}),
        ("the deputy", set()),
        ("Aisha Rahimi", set()),  # children are not looked for
        ("nobody", set()),
        ("", set()),
        ("...", set()),
    ],
)
def test_named(text: str, found: set[str]) -> None:
    assert named(text, PEOPLE, WORDS) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Helen", {"lindqvist"}),
        ("amara", {"okafor"}),
        ("amarra from the office", {"okafor"}),
        ("Ned", {"fox"}),
        ("Nod", set()),
        ("head", {"lindqvist"}),
        ("the Head!", {"lindqvist"}),
        ("the head's husband", {"lindqvist"}),
        ("deputy", {"pritchard"}),
        ("DSL", {"okafor"}),
        ("the chair", {"fairbairn"}),
        ("the hed teecher", {"lindqvist"}),
        ("Mr Dunmore", {"dunmore"}),
        ("a tall man in a green coat", set()),
        ("not known", set()),
        ("", set()),
    ],
)
def test_an_answer_to_who_is_it_names_more(text: str, found: set[str]) -> None:
    assert named(text, PEOPLE, WORDS, as_name=True) == found


def test_two_people_of_one_first_name_are_both_named_unless_one_was_chosen_from_the_list() -> None:
    names = {"ann": "Mrs Amara Marlowe", "bea": "Miss Amara Quill"}
    amaras = Roster(Member(i, name, frozenset({Role.STAFF})) for i, name in names.items())
    assert named("amara", amaras, WORDS, as_name=True) == {"ann", "bea"}
    assert named("it was miss amara", amaras, WORDS) == {"ann", "bea"}
    assert named("mrs amara marlowe", amaras, WORDS, as_name=True) == {"ann"}


def test_an_initial_is_no_first_name() -> None:
    people = Roster([Member("ann", "Mrs A Marlowe", frozenset({Role.STAFF}))])
    assert named("a man", people, WORDS, as_name=True) == set()


def test_two_people_of_one_surname_are_both_named() -> None:
    twins = Roster(Member(i, f"Ms {i} Marlowe", frozenset({Role.STAFF})) for i in ("ann", "bea"))
    assert named("it was miss marlowe", twins, NameWords()) == {"ann", "bea"}


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
    assert member.id in named(f"it was {slips[slip]} who did it", PEOPLE, WORDS)


@given(st.text(), st.sampled_from([m for m in larkfield_people() if not m.is_pupil]), st.text())
def test_a_surname_between_other_words_is_always_found(before: str, member: Member, after: str) -> None:
    assert member.id in named(f"{before} {member.name.split()[-1]} {after}", PEOPLE, WORDS)
