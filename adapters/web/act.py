"""A pressed button: from the form to the core, and from its reply to the next page. Must not know how pages look.

After a POST the browser is sent to a page it may reload, unless what was typed would be lost on the way.
"""

import secrets
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.web import form
from adapters.web.problem import Problem
from adapters.web.site import Site
from adapters.web.visit import Nobody, as_notice, put_flash
from bot.inbound import Attached, Identity, Inbound, Press
from bot.prompt import Card, Choose, Notice, Prompt, Reply, Token, Verb
from bot.storage.writer import NotStored


@dataclass(frozen=True, slots=True)
class Pressed:
    """One press: by whom, of which button on which page, and what had been typed there."""

    who: Identity
    token: Token
    page: str
    typed: tuple[str, ...]


class Act:
    """Takes every press of every button."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def press(self, request: Request) -> Response:
        """Answer a POST. Raises Problem and Nobody."""
        if not form.same_origin(request):
            raise Problem(403, "foreign")
        if form.is_upload(request):
            return await self._upload(request)
        sent = await form.read(request)
        if sent.token.verb is Verb.OPEN:
            return _to(f"/case/{sent.token.subject}")  # that page opens it: one look, one record
        try:
            member = self._site.member(request)
        except Nobody as error:  # the session ended while they wrote
            raise Problem(403, "session", sent.values) from error
        pressed = Pressed(self._site.identity(member), sent.token, sent.page, sent.values)
        values = pressed.typed if pressed.token.verb is Verb.ANSWER else ()
        if slip := await self._slip(pressed):
            return self._shown(request, slip, 422)
        try:
            reply = await self._site.desk.receive(Inbound(pressed.who, sent.event, Press(pressed.token, values)))
        except NotStored as error:
            raise Problem(503, "not-stored", pressed.typed) from error
        return await self._after(request, reply, pressed)

    async def _slip(self, pressed: Pressed) -> Prompt | None:
        """Give the same question again where somebody went on without choosing, though it can be left out.

        The core takes that as leaving it out, which a chat needs; on a page it is more often a slip, and a button for
        leaving it out stands beside it.
        """
        if pressed.token.verb is not Verb.ANSWER or pressed.token.arg or any(pressed.typed):
            return None
        match await self._site.desk.present(pressed.who, pressed.token.subject):
            case Prompt(turn=turn, field=Choose()) as asked if turn == pressed.token.turn:
                if any(button.token.verb is Verb.SKIP for button in asked.buttons):
                    return replace(asked, value=(), error=self._site.render.say("choose-or-skip"))
        return None

    async def _upload(self, request: Request) -> Response:
        """Refuse a file. Nothing of it is read, and so nothing of it is kept.

        The form's secret is not read either: where it came from is known by `same_origin` alone, which is enough for a
        refusal that changes nothing, and the cookie does not come with another site's form.
        """
        member = self._site.member(request)
        inbound = Inbound(self._site.identity(member), secrets.token_urlsafe(16), Attached())
        return self._shown(request, await self._site.desk.receive(inbound), 415)

    async def _after(self, request: Request, reply: Reply, pressed: Pressed) -> Response:
        match reply:
            case Prompt(error=error) if error:
                return self._shown(request, reply, 422)
            case Prompt() if pressed.token.verb is Verb.HELP:  # on the same page, where words may be waiting
                return self._shown(request, replace(reply, value=pressed.typed or reply.value))
            case Prompt(remarks=remarks) if remarks and not put_flash(request.session, Notice(remarks)):
                return self._shown(request, reply)
            case Prompt():
                return _to(f"/talk/{reply.talk}")
            case Card(case=case, rows=rows) if rows:
                return _to(f"/case/{case}")
            case Card() | Notice():
                return await self._said(request, as_notice(reply), pressed)

    async def _said(self, request: Request, said: Notice, pressed: Pressed) -> Response:
        """Go back to where the button was, and say it there."""
        page = pressed.page
        if pressed.token.verb.of_a_talk:
            match await self._site.desk.present(pressed.who, pressed.token.subject):
                case Prompt() as present if pressed.typed:
                    return self._shown(request, replace(present, value=pressed.typed), said=said)
                case Notice() as over:
                    page = f"/talk/{pressed.token.subject}"
                    said = self._beside(over, said, pressed)
                    if not said.lines:
                        return _to(page)
                case None:
                    page = "/"
        if put_flash(request.session, said):
            return _to(page)
        return self._shown(request, said)

    def _beside(self, over: Notice, said: Notice, pressed: Pressed) -> Notice:
        """Give what is said beyond how the talk ended, which its page says itself."""
        fresh = tuple(line for line in said.lines if line not in over.lines)
        return Notice(fresh, title=self._site.render.say("urgent") if pressed.token.verb is Verb.HELP else "")

    def _shown(self, request: Request, reply: Reply, status: int = 200, said: Notice | None = None) -> Response:
        visit = self._site.visit(request)
        visit = replace(visit, flash=said or visit.flash)
        match reply:
            case Prompt():
                page = self._site.render.prompt(reply, replace(visit, page=f"/talk/{reply.talk}"))
            case Card() | Notice():
                page = self._site.render.notice(as_notice(reply), replace(visit, page="/"))
        return HTMLResponse(page, status)


def _to(page: str) -> Response:
    return RedirectResponse(page, 303)
