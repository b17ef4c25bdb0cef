"""`beacon doctor teams` finds what would keep alerts away, before there is one, and changes nothing."""

from dataclasses import dataclass, replace

import jwt
import pytest

from adapters.teams.doctor import Doctor, Finding, is_id
from adapters.teams.permissions import WHY, granted, needed
from adapters.teams.tokens import Tokens
from bot.people import Account, Role
from bot.reading import Mistakes
from bot.school.people_file import Entry
from bot.service.surface import Never
from bot.settings import Teams
from tests.teams.campus import DSL_CHANNEL, Campus, account, person
from tests.teams.graph_fake import PUPILS, STAFF
from tests.teams.microsoft import APP, TEAM, TENANT, FakeTeams, Fault, Reply

TEACHER = "oyelaran"


def examine(campus: Campus, people: list[Entry] | None = None) -> list[Finding]:
    listed = [Entry(m, {"teams": person(m.id)}, line=n) for n, m in enumerate(campus.beacon.desk.roster, 2)]
    tokens = Tokens(campus.config, campus.entra)

    async def all_of_it() -> list[Finding]:
        known = await campus.app.chats.teams()
        doctor = Doctor(campus.book.school, people or listed, tokens, campus.app.keys, campus.app.connector, known)
        return [finding async for finding in doctor.examine()]

    return campus._loop.run(all_of_it())


@dataclass
class Given:
    """Stands in for Graph where only what it gives matters."""

    people: tuple[Account, ...] = (Account("1", "A", ()), Account("2", "B", (), guest=True))
    wrong: Exception | None = None

    async def members(self, group: str) -> tuple[Account, ...]:
        assert group in (STAFF, PUPILS)
        if self.wrong:
            raise self.wrong
        return self.people

    async def roll(self) -> tuple[Account, ...]:
        return self.people


ALL = Teams(True, APP, TENANT, {Role.STAFF: STAFF, Role.PUPIL: PUPILS}, "beacon@larkfield.example", school_data=True)


def token(*roles: str) -> str:
    return jwt.encode({"roles": roles}, "k" * 32, "HS256")


def graph_findings(
    campus: Campus, roles: tuple[str, ...], given: Given | None = None, teams: Teams = ALL, leaving: int = 0
) -> list[Finding]:
    """Give what is found of Graph, for a school where everybody has an e-mail address."""
    campus.entra.token, everybody = token(*roles), campus.beacon.desk.roster
    people = [Entry(replace(m, email="x@larkfield.example"), {"teams": person(m.id)}) for m in everybody]

    async def all_of_it() -> list[Finding]:
        tokens, school = Tokens(campus.config, campus.entra), replace(campus.book.school, channels={}, teams=teams)
        graph = given or Given()
        doctor = Doctor(school, people, tokens, campus.app.keys, campus.app.connector, (), graph, leaving)  # type: ignore[arg-type]
        return [finding async for finding in doctor.examine()][3:]

    return campus._loop.run(all_of_it())


EVERY = ("GroupMember.Read.All", "User.Read.All", "EduRoster.Read.All")


def test_of_graph_all_is_well(campus: Campus) -> None:
    found = graph_findings(campus, EVERY)
    assert [finding.text for finding in found if not finding.well] == []
    assert [finding.text.partition(":")[0] for finding in found] == [
        "the permissions in Microsoft Graph are those that are used, and no more",
        "group 'staff' has 2 people; 1 of them are guests, who are not added",
        "group 'pupil' has 2 people; 1 of them are guests, who are not added",
        "School Data Sync has 2 people; 1 of them are guests, who are not added",
        "everybody who works on cases has an e-mail address",
    ]


def test_where_graph_is_not_used_nothing_of_it_is_asked(campus: Campus) -> None:
    assert graph_findings(campus, (), teams=Teams(True, APP, TENANT)) == []


@pytest.mark.parametrize("missing", EVERY)
def test_a_permission_that_is_missing_is_said_with_its_reason(campus: Campus, missing: str) -> None:
    found = graph_findings(campus, tuple(name for name in EVERY if name != missing))
    (said,) = (f.text for f in found if not f.well)
    assert said == f"the permission {missing} is missing: Beacon needs it {WHY[missing]}"


@pytest.mark.parametrize(("more", "part"), [("Directory.Read.All", "is not used"), ("Mail.Send", "for every mailbox")])
def test_a_permission_too_many_is_said(campus: Campus, more: str, part: str) -> None:
    (said,) = (f.text for f in graph_findings(campus, (*EVERY, more)) if not f.well)
    assert more in said
    assert part in said


def test_what_is_needed_is_only_what_is_used() -> None:
    assert needed(Teams()) == ()
    assert needed(Teams(groups={Role.STAFF: STAFF})) == ("GroupMember.Read.All", "User.Read.All")
    assert needed(Teams(school_data=True)) == ("User.Read.All", "EduRoster.Read.All")
    assert needed(Teams(mail="beacon@larkfield.example")) == ("Mail.Send",)


@pytest.mark.parametrize("opaque", ["opaque", "a.b.c", "", "a.bm90IGpzb24.c", "a.e30.c"])
def test_a_token_that_does_not_say_is_no_defect(opaque: str) -> None:
    assert granted(opaque) in (None, frozenset())


