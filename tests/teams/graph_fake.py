"""Microsoft Graph at its edge, on this machine: groups, school data, accounts and mail, with their faults."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

STAFF = "77777777-2222-4333-8444-555555555555"
PUPILS = "88888888-2222-4333-8444-555555555555"
Json = dict[str, Any]


def object_id(number: int) -> str:
    return f"{number:08}-2222-4333-8444-555555555555"


def user(number: int, **facts: object) -> Json:
    return {
        "@odata.type": "#microsoft.graph.user",
        "id": object_id(number),
        "displayName": f"Person {number}",
        "mail": f"person{number}@larkfield.example",
        "userPrincipalName": f"p{number}@larkfield.example",
        "userType": "Member",
        "accountEnabled": True,
        **facts,
    }


@dataclass
class FakeGraph:
    """One tenant's directory and mailboxes. An answer is a status with headers, "html", "hang" or "half"."""

    groups: dict[str, list[Json]] = field(default_factory=dict)
    roll: list[Json] = field(default_factory=list)
    people: dict[str, Json] = field(default_factory=dict)  # accounts that are in no group
    page: int = 2
    answers: list[tuple[int, dict[str, str]] | str] = field(default_factory=list)  # what is said first
    after: int = 0  # so many are answered rightly before
    mails: list[Json] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tokens: Counter[str] = field(default_factory=Counter)
    good: str = ""  # the token that is taken; "" for any

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1.0/groups/{group:str}/transitiveMembers/graph.user", self._members),
                Route("/v1.0/education/users", self._educated),
                Route("/v1.0/users/{user:str}", self._person),
                Route("/v1.0/users/{user:str}/sendMail", self._mail, methods=["POST"]),
            ]
        )

    async def _refused(self, request: Request) -> Response | None:
        self.asked.append(str(request.url.path))
        token = request.headers.get("authorization", "")
        self.tokens[token] += 1
        if self.good and token != f"Bearer {self.good}":
            return _error(401)
        if self.after:
            self.after -= 1
            return None
        match self.answers.pop(0) if self.answers else None:
            case None:
                return None
            case "hang":
                await asyncio.sleep(3)
                return _error(504)
            case "html":
                return HTMLResponse("<html>a proxy's page</html>")
            case "half":
                return JSONResponse({"@odata.context": "x"})
            case (int(status), dict(headers)):
                return _error(status, headers)
        raise AssertionError("no such answer")

    async def _members(self, request: Request) -> Response:
        if refused := await self._refused(request):
            return refused
        found = self.groups.get(request.path_params["group"])
        return self._paged(request, found) if found is not None else _error(404)

    async def _educated(self, request: Request) -> Response:
        return await self._refused(request) or self._paged(request, self.roll)

    async def _person(self, request: Request) -> Response:
        if refused := await self._refused(request):
            return refused
        found = self.people.get(request.path_params["user"])
        return JSONResponse(found) if found else _error(404)

    def _paged(self, request: Request, found: list[Json]) -> Response:
        first = int(request.query_params.get("$skiptoken") or 0)
        more = first + self.page
        told: Json = {"value": found[first:more]}
        if more < len(found):
            told["@odata.nextLink"] = f"{request.url.replace(query='')}?$skiptoken={more}"
        return JSONResponse(told)

    async def _mail(self, request: Request) -> Response:
        if refused := await self._refused(request):
            return refused
        told = {key[0].lower() + key[1:]: value for key, value in (await request.json()).items()}
        self.mails.append({"from": request.path_params["user"], **told})
        return Response(status_code=202)

    def written(self) -> list[tuple[str, str, str]]:
        """Give to whom was written, what about and what."""
        return [
            (
                mail["message"]["toRecipients"][0]["emailAddress"]["address"],
                mail["message"]["subject"],
                mail["message"]["body"]["content"],
            )
            for mail in self.mails
        ]


def _error(status: int, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": {"code": "x", "message": "a name that must not be logged"}}, status, headers)
