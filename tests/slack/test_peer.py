"""The adapter against a Slack that nobody here wrote: the npm package `emulate` 0.12.2, with strict scopes.

It has signed events, triggers that end, hashes, scopes; it sends no presses and checks no blocks: presses come from
here, signed, and blocks are the lint's. Without node, npm or the package these tests are left out, and say so.
"""

import asyncio
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest

from adapters.slack.api import Refused
from adapters.slack.config import SlackConfig
from adapters.slack.manifest import SCOPES
from adapters.slack.standing import Standing
from bot.inbound import Identity
from bot.people import Member
from bot.storage import members
from bot.storage.tx import Tx
from tests.slack.fake import FakeSlack
from tests.slack.town import SECRET, Town, read

VERSION = "0.12.2"
INTEGRITY = "sha512-cHz1ITT3xm3HJM6qSks7+ME5Bw/W7zp7ky2Ve4M4ANls46EfeAy0m/nWOjTLJEgLEQcA9gW+L3cWjuUcklJxtQ=="
TEAM = "T000000001"
BOT, ADMIN, TEACHER, DSL = "xoxb-beacon-0000000001", "xoxp-admin-000001", "xoxp-teacher-000001", "xoxp-dsl-000001"
PEOPLE = ("okafor", "pritchard", "oyelaran")
ALL_SCOPES = ["chat:write", "groups:write", "groups:read", "users:read", "im:write", "im:history", "im:read"]


