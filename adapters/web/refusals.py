"""Refusals as pages in plain words. Must not know what was refused, beyond its name and what had been typed."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.web.problem import Problem
from adapters.web.site import Site
from adapters.web.visit import Nobody, Visit, csrf_of
from bot.storage.writer import NotStored

KINDS = (Problem, NotStored, Nobody, HTTPException)
_UNROUTED = {404: "missing", 405: "method"}


class Refusals:
    """Answers every foreseen exception."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._render = site.render

    def plain(self, key: str) -> str:
        """Give the page of a refusal that knows nobody and keeps nothing."""
        return self._render.problem(key, None)

    def _visit(self, request: Request) -> Visit | None:
        """Give the look at a refusal, so that a child can leave it quickly too; what is to be said once waits."""
        try:
            return Visit(self._site.member(request), csrf_of(request.session))
        except Nobody:
            return None

    async def __call__(self, request: Request, error: Exception) -> Response:
        """Give the page; an exception of another kind is raised again."""
        visit = self._visit(request)
        match error:
            case Problem():
                return HTMLResponse(self._render.problem(error.key, visit, error.typed), error.status)
            case NotStored():
                return HTMLResponse(self._render.problem("not-stored", visit), 503)
            case Nobody() if self._site.config.demo:
                return RedirectResponse("/people", 303)
            case Nobody():
                return HTMLResponse(self.plain("stranger"), 403)
            case HTTPException(status_code=status):
                page = self._render.problem(_UNROUTED.get(status, "form"), visit)
                return HTMLResponse(page, status, error.headers)
            case _:
                raise error
