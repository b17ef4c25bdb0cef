"""Microsoft at its edge, on this machine: the connector with its faults, the keys it signs with, and who gives tokens.

Only the edge: what is sent is kept as it came, and refused as Teams refuses it. Who presses what is campus.py's.
"""

import asyncio
import itertools
import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

APP = "11111111-2222-4333-8444-555555555555"
TENANT = "99999999-8888-4777-8666-555555555555"
BOT, TEAM = f"28:{APP}", "19:team@thread.tacv2"
CONNECTOR_TOKEN = "token-for-the-connector"  # noqa: S105
MOST = 80 * 1024  # of a message, counted as UTF-16
Json = dict[str, Any]


@cache
def signing_key(name: str) -> rsa.RSAPrivateKey:
    """Give a key; the same for the same name."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(name: str, kid: str, *endorsements: str) -> Json:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(signing_key(name).public_key()))
    return {**public, "kid": kid, "use": "sig", "endorsements": list(endorsements)}


@dataclass
class Fault:
    """Something that goes wrong with what begins like `path`, so many times. "lost" is done all the same."""

    kind: str  # "429", "502", "html", "hang", "lost", or a word of Teams' such as "BotDisabledByAdmin"
    path: str = ""
    method: str = ""
    times: int = 1
    after: str = "1"


@dataclass
class FakeTeams:
    """One tenant's Teams."""

    token: str = CONNECTOR_TOKEN
    faults: list[Fault] = field(default_factory=list)
    messages: dict[tuple[str, str], Json] = field(default_factory=dict)  # what hangs at (conversation, activity)
    journal: list[tuple[str, str, Json]] = field(default_factory=list)  # method, path, body: all that was tried
    chats: dict[str, str] = field(default_factory=dict)  # person -> conversation, of those who have the app
    teams: dict[str, dict[str, str]] = field(default_factory=dict)  # team -> channel -> kind
    members: dict[str, list[Json]] = field(default_factory=dict)  # channel -> who can read it
    people: dict[str, Json] = field(default_factory=dict)  # Teams' id -> what it tells of somebody
    calls: Counter[str] = field(default_factory=Counter)
    keys: list[Json] = field(default_factory=lambda: [jwk("good", "good", "msteams", "webchat")])
    keys_fetched: int = 0
    keys_fail: bool = False
    page: int = 100
    address: str = ""
    _count: Any = field(default_factory=lambda: itertools.count(1000))

    def app(self) -> Starlette:
        conversation = "/v3/conversations/{conversation:str}"
        return Starlette(
            routes=[
                Route("/openid", self._openid),
                Route("/keys", self._keys),
                Route("/v3/conversations", self._create, methods=["POST"]),
                Route(f"{conversation}/activities", self._send, methods=["POST"]),
                Route(f"{conversation}/activities/{{activity:str}}", self._update, methods=["PUT"]),
                Route(f"{conversation}/pagedMembers", self._members),
                Route(f"{conversation}/members/{{member:str}}", self._member),
                Route("/v3/teams/{team:str}/conversations", self._channels),
            ]
        )

    def at(self, conversation: str) -> list[Json]:
        """Give the cards that hang in a conversation, in order."""
        return [
            message["attachments"][0]["content"]
            for (where, _), message in sorted(self.messages.items(), key=lambda item: item[0][1])
            if where == conversation
        ]

    # Keys -------------------------------------------------------------------------------------------------------------

    async def _openid(self, request: Request) -> Response:
        if self.keys_fail:
            return HTMLResponse("<html>not now</html>", 503)
        return JSONResponse({"jwks_uri": f"{request.base_url}keys", "issuer": "https://api.botframework.com"})

    async def _keys(self, request: Request) -> Response:
        self.keys_fetched += 1
        return JSONResponse({"keys": self.keys})

    # The connector ----------------------------------------------------------------------------------------------------

    async def _take(self, request: Request) -> tuple[Json, Response | None, bool]:
        """Give the body, what is answered instead of doing it, and whether the answer to it is lost."""
        body = await request.body()
        told = json.loads(body) if body else {}
        self.journal.append((request.method, request.url.path, told))
        self.calls[f"{request.method} {request.url.path.rpartition('/')[2]}"] += 1
        if request.headers.get("authorization") != f"Bearer {self.token}":
            denied = {"message": "Authorization has been denied for this request."}
            return told, JSONResponse(denied, 401), False
        if len(body.decode().encode("utf-16-le")) > MOST:
            return told, JSONResponse({"error": {"code": "MessageSizeTooBig", "message": "too big"}}, 413), False
        for fault in self.faults:
            if fault.times > 0 and request.url.path.startswith(fault.path) and fault.method in ("", request.method):
                fault.times -= 1
                return told, *await _failed(fault)
        return told, None, False

    async def _create(self, request: Request) -> Response:
        told, refused, lost = await self._take(request)
        if refused:
            return refused
        if not told["isGroup"]:
            person = told["members"][0]["id"]
            if person not in self.chats:
                return _error(403, "BotNotInConversationRoster")
            return JSONResponse({"id": self.chats[person]}, 201)
        channel = told["channelData"]["channel"]["id"]
        if not any(channel in team for team in self.teams.values()):
            return _error(403, "BotNotInConversationRoster")
        assert told["bot"]["id"] == BOT
        assert told["tenantId"] == TENANT
        activity = self._keep(channel, told["activity"])
        if lost:
            return Response(status_code=502)
        return JSONResponse({"id": f"{channel};messageid={activity}", "activityId": activity}, 201)

    async def _send(self, request: Request) -> Response:
        told, refused, lost = await self._take(request)
        if refused:
            return refused
        conversation = request.path_params["conversation"]
        base = conversation.partition(";")[0]
        if base not in self.chats.values() and not any(base in team for team in self.teams.values()):
            return _error(404, "ConversationNotFound")
        activity = self._keep(conversation, told)
        return Response(status_code=502) if lost else JSONResponse({"id": activity}, 201)

    async def _update(self, request: Request) -> Response:
        told, refused, lost = await self._take(request)
        if refused:
            return refused
        where = (request.path_params["conversation"], request.path_params["activity"])
        if where not in self.messages:
            return _error(404, "ActivityNotFoundInConversation")
        self.messages[where] = told
        return Response(status_code=502) if lost else JSONResponse({"id": where[1]})

    async def _members(self, request: Request) -> Response:
        _, refused, _ = await self._take(request)
        if refused:
            return refused
        found = self.members.get(request.path_params["conversation"], [])
        first = int(request.query_params.get("continuationToken") or 0)
        after = first + min(self.page, int(request.query_params["pageSize"]))
        more = {"continuationToken": str(after)} if after < len(found) else {}
        return JSONResponse({"members": found[first:after], **more})

    async def _member(self, request: Request) -> Response:
        _, refused, _ = await self._take(request)
        if refused:
            return refused
        member = request.path_params["member"]
        ordinary = {"id": member, "userRole": "user", "userPrincipalName": "a.name@school.example", "tenantId": TENANT}
        return JSONResponse(self.people.get(member, ordinary))

    async def _channels(self, request: Request) -> Response:
        _, refused, _ = await self._take(request)
        if refused:
            return refused
        team = self.teams.get(request.path_params["team"])
        if team is None:
            return _error(403, "BotNotInConversationRoster")
        listed = [{"id": id_, "name": "x", **({"type": kind} if kind else {})} for id_, kind in team.items()]
        return JSONResponse({"conversations": listed})

    def _keep(self, conversation: str, activity: Json) -> str:
        number = str(next(self._count))
        self.messages[conversation, number] = activity
        return number


