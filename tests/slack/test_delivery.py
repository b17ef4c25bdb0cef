"""What must arrive, brought through the outbox: in place, once, not to the wrong people, and whatever Slack does."""

import logging
from collections import Counter
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters.slack import api as web
from bot.service import cards as looks
from bot.storage import outbox
from tests.slack.fake import BOT_USER, FakeSlack, Fault
from tests.slack.town import DSL_CHANNEL, Town, buttons, direct, read, user

WORDS = "A bruise on the left arm."


def told(town: Town) -> None:
    """Report a concern and let it be delivered."""
    town.person("oyelaran").report("concern", about="child", danger="no", what=WORDS)
    town.settle()


def cards(town: Town, channel: str) -> list[str]:
    return [read(m) for m in town.fake.at(channel) if town.case().ref in read(m) and buttons(m["blocks"])]


# The channel's guard --------------------------------------------------------------------------------------------------


def test_the_card_hangs_in_the_channel_and_with_those_who_are_told(town: Town) -> None:
    told(town)
    assert len(cards(town, DSL_CHANNEL)) == 1
    assert len(cards(town, direct("okafor"))) == 1
    for post in town.fake.posts:
        assert (post["unfurl_links"], post["unfurl_media"]) == (False, False)
        assert post["text"] == "Beacon has something for you."
        assert town.case().ref not in str(post["metadata"])
        assert town.case().id not in str(post["metadata"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"is_private": False},
        {"is_shared": True},
        {"is_ext_shared": True},
        {"is_org_shared": True},
        {"is_pending_ext_shared": True},
        {"is_archived": True},
        {"is_mpim": True},
    ],
)
def test_a_channel_that_is_open_to_others_gets_nothing_and_people_are_told(town: Town, wrong: dict[str, bool]) -> None:
    town.fake.channels[DSL_CHANNEL] |= wrong
    told(town)
    assert town.fake.at(DSL_CHANNEL) == []
    assert len(cards(town, direct("okafor"))) == 1


@pytest.mark.parametrize("more", ["USTRANGER", "UOTHERBOT", user("fairbairn"), user("oyelaran")])
def test_a_channel_with_somebody_who_does_not_belong_there_gets_nothing(town: Town, more: str) -> None:
    town.fake.members[DSL_CHANNEL].append(more)
    told(town)
    assert town.fake.at(DSL_CHANNEL) == []
    assert len(cards(town, direct("okafor"))) == 1


def test_everybody_of_a_large_channel_is_looked_at(town: Town) -> None:
    town.fake.page = 1
    town.fake.members[DSL_CHANNEL].append("USTRANGER")
    told(town)
    assert town.fake.at(DSL_CHANNEL) == []
    assert town.fake.calls["conversations.members"] >= 3


def test_only_beacon_itself_may_be_in_it_besides(town: Town) -> None:
    assert BOT_USER in town.fake.members[DSL_CHANNEL]
    told(town)
    assert len(cards(town, DSL_CHANNEL)) == 1


@pytest.mark.parametrize("kind", ["429", "500", "html", "lost_before", "lost_after"])
@pytest.mark.parametrize("method", ["conversations.info", "conversations.members", "auth.test"])
def test_a_channel_that_cannot_be_looked_at_now_is_looked_at_again(town: Town, kind: str, method: str) -> None:
    town.fake.faults = [Fault(kind, method)]
    told(town)
    assert len(cards(town, direct("okafor"))) == 1, "people need not wait for the channel"
    town.later(minutes=1)
    assert len(cards(town, DSL_CHANNEL)) == 1


@pytest.mark.parametrize("error", ["channel_not_found", "missing_scope", "not_in_channel", "unheard_of"])
def test_a_channel_that_may_not_be_looked_at_gets_nothing(town: Town, error: str) -> None:
    town.fake.faults = [Fault(error, "conversations.info", times=99)]
    told(town)
    assert town.fake.at(DSL_CHANNEL) == []
    assert len(cards(town, direct("okafor"))) == 1


