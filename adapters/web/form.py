"""The forms of the page as they come back: read within a limit, checked, and nothing guessed. Knows no desk.

The standard library reads them, strictly: a lenient reader would turn bytes it does not understand into other words.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from adapters.web.problem import Problem
from adapters.web.visit import csrf_matches
from bot.prompt import Token

BODY_LIMIT = 256 * 1024  # bytes; a text of 100,000 letters must reach the core, which refuses it kindly
FIELD_LIMIT = 200
_EVENT = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_PAGE = re.compile(r"/(?:messages|(?:channel|case|talk)/[A-Za-z0-9_-]{1,64})?", re.ASCII)
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was made for this session, once."""

    fields: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """Give the one value of a field. Raises Problem when there is none, or another."""
        values = self.fields.get(name, ())
        if len(values) != 1:
            raise Problem(400, "form", typed(self.fields))
        return values[0]

    @property
    def token(self) -> Token:
        """The button that was pressed. Raises Problem for what no button of ours says."""
        token = Token.decode(self.one("token"))
        if token is None:
            raise Problem(400, "form", typed(self.fields))
        return token

    @property
    def event(self) -> str:
        """The press this form stands for: sent twice, it is the same. Raises Problem.

        A platform has an id for each press; a page has one only for the form, which holds several buttons and may be
        gone back to, changed and sent again. So what was pressed and typed is part of it, and cannot be read from it.
        """
        form = self.one("event")
        if not _EVENT.fullmatch(form):
            raise Problem(400, "form", typed(self.fields))
        press = msgspec.json.encode((form, self.token.encode(), self.values))
        return hashlib.sha256(press).hexdigest()

    @property
    def page(self) -> str:
        """The page the button was on: one of ours, never an address from outside. Raises Problem."""
        page = self.one("page")
        if not _PAGE.fullmatch(page):
            raise Problem(400, "form", typed(self.fields))
        return page

    @property
    def values(self) -> tuple[str, ...]:
        """What was answered. A date is joined as year-month-day, whatever was typed into its three parts."""
        return typed(self.fields)


async def read(request: Request) -> Form:
    """Read the form of a POST. Raises Problem: too large, unreadable, or not made for this session."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise Problem(400, "form")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise Problem(413, "too-much")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELD_LIMIT)
    except ValueError as error:
        raise Problem(400, "form") from error
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    if not csrf_matches(request.session, "".join(fields.get("csrf", ()))):
        raise Problem(403, "session", typed(fields))
    return Form(fields)


def typed(fields: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Give the answers in a form, with line ends as they were typed: forms carry each as two characters."""
    if "day" in fields:
        year, month, day = (" ".join(fields.get(part, ())).strip() for part in ("year", "month", "day"))
        return (f"{year}-{_two(month)}-{_two(day)}",) if year or month or day else ()
    return tuple(value.replace("\r\n", "\n") for value in fields.get("value", ()))


def _two(part: str) -> str:
    return part.zfill(2) if part.isascii() and part.isdecimal() else part


def same_origin(request: Request) -> bool:
    """Say whether a POST comes from a page of ours, as far as the browser says so; the form's secret decides the rest.

    Our pages send no referrer, so a browser may give the origin as "null".
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "null")
    return origin in ("null", f"{request.url.scheme}://{request.headers.get('host', '')}")


def from_outside(request: Request) -> bool:
    """Say whether somebody came here by the address itself, or from another site, as far as the browser says so.

    A browser that says nothing is believed: whoever wants to tell something must never be kept out.
    """
    return request.headers.get("sec-fetch-site") != "same-origin"


def is_ahead(request: Request) -> bool:
    """Say whether a page is fetched before anybody goes there, or only asked about: nobody has looked at it."""
    purposes = (request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-moz"))
    return request.method == "HEAD" or any("prefetch" in purpose.lower() for purpose in purposes)


def is_upload(request: Request) -> bool:
    """Say whether somebody tries to send a file: by the kind of form alone, without reading any of it."""
    return request.headers.get("content-type", "").strip().lower().startswith("multipart/")
