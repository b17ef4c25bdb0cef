"""User groups that add to the school's list: whom, with what, and what a failing answer of Slack's changes: nothing."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.clock import ManualClock
from bot.commands.leavers import leavers
from bot.inbound import Identity
from bot.people import Member, Role
from bot.reading import Mistakes
from bot.running.school import begin
from bot.school.folder import PEOPLE, SETTINGS
from bot.school.settings_file import load_school
from bot.storage import members
from bot.storage.tx import Tx
from tests.school import FRIDAY
from tests.slack.fake import TEAM, FakeSlack, Fault
from tests.slack.test_doctor import doctor
from tests.slack.test_doctor import folder as folder  # noqa: PLC0414 - a fixture
from tests.slack.town import Town, read, user

STAFF, IT = "S0STAFF", "S0IT"


@pytest.fixture
def town(tmp_path: Path, fake: FakeSlack, api: str) -> Iterator[Town]:
    town = Town(tmp_path / "town", fake, api, groups={Role.STAFF: STAFF, Role.IT: IT})
    fake.account("UNEW", "Ms Petra Novak", is_email_confirmed=True, profile={"email": "Novak@larkfield.example"})
    fake.account("UTECH", "Mr Tor Tech")
    fake.groups = [
        {"id": STAFF, "handle": "staff", "users": ["UNEW", user("oyelaran")]},
        {"id": IT, "handle": "it", "users": ["UTECH"]},
    ]
    yield town
    town.close()


def look(town: Town) -> None:
    town.go_round()
    town.refresh()


def later(town: Town) -> None:
    town.clock.forward(timedelta(hours=25))
    look(town)


def added(town: Town) -> dict[str, frozenset[Role]]:
    return {m.name: m.roles for m in town.beacon.desk.roster if m.source == "slack"}


def test_they_add_staff_and_it_who_are_on_no_list(town: Town) -> None:
    before = {m.id: m for m in town.beacon.desk.roster}
    look(town)
    assert added(town) == {"Ms Petra Novak": {Role.STAFF}, "Mr Tor Tech": {Role.IT}}
    assert {m.id: m for m in town.beacon.desk.roster if not m.source} == before, "whom the list has is what it says"
    somebody = town.person("new")
    somebody.look()
    assert "Report a concern" in read(somebody.home)
    calls = town.fake.calls["usergroups.users.list"]
    look(town)
    assert town.fake.calls["usergroups.users.list"] == calls, "every six hours is enough"


@pytest.mark.parametrize(
    "what", [{"is_restricted": True}, {"is_bot": True}, {"deleted": True}, {"team_id": "T0OTHER"}, {"real_name": " "}]
)
def test_they_add_no_guest_or_stranger_and_nobody_without_a_name(town: Town, what: dict[str, Any]) -> None:
    town.fake.users["UNEW"] |= what
    look(town)
    assert added(town) == {"Mr Tor Tech": {Role.IT}}


def test_who_leaves_a_group_loses_what_it_gave_and_can_still_tell_something(town: Town) -> None:
    look(town)
    town.fake.groups[0]["users"] = [user("oyelaran")]
    later(town)
    assert added(town) == {"Mr Tor Tech": {Role.IT}}
    somebody = town.person("new")
    somebody.look()
    assert "I work here or help here" in read(somebody.home)


@pytest.mark.parametrize("kind", ["429", "500", "html", "lost_before", "missing_scope", "no_such_subteam"])
@pytest.mark.parametrize("method", ["usergroups.users.list", "users.info"])
def test_what_fails_changes_nothing_and_is_asked_for_again(town: Town, kind: str, method: str) -> None:
    look(town)
    town.fake.groups[0]["users"] = [user("oyelaran")]
    town.clock.forward(timedelta(hours=25))
    town.fake.faults = [Fault(kind, method, times=99)]
    look(town)
    assert len(added(town)) == 2
    town.fake.faults = []
    town.clock.forward(timedelta(minutes=16))
    look(town)
    assert len(added(town)) == 1


def test_a_group_that_is_suddenly_empty_changes_nothing(town: Town) -> None:
    look(town)
    town.fake.groups[0]["users"] = []
    later(town)
    assert len(added(town)) == 2


def many(town: Town) -> list[str]:
    """Put so many into a group that not all of them may go at once."""
    users = [f"UMANY{n}" for n in range(6)]
    for number, account in enumerate(users):
        town.fake.account(account, f"Person {number}")
    town.fake.groups[0]["users"] = users
    return users


def test_when_many_leave_at_once_nobody_does_before_somebody_has_looked(town: Town) -> None:
    users = many(town)
    look(town)
    assert len(added(town)) == 7
    town.fake.groups[0]["users"] = ["UNEW"]
    later(town)
    assert len(added(town)) == 8, "who is new comes all the same"
    assert "6 people would leave the list" in town.app.trouble()
    town.fake.groups[0]["users"] = [*users, "UNEW"]
    later(town)
    assert town.app.trouble() == ""
    assert len(added(town)) == 8


def test_what_fails_is_said_until_it_is_right(town: Town) -> None:
    town.fake.faults = [Fault("missing_scope", "usergroups.users.list", times=99)]
    look(town)
    assert "Slack's groups could not be asked, so nothing was changed" in town.app.trouble()
    town.fake.faults = []
    town.clock.forward(timedelta(minutes=16))
    look(town)
    assert town.app.trouble() == ""


# The list comes first -------------------------------------------------------------------------------------------------


def drop_account(town: Town, member: str) -> None:
    town.run(lambda tx: members.unlink(tx, [member]))
    town.refresh()


def with_mail(town: Town, member: str, mail: str) -> None:
    person = town.beacon.desk.roster.get(member)
    assert person
    town.run(lambda tx: members.put(tx, [replace(person, email=mail)]))
    drop_account(town, member)


def who(town: Town, account: str) -> str | None:
    return town.read(lambda tx: members.find(tx, Identity("slack", TEAM, account)))


def test_somebody_of_the_list_is_found_by_their_address(town: Town) -> None:
    with_mail(town, "okafor", "novak@larkfield.example")
    look(town)
    assert who(town, "UNEW") == "okafor"
    assert "Ms Petra Novak" not in added(town)


def test_an_address_that_nobody_proved_is_nobodys(town: Town) -> None:
    town.fake.users["UNEW"]["is_email_confirmed"] = False
    with_mail(town, "okafor", "novak@larkfield.example")
    look(town)
    assert who(town, "UNEW") == "slack.UNEW"


@pytest.mark.parametrize("case", ["two people", "two accounts", "has one already"])
def test_what_is_not_certain_links_nobody(town: Town, case: str) -> None:
    mail = "novak@larkfield.example"
    if case == "has one already":
        person = town.beacon.desk.roster.get("okafor")
        assert person
        town.run(lambda tx: members.put(tx, [replace(person, email=mail)]))
        town.refresh()
    else:
        with_mail(town, "okafor", mail)
    if case == "two people":
        with_mail(town, "pritchard", mail)
    if case == "two accounts":
        town.fake.account("UTWIN", "Twin", is_email_confirmed=True, profile={"email": mail})
        town.fake.groups[0]["users"].append("UTWIN")
    look(town)
    assert {who(town, "UNEW"), who(town, "UTWIN")} == {None}
    assert "Ms Petra Novak" not in added(town), "nor is there a second of somebody the list has"


def test_a_group_brings_nobody_back_who_has_left(town: Town) -> None:
    look(town)
    town.run(lambda tx: members.leave(tx, ["oyelaran"]))
    later(town)
    assert not any("Oyelaran" in name for name in added(town))
    assert town.beacon.desk.roster.get("oyelaran") is None


def test_whom_the_list_gains_keeps_what_they_told(town: Town) -> None:
    look(town)
    somebody = town.person("new")
    somebody.look()
    somebody.press("Report a concern", somebody.home)
    while "submit" in somebody.window:
        somebody.step({"about": "child", "danger": "no", "what": "Words."})
    assert town.case().reporter == "slack.UNEW"

    def gain(tx: Tx) -> None:
        members.put(tx, [Member("novak", "Ms Petra Novak", frozenset([Role.STAFF]))])
        members.link(tx, Identity("slack", TEAM, "UNEW"), "novak")
        town.app.groups.follow(tx)

    town.run(gain)
    town.refresh()
    assert town.case().reporter == "novak"
    assert "Ms Petra Novak" not in added(town)


# In a served school, and the settings ---------------------------------------------------------------------------------


def settings(folder: Path, *lines: str) -> None:
    text = (folder / SETTINGS).read_text("utf-8")
    groups = "\n".join(("[slack.groups]", *lines))
    (folder / SETTINGS).write_text(text.replace("\n[teams]", f"\n{groups}\n\n[teams]", 1), "utf-8")


def test_an_administrator_looks_and_gives_their_word(folder: Path, fake: FakeSlack) -> None:
    settings(folder, f'staff = "{STAFF}"')
    users = [f"UMANY{n}" for n in range(6)]
    for number, account in enumerate(users):
        fake.account(account, f"Person {number}")
    fake.groups = [{"id": STAFF, "handle": "staff", "users": users}]
    clock = ManualClock(FRIDAY)
    service = begin(folder, clock)
    app: Any = service.faces[0].beside

    def found() -> int:
        async def once() -> None:
            await app.look_round()
            await app.tasks.finish()
            await app.api.close()

        asyncio.run(once())
        service.beacon.stored.reader.run_now(service.beacon.office.directory.refresh)
        return sum(m.source == "slack" for m in service.beacon.desk.roster)

    def said(*more: str) -> str:
        done = CliRunner().invoke(leavers, [str(folder), *more])
        assert done.exit_code == 0, done.output
        return done.output

    assert found() == 6
    assert said() == "nobody waits to leave the list\n"
    fake.account("UNEW", "Ms Petra Novak")
    fake.groups[0]["users"] = ["UNEW"]
    clock.forward(timedelta(hours=25))
    assert found() == 7
    assert "Person 3 (staff)\n" in said()
    assert "Slack: 6 would leave or change sides" in said()
    assert "Slack: 6 left the list" in said("--yes")
    assert (found(), said()) == (1, "nobody waits to leave the list\n")
    service.beacon.stored.close()


def test_they_last_through_an_import_and_go_with_the_setting(folder: Path, fake: FakeSlack) -> None:
    before = (folder / SETTINGS).read_text("utf-8")
    settings(folder, f'staff = "{STAFF}"')
    fake.account("UNEW", "Ms Petra Novak")
    fake.groups = [{"id": STAFF, "handle": "staff", "users": ["UNEW"]}]
    for turn, expected in ((0, True), (1, True), (2, False)):
        if turn == 2:
            (folder / SETTINGS).write_text(before, "utf-8")
        service = begin(folder, ManualClock(FRIDAY))
        beside: Any = service.faces[0].beside
        if turn == 0:

            async def once(app: Any = beside) -> None:
                await app.look_round()
                await app.tasks.finish()
                await app.api.close()

            asyncio.run(once())
        service.beacon.stored.reader.run_now(service.beacon.office.directory.refresh)
        assert any(m.source == "slack" for m in service.beacon.desk.roster) is expected
        service.beacon.stored.close()


@pytest.mark.parametrize("role", ["dsl", "deputy", "head", "chair", "lead_dsl", "senior", "pupil"])
def test_a_role_that_works_on_cases_is_given_by_the_list_alone(folder: Path, role: str) -> None:
    settings(folder, f'{role} = "{STAFF}"')
    with pytest.raises(Mistakes, match="by the list of people alone"):
        load_school(SETTINGS, (folder / SETTINGS).read_bytes())


def test_whether_the_unlisted_may_tell_something_is_a_setting(folder: Path) -> None:
    text = (folder / SETTINGS).read_bytes()
    assert load_school(SETTINGS, text).slack.unlisted is True
    strict = text.replace(b"[slack]\non = true", b"[slack]\non = true\nunlisted = false")
    assert load_school(SETTINGS, strict).slack.unlisted is False


def test_what_is_no_group_is_said(folder: Path) -> None:
    settings(folder, 'staff = "staff"')
    with pytest.raises(Mistakes, match="an S, and then"):
        load_school(SETTINGS, (folder / SETTINGS).read_bytes())


def test_the_doctor_shows_them(folder: Path, fake: FakeSlack) -> None:
    settings(folder, f'staff = "{STAFF}"', f'it = "{IT}"')
    fake.groups = [
        {"id": STAFF, "handle": "staff", "users": ["U1", "UNEW"]},
        {"id": IT, "handle": "it", "users": []},
    ]
    code, said = doctor(folder)
    assert f"well:  [slack.groups] staff = {STAFF}: 2 people, 1 of them without their id on the list" in said
    assert f"WRONG: [slack.groups] it = {IT}: nobody is in it" in said
    assert code == 1
    fake.faults = [Fault("missing_scope", "usergroups.users.list")]
    assert "beacon slack manifest --match" in doctor(folder)[1]
    assert (folder / PEOPLE).exists()
