"""The school's list as the service has it at hand: read again when it has changed, and only then."""

from dataclasses import replace

from bot.people import Role
from bot.storage import members
from tests.school import School, identity


def test_a_list_that_has_not_changed_is_not_read_again(school: School) -> None:
    directory = school.beacon.office.directory
    before = directory.roster
    school.read(directory.refresh)
    assert directory.roster is before


def test_a_role_taken_away_an_account_and_a_leaver_count_from_the_next_look(school: School) -> None:
    directory = school.beacon.office.directory
    okafor = directory.person("okafor")
    school.run(lambda tx: members.put(tx, [replace(okafor, roles=frozenset({Role.STAFF}))]))
    school.read(directory.refresh)
    assert Role.DSL not in directory.person("okafor").roles
    school.run(lambda tx: members.leave(tx, ["okafor"]))
    school.read(directory.refresh)
    assert directory.roster.get("okafor") is None
    assert directory.who(identity("okafor")) is None
    assert directory.surfaces("okafor") == {"web"}, "what they told before is still answered there"
    assert directory.name("okafor") == "Mrs Amara Okafor"
