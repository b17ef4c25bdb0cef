"""Who is let in: only what Teams signed for this bot, about this school, and no more than fits. Never a 500."""

import asyncio
import json
import logging
import time
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from microsoft_teams.api.auth.cloud_environment import PUBLIC, with_overrides

from adapters.teams.app import ADDRESS
from adapters.teams.door import LIMIT
from tests.teams.campus import Campus, chat, person
from tests.teams.microsoft import APP, TEAM, TENANT, FakeTeams, jwk, signing_key

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # importing it warns of its own previews
    from microsoft_teams.apps.auth import InboundActivityTokenValidator

PAST = int(time.time()) - 3600
TOKENS: dict[str, tuple[dict[str, Any], int]] = {
    "good": ({}, 200),
    "within the leeway": ({"exp": int(time.time()) - 60}, 200),
    "a slash more": ({"serviceurl": "ADDRESS/"}, 200),
    "another audience": ({"aud": "66666666-2222-4333-8444-555555555555"}, 401),
    "another issuer": ({"iss": "https://api.example.com"}, 401),
    "expired": ({"exp": PAST}, 401),
    "not yet": ({"nbf": int(time.time()) + 3600}, 401),
    "no expiry": ({"exp": None}, 401),
    "no audience": ({"aud": None}, 401),
    "no issuer": ({"iss": None}, 401),
    "another service": ({"serviceurl": "https://evil.example"}, 401),
    "no service": ({"serviceurl": None}, 401),
    "another key's signature": ({"key": "bad"}, 401),
    "an unknown key": ({"kid": "unknown"}, 401),
    "a foreign app's token of the directory": ({"iss": f"https://sts.windows.net/{TENANT}/", "tid": TENANT}, 401),
}


def forged(campus: Campus, facts: dict[str, Any]) -> str:
    address = campus.address.rstrip("/")
    told = {
        name: value.replace("ADDRESS", address) if isinstance(value, str) else value for name, value in facts.items()
    }
    return campus.token(**told)


def hello(campus: Campus) -> dict[str, Any]:
    return campus.activity("okafor", "message", text="home")


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_is_let_in_or_not(campus: Campus, name: str) -> None:
    facts, status = TOKENS[name]
    answer = campus.post(hello(campus), f"Bearer {forged(campus, facts)}")
    assert answer.status_code == status
    assert len(campus.cards(chat("okafor"))) == (status == 200)


@pytest.mark.parametrize("name", TOKENS)
def test_we_let_in_nothing_that_microsofts_own_check_refuses(campus: Campus, name: str) -> None:
    """Ours is stricter (a token without an issuer or expiry, a key without an endorsement) and never laxer."""
    facts, status = TOKENS[name]
    cloud = with_overrides(PUBLIC, openid_metadata_url=f"{campus.address}openidconfiguration")
    theirs = InboundActivityTokenValidator(APP, cloud=cloud)
    try:
        asyncio.run(theirs.validate_token(forged(campus, facts), campus.address))
    except jwt.PyJWTError:
        assert status == 401
    else:
        assert status == 200 or name == "no expiry"


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic eA==", "bearer \N{SNOWMAN}".encode()]
)
def test_without_a_token_nobody_is_let_in(campus: Campus, authorization: str | bytes) -> None:
    shown = authorization if isinstance(authorization, bytes) else authorization.encode()
    headers = {b"authorization": shown, b"content-type": b"application/json"}
    content = json.dumps(hello(campus))
    answer = campus.wait_for(campus.client.post(ADDRESS, content=content, headers=headers))
    assert answer.status_code == 401


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_of_another_kind_is_refused(campus: Campus, algorithm: str) -> None:
    """The public key must not serve as a password."""
    claims = jwt.decode(campus.token(), options={"verify_signature": False})
    key = "" if algorithm == "none" else "x" * 64
    token = jwt.encode(claims, key, algorithm, headers={"kid": "good"})
    assert campus.post(hello(campus), f"Bearer {token}").status_code == 401


def test_a_key_that_is_not_endorsed_for_teams_is_refused(campus: Campus, teams: FakeTeams) -> None:
    teams.keys = [jwk("good", "good", "webchat", "directline")]
    assert campus.post(hello(campus)).status_code == 401


def test_a_token_that_was_let_in_is_good_for_nothing_else(campus: Campus) -> None:
    bearer = f"Bearer {campus.token()}"
    assert campus.post(hello(campus), bearer).status_code == 200
    assert campus.post({**hello(campus), "serviceUrl": "https://evil.example"}, bearer).status_code == 401
    assert campus.post(hello(campus), bearer[:-4] + "AAAA").status_code == 401
    assert campus.post(hello(campus), bearer).status_code == 200


