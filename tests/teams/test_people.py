"""What the directory says against the school's list: whom it may add, whom it never does, and who goes again."""

from dataclasses import replace

import pytest

from adapters.teams.matching import met
from bot.inbound import Identity
from bot.people import GIVES, Account, Member, Role
from bot.storage import joining, members, references
from bot.storage.joining import Change, Source
from tests.school import School
from tests.teams.graph_fake import object_id
from tests.teams.microsoft import TENANT

TEACHER = "oyelaran"
ENTRA = Source("teams", TENANT)
OWN = Account(object_id(1), "Someone", ("folake@larkfield.example",))


def roles(name: str) -> frozenset[Role]:
    return frozenset((Role(name),)) if name else frozenset()


def person(number: int, role: str = "staff", **facts: object) -> Account:
    told = Account(object_id(number), f"Person {number}", (f"person{number}@larkfield.example",), roles=roles(role))
    return replace(told, **facts)  # type: ignore[arg-type]


@pytest.fixture
def listed(school: School) -> School:
    """Give a school that knows a teacher's e-mail address."""
    teacher = school.beacon.desk.roster.get(TEACHER)
    assert teacher is not None
    school.put((replace(teacher, email="Folake@Larkfield.example"),))
    return school


def follow(school: School, *told: Account, word: bool = False) -> Change:
    at = school.clock.now()
    school.run(lambda tx: joining.keep(tx, ENTRA, told, at))
    change = school.run(lambda tx: joining.follow(tx, ENTRA, at, word=word))
    assert school.run(lambda tx: joining.follow(tx, ENTRA, at)) == Change(waiting=change.waiting), "and again: nothing"
    school.refresh()
    return change


def accounts(school: School) -> dict[str, str]:
    found = school.read(members.identities)
    return {identity.external: member for identity, member in found.items() if identity.surface == "teams"}


def added(school: School) -> dict[str, Member]:
    return {member.name: member for member in school.read(members.roster) if member.source}


# Whom the list has already -------------------------------------------------------------------------------------------


def test_somebody_of_the_list_is_found_by_their_address(listed: School) -> None:
    assert follow(listed, OWN) == Change(linked=1)
    assert accounts(listed) == {OWN.id: TEACHER}


@pytest.mark.parametrize(
    "told",
    [
        (replace(OWN, guest=True),),
        (replace(OWN, enabled=False),),
        (replace(OWN, mails=("another@larkfield.example",)),),
        (replace(OWN, mails=()),),
        (OWN, replace(OWN, id=object_id(2))),
    ],
)
def test_a_guest_or_a_doubtful_account_is_nobody(listed: School, told: tuple[Account, ...]) -> None:
    follow(listed, *told)
    assert accounts(listed) == {}


def test_an_address_that_two_people_share_is_nobodys(listed: School) -> None:
    listed.put((Member("twin", "Mr Also There", frozenset({Role.STAFF}), email="folake@larkfield.example"),))
    follow(listed, replace(OWN, roles=roles("staff")))
    assert (accounts(listed), added(listed)) == ({}, {})


def test_who_has_an_account_keeps_it(listed: School) -> None:
    own = Identity("teams", TENANT, "the-lists-own")
    listed.run(lambda tx: members.link(tx, own, TEACHER))
    follow(listed, OWN)
    assert accounts(listed) == {"the-lists-own": TEACHER}


# Whom it adds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["staff", "pupil"])
def test_staff_and_pupils_are_added_and_can_be_spoken_with(school: School, role: str) -> None:
    assert follow(school, person(7, role)) == Change(added=1)
    member = added(school)["Person 7"]
    assert member.roles == {Role(role)}
    assert (member.source, member.email) == ("teams", "person7@larkfield.example")
    assert school.beacon.desk.office.directory.who(Identity("teams", TENANT, object_id(7))) == member


