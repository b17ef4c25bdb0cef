"""The pages that are looked at: front page, talk, case, inbox, channel. Must not know how they look.

Looking changes nothing, except that opening a case is recorded by the core.
"""

import secrets
from dataclasses import asdict

from anyio import Event
from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from adapters.web import form
from adapters.web.live import changes
from adapters.web.problem import Problem
from adapters.web.render import Link
from adapters.web.site import Site
from adapters.web.surface import channel_place, person_place
from adapters.web.visit import Nobody, Visit, become, csrf_of
from bot.inbound import Inbound, Press
from bot.people import Member
from bot.prompt import Card, Notice, Prompt, Token, Verb

_ENDING = 1.0  # seconds for an open page's stream to end of itself when the program stops


class Pages:
    """One method for each address that is looked at."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._render = site.render
        self._surface = site.surface

    async def home(self, request: Request) -> Response:
        """Show the front page of whoever is speaking."""
        visit = self._site.visit(request)
        rev = await self._surface.latest(person_place(visit.someone.id))  # before the look, so that no change is missed
        home = await self._site.desk.home(self._site.identity(visit.someone))
        return HTMLResponse(self._render.home(home, visit, rev, self._links(visit.someone)))

    def _links(self, member: Member) -> list[Link]:
        readable = self._surface.channels(member)
        return [
            Link("/messages", self._render.say("messages")),
            *(Link(f"/channel/{key}", self._render.say("channel", name=name)) for key, name in readable.items()),
        ]

    async def talk(self, request: Request) -> Response:
        """Show a talk as it is now; one that is not theirs does not exist."""
        visit = self._site.visit(request)
        reply = await self._site.desk.present(self._site.identity(visit.someone), request.path_params["talk"])
        match reply:
            case Prompt():
                return HTMLResponse(self._render.prompt(reply, visit))
            case Notice():
                return HTMLResponse(self._render.notice(reply, visit))
            case _:
                raise Problem(404, "missing")

    async def case(self, request: Request) -> Response:
        """Open a case, which the core allows or refuses, and records."""
        if form.is_ahead(request):
            return Response(status_code=403)  # refused, so the browser asks again once somebody goes there
        visit = self._site.visit(request)
        token = Token(Verb.OPEN, request.path_params["ref"])
        try:
            token.encode()
        except ValueError as error:
            raise Problem(404, "missing") from error
        look = Inbound(self._site.identity(visit.someone), secrets.token_urlsafe(16), Press(token))
        opened = await self._site.desk.receive(look)
        match opened:
            case Card():
                return HTMLResponse(self._render.case(opened, visit))
            case Notice():
                return HTMLResponse(self._render.notice(opened, visit), 403)
            case Prompt():
                return RedirectResponse(f"/talk/{opened.talk}", 303)

    async def messages(self, request: Request) -> Response:
        """Show somebody's own inbox."""
        visit = self._site.visit(request)
        return await self._posts(visit, self._render.say("messages"), person_place(visit.someone.id), "mine")

    async def channel(self, request: Request) -> Response:
        """Show a channel to those whose roles may read it."""
        channel = self._readable(request, request.path_params["channel"])
        visit = self._site.visit(request)
        title = self._render.say("channel", name=self._surface.channels(visit.someone)[channel])
        return await self._posts(visit, title, channel_place(channel), channel_place(channel))

    async def _posts(self, visit: Visit, title: str, place: str, watched: str) -> Response:
        rev = await self._surface.latest(place)
        shown = await self._surface.shown(place)
        return HTMLResponse(self._render.posts(title, watched, rev, shown, visit))

    def _readable(self, request: Request, channel: str) -> str:
        if channel not in self._surface.channels(self._site.member(request)):
            raise Problem(403, "forbidden")
        return channel

    async def events(self, request: Request) -> Response:
        """Tell an open page about changes at the place it shows."""
        member = self._site.member(request)
        watched = request.query_params.get("place", "mine")
        place = person_place(member.id)
        if watched != "mine":
            place = channel_place(self._readable(request, watched.removeprefix("channel:")))

        def may_look() -> bool:
            try:
                now = self._site.member(request)
            except Nobody:
                return False
            return place in (person_place(now.id), *map(channel_place, self._surface.channels(now)))

        seen = request.headers.get("last-event-id") or request.query_params.get("since", "")
        since = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 19 else 0
        ending = Event()
        told = changes(self._surface, place, since, may_look, ending)
        return EventSourceResponse(told, shutdown_event=ending, shutdown_grace_period=_ENDING)

    async def people(self, request: Request) -> Response:
        """Show who of the made-up school one can be."""
        self._demo_only()
        visit = Visit(None, csrf_of(request.session))
        return HTMLResponse(self._render.people(self._site.desk.roster, visit))

    async def choose(self, request: Request) -> Response:
        """Be somebody of the made-up school."""
        self._demo_only()
        if not form.same_origin(request):
            raise Problem(403, "foreign")
        chosen = (await form.read(request)).one("person")
        member = self._site.desk.roster.get(chosen)
        if member is None:
            raise Problem(400, "form")
        become(request.session, member, self._site.clock.now())
        return RedirectResponse("/", 303)

    def _demo_only(self) -> None:
        if not self._site.config.demo:
            raise Problem(404, "missing")

    async def health(self, request: Request) -> Response:  # noqa: ARG002
        """Say that the program answers and can read its store, and how much has not reached its place."""
        return JSONResponse({"status": "ok", **asdict(await self._surface.backlog())})