def test_a_token_that_was_let_in_is_looked_at_again_after_a_minute(campus: Campus) -> None:
    """With the leeway for clocks it ends at most a minute late."""
    bearer = f"Bearer {campus.token()}"
    assert campus.post(hello(campus), bearer).status_code == 200
    keys = campus.app.keys
    looked: list[str] = []

    async def look(token: str, service: str) -> None:
        looked.append(service)

    keys._look = look  # type: ignore[method-assign]
    assert campus.post(hello(campus), bearer).status_code == 200
    assert looked == []
    campus.clock.forward(timedelta(seconds=61))
    assert campus.post(hello(campus), bearer).status_code == 200
    assert looked == [campus.address]


# What the body says ---------------------------------------------------------------------------------------------------


def test_a_body_without_a_service_address_is_refused(campus: Campus) -> None:
    body = hello(campus)
    del body["serviceUrl"]
    assert campus.post(body).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"conversation": {"id": "a:x", "tenantId": "00000000-0000-4000-8000-000000000000"}, "channelData": {}},
        {"conversation": {"id": "a:x"}, "channelData": {}},
        {"channelData": {"tenant": {"id": "00000000-0000-4000-8000-000000000000"}}},
        {"from": {"id": "29:x", "aadObjectId": person("okafor"), "tenantId": "00000000-0000-4000-8000-000000000000"}},
        {"channelId": "directline"},
        {"channelId": "webchat"},
        {"channelId": None},
    ],
)
def test_another_organisation_or_another_way_in_is_refused(campus: Campus, change: dict[str, Any]) -> None:
    """On other ways in than Teams, whoever writes says themselves who they are."""
    assert campus.post({**hello(campus), **change}).status_code == 403
    assert campus.teams.journal == []


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"3", b"{", b"\xff\xfe", b'{"a":' * 50_000, b"[" * 100_000])
def test_what_is_no_activity_is_refused_in_words_of_http(campus: Campus, body: bytes) -> None:
    assert campus.post(body).status_code == 400


@pytest.mark.parametrize("change", [{"conversation": {"tenantId": TENANT}}, {"type": None}, {"type": 3}])
def test_an_activity_without_its_half_is_refused(campus: Campus, change: dict[str, Any]) -> None:
    assert campus.post({**hello(campus), **change}).status_code == 400


def test_too_large_a_body_is_refused_and_the_largest_is_not(campus: Campus) -> None:
    body = json.dumps({**hello(campus), "text": ""})
    space = LIMIT - len(body)
    assert campus.post((body + " " * space).encode()).status_code == 200
    assert campus.post((body + " " * (space + 1)).encode()).status_code == 413
    assert campus.post(b"{}", **{"content-length": "9" * 30}).status_code == 413


INVOKES = [
    ("adaptiveCard/action", {"action": {"type": "Action.Execute", "verb": "beacon"}, "trigger": "automatic"}, 200),
    ("adaptiveCard/action", {"action": {"type": "Action.Execute", "verb": "beacon"}}, 200),
    ("adaptiveCard/action", {}, 200),
    ("adaptiveCard/action", None, 200),
    ("adaptiveCard/action", {"action": {"data": {"token": "not one of ours"}}}, 200),
    ("adaptiveCard/action", {"action": {"data": {"token": "start.nothing.0."}}}, 200),
    ("adaptiveCard/action", {"action": {"data": {"token": "ack.AAAAAA.0."}}}, 200),
    ("task/fetch", {"data": {}}, 200),
    ("task/fetch", {"data": {"token": "open.AAAAAA.0."}}, 200),
    ("task/submit", {"data": {"token": "send.x.0.", "page": -1}}, 200),
    ("task/submit", None, 200),
    ("composeExtension/query", {}, 501),
    ("application/search", {}, 501),
    ("signin/verifyState", {}, 501),
    ("something/new", None, 501),
    (None, None, 501),
]


@pytest.mark.parametrize(("name", "value", "status"), INVOKES)
def test_every_question_is_answered(campus: Campus, name: str | None, value: object, status: int) -> None:
    for channel in ("", TEAM):
        answer = campus.post(campus.activity("okafor", "invoke", channel, name=name, value=value))
        assert answer.status_code == status
        if status == 200:
            told = answer.json()
            assert told.get("value") or told["task"]["value"]["card"]["content"]["body"]


@pytest.mark.parametrize(
    "type_",
    ["typing", "endOfConversation", "trace", "event", "messageUpdate", "messageReaction", "messageDelete", "new"],
)
def test_what_is_no_question_is_taken(campus: Campus, type_: str) -> None:
    for more in ({}, {"name": "unknown"}, {"recipient": None}, {"from": None}, {"channelData": None}):
        answer = campus.post(campus.activity("okafor", type_, **more))
        assert (answer.status_code, answer.content) == (200, b"")
    assert campus.teams.messages == {}


# Keys -----------------------------------------------------------------------------------------------------------------


