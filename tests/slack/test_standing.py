"""Who somebody is in Slack who is not on the list: members may tell something, nobody else."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.standing import Standing, standing
from bot.people import Member, Role
from tests.slack.fake import TEAM, FakeSlack, Fault
from tests.slack.town import DSL_CHANNEL, Town, buttons, read, user

NEW = "newcomer"
WORDS = "A bruise on the left arm."
FULL: dict[str, Any] = {
    "id": "U1",
    "team_id": TEAM,
    "deleted": False,
    "is_bot": False,
    "is_restricted": False,
    "is_ultra_restricted": False,
}


def labels(view: dict[str, Any]) -> list[str]:
    return [button["text"]["text"] for button in buttons(view["blocks"])]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Standing.FULL),
        ({"is_admin": True, "is_app_user": True}, Standing.FULL),
        ({"is_restricted": True}, Standing.GUEST),
        ({"is_restricted": True, "is_ultra_restricted": True}, Standing.GUEST),
        ({"is_ultra_restricted": True}, Standing.GUEST),
        ({"is_restricted": None}, Standing.GUEST),
        ({"is_ultra_restricted": None}, Standing.GUEST),
        ({"is_stranger": True}, Standing.OUTSIDE),
        ({"team_id": "T0OTHER"}, Standing.OUTSIDE),
        ({"team_id": None}, Standing.OUTSIDE),
        ({"deleted": True}, Standing.OUTSIDE),
        ({"is_bot": True}, Standing.OUTSIDE),
    ],
)
def test_only_of_whom_slack_says_all_of_it_is_a_full_member(change: dict[str, Any], expected: Standing) -> None:
    assert standing({**FULL, **change}, TEAM) is expected


def test_a_full_member_who_is_not_on_the_list_tells_something_and_hears_who_has_it(town: Town) -> None:
    town.fake.account(user(NEW), "Ms Petra Novak")
    somebody = town.person(NEW)
    somebody.look()
    assert len(labels(somebody.home)) == 2, "what they are, and nothing else"
    somebody.press("I work here or help here", somebody.home)
    while "submit" in somebody.window:
        somebody.step({"about": "child", "danger": "no", "what": WORDS})
    town.settle()
    (card,) = town.fake.at(DSL_CHANNEL)
    assert "Petra" not in read(card)
    dsl = town.person("okafor")
    dsl.press("Open", card)
    assert "Ms Petra Novak" in read(dsl.window)
    assert "Not confirmed" in read(dsl.window)
    dsl.press("I'm taking this now")
    town.settle()
    assert any("Mrs Amara Okafor" in read(m) for m in somebody.chat)
    somebody.press("Open", card)
    assert WORDS not in read(somebody.window)
    assert town.fake.calls["users.info"] == 1, "Slack is asked once"


@pytest.mark.parametrize(
    "who",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"team_id": "T0OTHER"},
        {"is_bot": True},
        {"deleted": True},
    ],
)
def test_anybody_else_is_refused_kindly_everywhere_and_nothing_is_kept(town: Town, who: dict[str, Any]) -> None:
    town.fake.account(user(NEW), **who)
    somebody = town.person(NEW)
    somebody.look()
    assert "999" in read(somebody.home)
    assert labels(somebody.home) == []
    somebody.say("Report a concern")
    assert "safeguarding lead in person" in read(somebody.chat[0])
    somebody.command("report a concern")
    assert "submit" not in somebody.window
    somebody.shortcut("report_message", "CANARY")
    assert "999" in read(somebody.window)
    somebody.act("start.concern.0.", somebody.home)
    assert somebody.search("okafor") == []
    kept = town.read(
        lambda tx: tx.execute("select (select count(*) from talk), (select count(*) from inbox)").fetchone()
    )
    assert kept == (0, 0)


def test_a_guest_whom_the_list_has_is_not_even_asked_about(town: Town) -> None:
    town.fake.users[user("fairbairn")] |= {"is_restricted": True, "is_ultra_restricted": True}
    chair = town.person("fairbairn")
    chair.look()
    assert "Report a concern" in labels(chair.home)
    assert town.fake.calls["users.info"] == 0


def test_search_is_for_the_list_only(town: Town) -> None:
    town.fake.account(user(NEW))
    assert town.person(NEW).search("okafor") == []
    assert town.person("oyelaran").search("okafr") == ["Mrs Amara Okafor"]


# When Slack does not say ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["429", "500", "html", "lost_before", "missing_scope"])
def test_while_slack_cannot_be_asked_they_are_told_whom_to_tell_and_later_let_in(town: Town, kind: str) -> None:
    town.fake.account(user(NEW))
    somebody = town.person(NEW)
    town.fake.faults = [Fault(kind, "users.info")]
    somebody.command("report a concern")
    for part in ("nothing was saved", "safeguarding lead in person", "999"):
        assert part in read(somebody.window)
    town.clock.forward(timedelta(seconds=5))
    somebody.command("report a concern")
    assert any(b["type"] == "input" for b in somebody.window["blocks"])


def test_a_slow_answer_is_not_waited_for_but_is_there_the_next_time(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.fake.account(user(NEW))
    somebody = town.person(NEW)
    monkeypatch.setattr("adapters.slack.standing._PATIENCE", 0.01)
    town.fake.slow = 0.2
    town.fake.faults = [Fault("hang", "users.info")]
    somebody.command("report a concern")
    assert "nothing was saved" in read(somebody.window)
    somebody.command("report a concern")
    assert any(b["type"] == "input" for b in somebody.window["blocks"])
    assert town.fake.calls["users.info"] == 1


def test_a_revoked_token_asks_nobody(town: Town) -> None:
    town.fake.account(user(NEW))
    town.event({"type": "app_uninstalled"})
    assert town.person(NEW).say("Report a concern").status_code == 200
    assert town.fake.calls["users.info"] == 0


def test_who_is_not_there_any_more_is_outside(town: Town) -> None:
    somebody = town.person("nobody")
    somebody.command("report a concern")
    assert "do not belong" in read(somebody.window)


# How long it is believed ----------------------------------------------------------------------------------------------


def test_it_is_kept_over_a_restart_sealed_and_refreshed_beside(town: Town) -> None:
    town.fake.account(user(NEW), "Ms Petra Novak")
    town.person(NEW).look()
    town.reopen()
    town.go_round()
    town.person(NEW).look()
    assert town.fake.calls["users.info"] == 1
    assert b"Petra" not in b"".join(p.read_bytes() for p in town.folder.glob("beacon.db*"))
    town.fake.users[user(NEW)] |= {"is_restricted": True}
    town.clock.forward(timedelta(hours=13))
    town.go_round()
    assert town.fake.calls["users.info"] == 2
    somebody = town.person(NEW)
    somebody.command("report a concern")
    assert "a guest here" in read(somebody.window)


def test_what_slack_said_yesterday_counts_no_more(town: Town) -> None:
    town.fake.account(user(NEW))
    somebody = town.person(NEW)
    somebody.look()
    town.clock.forward(timedelta(hours=25))
    town.fake.faults = [Fault("500", "users.info")]
    somebody.command("report a concern")
    assert "nothing was saved" in read(somebody.window)


def test_a_refresh_that_fails_leaves_what_is_known(town: Town) -> None:
    town.fake.account(user(NEW))
    somebody = town.person(NEW)
    somebody.look()
    town.clock.forward(timedelta(hours=13))
    town.fake.faults = [Fault("500", "users.info")]
    town.go_round()
    assert town.fake.failed["users.info 500"] == 1
    somebody.command("report a concern")
    assert any(b["type"] == "input" for b in somebody.window["blocks"])


# Settings -------------------------------------------------------------------------------------------------------------


def test_a_school_can_have_its_list_only(tmp_path: Path, fake: FakeSlack, api: str) -> None:
    town = Town(tmp_path / "strict", fake, api, unlisted=False)
    fake.account(user(NEW))
    somebody = town.person(NEW)
    somebody.look()
    assert "I do not know you" in read(somebody.home)
    somebody.say("Report a concern")
    assert "I do not know you" in read(somebody.chat[0])
    assert fake.calls["users.info"] == 0
    town.close()


def test_whom_the_list_gains_is_somebody_from_then_on(town: Town) -> None:
    town.fake.account(user(NEW), "Ms Petra Novak")
    somebody = town.person(NEW)
    somebody.look()
    town.put((Member(NEW, "Ms Petra Novak", frozenset([Role.STAFF])),))
    somebody.look()
    assert "Report a concern" in labels(somebody.home)