def _left_out(why: str) -> NoReturn:
    """Leave these tests out; or fail, where whoever runs them says that they can be had (BEACON_PEER=required)."""
    if os.environ.get("BEACON_PEER") == "required":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the package, without its scripts, into a folder that goes away; the untagged name is another package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        _left_out("node and npm are not installed here")
    folder = tmp_path_factory.mktemp("peer")
    wanted = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", f"emulate@{VERSION}"]
    done = subprocess.run(wanted, cwd=folder, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603
    if done.returncode:
        _left_out(f"npm could not install emulate@{VERSION} here: {done.stderr.strip().splitlines()[-1:]}")
    lock = json.loads((folder / "node_modules" / ".package-lock.json").read_text("utf-8"))
    assert lock["packages"]["node_modules/emulate"]["integrity"] == INTEGRITY
    return folder


class PeerTown(Town):
    """Three people of the school in the emulator's workspace."""

    def __init__(self, folder: Path, api: str, port: int) -> None:
        self.accounts: dict[str, str] = {}
        self.answers: list[tuple[str, Mapping[str, Any]]] = []
        self.port = port
        self.server = None
        self.api = f"{api}/api/"
        self.load()
        super().__init__(folder, FakeSlack(), api, at=datetime.now(UTC))

    def admin(self, method: str, token: str = ADMIN, **given: object) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {token}"}

        async def post() -> httpx.Response:
            async with httpx.AsyncClient() as client:
                return await client.post(self.api + method, json=given, headers=headers)

        # Its events come before its answer, so our own loop must be running meanwhile.
        done = self.wait_for(post()) if self.server else asyncio.run(post())
        answer: dict[str, Any] = done.json()
        assert answer["ok"], (method, answer)
        return answer

    def load(self) -> None:
        self.accounts = {user["name"]: user["id"] for user in self.admin("users.list")["members"]}
        self.channel = str(self.admin("conversations.create", name="safeguarding", is_private=True)["channel"]["id"])
        inside = [self.accounts[name] for name in ("okafor", "pritchard", "beacon")]
        self.admin("conversations.invite", channel=self.channel, users=",".join(inside))
        self.admin("conversations.leave", channel=self.channel)

    def open(self) -> None:
        channels = {
            key: replace(channel, surface="slack", id=self.channel)
            for key, channel in self.book.school.channels.items()
        }
        self.book = replace(self.book, school=replace(self.book.school, channels=channels))
        self.config = SlackConfig(TEAM, BOT, SECRET, api=self.api)
        super().open()
        call = self.app.api.call

        async def noted(method: str, **more: Any) -> Mapping[str, Any]:
            answer = await call(method, **more)
            self.answers.append((method, answer))
            return answer

        self.app.api.call = noted  # type: ignore[method-assign]

    def put(self, people: tuple[Member, ...]) -> None:
        def job(tx: Tx) -> None:
            members.put(tx, people)
            for name in PEOPLE:
                members.link(tx, Identity("slack", TEAM, self.accounts[name]), name)

        self.run(job)
        self.refresh()

    def identity(self, who: str) -> Identity:
        return Identity("slack", TEAM, self.accounts[who])

    def last(self, method: str) -> Mapping[str, Any]:
        return next(answer for called, answer in reversed(self.answers) if called == method)

    def trigger(self, who: str) -> str:
        return str(self.admin("views.generateTriggerId", BOT, user_id=self.accounts[who])["trigger_id"])

    def act(self, who: str, action: str, trigger: str, view: Mapping[str, Any] | None = None) -> int:
        pressed = {"type": "button", "action_id": action, "block_id": "b", "action_ts": f"{next(self.numbers)}.1"}
        payload = {
            "type": "block_actions",
            "user": {"id": self.accounts[who], "team_id": TEAM},
            "team": {"id": TEAM},
            "trigger_id": trigger,
            "actions": [pressed],
            "view": view,
        }
        return self.interaction(payload).status_code

    def chat(self, who: str) -> list[dict[str, Any]]:
        channel = self.admin("conversations.open", BOT, users=self.accounts[who])["channel"]["id"]
        found = self.admin("conversations.history", BOT, channel=channel, include_all_metadata=True)["messages"]
        return list(reversed(found))


@pytest.fixture
def peer(tmp_path: Path, package: Path) -> Iterator[PeerTown]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    seed = {
        "team": {"name": "Larkfield", "domain": "larkfield"},
        "users": [{"name": name, "real_name": name} for name in PEOPLE],
        "oauth_apps": [
            {
                "client_id": "1.1",
                "client_secret": "x",
                "name": "beacon",
                "bot_name": "beacon",
                "app_id": "A0BEACON",
                "bot_user_id": "U0BEACON",
                "bot_id": "B0BEACON",
                "redirect_uris": [],
                "scopes": list(SCOPES),
            }
        ],
        "tokens": [
            {
                "token": BOT,
                "type": "bot",
                "user_id": "U0BEACON",
                "bot_user_id": "U0BEACON",
                "bot_id": "B0BEACON",
                "app_id": "A0BEACON",
                "scopes": list(SCOPES),
            },
            {"token": ADMIN, "user": "admin", "scopes": ALL_SCOPES},
            {"token": TEACHER, "user": "oyelaran", "scopes": ALL_SCOPES},
            {"token": DSL, "user": "okafor", "scopes": [*ALL_SCOPES, "groups:history"]},
        ],
        "signing_secret": SECRET,
        "strict_scopes": True,
    }
    launcher = Path(__file__).with_name("peer.mjs")
    words = [shutil.which("node") or "", str(launcher), str(package), f"http://127.0.0.1:{port}/slack/events"]
    with subprocess.Popen(  # noqa: S603
        [*words, json.dumps(seed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as emulator:
        assert emulator.stdout is not None
        address = emulator.stdout.readline().strip().replace("localhost", "127.0.0.1")
        assert address.startswith("http://")
        town = PeerTown(tmp_path / "town", address, port)
        town._loop.run(town.app.hello())
        try:
            yield town
        finally:
            town.close()
            assert emulator.stdin is not None
            emulator.stdin.close()
            emulator.wait(10)


def test_a_report_goes_its_whole_way(peer: PeerTown) -> None:
    assert peer.act("oyelaran", "start.concern.0.", peer.trigger("oyelaran")) == 200
    view = peer.last("views.open")["view"]
    assert view["title"]["text"] == "Report a concern"
    assert peer.act("oyelaran", f"help.{view['callback_id'].split('.')[1]}.0.", "1.1", view) == 200
    moved = peer.last("views.update")["view"]
    assert (moved["id"], moved["hash"] != view["hash"]) == (view["id"], True)
    assert peer.act("oyelaran", f"stop.{view['callback_id'].split('.')[1]}.0.", "1.1", view) == 200
    with pytest.raises(Refused, match="hash_conflict"):
        peer._loop.run(peer.app.api.call("views.update", view_id=view["id"], hash=view["hash"], view=_small(view)))
    case = peer.report("oyelaran")
    peer.settle()
    in_channel = peer.admin("conversations.history", DSL, channel=peer.channel)["messages"]
    (card,) = [m for m in in_channel if m.get("blocks")]
    assert case.ref in read(card)
    (told, *_) = [m for m in peer.chat("okafor") if case.ref in read(m)]
    assert told["metadata"]["event_type"] == "beacon"
    assert peer.act("okafor", f"ack.{case.ref}.0.", peer.trigger("okafor")) == 200
    peer.settle()
    (card,) = [m for m in peer.admin("conversations.history", DSL, channel=peer.channel)["messages"] if m.get("blocks")]
    assert "Okafor" in read(card)
    assert len([m for m in peer.chat("okafor") if case.ref in read(m)]) == 1


def _small(view: Mapping[str, Any]) -> dict[str, Any]:
    return {key: view[key] for key in ("type", "title", "blocks", "callback_id", "close", "submit") if key in view}


def test_a_trigger_that_is_over_leads_to_a_message_that_goes_on(peer: PeerTown) -> None:
    assert peer.act("oyelaran", "start.concern.0.", "1764000000.000001.never") == 200
    (message,) = peer.chat("oyelaran")
    assert "could not open" in read(message)
    talk = next(
        e["action_id"]
        for b in message["blocks"]
        for e in b.get("elements", [])
        if "action_id" in e and e["action_id"].startswith("show:")
    )
    assert peer.act("oyelaran", talk, peer.trigger("oyelaran")) == 200
    assert peer.last("views.open")["view"]["title"]["text"] == "Report a concern"
    assert "taken" not in read(peer.chat("oyelaran")[0])
    assert "no longer here" in read(peer.chat("oyelaran")[0])


def test_its_events_are_signed_and_answered(peer: PeerTown) -> None:
    channel = peer.admin("conversations.open", BOT, users=peer.accounts["oyelaran"])["channel"]["id"]
    peer.admin("chat.postMessage", TEACHER, channel=channel, text="Report a concern")
    said = [m for m in peer.chat("oyelaran") if m.get("blocks")]
    assert len(said) == 1, "once, though the emulator sends Beacon its own message too"
    assert "Who is" in read(said[0])


def test_the_home_is_published(peer: PeerTown) -> None:
    peer.event({"type": "app_home_opened", "user": peer.accounts["oyelaran"], "channel": "D1", "tab": "home"})
    assert "Report a concern" in read(peer.last("views.publish")["view"])


def test_no_more_than_the_manifest_asks_for_is_enough_and_less_is_not(peer: PeerTown) -> None:
    with pytest.raises(Refused, match="missing_scope"):
        peer._loop.run(peer.app.api.call("users.lookupByEmail", email="okafor@emulate.dev"))
    with pytest.raises(Refused, match="missing_scope"):
        peer._loop.run(peer.app.api.call("conversations.history", channel=peer.channel))


def test_who_somebody_is_is_asked_of_it_and_silence_counts_against_them(peer: PeerTown) -> None:
    """It has users, and says nothing of guests: whom it does not call a full member is none."""
    for name, expected in (("admin", Standing.GUEST), ("beacon", Standing.OUTSIDE)):
        known = peer.wait_for(peer.app.standings.of(peer.accounts[name], 10))
        assert known is not None
        assert known.standing is expected
    assert peer.last("users.info")["user"]["team_id"] == TEAM
    gone = peer.wait_for(peer.app.standings.of("U0NOBODY", 10))
    assert gone is not None
    assert gone.standing is Standing.OUTSIDE


def test_all_that_is_asked_of_slack_in_a_report_was_asked_of_it(peer: PeerTown) -> None:
    """Post, update, views, conversations: none of them is left to our own fake alone."""
    peer.act("oyelaran", "start.concern.0.", peer.trigger("oyelaran"))
    view = peer.last("views.open")["view"]
    peer.act("oyelaran", f"help.{view['callback_id'].split('.')[1]}.0.", "1.1", view)
    peer.act("oyelaran", f"stop.{view['callback_id'].split('.')[1]}.0.", "1.1", view)
    case = peer.report("oyelaran")
    peer.settle()
    peer.act("okafor", f"ack.{case.ref}.0.", peer.trigger("okafor"))
    peer.settle()
    peer.event({"type": "app_home_opened", "user": peer.accounts["oyelaran"], "channel": "D1", "tab": "home"})
    assert {method for method, answer in peer.answers if answer["ok"]} >= {
        *("auth.test", "chat.postMessage", "chat.update", "views.open", "views.update", "views.publish"),
        *("conversations.open", "conversations.info", "conversations.members", "conversations.history"),
    }