def test_keys_are_fetched_once_and_new_ones_when_they_are_used(campus: Campus, teams: FakeTeams) -> None:
    for _ in range(3):
        assert campus.post(hello(campus)).status_code == 200
    assert teams.keys_fetched == 1
    teams.keys = [jwk("new", "new", "msteams")]
    new = f"Bearer {campus.token('new', 'new')}"
    assert campus.post(hello(campus), new).status_code == 401, "not yet: they were fetched a moment ago"
    campus.clock.forward(timedelta(seconds=61))
    assert campus.post(hello(campus), new).status_code == 200
    assert campus.post(hello(campus)).status_code == 401, "the old one is withdrawn"


def test_unknown_keys_cannot_make_us_hammer_microsoft(campus: Campus, teams: FakeTeams) -> None:
    for number in range(20):
        assert campus.post(hello(campus), f"Bearer {campus.token(kid=f'k{number}')}").status_code == 401
    assert teams.keys_fetched == 1


def test_while_keys_cannot_be_had_teams_is_asked_to_come_back(campus: Campus, teams: FakeTeams) -> None:
    teams.keys_fail = True
    answer = campus.post(hello(campus))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    teams.keys_fail = False
    campus.clock.forward(timedelta(seconds=61))
    assert campus.post(hello(campus)).status_code == 200


def test_yesterdays_keys_are_good_while_no_newer_can_be_had(campus: Campus, teams: FakeTeams) -> None:
    assert campus.post(hello(campus)).status_code == 200
    teams.keys_fail = True
    campus.clock.forward(timedelta(seconds=25 * 3600))
    assert campus.post(hello(campus)).status_code == 200
    assert teams.keys_fetched == 1


# Trying it out, and what is logged ------------------------------------------------------------------------------------


class TestLocal:
    @pytest.fixture
    def campus(self, tmp_path: Path, teams: FakeTeams, address: str) -> Any:
        campus = Campus(tmp_path / "local", teams, address, local=True)
        yield campus
        campus.close()

    def test_this_machine_needs_no_token(self, campus: Campus) -> None:
        assert self.post(campus).status_code == 200

    @pytest.mark.parametrize("name", ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"])
    def test_what_comes_through_something_else_is_refused(self, campus: Campus, name: str) -> None:
        assert self.post(campus, **{name: "203.0.113.9"}).status_code == 401

    def test_another_name_or_another_service_is_refused(self, campus: Campus) -> None:
        assert self.post(campus, host="beacon.school.example").status_code == 401
        body = {**hello(campus), "serviceUrl": "https://connector.example"}
        assert self.post(campus, body).status_code == 401

    def post(self, campus: Campus, body: Any = None, **headers: str) -> httpx.Response:
        sent = {"host": "localhost:8010", "content-type": "application/json", **headers}
        content = json.dumps(body or hello(campus))
        return campus.wait_for(campus.client.post(ADDRESS, content=content, headers=sent))


def test_nothing_of_a_body_or_token_is_logged(campus: Campus, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    words = "a-childs-words"
    bearer = campus.token()
    for authorization in (f"Bearer {bearer}", "Bearer junk-token", f"Bearer {campus.token(kid=words)}"):
        campus.post(campus.activity("okafor", "message", text=words), authorization)
        campus.post(campus.activity("okafor", "message", text=words, value={"token": words}), authorization)
        campus.post(campus.activity("okafor", "invoke", name=words, value={"data": {"token": words}}), authorization)
        campus.post({**campus.activity("okafor", "message", text=words), "channelId": words}, authorization)
    campus.post(f'{{"text": "{words}"'.encode())
    ours = [r for r in caplog.records if not r.name.startswith(("asyncio", "httpcore"))]
    logged = "\n".join(f"{r.getMessage()} {r.exc_text or ''}" for r in ours)
    assert "refused" in logged
    for secret in (words, bearer, bearer.split(".")[2], "junk-token", campus.teams.token, "a-secret-of"):
        assert secret not in logged


def test_a_defect_is_said_kindly_and_logged_without_words(
    campus: Campus, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a-childs-words")

    monkeypatch.setattr(campus.beacon.desk, "receive", broken)
    body = campus.activity("okafor", "invoke", name="adaptiveCard/action", value=pressed("start.concern.0."))
    told = campus.post(body).json()
    assert told["type"] == "application/vnd.microsoft.activity.message"
    assert "Something went wrong" in told["value"]
    assert campus.post(campus.activity("okafor", "message", text="hi there")).status_code == 200
    assert "Something went wrong" in json.dumps(campus.last("okafor"))
    assert "RuntimeError" in caplog.text
    assert "a-childs-words" not in caplog.text


def pressed(token: str) -> dict[str, Any]:
    return {"action": {"type": "Action.Execute", "verb": "beacon", "data": {"token": token}}, "trigger": "manual"}


def test_the_keys_of_these_tests_are_real() -> None:
    assert signing_key("good") is signing_key("good")
    assert signing_key("good") is not signing_key("bad")