@pytest.mark.parametrize("role", [role for role in Role if role not in GIVES["teams"]])
def test_no_group_gives_a_role_that_opens_anything(school: School, role: Role) -> None:
    follow(school, person(7, role.value))
    assert added(school) == {}


@pytest.mark.parametrize(
    "told", [person(7, guest=True), person(7, enabled=False), person(7, name="\u200b \n"), person(7, "")]
)
def test_a_guest_and_who_is_off_and_who_has_no_name_or_no_part_is_not_added(school: School, told: Account) -> None:
    assert follow(school, told) == Change()
    assert added(school) == {}


def test_the_schools_own_list_comes_first(listed: School) -> None:
    """A teacher whom a group has as a pupil stays a teacher; and an account the list has is nobody else's."""
    follow(listed, replace(OWN, roles=roles("pupil")))
    listed.run(lambda tx: members.link(tx, Identity("teams", TENANT, object_id(8)), "okafor"))
    follow(listed, replace(OWN, roles=roles("pupil")), person(8, "pupil"))
    assert added(listed) == {}
    assert accounts(listed) == {OWN.id: TEACHER, object_id(8): "okafor"}


@pytest.mark.parametrize("mails", [OWN.mails, ("another@larkfield.example",)])
def test_a_group_brings_nobody_back_who_has_left(listed: School, mails: tuple[str, ...]) -> None:
    """They are known by their address as well as by their account."""
    follow(listed, OWN)
    listed.leave(TEACHER)
    follow(listed, replace(OWN, roles=roles("staff"), mails=mails))
    assert added(listed) == {}


def test_a_group_brings_nobody_back_whose_account_was_never_known(listed: School) -> None:
    listed.leave(TEACHER)
    follow(listed, replace(OWN, roles=roles("staff")))
    assert added(listed) == {}


def test_who_is_listed_later_is_one_person(school: School) -> None:
    follow(school, person(7))
    school.put((Member("seven", "Mrs Sev Enn", frozenset({Role.DSL, Role.STAFF}), email="person7@larkfield.example"),))
    assert follow(school, person(7)) == Change(linked=1)
    assert (added(school), accounts(school)) == ({}, {object_id(7): "seven"})


def test_what_they_told_is_theirs_when_the_school_lists_them(school: School) -> None:
    follow(school, person(7))
    before = f"teams.{object_id(7)}"
    school.run(lambda tx: members.link(tx, Identity("web", "larkfield", before), before))
    school.refresh()
    case = school.report(before)
    school.start(before, "phone")
    school.put((Member("seven", "Mrs Sev Enn", frozenset({Role.STAFF})),))
    school.run(lambda tx: members.link(tx, Identity("teams", TENANT, object_id(7)), "seven"))
    follow(school, person(7))
    assert added(school) == {}
    assert school.case(case.ref).reporter == "seven"
    school.run(lambda tx: members.link(tx, Identity("web", "larkfield", "seven"), "seven"))
    school.refresh()
    assert school.home("seven").unfinished


def test_who_told_something_unlisted_is_the_same_person_when_added(school: School) -> None:
    unlisted = Identity("teams", TENANT, object_id(7))
    school.run(lambda tx: members.meet(tx, unlisted, members.outside(tx, unlisted, "A Name")))
    assert follow(school, person(7)) == Change(added=1)
    assert accounts(school) == {object_id(7): f"teams.{object_id(7)}"}


def test_a_name_that_changed_and_a_side_that_changed_are_followed(school: School) -> None:
    follow(school, person(7))
    assert follow(school, person(7, name="Mrs New Name")) == Change(changed=1)
    assert follow(school, person(7, "pupil", name="Mrs New Name")) == Change(changed=1)
    assert added(school)["Mrs New Name"].roles == {Role.PUPIL}


# Who goes ------------------------------------------------------------------------------------------------------------