# Faults ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("kind", ["429", "500", "html", "lost_before", "lost_after"])
def test_a_card_arrives_once_whatever_becomes_of_its_post(town: Town, kind: str, times: int) -> None:
    """In a channel an answer that is lost makes a second card: nothing there may be looked through (the manifest)."""
    town.fake.faults = [Fault(kind, "chat.postMessage", times)]
    told(town)
    town.later(minutes=2)
    town.fake.faults = []
    town.later(minutes=2)
    assert town.fake.failed[f"chat.postMessage {kind}"] == times
    for person in ("okafor", "oyelaran"):
        hanging = [read(m) for m in town.fake.at(direct(person))]
        assert len(hanging) == len(set(hanging)) >= 1
    assert len(cards(town, direct("okafor"))) == 1
    assert len(cards(town, DSL_CHANNEL)) >= 1
    assert town.read(lambda tx: tx.execute("select count(*) from outbox where due is not null").fetchone()) == (0,)


def test_a_second_card_in_a_channel_is_possible_and_harmless(town: Town) -> None:
    """The price of not being able to read a channel: counted here, so that nobody believes it cannot be."""
    town.fake.faults = [Fault("lost_after", "chat.postMessage", 1)]
    order: list[str] = []
    told(town)
    town.later(minutes=1)
    order += [p["channel"] for p in town.fake.posts]
    assert len(cards(town, direct("okafor"))) == 1
    assert order.count(DSL_CHANNEL) in (1, 2)
    for card in town.fake.at(DSL_CHANNEL):
        town.person("okafor").act(f"ack.{town.case().ref}.0.", card)
    assert town.case().acknowledged_by == "okafor"


def test_an_answer_that_hangs_is_given_up_and_the_message_found_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "_PATIENT", 1.5)  # instead of 15: longer than the fake ever takes to begin
    town.fake.slow = 3.0
    town.fake.faults = [Fault("hang", "chat.postMessage", 2)]
    told(town)
    town.later(minutes=2)
    assert len(cards(town, direct("okafor"))) == 1
    assert town.fake.failed["chat.postMessage hang"] == 2


def test_slack_says_when_and_is_not_asked_before(town: Town) -> None:
    town.fake.faults = [Fault("429", "chat.postMessage", 1, after="90")]
    told(town)
    before = town.fake.calls["chat.postMessage"]
    held = [c for c in (DSL_CHANNEL, direct("okafor"), direct("oyelaran")) if not town.fake.at(c)]
    assert len(held) == 1, "only the conversation that Slack named waits"
    town.later(seconds=60)
    assert town.fake.at(held[0]) == []
    town.later(seconds=31)
    assert len(town.fake.at(held[0])) >= 1
    assert town.fake.calls["chat.postMessage"] > before


