"""Links that open one case to one person, once and soon, for whom their platform cannot show it. Knows no page.

A link is a secret that says nothing by itself: whose it is, and of which case, lies sealed in the store under the
school's keys. Whether they may open it is asked when it is made, and again when it is used.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from bot.cases.access import asked_for, may_open
from bot.clock import Clock
from bot.inbound import Identity, Inbound, Press
from bot.prompt import Reply, Token, Verb
from bot.service.desk import receive
from bot.service.office import Office
from bot.storage import cases, references
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.storage.writer import Writer

LASTS = timedelta(minutes=5)
_SURFACE = "web"

Told = Callable[[Identity, str, Reply], None]


class Link(msgspec.Struct, frozen=True):
    """Whose a link is, which case it opens, and until when."""

    who: Identity
    case: str
    until: datetime


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Link).decode


class Links:
    """Makes links and lets them be used."""

    def __init__(self, office: Office, writer: Writer, reader: Reader, clock: Clock) -> None:
        self._office = office
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self.used: list[Told] = []  # who is told that a link was used: by whom it could be, of which case, what came

    async def make(self, who: Identity, case: str) -> str:
        """Give the secret of a new link, or "" where they may not open the case. An older one of theirs to it ends.

        Raises NotStored.
        """
        now = self._clock.now()
        return await self._writer.run(lambda tx: _make(tx, self._office, Link(who, case, now + LASTS), now))

    async def is_good(self, secret: str) -> bool:
        """Say whether a link can be used now. Changes nothing."""
        now = self._clock.now()
        return await self._reader.run(lambda tx: _link(tx, secret, now)) is not None

    async def use(self, secret: str) -> Reply | None:
        """Open a case as its link's person would, which is recorded, and end the link; None for one that is not good.

        What comes is a refusal when they may not open it any more. Raises NotStored: then it is as good as before.
        """
        now = self._clock.now()
        found = await self._writer.run(lambda tx: _use(tx, self._office, secret, now))
        if found is None:
            return None
        link, reply = found
        for tell in self.used:
            tell(link.who, link.case, reply)
        return reply


def _make(tx: Tx, office: Office, link: Link, now: datetime) -> str:
    case, member = cases.load(tx, link.case), office.directory.who(link.who)
    if case is None or member is None:
        return ""
    if not asked_for(case, member) and not may_open(case, member):
        return ""
    for secret, body in list(references.every(tx, _SURFACE, "link")):
        older = _decode(body)
        if older.until <= now or (older.who, older.case) == (link.who, link.case):
            references.drop(tx, _SURFACE, "link", secret)
    secret = secrets.token_urlsafe(32)
    references.put(tx, _SURFACE, "link", secret, _encode(link), now)
    return secret


def _link(tx: Tx, secret: str, now: datetime) -> Link | None:
    kept = references.get(tx, _SURFACE, "link", secret)
    link = _decode(kept) if kept else None
    return link if link and now < link.until else None


def _use(tx: Tx, office: Office, secret: str, now: datetime) -> tuple[Link, Reply] | None:
    link = _link(tx, secret, now)
    if link is None:
        return None
    references.drop(tx, _SURFACE, "link", secret)
    look = Inbound(link.who, f"link {secret}", Press(Token(Verb.OPEN, link.case)))
    return link, receive(tx, office, look, now)
