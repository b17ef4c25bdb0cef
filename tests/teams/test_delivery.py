"""What is brought to Teams when Teams is slow, full, broken or refuses: nothing is lost, and nothing goes astray."""

import logging
from datetime import timedelta

import pytest

from adapters.teams.pace import Pace
from bot.prompt import Notice, Token
from bot.service.surface import Later, Never
from bot.storage import outbox
from tests.teams.campus import DSL_CHANNEL, Campus, account, action, chat, person, said
from tests.teams.microsoft import TEAM, FakeTeams, Fault

DSL, DEPUTY, TEACHER, HEAD = "okafor", "pritchard", "oyelaran", "lindqvist"
PLACE = f"/v3/conversations/{chat(DSL)}"


@pytest.fixture
def met(campus: Campus) -> Campus:
    """Give a campus where everybody has been met."""
    campus.install_team()
    campus.install(*(m.id for m in campus.beacon.desk.roster.adults))
    campus.teams.messages.clear()
    campus.teams.journal.clear()
    return campus


def at_dsl(campus: Campus) -> list[str]:
    return [said(card) for card in campus.cards(DSL_CHANNEL)]


@pytest.mark.parametrize("kind", ["429", "412", "500", "502", "503", "html", "hang"])
@pytest.mark.parametrize("path", ["/v3/conversations", "/v3/teams"])
def test_what_goes_wrong_for_a_while_arrives_once(met: Campus, kind: str, path: str) -> None:
    met.teams.faults = [Fault(kind, path, times=3, after="0")]
    met.report(TEACHER)
    met.later(minutes=10)
    assert len(at_dsl(met)) == 1
    assert met.read(outbox.waiting) == 0


def test_teams_own_word_for_when_is_kept_to(met: Campus) -> None:
    met.teams.faults = [Fault("429", times=1000, after="90")]
    met.report(TEACHER)
    met.settle()
    tried = [call[1] for call in met.teams.journal]
    met.later(seconds=80)
    assert [call[1] for call in met.teams.journal if chat(TEACHER) not in call[1]] == tried
    met.teams.faults = []
    met.later(seconds=11)
    assert len(at_dsl(met)) == 1


def test_a_lost_answer_shows_an_alert_again_rather_than_never(met: Campus) -> None:
    """The connector has no key under which something is posted once."""
    met.teams.faults = [Fault("lost", "/v3/conversations", "POST", times=1)]
    met.report(TEACHER)
    met.later(minutes=5)
    assert 1 <= len(at_dsl(met)) <= 2
    assert met.read(outbox.waiting) == 0


def test_a_lost_answer_to_a_change_does_no_harm(met: Campus) -> None:
    met.report(TEACHER)
    met.settle()
    met.teams.faults = [Fault("lost", method="PUT", times=2)]
    met.press(DSL, _ack(met))
    met.later(minutes=5)
    (card,) = at_dsl(met)
    assert "Mrs Amara Okafor" in card


def _ack(campus: Campus) -> Token:
    token = Token.decode(action(campus.cards(DSL_CHANNEL)[0], "I'm taking this now")["data"]["token"])
    assert token is not None
    return token


def test_a_card_that_somebody_took_away_is_shown_again(met: Campus) -> None:
    met.report(TEACHER)
    met.settle()
    ack = _ack(met)
    met.teams.messages.clear()
    met.press(DSL, ack)
    met.settle()
    (card,) = at_dsl(met)
    assert "Mrs Amara Okafor" in card


