"""What is let in from Slack: only what Slack signed just now, whole and not too large; and nothing of it is logged."""

import json
import logging
from typing import Any
from urllib.parse import urlencode

import pytest

from adapters.slack.door import LIMIT
from tests.slack.fake import TEAM, TOKEN
from tests.slack.town import SECRET, Town, user

CANARY = "CANARY-words-of-a-report"
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def press(**more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": user("oyelaran")},
        "team": {"id": TEAM},
        "trigger_id": "1.1",
        "actions": [{"type": "button", "action_id": "start.concern.0.", "block_id": "b", "action_ts": "1.1"}],
    } | more


def form(payload: object) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def test_slack_proves_that_the_address_is_ours(town: Town) -> None:
    body = json.dumps({"type": "url_verification", "token": "legacy", "challenge": "3eZbrw1aB"}).encode()
    done = town.knock(body, **JSON)
    assert (done.status_code, done.json()) == (200, {"challenge": "3eZbrw1aB"})
    assert town.knock(b"ssl_check=1&token=legacy", **FORM).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"secret": "f" * 32}, 401),
        ({"at": "1700000000"}, 401),
        ({"at": "9999999999"}, 401),
        ({"at": "now"}, 401),
        ({"at": "²"}, 401),
        ({"at": ""}, 401),
        ({"at": "1" * 400}, 401),
        ({"x-slack-signature": ""}, 401),
        ({"x-slack-signature": "v0=" + "0" * 64}, 401),
    ],
)
def test_what_slack_did_not_sign_just_now_is_refused(town: Town, headers: dict[str, str], status: int) -> None:
    assert town.knock(form(press()), **FORM, **headers).status_code == status
    assert town.read(lambda tx: tx.execute("select count(*) from talk").fetchone()) == (0,)


@pytest.mark.parametrize("minutes", [4.9, -4.9])
def test_five_minutes_either_way_are_slacks_own(town: Town, minutes: float) -> None:
    at = str(int(town.clock.now().timestamp() + 60 * minutes))
    assert town.knock(form(press()), **FORM, at=at).status_code == 200


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"\xff\xfe", FORM),
        (b"payload=%ff%fe", FORM),
        (b"", JSON),
        (b"{", JSON),
        (b"[]", JSON),
        (b"null", JSON),
        (b"[" * 50_000, JSON),
        (b"payload={", FORM),
        (b"payload=" + b"[" * 50_000, FORM),
        (b"a=b", FORM),
        (form(press(actions=[])), FORM),
        (form(press(actions=[{}])), FORM),
        (form(press(user=None)), FORM),
        (form(press(team={})), FORM),
        (form(press(type="view_submission")), FORM),
        (form(press(type="view_submission", view={"id": "V1", "hash": "h", "callback_id": "x"})), FORM),
        (form(press(type="view_closed", view=[])), FORM),
        (form(press(type="dialog_submission")), FORM),
        (form(press(type="message_action")), FORM),
        (json.dumps({"type": "event_callback", "team_id": TEAM, "event_id": "E", "event": {}}).encode(), JSON),
        (json.dumps({"type": "event_callback", "team_id": TEAM, "event": {"type": "message"}}).encode(), JSON),
    ],
)
def test_what_is_not_whole_is_refused_and_nothing_breaks(town: Town, body: bytes, headers: dict[str, str]) -> None:
    try:
        body.decode()
    except UnicodeDecodeError:
        signed = town.signed(b"") | headers
        assert town.wait_for(town.client.post("/slack/events", content=body, headers=signed)).status_code == 400
    else:
        assert town.knock(body, **headers).status_code == 400


def test_a_window_with_rubbish_in_its_fields_breaks_nothing(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    view = {
        "id": "V1",
        "hash": "h",
        "type": "modal",
        "callback_id": "answer.t.0.",
        "state": {"values": {"x": [CANARY]}},
    }
    assert town.interaction(press(type="view_submission", view=view)).status_code == 500
    assert CANARY not in caplog.text


def test_too_much_is_refused_before_it_is_read(town: Town) -> None:
    large = b"payload=" + b"x" * LIMIT
    assert town.knock(large, **FORM).status_code == 413

    async def parts() -> Any:
        for _ in range(70):
            yield b"x" * 8192

    done = town.wait_for(town.client.post("/slack/events", content=parts(), headers=town.signed(b"")))
    assert done.status_code == 413, "also where the length is not announced"
    fits = town.knock(b"payload=" + b"x" * (LIMIT - 8), **FORM)
    assert fits.status_code == 400


@pytest.mark.parametrize(
    "event", ["team_join", "channel_rename", "message.something_new", "app_mention", "file_shared", "reaction_added"]
)
def test_an_event_that_is_none_of_ours_is_taken_and_comes_no_more(town: Town, event: str) -> None:
    assert town.event({"type": event, "user": user("oyelaran"), "channel": "C0STAFF"}).status_code == 200


@pytest.mark.parametrize(
    "action", ["", "nothing", "value", "start..", "show:", "page:open.X.0.", "pagex:open.X.0.", "page1:"]
)
def test_a_press_that_is_none_of_ours_does_nothing(town: Town, action: str) -> None:
    action_of = {"type": "button", "action_id": action, "block_id": "b", "action_ts": "1.1"}
    assert town.interaction(press(actions=[action_of])).status_code == 200
    assert town.cases() == ()


def test_a_field_that_was_only_changed_is_no_answer(town: Town) -> None:
    chosen = {"type": "radio_buttons", "action_id": "start.concern.0.", "block_id": "b", "action_ts": "1.1"}
    assert town.interaction(press(actions=[chosen])).status_code == 200
    assert town.read(lambda tx: tx.execute("select count(*) from talk").fetchone()) == (0,)


def test_no_log_ever_holds_a_word_a_body_or_a_secret(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    teacher = town.person("oyelaran")
    teacher.report("concern", about="child", danger="no", what=CANARY)
    teacher.say(CANARY)
    town.settle()
    town.person("okafor").act(f"open.{town.case().ref}.0.", town.fake.at("C0DSL")[0])
    town.knock(form(press(user={"id": CANARY})), **FORM, secret="f" * 32)
    town.knock(b"{" + CANARY.encode(), **JSON)
    town.event({"type": "unheard_of", "text": CANARY})
    town.interaction(press(type="shortcut", callback_id=CANARY))
    town.fake.token = "another"  # noqa: S105
    town.person("oyelaran").say("help")
    said = [record.getMessage() for record in caplog.records if not record.name.startswith(("asyncio", "httpcore"))]
    assert len(said) > 0
    for secret in (CANARY, TOKEN, SECRET):
        assert not [line for line in said if secret in line]
        assert secret not in repr(town.config)
