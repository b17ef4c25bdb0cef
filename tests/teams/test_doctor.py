"""`beacon doctor teams` finds what would keep alerts away, before there is one, and changes nothing."""

from dataclasses import replace

import pytest

from adapters.teams.doctor import Doctor, Finding, is_id
from adapters.teams.tokens import Tokens
from bot.school.people_file import Entry
from tests.teams.campus import DSL_CHANNEL, Campus, account, person
from tests.teams.microsoft import TEAM, FakeTeams, Fault, Reply

TEACHER = "oyelaran"


def examine(campus: Campus, people: list[Entry] | None = None) -> list[Finding]:
    listed = [Entry(m, {"teams": person(m.id)}, line=n) for n, m in enumerate(campus.beacon.desk.roster, 2)]
    tokens = Tokens(campus.config, campus.entra)

    async def all_of_it() -> list[Finding]:
        known = await campus.app.chats.teams()
        doctor = Doctor(campus.book.school, people or listed, tokens, campus.app.keys, campus.app.connector, known)
        return [finding async for finding in doctor.examine()]

    return campus._loop.run(all_of_it())


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
