"""Who is looking at a page, and what their session carries. Must not know how pages look."""

import hmac
import json
import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.web.posted import pack, unpack
from bot.people import Member, Roster
from bot.prompt import Card, Notice

Session = MutableMapping[str, Any]

SURFACE = "web"
LONGEST = timedelta(hours=8)  # of a session: a day at school
FLASH_LIMIT = 2400  # characters; a browser drops a cookie of more than 4096 bytes, and the session with it


class Nobody(Exception):
    """Nobody is chosen, or the school no longer lists them, or their session has ended."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at one page: by whom, from which page its forms come, and what is to be said once."""

    member: Member | None
    csrf: str
    page: str = "/"
    flash: Notice | None = None

    @property
    def someone(self) -> Member:
        """Whoever is speaking. Raises Nobody."""
        if self.member is None:
            raise Nobody
        return self.member

    @property
    def pupil(self) -> bool:
        """Whether the page is shown to a child."""
        return self.member is not None and self.member.is_pupil


def csrf_of(session: Session) -> str:
    """Give the session's own secret for its forms, made at the first look."""
    if not isinstance(session.get("csrf"), str):
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def csrf_matches(session: Session, given: str) -> bool:
    """Say whether a form was made for this very session."""
    known = session.get("csrf")
    return isinstance(known, str) and hmac.compare_digest(known.encode(), given.encode())


def become(session: Session, member: Member, now: datetime) -> None:
    """Be this member from now on, with nothing left of whoever was here before."""
    session.clear()
    session["member"] = member.id
    session["since"] = int(now.timestamp())


def member_of(session: Session, roster: Roster, now: datetime) -> Member:
    """Give whoever is speaking. Raises Nobody, also when they have been for too long: a browser may never close."""
    member, since = roster.get(str(session.get("member", ""))), session.get("since")
    if member is None or not isinstance(since, int) or now.timestamp() - since >= LONGEST.total_seconds():
        raise Nobody
    return member


def put_flash(session: Session, notice: Notice) -> bool:
    """Keep something to be said on the next page. False when a cookie cannot hold it: then say it at once."""
    packed = pack(notice).decode("utf-8")
    if len(json.dumps(packed)) > FLASH_LIMIT:  # what the cookie will hold, before base64
        return False
    session["flash"] = packed
    return True


def take_flash(session: Session) -> Notice | None:
    """Give what is to be said once, and forget it."""
    packed = session.pop("flash", None)
    said = unpack(packed) if isinstance(packed, str) else None
    return said if isinstance(said, Notice) else None


def as_notice(item: Card | Notice) -> Notice:
    """Give what a card without content says, as the banner after a press: it has no rows, which are content."""
    if isinstance(item, Card):
        return Notice(item.lines or tuple(f"{fact.label}: {fact.value}" for fact in item.facts), title=item.title)
    return item