def test_after_an_hour_of_outage_everything_arrives_once(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.look()
    town.fake.down = True
    refs = [town.report("oyelaran").ref for _ in range(5)]
    town.later(hours=1)
    assert town.fake.posts == []
    town.fake.down = False
    town.later(minutes=10)
    for channel in (DSL_CHANNEL, direct("okafor")):
        hanging = [read(m) for m in town.fake.at(channel)]
        assert [sum(ref in text for text in hanging) for ref in refs] == [1] * 5


def test_a_crash_between_the_post_and_its_record_posts_nothing_twice_one_to_one(town: Town) -> None:
    town.person("oyelaran").report("concern", about="child", danger="no", what=WORDS)
    for item in town.run(lambda tx: outbox.claim(tx, town.clock.now(), timedelta(seconds=60), 50)):
        if item.place == "person:okafor":
            card = looks.at_place(town.case(), item.place, town.beacon.office)
            town._loop.run(town.app.surface.deliver(item.place, town.case().id, 1, card, ""))
    town.reopen()
    town.later(minutes=3)
    assert len(cards(town, direct("okafor"))) == 1
    assert len([p for p in town.fake.posts if p["channel"] == direct("okafor")]) == 1


def test_a_message_that_somebody_deleted_is_posted_anew(town: Town) -> None:
    told(town)
    for where in [key for key in town.fake.messages if key[0] == DSL_CHANNEL]:
        del town.fake.messages[where]
    town.person("okafor").act(f"ack.{town.case().ref}.0.", {"channel": DSL_CHANNEL, "blocks": []})
    town.settle()
    assert "Okafor" in cards(town, DSL_CHANNEL)[0]


def test_a_hundred_cards_in_one_channel_come_at_slacks_pace(town: Town) -> None:
    for _ in range(40):
        town.report("oyelaran")
    began = town.clock.monotonic()
    town.later(minutes=4)
    assert len(town.fake.at(DSL_CHANNEL)) == 40
    assert max(town.waits) <= 8
    assert town.clock.monotonic() - began >= 39


def test_somebody_without_an_account_is_given_up_and_the_ladder_goes_on(town: Town) -> None:
    del town.fake.users[user("okafor")]
    town.fake.channels[DSL_CHANNEL]["is_private"] = False
    told(town)
    assert len(cards(town, direct("pritchard"))) == 1, "the next rung is told at once"


# A token that counts no more ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", ["token_revoked", "invalid_auth", "account_inactive", "not_authed"])
def test_a_revoked_token_stops_slack_and_says_so(town: Town, error: str, caplog: pytest.LogCaptureFixture) -> None:
    town.fake.faults = [Fault(error, "", times=10_000)]
    town.report("oyelaran")
    with caplog.at_level(logging.ERROR):
        town.settle()
    town.fake.faults = []
    calls = sum(town.fake.calls.values())
    town.later(minutes=30)
    assert sum(town.fake.calls.values()) == calls, "it is not knocked at again"
    assert town.app.trouble() == error
    health: httpx.Response = town.wait_for(town.client.get("/healthz"))
    assert health.json()["status"] == "trouble"
    assert health.json()["slack_trouble"] == error
    assert f"no longer takes Beacon's token ({error})" in caplog.text
    assert town.read(lambda tx: tx.execute("select count(*) from audit where kind = 'undeliverable'").fetchone())[0] > 0


def test_being_taken_out_of_the_workspace_is_the_same(town: Town) -> None:
    town.event({"type": "tokens_revoked", "tokens": {"oauth": [user("oyelaran")]}})
    assert town.app.trouble() == ""
    town.event({"type": "tokens_revoked", "tokens": {"bot": [BOT_USER]}})
    assert town.app.trouble() == "tokens_revoked"


def test_all_is_well_says_health(town: Town) -> None:
    health: httpx.Response = town.wait_for(town.client.get("/healthz"))
    assert health.json() == {"status": "ok", "waiting": 0, "given_up": 0}


def test_a_pupil_gets_no_messages_where_pupils_are_not_let_in(town: Town) -> None:
    child = next(m.id for m in town.beacon.desk.roster if m.is_pupil)
    town.report(child, "worry")
    town.later(hours=1)
    assert town.fake.at(direct(child)) == []


def test_two_workspaces_share_nothing(tmp_path: Path, fake: FakeSlack, api: str) -> None:
    town = Town(tmp_path / "other", fake, api)
    town.app.surface._config = type(town.config)(
        "T0ELSE", *(getattr(town.config, k) for k in ("token", "signing_secret"))
    )
    told(town)
    assert town.fake.at(direct("okafor")) == []
    town.close()


@pytest.mark.parametrize("seed", [2])
def test_with_eight_per_cent_of_all_calls_failing_nothing_is_lost(town: Town, seed: int) -> None:
    """Twelve reports in windows, and the DSL takes each."""
    town.fake.chance.seed(seed)
    town.fake.rate = 0.08
    teacher, dsl = town.person("oyelaran"), town.person("okafor")
    for _ in range(12):
        before = len(town.cases())
        teacher.view_id = ""
        teacher.act("start.concern.0.", {"channel": direct("oyelaran"), "blocks": []})
        for _ in range(200):
            if not teacher.view_id:
                on = [e["action_id"] for m in teacher.chat for e in buttons(m["blocks"])]
                teacher.act(next(a for a in on if a.startswith("show:")), {"channel": direct("oyelaran"), "blocks": []})
            elif "submit" in teacher.window:
                teacher.step({"about": "child", "danger": "no", "what": WORDS})
            else:
                break
        assert len(town.cases()) == before + 1
        town.later(minutes=3)
    refs = {case.ref for case in town.cases()}
    for ref in refs:
        dsl.act(f"ack.{ref}.0.", {"channel": DSL_CHANNEL, "blocks": []})
    town.later(minutes=10)
    assert len(refs) == 12
    assert all(case.acknowledged_by == "okafor" for case in town.cases())
    for channel, most in ((direct("okafor"), 0), (DSL_CHANNEL, town.fake.failed["chat.postMessage lost_after"])):
        hanging = [[read(m) for m in town.fake.at(channel) if ref in read(m)] for ref in refs]
        assert all(hanging), "no alert is lost"
        assert all(any("Okafor" in card for card in cards) for cards in hanging), "and each was brought up to date"
        keys = Counter(message["metadata"]["event_payload"]["key"] for message in town.fake.at(channel))
        assert sum(keys.values()) - len(keys) <= most, "what is there twice is a post whose answer was lost"