async def _failed(fault: Fault) -> tuple[Response | None, bool]:
    match fault.kind:
        case "429":
            return JSONResponse({"error": {"code": "Throttled"}}, 429, {"Retry-After": fault.after}), False
        case "412" | "502" | "503" | "500":
            return Response(status_code=int(fault.kind)), False
        case "html":
            return HTMLResponse("<html>a proxy's page</html>", 200), False
        case "empty" | "list" | "half":
            return Response({"empty": b"", "list": b"[]", "half": b'{"id": 7}'}[fault.kind]), False
        case "hang":
            await asyncio.sleep(float(fault.after))
            return Response(status_code=504), False
        case "lost":
            return None, True
    # As Teams says it: an object within a text within the error.
    inner = json.dumps({"subCode": fault.kind, "details": None, "errorCode": 209})
    return JSONResponse({"error": {"code": "Forbidden", "message": inner}}, 403), False


def _error(status: int, code: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": f"{code}."}}, status)


class Reply:
    """An answer to msal's transport."""

    def __init__(self, status: int, body: Json, headers: dict[str, str] | None = None) -> None:
        self.status_code = status
        self.text = json.dumps(body)
        self.headers = headers or {}

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise OSError(self.status_code)


@dataclass
class FakeEntra:
    """Who gives tokens, as msal's transport."""

    answers: list[Reply] = field(default_factory=list)  # what is said first; then a token
    token: str = CONNECTOR_TOKEN
    lives: int = 3600
    asked: list[Json] = field(default_factory=list)

    def get(self, url: str, **more: Any) -> Reply:
        base = f"https://login.microsoftonline.com/{TENANT}"
        return Reply(
            200,
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "issuer": f"{base}/v2.0",
            },
        )

    def post(self, url: str, data: Json | None = None, **more: Any) -> Reply:
        self.asked.append({"url": url, **(data or {})})
        if self.answers:
            return self.answers.pop(0)
        return Reply(200, {"token_type": "Bearer", "expires_in": self.lives, "access_token": self.token})

    def close(self) -> None:
        """Nothing is open."""
