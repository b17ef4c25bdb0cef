"""Refusals as pages in plain words. Must not know what was refused, beyond its name and what had been typed."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.web.problem import Problem
from adapters.web.render import Render
from adapters.web.visit import Nobody
from bot.storage.writer import NotStored

KINDS = (Problem, NotStored, Nobody, HTTPException)
_UNROUTED = {404: "missing", 405: "method"}


class Refusals:
    """Answers every foreseen exception."""

    def __init__(self, render: Render, *, demo: bool) -> None:
        self._render = render
        self._demo = demo

    def plain(self, key: str) -> str:
        """Give the page of a refusal that knows nobody and keeps nothing."""
        return self._render.problem(key, None)

    async def __call__(self, request: Request, error: Exception) -> Response:  # noqa: ARG002
        """Give the page; an exception of another kind is raised again."""
        match error:
            case Problem():
                return HTMLResponse(self._render.problem(error.key, None, error.typed), error.status)
            case NotStored():
                return HTMLResponse(self.plain("not-stored"), 503)
            case Nobody() if self._demo:
                return RedirectResponse("/people", 303)
            case Nobody():
                return HTMLResponse(self.plain("stranger"), 403)
            case HTTPException(status_code=status):
                return HTMLResponse(self.plain(_UNROUTED.get(status, "form")), status, error.headers)
            case _:
                raise error