def test_who_leaves_the_group_loses_what_it_gave_and_nothing_else(listed: School) -> None:
    follow(listed, OWN, person(7), person(8))
    assert follow(listed, person(8)) == Change(left=1)
    assert list(added(listed)) == ["Person 8"]
    assert accounts(listed) == {OWN.id: TEACHER, object_id(8): f"teams.{object_id(8)}"}
    assert listed.beacon.desk.office.directory.name(f"teams.{object_id(7)}") == "Person 7", "old cases still name them"


def test_who_is_switched_off_goes(school: School) -> None:
    follow(school, person(7))
    assert follow(school, person(7, enabled=False)) == Change(left=1)


def test_who_comes_back_is_the_same_person(school: School) -> None:
    follow(school, person(7))
    follow(school)
    assert follow(school, person(7)) == Change(added=1)
    assert accounts(school) == {object_id(7): f"teams.{object_id(7)}"}


@pytest.mark.parametrize(("present", "most"), [(5, 5), (24, 5), (50, 10)])
def test_no_more_than_a_fifth_or_five_go_by_themselves(school: School, present: int, most: int) -> None:
    everybody = [person(n) for n in range(100, 100 + present)]
    follow(school, *everybody)
    if present > most:
        assert follow(school, *everybody[most + 1 :], person(7)) == Change(added=1, waiting=most + 1)
        assert len(added(school)) == present + 1, "who is new comes all the same"
        assert {m.name for m in school.read(lambda tx: joining.leaving(tx, ENTRA))} == {
            f"Person {n}" for n in range(100, 101 + most)
        }
    else:
        follow(school, person(7))
    assert follow(school, *everybody[most:], person(7)).waiting == 0
    assert len(added(school)) == present - most + 1
    assert school.read(lambda tx: joining.leaving(tx, ENTRA)) == ()


def test_groups_that_were_confused_change_nobodys_side(school: School) -> None:
    follow(school, *(person(n) for n in range(100, 106)))
    assert follow(school, *(person(n, "pupil", name="New Name") for n in range(100, 106))) == Change(waiting=6)
    assert {member.roles for member in added(school).values()} == {frozenset({Role.STAFF})}


def test_an_administrators_word_lets_them_go(school: School) -> None:
    follow(school, *(person(n) for n in range(100, 106)))
    assert follow(school).waiting == 6
    assert follow(school, word=True) == Change(left=6)
    assert (added(school), accounts(school), school.read(lambda tx: joining.leaving(tx, ENTRA))) == ({}, {}, ())


def test_who_moves_onto_the_list_is_no_leaver(school: School) -> None:
    everybody = [person(n) for n in range(100, 110)]
    follow(school, *everybody)
    school.put(
        tuple(Member(f"m{n}", "Ms M", frozenset({Role.STAFF}), email=k.mails[0]) for n, k in enumerate(everybody))
    )
    assert follow(school, *everybody) == Change(linked=10)
    assert added(school) == {}


def test_what_cannot_be_read_any_more_is_replaced(school: School) -> None:
    follow(school, person(7))
    school.run(lambda tx: tx.execute("update reference set sealed = x'00'"))
    follow(school, person(7), person(8))
    assert sorted(added(school)) == ["Person 7", "Person 8"]


def test_who_talks_to_beacon_and_is_on_no_list_is_asked_about(listed: School) -> None:
    follow(listed, OWN, person(7))
    for account in (OWN.id, object_id(7), object_id(9)):
        listed.run(lambda tx, key=account: references.put(tx, "teams", "chat", key, b"{}", listed.clock.now()))  # type: ignore[misc]
    assert set(listed.read(lambda tx: met(tx, ENTRA))) == {object_id(7), object_id(9)}
    assert listed.read(lambda tx: joining.known(tx, ENTRA, object_id(9))) is None
    follow(listed, OWN, person(7), person(9, "", guest=True))
    told = listed.read(lambda tx: joining.known(tx, ENTRA, object_id(9)))
    assert told is not None
    assert told.guest
