"""Slack's Web API at its edge, on this machine: keeps what it is given, refuses what Slack refuses, fails when told to.

Only the edge: what is posted, opened and published is kept as it came. Who presses what is tests/slack/town.py's.
"""

import asyncio
import itertools
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.slack.lint import lint, lint_view

TEAM, BOT_USER, TOKEN = "T0SCHOOL1", "UBEACON", "xoxb-1234567890-abcdefghij"
Json = dict[str, Any]


@dataclass
class Fault:
    """Something that goes wrong with a method, so many times. `lost` is done all the same."""

    kind: str  # "429", "500", "html", "hang", "lost_before", "lost_after", or a word of Slack's such as "is_archived"
    method: str = ""  # the beginning of its name; "" for all
    times: int = 1
    after: str = "1"


@dataclass
class FakeSlack:
    """One workspace."""

    token: str = TOKEN
    scopes: str = ""
    faults: list[Fault] = field(default_factory=list)
    rate: float = 0.0  # of all calls that go wrong, each in one of the ways
    down: bool = False
    messages: dict[tuple[str, str], Json] = field(default_factory=dict)
    posts: list[Json] = field(default_factory=list)  # every post, also a second one of the same
    windows: dict[str, Json] = field(default_factory=dict)  # by view id, as they are now
    opened: dict[str, str] = field(default_factory=dict)  # trigger -> view id
    homes: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    users: dict[str, Json] = field(default_factory=dict)
    groups: list[Json] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    slow: float = 0.0  # seconds that "hang" hangs
    page: int = 200
    chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - the same every time
    _count: Any = field(default_factory=lambda: itertools.count(1))

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/api/{method:str}", self._call, methods=["POST"])])

    def private(self, channel: str, *users: str, **other: bool) -> None:
        """Make a private channel with Beacon and these users in it."""
        self.channels[channel] = {
            "id": channel,
            "name": channel.lower(),
            "is_private": True,
            "is_channel": True,
            **other,
        }
        self.members[channel] = [BOT_USER, *users]

    def account(self, user: str, name: str = "", **other: Any) -> None:
        """Make somebody's account; a full member's, unless told otherwise."""
        self.users[user] = {
            "id": user,
            "team_id": TEAM,
            "name": user.lower(),
            "real_name": name or user.title(),
            "deleted": False,
            "is_bot": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            **other,
        }

    def at(self, channel: str) -> list[Json]:
        """Give what hangs in a conversation, in order."""
        return [message for (where, _), message in sorted(self.messages.items()) if where == channel]

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        self.calls[method] += 1
        given = await _arguments(request)
        kind = self._fault(method)
        if kind:
            self.failed[f"{method} {kind}"] += 1
        match kind:
            case "429":
                return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": self._after})
            case "500":
                return JSONResponse({"ok": False, "error": "internal_error"}, 500)
            case "html":
                return HTMLResponse("<html>502 Bad Gateway</html>", 502)
            case "lost_before":
                return _cut(request)
            case "lost_after" | "hang":
                self._do(method, given, request)
                if kind == "lost_after":
                    return _cut(request)
                await asyncio.sleep(self.slow)
            case str() if kind:
                return JSONResponse({"ok": False, "error": kind})
        return JSONResponse(self._do(method, given, request), headers={"x-oauth-scopes": self.scopes})

    _after = "1"

    def _fault(self, method: str) -> str:
        if self.down:
            return "lost_before"
        for fault in self.faults:
            if method.startswith(fault.method):
                fault.times -= 1
                if not fault.times:
                    self.faults.remove(fault)
                self._after = fault.after
                return fault.kind
        if self.rate and self.chance.random() < self.rate:
            self._after = "1"
            return self.chance.choice(["429", "500", "html", "lost_before", "lost_after"])
        return ""

    def _do(self, method: str, given: Json, request: Request) -> Json:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return {"ok": False, "error": "invalid_auth"}
        does: Callable[[Json], Json] | None = getattr(self, f"_{method.replace('.', '_').lower()}", None)
        if does is None:
            return {"ok": False, "error": "unknown_method"}
        return {"ok": True} | does(given)

    # Methods ----------------------------------------------------------------------------------------------------------

    def _auth_test(self, given: Json) -> Json:
        return {"team_id": TEAM, "team": "Larkfield", "user_id": BOT_USER, "bot_id": "BBEACON", "url": "https://x/"}

    def _conversations_open(self, given: Json) -> Json:
        user = given["users"]
        if user not in self.users:
            return {"ok": False, "error": "user_not_found"}
        return {"channel": {"id": "D" + user.removeprefix("U")}}

    def _conversations_info(self, given: Json) -> Json:
        found = self.channels.get(given["channel"])
        return {"channel": found} if found else {"ok": False, "error": "channel_not_found"}

    def _conversations_members(self, given: Json) -> Json:
        users, start = self.members[given["channel"]], int(given.get("cursor") or 0)
        end = start + self.page
        cursor = str(end) if end < len(users) else ""
        return {"members": users[start:end], "response_metadata": {"next_cursor": cursor}}

    def _conversations_history(self, given: Json) -> Json:
        assert given["channel"].startswith("D"), "the manifest has no scope for what people write in channels"
        found = [{"ts": ts, **m} for (where, ts), m in self.messages.items() if where == given["channel"]]
        return {"messages": sorted(found, key=lambda m: m["ts"], reverse=True)[: int(given["limit"])]}

    def _chat_postmessage(self, given: Json) -> Json:
        if problems := lint(given["blocks"], "message"):
            return {"ok": False, "error": "invalid_blocks", "detail": problems}
        if given["channel"][0] not in "CDG" and given["channel"] not in self.channels:
            return {"ok": False, "error": "channel_not_found"}
        ts = f"1764000000.{next(self._count):06}"
        self.messages[given["channel"], ts] = given
        self.posts.append(given)
        return {"channel": given["channel"], "ts": ts}

    def _chat_update(self, given: Json) -> Json:
        where = (given["channel"], given["ts"])
        if where not in self.messages:
            return {"ok": False, "error": "message_not_found"}
        if problems := lint(given["blocks"], "message"):
            return {"ok": False, "error": "invalid_blocks", "detail": problems}
        self.messages[where] = {**self.messages[where], "text": given["text"], "blocks": given["blocks"]}
        return {"channel": given["channel"], "ts": given["ts"]}

    def _kept(self, view: Json, view_id: str) -> Json:
        if problems := lint_view(view):
            return {"ok": False, "error": "invalid_arguments", "detail": problems}
        self.windows[view_id] = {**view, "id": view_id, "hash": f"{next(self._count)}.hash"}
        return {"view": self.windows[view_id]}

    def _views_open(self, given: Json) -> Json:
        trigger = given["trigger_id"]
        if trigger in self.opened:
            return {"ok": False, "error": "exchanged_trigger_id"}
        if trigger.startswith("late"):
            return {"ok": False, "error": "expired_trigger_id"}
        view_id = f"V{next(self._count):08}"
        kept = self._kept(given["view"], view_id)
        if "view" in kept:
            self.opened[trigger] = view_id
        return kept

    _views_push = _views_open

    def _views_update(self, given: Json) -> Json:
        now = self.windows.get(given["view_id"])
        if now is None:
            return {"ok": False, "error": "not_found"}
        if given.get("hash") not in (None, now["hash"]):
            return {"ok": False, "error": "hash_conflict"}
        return self._kept(given["view"], given["view_id"])

    def _views_publish(self, given: Json) -> Json:
        if problems := lint_view(given["view"]):
            return {"ok": False, "error": "invalid_arguments", "detail": problems}
        self.homes[given["user_id"]] = given["view"]
        return {}

    def _users_info(self, given: Json) -> Json:
        found = self.users.get(given["user"])
        return {"user": found} if found else {"ok": False, "error": "user_not_found"}

    def _users_list(self, given: Json) -> Json:
        return {"members": list(self.users.values())}

    def _users_lookupbyemail(self, given: Json) -> Json:
        found = [u for u in self.users.values() if u.get("profile", {}).get("email") == given["email"]]
        return {"user": found[0]} if found else {"ok": False, "error": "users_not_found"}

    def _usergroups_list(self, given: Json) -> Json:
        return {"usergroups": self.groups}

    def _usergroups_users_list(self, given: Json) -> Json:
        found = [group for group in self.groups if group["id"] == given["usergroup"]]
        return {"users": found[0]["users"]} if found else {"ok": False, "error": "no_such_subteam"}


async def _arguments(request: Request) -> Json:
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(json.loads(body))
    return {key: values[-1] for key, values in parse_qs(body.decode()).items()}


def _cut(request: Request) -> Response:
    """Close the connection without an answer."""
    request._receive.__self__.transport.abort()  # type: ignore[attr-defined]
    return Response()