@pytest.mark.parametrize("code", ["BotDisabledByAdmin", "ConversationBlockedByUser", "MessageWritesBlocked"])
def test_who_cannot_be_reached_for_good_is_given_up_and_it_is_said_why(
    met: Campus, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    met.teams.faults = [Fault(code, PLACE, times=1000)]
    met.report(TEACHER)
    with caplog.at_level(logging.ERROR):
        met.later(minutes=1)
    assert met.read(outbox.given_up) == 1
    tried = len([call for call in met.teams.journal if call[1].startswith(PLACE)])
    assert caplog.text.count("cannot be delivered") == tried, "never a second time"
    assert code in caplog.text
    assert ("Teams admin centre" in caplog.text) == (code == "BotDisabledByAdmin")


def test_a_revoked_secret_stops_everything_and_is_said_until_it_is_put_right(met: Campus) -> None:
    met.teams.token = "another"  # noqa: S105
    met.report(TEACHER)
    met.settle()
    assert "does not take our token" in met.app.trouble()
    assert met.read(outbox.given_up) == 0
    met.teams.token = met.entra.token
    met.later(minutes=5)
    assert met.app.trouble() == ""
    assert len(at_dsl(met)) == 1


def test_somebody_who_never_wrote_is_reached_where_the_app_is_installed(campus: Campus) -> None:
    campus.install_team()
    campus.report(TEACHER)
    campus.settle()
    assert [said(card) for card in campus.cards(chat(DSL))]
    campus.reopen()
    opened = [call for call in campus.teams.journal if call[1] == "/v3/conversations" and not call[2]["isGroup"]]
    campus.report(TEACHER)
    campus.settle()
    again = [call for call in campus.teams.journal if call[1] == "/v3/conversations" and not call[2]["isGroup"]]
    assert again == opened, "it is remembered, also after a restart"


def test_a_chat_that_is_there_no_more_is_asked_for_anew(met: Campus) -> None:
    met.teams.chats[person(DSL)] = "a:new"
    met.report(TEACHER)
    met.settle()
    assert len(met.cards("a:new")) == 1


def test_who_has_no_account_in_teams_is_not_reached(campus: Campus) -> None:
    with pytest.raises(Never):
        campus._loop.run(campus.app.surface.deliver("person:unheard-of", "k", 1, Notice(("Words.",)), ""))


def test_where_beacon_is_in_no_team_people_are_told_one_to_one(campus: Campus) -> None:
    campus.report(TEACHER)
    campus.settle()
    assert at_dsl(campus) == []
    assert campus.cards(chat(DSL))
    assert campus.cards(chat(DEPUTY))


# The guard ------------------------------------------------------------------------------------------------------------


def readers(campus: Campus) -> frozenset[str] | None:
    return campus._loop.run(campus.app.surface.readers("dsl"))


def test_readers_are_asked_of_teams_page_by_page(met: Campus, teams: FakeTeams) -> None:
    teams.page = 1
    expected = met.beacon.desk.roster.holding(met.book.school.channels["dsl"].readers)
    assert readers(met) == frozenset(m.id for m in expected)
    assert len(expected) > 1


@pytest.mark.parametrize("kind", ["private", "shared"])
def test_another_kind_of_channel_is_not_safe(met: Campus, teams: FakeTeams, kind: str) -> None:
    teams.teams[TEAM][DSL_CHANNEL] = kind
    assert readers(met) is None


def test_a_channel_of_a_team_without_beacon_is_not_safe(campus: Campus) -> None:
    assert readers(campus) is None


@pytest.mark.parametrize(
    "other",
    [
        account("not-listed"),
        {"id": "29:x", "userRole": "guest"},
        {"id": "29:x", "aadObjectId": "", "tenantId": "another"},
    ],
)
def test_somebody_who_is_not_listed_makes_a_channel_unsafe(
    met: Campus, teams: FakeTeams, other: dict[str, str]
) -> None:
    teams.members[DSL_CHANNEL].append(other)
    assert readers(met) is None
    met.report(TEACHER)
    met.settle()
    assert at_dsl(met) == [], "nothing is posted there"
    assert met.cards(chat(DSL)), "and nothing is lost"


def test_a_listed_member_of_staff_who_should_not_be_there_makes_it_unsafe(met: Campus, teams: FakeTeams) -> None:
    teams.members[DSL_CHANNEL].append(account(TEACHER))
    met.report(TEACHER)
    met.settle()
    assert at_dsl(met) == []


def test_somebody_who_came_in_later_has_what_hangs_there_taken_back(met: Campus, teams: FakeTeams) -> None:
    met.report(TEACHER)
    met.settle()
    ack = _ack(met)
    teams.members[DSL_CHANNEL].append(account(TEACHER))
    met.press(DSL, ack)
    met.settle()
    (card,) = at_dsl(met)
    assert met.beacon.office.book.words.say("card-withdrawn") in card
    assert "Mrs Amara Okafor" not in card


def test_while_teams_cannot_be_asked_the_guard_waits(met: Campus, teams: FakeTeams) -> None:
    teams.faults = [Fault("503", "/v3/conversations/19", "GET", times=1)]
    with pytest.raises(Later):
        readers(met)


# Limits ---------------------------------------------------------------------------------------------------------------


def turns(pace: Pace, conversation: str, count: int, now: float = 0.0) -> list[float]:
    found = [pace.turn(conversation, now, 1e6) for _ in range(count)]
    return [each for each in found if each is not None]


@pytest.mark.parametrize(("most", "seconds"), [(7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0)])
def test_a_conversation_never_gets_more_than_teams_takes(most: int, seconds: float) -> None:
    given = turns(Pace(), "a", 2000)
    assert given == sorted(given)
    assert all(later - first >= seconds for first, later in zip(given, given[most:], strict=False))
    assert any(later - first == seconds for first, later in zip(given, given[most:], strict=False)), "and not less"


def test_a_tenant_never_gets_more_than_teams_takes() -> None:
    pace = Pace()
    given = [turns(pace, f"c{number}", 1)[0] for number in range(100)]
    assert all(later - first >= 1.0 for first, later in zip(given, given[30:], strict=False))


def test_who_cannot_wait_takes_no_turn() -> None:
    pace = Pace()
    turns(pace, "a", 7)
    assert pace.turn("a", 0.0, 0.5) is None
    assert pace.turn("a", 0.0, 5.0) == 1.0
    assert pace.turn("a", 0.0, 5.0) == 2.0
    assert pace.turn("b", 0.0, 0.5) == 0.0, "one conversation holds up no other"


def test_conversations_at_rest_are_forgotten() -> None:
    pace = Pace()
    for number in range(3000):
        pace.turn(f"c{number}", 10.0 * number, 1e6)
    assert len(pace._conversations) <= 1001


def test_many_alerts_wait_their_turn_and_all_arrive(met: Campus) -> None:
    for _ in range(12):
        met.report(TEACHER)
    started = met.clock.now()
    met.later(minutes=3)
    assert len(at_dsl(met)) == 12
    assert met.waits, "somebody waited"
    assert met.clock.now() - started >= timedelta(minutes=3)
