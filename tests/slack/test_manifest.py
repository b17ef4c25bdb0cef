"""The manifest: what Slack takes, with no right that is not used; and a check of it that can fail."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.slack.manifest import EVENTS, MATCHING, SCOPES, manifest, problems, text
from bot.__main__ import beacon
from bot.files import shipped

ADDRESS = "https://beacon.school.example"
ADAPTER = Path(shipped("content").parent) / "adapters" / "slack"


@pytest.mark.parametrize("socket", [False, True])
@pytest.mark.parametrize("matching", [False, True])
def test_it_has_nothing_wrong(socket: bool, matching: bool) -> None:
    found = manifest(ADDRESS, socket=socket, matching=matching)
    assert list(problems(found)) == []
    assert json.loads(text(found)) == found
    assert ("https" in text(found)) is not socket


def spoil(change: Callable[[dict[str, Any]], object]) -> list[str]:
    found = copy.deepcopy(manifest(ADDRESS))
    change(found)
    return list(problems(found))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["oauth_config"]["scopes"]["bot"].append("groups:history"), "groups:history is not needed"),
        (lambda m: m["oauth_config"]["scopes"]["bot"].append("chat:wrote"), "chat:wrote is not needed"),
        (lambda m: m["oauth_config"]["scopes"]["bot"].remove("im:write"), "im:write is missing"),
        (lambda m: m["oauth_config"]["scopes"].update(user=["search:read"]), "no scopes of users"),
        (lambda m: m["settings"]["event_subscriptions"]["bot_events"].append("message.groups"), "the events"),
        (lambda m: m["features"].update(agent_view={}), "locks guests out"),
        (lambda m: m["features"].pop("bot_user"), "no bot user"),
        (lambda m: m["settings"]["interactivity"].update(request_url="http://x.example/"), "is not https"),
        (lambda m: m["features"]["slash_commands"][0].update(url="http://x.example/"), "is not https"),
        (lambda m: m["features"]["slash_commands"][0].update(should_escape=False), "the command"),
        (lambda m: m["features"]["slash_commands"][0].update(command="beacon"), "the command"),
        (lambda m: m["features"]["shortcuts"][0].update(type="channel"), "the shortcut"),
        (lambda m: m["display_information"].update(name="x" * 36), "too long"),
        (lambda m: m["settings"].update(org_deploy_enabled=True), "one workspace"),
    ],
)
def test_what_would_be_wrong_is_said(change: Callable[[dict[str, Any]], object], said: str) -> None:
    (problem,) = spoil(change)
    assert said in problem


def test_every_method_that_is_called_has_its_scope_and_every_scope_a_method() -> None:
    of = {
        "chat.postMessage": "chat:write",
        "chat.update": "chat:write",
        "conversations.history": "im:history",
        "conversations.open": "im:write",
        "conversations.info": "groups:read",
        "conversations.members": "groups:read",
        "users.info": "users:read",
        "users.lookupByEmail": "users:read.email",
        "usergroups.list": "usergroups:read",
        "usergroups.users.list": "usergroups:read",
        "auth.test": "",
        "views.open": "",
        "views.push": "",
        "views.update": "",
        "views.publish": "",
    }
    source = "".join(file.read_text("utf-8") for file in ADAPTER.glob("*.py"))
    called = set(re.findall(r'call\(\s*"([a-z]+\.[A-Za-z.]+)"', source))
    assert called == set(of)
    assert {scope for scope in of.values() if scope} | {"commands"} == SCOPES.keys() | MATCHING.keys()


def test_every_event_is_listened_to() -> None:
    source = (ADAPTER / "app.py").read_text("utf-8")
    assert all(event.partition(".")[0] in source for event in EVENTS)


def test_the_command_writes_it_and_refuses_an_address_that_is_not_safe() -> None:
    done = CliRunner().invoke(beacon, ["slack", "manifest", ADDRESS + "/"])
    assert (done.exit_code, json.loads(done.output)) == (0, manifest(ADDRESS))
    wrong = CliRunner().invoke(beacon, ["slack", "manifest", "http://beacon.school.example"])
    assert wrong.exit_code == 1
    assert "is not https" in str(wrong.exception)