def test_groups_that_cannot_be_read_or_are_empty_are_said(campus: Campus) -> None:
    found = graph_findings(campus, EVERY, Given(wrong=Never("Graph refuses (403): grant it")))
    assert "group 'staff' cannot be read: Graph refuses (403): grant it" in [f.text for f in found if not f.well]
    missing = graph_findings(campus, EVERY, Given(wrong=Mistakes("install Beacon with its extra 'graph'")))
    assert "extra 'graph'" in "".join(f.text for f in missing if not f.well)
    assert "is empty" in "".join(f.text for f in graph_findings(campus, EVERY, Given(())) if not f.well)


def test_people_who_wait_to_leave_are_said(campus: Campus) -> None:
    (said,) = (f.text for f in graph_findings(campus, EVERY, leaving=12) if not f.well)
    assert "12 people would leave" in said


def test_caseworkers_without_an_address_are_said_where_mail_is_on(campus: Campus) -> None:
    campus.install_team()
    campus.entra.token = token()
    school = replace(campus.book.school, channels={}, teams=Teams(True, APP, TENANT, mail="beacon@larkfield.example"))
    people = [Entry(m, {"teams": person(m.id)}) for m in campus.beacon.desk.roster]

    async def all_of_it() -> list[Finding]:
        tokens = Tokens(campus.config, campus.entra)
        doctor = Doctor(school, people, tokens, campus.app.keys, campus.app.connector, ())
        return [finding async for finding in doctor.examine()]

    (said,) = (f.text for f in campus._loop.run(all_of_it()) if not f.well)
    assert "okafor" in said
    assert "oyelaran" not in said, "who only reports needs none"


def test_a_secret_that_graph_gives_nothing_for_is_explained(campus: Campus) -> None:
    campus.entra.answers = [Reply(200, {"token_type": "Bearer", "expires_in": 3600, "access_token": "x"})]
    campus.entra.answers.append(Reply(401, {"error": "invalid_client"}))
    (said,) = (f.text for f in graph_findings(campus, EVERY) if not f.well)
    assert "no token for Graph (invalid_client)" in said
    assert "has run out" in said


def wrong(campus: Campus, people: list[Entry] | None = None) -> str:
    return "\n".join(finding.text for finding in examine(campus, people) if not finding.well)


def test_all_is_well(campus: Campus) -> None:
    campus.install_team()
    before = len(campus.teams.messages)
    found = examine(campus)
    assert [finding.text for finding in found if not finding.well] == []
    assert len(found) == 5
    assert len(campus.teams.messages) == before


@pytest.mark.parametrize(
    ("code", "part"), [("invalid_client", "has run out"), ("unauthorized_client", "no such app"), ("new", "look it up")]
)
def test_a_token_that_is_not_given_is_explained(campus: Campus, code: str, part: str) -> None:
    campus.install_team()
    campus.entra.answers = [Reply(401, {"error": code})]
    said = wrong(campus)
    assert f"Microsoft gives no token ({code})" in said
    assert part in said


def test_keys_that_cannot_be_had_are_said(campus: Campus, teams: FakeTeams) -> None:
    teams.keys_fail = True
    assert "login.botframework.com must be reachable" in wrong(campus)


def test_a_team_without_beacon_is_said(campus: Campus) -> None:
    assert "'dsl' is in no team that Beacon knows (no team yet)" in wrong(campus)


@pytest.mark.parametrize("kind", ["private", "shared"])
def test_another_kind_of_channel_is_said(campus: Campus, teams: FakeTeams, kind: str) -> None:
    campus.install_team()
    teams.teams[TEAM][DSL_CHANNEL] = kind
    assert f"channel 'dsl' is {kind}: it must be a standard channel" in wrong(campus)


def test_who_should_not_read_is_said_by_id_and_who_is_not_listed_only_counted(campus: Campus, teams: FakeTeams) -> None:
    campus.install_team()
    teams.members[DSL_CHANNEL] += [account(TEACHER), account("stranger")]
    said = wrong(campus)
    assert "read by 1 people who are not listed" in said
    assert "oyelaran" in said
    assert "Folake" not in said


def test_a_team_beacon_was_taken_from_is_said(campus: Campus, teams: FakeTeams) -> None:
    campus.install_team()
    teams.faults = [Fault("BotNotInConversationRoster", "/v3/teams", times=10)]
    assert "channel 'dsl' cannot be looked at (BotNotInConversationRoster)" in wrong(campus)


@pytest.mark.parametrize("account_", ["miss@larkfield.example", person("x").upper(), "29:abc", person("x")[:-1]])
def test_accounts_that_can_be_none_are_said_by_line(campus: Campus, account_: str) -> None:
    campus.install_team()
    members = list(campus.beacon.desk.roster)
    people = [Entry(m, {"teams": person(m.id)}, line=n) for n, m in enumerate(members, 2)]
    people[3] = replace(people[3], accounts={"teams": account_})
    assert "in small letters, on line 5" in wrong(campus, people)
    assert is_id(person("x"))
