"""A token that Slack takes no more: recorded, told another way, not knocked at, and made up for once it is new."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.inbound import Identity
from bot.storage import audit, letters, members
from bot.storage.tx import Tx
from tests.school import SCHOOL
from tests.slack.fake import BOT_USER, TOKEN, Fault
from tests.slack.town import DSL_CHANNEL, Town, direct, read, user

NEW = "xoxb-1234567890-another"
WORDS = "A bruise on the left arm."


def revoke(town: Town) -> None:
    """Let Slack take another token from now on, which Beacon does not have."""
    town.fake.token = NEW
    town.report("oyelaran", what=WORDS)
    town.settle()
    town.wait_for(town.app.tasks.finish())


def also_elsewhere(town: Town, *people: str) -> None:
    def link(tx: Tx) -> None:
        for person in people:
            members.link(tx, Identity("web", SCHOOL, person), person)

    town.run(link)
    town.refresh()


def kinds(town: Town) -> list[str]:
    return [kind for (kind,) in town.read(lambda tx: tx.execute("select kind from audit order by seq").fetchall())]


def put_in(town: Town, token: str) -> None:
    town.config = replace(town.config, token=token)


def calls(town: Town) -> int:
    return sum(town.fake.calls.values())


# It is recorded and told ----------------------------------------------------------------------------------------------


def test_it_is_on_the_record_once_without_a_word(town: Town) -> None:
    revoke(town)
    town.later(hours=3)
    assert kinds(town).count("stopped") == 1
    assert town.read(audit.verify) == []
    row = town.read(lambda tx: tx.execute("select subject, detail from audit where kind = 'stopped'").fetchone())
    assert row == ("slack", b"")


@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": [BOT_USER]}}]
)
def test_being_taken_out_is_recorded_too(town: Town, event: dict[str, object]) -> None:
    town.event(event)
    assert kinds(town).count("stopped") == 1
    town.event(event, "Ev-again")
    assert kinds(town).count("stopped") == 1


def test_who_must_know_hears_it_on_another_platform_and_nobody_else(town: Town) -> None:
    also_elsewhere(town, "okafor", "qureshan", "oyelaran")
    revoke(town)
    town.settle()
    for person in ("okafor", "qureshan"):
        told = [line for line in town.elsewhere.notices(f"person:{person}") if "Slack takes nothing" in line]
        assert len(told) == 1
        assert WORDS not in told[0]
    assert not [line for line in town.elsewhere.notices("person:oyelaran") if "Slack takes nothing" in line]
    wanted = town.read(lambda tx: tx.execute("select count(*) from outbox where subject like 'stopped-%'").fetchone())
    assert wanted == (2,), "whom nothing else reaches, it is not tried to tell"


def test_the_alert_itself_goes_by_the_other_platform(town: Town) -> None:
    also_elsewhere(town, "okafor")
    revoke(town)
    town.settle()
    (card,) = town.elsewhere.cards("person:okafor")
    assert town.case().ref in card.title + str(card.facts)


def test_it_is_said_in_the_log_and_on_the_health_page(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        revoke(town)
    assert "no longer takes Beacon's token (invalid_auth)" in caplog.text
    health = town.wait_for(town.client.get("/healthz")).json()
    assert (health["status"], health["slack_trouble"]) == ("trouble", "invalid_auth")
    assert health["given_up"] > 0


# It lasts, and is not knocked at --------------------------------------------------------------------------------------


def test_it_lasts_over_a_restart_and_slack_is_asked_once(town: Town) -> None:
    revoke(town)
    before = calls(town)
    town.reopen()
    assert town.app.trouble() == "invalid_auth"
    town.report("oyelaran")
    town.settle()
    assert calls(town) == before, "what is to be sent asks nobody"
    for _ in range(30):
        town.clock.forward(timedelta(minutes=1))
        town.go_round()
    assert town.fake.calls["auth.test"] == 1, "and the look about asks once"
    assert calls(town) == before + 1
    town.clock.forward(timedelta(hours=1))
    town.go_round()
    assert calls(town) == before + 2
    assert kinds(town).count("stopped") == 1


def test_neither_token_nor_its_digest_can_be_read_in_the_store(town: Town) -> None:
    revoke(town)
    held = b"".join(path.read_bytes() for path in town.folder.glob("beacon.db*"))
    assert TOKEN.encode() not in held


# It comes back --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("restarted", [False, True])
def test_with_a_new_token_everything_goes_out_that_was_given_up(town: Town, restarted: bool) -> None:
    revoke(town)
    ref = town.case().ref
    assert town.fake.posts == []
    put_in(town, NEW)
    if restarted:
        town.reopen()
    town.go_round()
    town.settle()
    assert town.app.trouble() == ""
    assert [ref in read(m) for m in town.fake.at(DSL_CHANNEL)].count(True) == 1
    assert [ref in read(m) for m in town.fake.at(direct("okafor"))].count(True) >= 1
    assert town.read(letters.given_up) == ()
    assert kinds(town).count("back") == 1
    health = town.wait_for(town.client.get("/healthz")).json()
    assert health["status"] == "ok"
    dsl = town.person("okafor")
    dsl.press("Open", town.fake.at(DSL_CHANNEL)[0])
    assert WORDS in read(dsl.window)


def test_what_was_given_up_for_another_reason_stays_so(town: Town) -> None:
    del town.fake.users[user("okafor")]
    town.report("oyelaran")
    town.settle()
    before = [dead.number for dead in town.read(letters.given_up)]
    assert before
    revoke(town)
    put_in(town, NEW)
    town.go_round()
    town.settle()
    kept = {dead.number: dead.error for dead in town.read(letters.given_up)}
    assert set(before) <= kept.keys()
    assert {why for why in kept.values() if "invalid_auth" in why} == set()


def test_the_same_token_that_counts_again_is_found_within_the_hour(town: Town) -> None:
    town.fake.faults = [Fault("account_inactive", "", times=10_000)]
    town.report("oyelaran")
    town.settle()
    town.wait_for(town.app.tasks.finish())
    town.fake.faults = []
    town.clock.forward(timedelta(minutes=61))
    town.go_round()
    town.settle()
    assert town.app.trouble() == ""
    assert len(town.fake.at(DSL_CHANNEL)) == 1


def test_a_new_token_that_is_wrong_too_changes_nothing(town: Town) -> None:
    revoke(town)
    put_in(town, "xoxb-1234567890-a-third")
    for _ in range(10):
        town.go_round()
    assert town.app.trouble() == "invalid_auth"
    assert town.fake.calls["auth.test"] == 1, "it is asked about once"
    assert kinds(town).count("stopped") == 1, "and is the same stop"


def test_a_second_stop_is_told_again(town: Town) -> None:
    revoke(town)
    put_in(town, NEW)
    town.go_round()
    town.fake.token = "xoxb-1234567890-a-third"  # noqa: S105 - made up
    town.report("oyelaran")
    town.settle()
    town.wait_for(town.app.tasks.finish())
    assert kinds(town).count("stopped") == 2
    assert town.app.trouble() == "invalid_auth"
