"""The made-up school in a made-up workspace: the real service and adapter, the fake at Slack's edge, people who press.

One loop runs it all and stands still between a test's lines, so that nothing happens unless a test asks for it.
"""

import hashlib
import hmac
import json
import logging
import socket
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import uvicorn

from adapters.slack.app import SlackApp
from adapters.slack.config import SlackConfig
from bot.flow.step import current
from bot.inbound import Identity
from bot.library import wording
from bot.people import Member, Role
from bot.running.serving import application
from bot.service.surface import Surface
from bot.storage import talks
from bot.wiring import Beacon, open_store
from tests.reached import Reached
from tests.school import ORDINARY, Recorder, larkfield
from tests.slack.fake import BOT_USER, TEAM, TOKEN, FakeSlack
from tests.slack.lint import lint_view
from tests.web.served import end

SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - of this workspace, which is made up
DSL_CHANNEL, IT_CHANNEL = "C0DSL", "C0IT"
WORDS = wording("slack")
Json = dict[str, Any]


def user(member: str) -> str:
    """Give somebody's id in Slack."""
    return f"U{member.upper()}"


def direct(member: str) -> str:
    """Give the conversation with somebody."""
    return f"D{member.upper()}"


class Town(Reached):
    """A school whose people are in Slack."""

    app: SlackApp

    def __init__(
        self,
        folder: Path,
        fake: FakeSlack,
        api: str,
        *,
        pupils: bool = False,
        unlisted: bool = True,
        groups: Mapping[Role, str] | None = None,
        **more: Any,
    ) -> None:
        self.fake = fake
        self.config = SlackConfig(TEAM, TOKEN, SECRET, pupils=pupils, unlisted=unlisted, api=f"{api}/api/")
        self.elsewhere = Recorder()  # another platform, on which nobody is unless a test says so
        self.port = getattr(self, "port", 0)
        self.server: uvicorn.Server | None = None
        book = larkfield()
        channels = {
            key: replace(channel, surface="slack", id={"dsl": DSL_CHANNEL, "it": IT_CHANNEL}[key])
            for key, channel in book.school.channels.items()
        }
        slack = replace(book.school.slack, groups=groups or {})
        school = replace(book.school, channels=channels, slack=slack)
        super().__init__(folder, book=replace(book, school=school), **more)
        for key, where in (("dsl", DSL_CHANNEL), ("it", IT_CHANNEL)):
            roles = book.school.channels[key].readers
            fake.private(where, *(user(m.id) for m in self.beacon.desk.roster.holding(roles)))

    def open(self) -> None:
        stored = open_store(self.folder, self.book.school.id)
        self.app = SlackApp(
            *(self.config, self.book.school, stored.writer, stored.reader, self.clock, WORDS, self.wait),
            reread=lambda: self.config,
        )
        surfaces: dict[str, Surface] = {"slack": self.app.surface, self.elsewhere.name: self.elsewhere}
        self.beacon = Beacon(stored, self.book, self.clock, surfaces)
        served = application(self.beacon, self.app.routes(self.beacon.desk), {"slack": self.app.trouble})
        self._loop.run(self._serve(served))

    async def _serve(self, app: Any) -> None:
        taken = socket.create_server(("127.0.0.1", self.port))
        config = uvicorn.Config(app, log_config=None, lifespan="off")
        config.load()
        self.server = uvicorn.Server(config)
        self.server.lifespan = config.lifespan_class(config)
        await self.server.startup(sockets=[taken])
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{taken.getsockname()[1]}", timeout=60)

    async def end(self) -> None:
        await self.client.aclose()
        assert self.server is not None
        await end(self.server)
        await self.app.tasks.finish()
        await self.app.api.close()

    def put(self, people: tuple[Member, ...]) -> None:
        for member in people:
            self.fake.account(user(member.id), member.name, profile={"email": member.email})
        super().put(people)

    def identity(self, who: str) -> Identity:
        return Identity("slack", TEAM, user(who))

    def go_round(self) -> None:
        """Let what runs beside the application begin, and look once at what hangs about."""

        async def once() -> None:
            await self.app.begin()
            await self.app.look_round()
            await self.app.tasks.finish()

        self._loop.run(once())

    # What Slack sends -------------------------------------------------------------------------------------------------

    def signed(self, body: bytes, **headers: str) -> dict[str, str]:
        at = headers.pop("at", str(int(self.clock.now().timestamp())))
        secret = headers.pop("secret", SECRET)
        mac = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"x-slack-request-timestamp": at, "x-slack-signature": f"v0={mac}", **headers}

    def event(self, event: Json, event_id: str = "", **headers: str) -> httpx.Response:
        body = json.dumps(
            {
                "token": "legacy",
                "team_id": self.config.team,
                "api_app_id": "A0BEACON",
                "event": event,
                "type": "event_callback",
                "event_id": event_id or f"Ev{next(self.numbers):08}",
                "event_time": int(self.clock.now().timestamp()),
                "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            }
        ).encode()
        return self.knock(body, **{"content-type": "application/json", **headers})

    def interaction(self, payload: Json, **headers: str) -> httpx.Response:
        return self.form({"payload": json.dumps(payload)}, **headers)

    def form(self, fields: dict[str, str], **headers: str) -> httpx.Response:
        body = urlencode(fields).encode()
        return self.knock(body, **{"content-type": "application/x-www-form-urlencoded", **headers})

    def knock(self, body: bytes, **headers: str) -> httpx.Response:
        signed = {**self.signed(body, **{k: headers.pop(k) for k in ("at", "secret") if k in headers}), **headers}
        raw = [(key.encode(), value.encode()) for key, value in signed.items()]
        return self.wait_for(self.client.post("/slack/events", content=body, headers=raw))

    def person(self, member: str) -> "Person":
        return Person(self, member)

    def question_of(self, talk: str) -> str:
        """Give the id of the question that a talk asks now."""
        found = self.read(lambda tx: talks.load(tx, talk))
        assert found is not None
        question = current(self.book.flows[found.flow], found.state)
        assert question is not None
        return question.id


class Person:
    """Somebody in Slack, with at most one window open."""

    def __init__(self, town: Town, member: str) -> None:
        self.town = town
        self.member = member
        self.view_id = ""
        self.refused: dict[str, str] = {}

    @property
    def payload(self) -> Json:
        """What every interaction says of its sender."""
        name = self.member
        return {
            "user": {"id": user(name), "username": name, "name": name, "team_id": TEAM},
            "team": {"id": TEAM, "domain": "larkfield"},
            "api_app_id": "A0BEACON",
            "token": "legacy",
            "enterprise": None,
            "is_enterprise_install": False,
        }

    @property
    def window(self) -> Json:
        """The window that is open."""
        assert self.view_id, "no window is open"
        return self.town.fake.windows[self.view_id]

    @property
    def chat(self) -> list[Json]:
        return self.town.fake.at(direct(self.member))

    @property
    def home(self) -> Json:
        return self.town.fake.homes[user(self.member)]

    def trigger(self) -> str:
        return f"{next(self.town.numbers)}.1234.abcdef"

    # Presses

    def look(self) -> None:
        """Open the App Home."""
        done = self.town.event(
            {"type": "app_home_opened", "user": user(self.member), "channel": direct(self.member), "tab": "home"}
        )
        assert done.status_code == 200

    def press(self, label: str, where: Json | None = None, **more: Any) -> httpx.Response:
        """Press a button by its label: in a message or App Home, or in the window."""
        place = where or self.window
        action = next(e["action_id"] for e in buttons(place["blocks"]) if e["text"]["text"] == label)
        return self.act(action, where, **more)

    def act(self, action: str, where: Json | None = None, trigger: str = "", **headers: str) -> httpx.Response:
        """Send a press, and see what it opens."""
        trigger = trigger or self.trigger()
        payload: Json = {
            "type": "block_actions",
            **self.payload,
            "trigger_id": trigger,
            "actions": [
                {
                    "type": "button",
                    "action_id": action,
                    "block_id": "b1",
                    "text": {"type": "plain_text", "text": "x", "emoji": False},
                    "action_ts": f"{next(self.town.numbers)}.5",
                }
            ],
        }
        if where is None:
            payload["view"] = {**self.window, "state": {"values": {}}, "team_id": TEAM, "app_id": "A0BEACON"}
            payload["container"] = {"type": "view", "view_id": self.view_id}
        else:
            channel = str(where.get("channel", direct(self.member)))
            payload["container"] = {"type": "message", "channel_id": channel, "message_ts": "1764000000.000001"}
            payload["channel"] = {"id": channel, "name": "x"}
            payload["message"] = {"ts": "1764000000.000001", "text": "x"}
        done = self.town.interaction(payload, **headers)
        assert done.status_code == 200, done.text
        self.view_id = self.town.fake.opened.get(trigger, self.view_id)
        return done

    def submit(self, *values: str, **headers: str) -> Json:
        """Fill the window's field in and send it; see what comes of it."""
        payload = {
            "type": "view_submission",
            **self.payload,
            "trigger_id": self.trigger(),
            "view": {**self.window, "state": {"values": filled(self.window, values)}, "team_id": TEAM},
            "response_urls": [],
        }
        done = self.town.interaction(payload, **headers)
        assert done.status_code == 200, done.text
        answer: Json = done.json() if done.text else {}
        self.refused = answer.get("errors", {})
        if view := answer.get("view"):
            assert lint_view(view) == []
            self.town.fake._kept(view, self.view_id)
        return answer

    def close(self) -> None:
        done = self.town.interaction(
            {"type": "view_closed", **self.payload, "view": {**self.window, "team_id": TEAM}, "is_cleared": False}
        )
        assert done.status_code == 200
        self.view_id = ""

    def say(self, text: str, event_id: str = "", **more: Any) -> httpx.Response:
        """Type into the direct conversation."""
        return self.town.event(
            {
                "type": "message",
                "channel": direct(self.member),
                "channel_type": "im",
                "user": user(self.member),
                "text": text,
                "ts": f"1764{next(self.town.numbers):06}.000100",
                "event_ts": "1764000000.000100",
                "team": TEAM,
                "client_msg_id": "6c1f8e62-0000-4000-8000-000000000000",
                **more,
            },
            event_id,
        )

    def command(self, text: str = "") -> httpx.Response:
        """Give the slash command."""
        trigger = self.trigger()
        done = self.town.form(
            {
                "token": "legacy",
                "team_id": TEAM,
                "team_domain": "larkfield",
                "channel_id": "C0STAFF",
                "channel_name": "staff",
                "user_id": user(self.member),
                "user_name": self.member,
                "command": "/beacon",
                "text": text,
                "api_app_id": "A0BEACON",
                "is_enterprise_install": "false",
                "response_url": "https://hooks.slack.example/commands/1",
                "trigger_id": trigger,
            }
        )
        self.view_id = self.town.fake.opened.get(trigger, "")
        return done

    def shortcut(self, callback: str = "beacon", message: str = "") -> httpx.Response:
        """Choose a shortcut; with a message, that of the message."""
        trigger = self.trigger()
        payload: Json = {
            "type": "message_action" if message else "shortcut",
            **self.payload,
            "callback_id": callback,
            "trigger_id": trigger,
            "action_ts": "1764000000.1",
        }
        if message:
            payload["channel"] = {"id": "C0STAFF", "name": "staff"}
            payload["message"] = {"type": "message", "user": "UOTHER", "text": message, "ts": "1764000000.2"}
            payload["message_ts"] = "1764000000.2"
            payload["response_url"] = "https://hooks.slack.example/app/1"
        done = self.town.interaction(payload)
        self.view_id = self.town.fake.opened.get(trigger, "")
        return done

    def search(self, text: str) -> list[str]:
        """Type into a field that looks names up."""
        done = self.town.interaction(
            {
                "type": "block_suggestion",
                **self.payload,
                "action_id": "value",
                "block_id": "field.t.1",
                "value": text,
                "view": {**self.window, "team_id": TEAM} if self.view_id else None,
            }
        )
        return [option["value"] for option in done.json()["options"]]

    # Whole talks

    def report(self, flow: str, **given: str) -> str:
        """Answer a whole flow in the window, from its button on the App Home; give the last window's words."""
        self.look()
        self.press(next(f.title for f in self.town.book.flows.values() if f.id == flow), self.home)
        while "submit" in self.window:
            self.step(given)
        return read(self.window)

    def step(self, given: dict[str, str]) -> None:
        """Answer the question of the window, as `given` or anyhow."""
        fields = [b for b in self.window["blocks"] if b["type"] == "input"]
        if not fields:
            self.submit()
            return
        talk = fields[0]["block_id"].split(".")[1]
        question = self.town.question_of(talk)
        element = fields[0]["element"]
        value = {**ORDINARY, "address": "www.example.com/volcano", **given}.get(question)
        labels = [e["text"]["text"] for e in buttons(self.window["blocks"])]
        if value is None and "Skip" in labels:
            self.press("Skip")
        elif "options" in element and element["type"] != "static_select":
            known = [option["value"] for option in element["options"]]
            self.submit(*([v for v in (value or "").split("+") if v in known] or known[:1]))
        elif element["type"] == "datepicker":
            self.submit(value or f"{self.town.clock.now().date()}")
        else:
            self.submit(value or f"Words about {question}.")
        assert not self.refused, (question, self.refused)


def buttons(blocks: list[Json]) -> list[Json]:
    """Give every button of some blocks."""
    parts = [part for block in blocks for part in (*block.get("elements", []), block.get("accessory") or {})]
    return [part for part in parts if part.get("type") == "button"]


def read(view: Json) -> str:
    """Give everything that a view or message says, on one line."""
    found: list[str] = [view["title"]["text"]] if view.get("title") else []

    def into(part: Any) -> None:
        if isinstance(part, dict):
            for key, value in part.items():
                if key in ("text", "initial_value") and isinstance(value, str):
                    found.append(value)
                else:
                    into(value)
        elif isinstance(part, list):
            for each in part:
                into(each)

    into(view["blocks"])
    return " | ".join(found)


def filled(window: Json, values: tuple[str, ...]) -> Json:
    """Give the state of a window whose first field was filled in, as Slack sends it."""
    state: Json = {}
    for number, block in enumerate(b for b in window["blocks"] if b["type"] == "input"):
        element, given = block["element"], values if number == 0 else ()
        chosen = [o for o in element.get("options", []) if o["value"] in given]
        kind = element["type"]
        if number == 0 and given and kind == "static_select" and not chosen:  # into the field for other words
            state[block["block_id"]] = {"value": {"type": kind, "selected_option": None}}
            other = window["blocks"][window["blocks"].index(block) + 1]
            state[other["block_id"]] = {"value": {"type": "plain_text_input", "value": given[0]}}
            break
        held: Json = {"type": kind}
        match kind:
            case "plain_text_input":
                held["value"] = given[0] if given else None
            case "datepicker":
                held["selected_date"] = given[0] if given else None
            case "checkboxes" | "multi_static_select":
                held["selected_options"] = chosen
            case _:
                held["selected_option"] = chosen[0] if chosen else None
        state[block["block_id"]] = {"value": held}
    return state


logging.getLogger("httpx").setLevel(logging.WARNING)
