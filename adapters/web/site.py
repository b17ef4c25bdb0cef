"""What every address of the page works with, and who is at it. Must not know any one page."""

from dataclasses import dataclass

from starlette.requests import Request

from adapters.web.config import WebConfig
from adapters.web.render import Render
from adapters.web.surface import WebSurface
from adapters.web.visit import SURFACE, Visit, csrf_of, member_of, take_flash
from bot.clock import Clock
from bot.inbound import Identity
from bot.people import Member
from bot.service.desk import Desk


@dataclass(frozen=True, slots=True)
class Site:
    """The desk behind the page, the place it delivers to, and how both are shown."""

    desk: Desk
    surface: WebSurface
    render: Render
    config: WebConfig
    clock: Clock

    def member(self, request: Request) -> Member:
        """Give whoever is speaking. Raises Nobody."""
        return member_of(request.session, self.desk.roster, self.clock.now())

    def visit(self, request: Request) -> Visit:
        """Give this look at a page, with what is to be said once. Raises Nobody."""
        member = self.member(request)
        return Visit(member, csrf_of(request.session), request.url.path, take_flash(request.session))

    def identity(self, member: Member) -> Identity:
        """Give the identity under which a member of this school speaks here."""
        return Identity(SURFACE, self.desk.school.id, member.id)
