"""Whether Teams vouches for somebody whom the school's list lacks: of its own directory, and no guest. Knows no right.

A guest is in the directory for something else, and whom the school does want here it puts on its list. What the
directory said of them counts (`joining.known`); where it was not asked, Teams is, once, and what it says is kept.
"""

import asyncio
import logging
from collections.abc import Mapping

from adapters.teams.activity import Came, text
from adapters.teams.chats import SURFACE
from adapters.teams.connector import Connector
from bot.clock import Clock
from bot.inbound import Vouched
from bot.service.surface import Later, Never
from bot.storage import joining, references
from bot.storage.joining import Source
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.storage.writer import Writer
from bot.trace import trace

log = logging.getLogger("beacon.teams")

_PATIENCE = 3.0  # seconds that an answer may wait for this; Teams gives it ten
_GUEST, _MEMBER = b"guest", b"member"


def is_guest(record: Mapping[str, object], tenant: str) -> bool | None:
    """Say whether what Teams tells of somebody is said of a guest; None when it does not tell."""
    role, name, home = (text(record, key).lower() for key in ("userRole", "userPrincipalName", "tenantId"))
    if role in ("guest", "anonymous") or "#ext#" in name or (home and home != tenant):
        return True
    return False if role or name else None


class Vouching:
    """One school's."""

    def __init__(
        self, connector: Connector, writer: Writer, reader: Reader, clock: Clock, source: Source, *, on: bool
    ) -> None:
        """With `on` people who are not on the list may tell something; without it, nobody is vouched for."""
        self._connector = connector
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._source = source
        self._on = on

    async def of(self, came: Came) -> Vouched | None:
        """Give what can be said for somebody who is not on the list. Raises NotStored.

        When Teams cannot say now whether they are a guest, they may tell something all the same: the door let in nobody
        of another tenant, what a guest told would be marked as unconfirmed like any, and a child who was turned away
        because of an outage might not come back. Then it is asked again the next time.
        """
        if not self._on or came.chat.kind != "personal" or not came.person:
            return None
        return None if await self._is_guest(came) else Vouched(came.name)

    async def _is_guest(self, came: Came) -> bool:
        known = await self._reader.run(lambda tx: _known(tx, self._source, came.person))
        if known is not None:
            return known
        try:
            async with asyncio.timeout(_PATIENCE):
                guest = is_guest(await self._connector.person(came.chat, came.user), self._source.tenant)
        except (Later, Never, TimeoutError) as wrong:
            log.warning("Teams does not say whether somebody is a guest, so they are heard: %s", trace(wrong))
            return False
        if guest is None:
            return False
        body, now = _GUEST if guest else _MEMBER, self._clock.now()
        await self._writer.run(lambda tx: references.put(tx, SURFACE, "standing", came.person, body, now))
        return guest


def _known(tx: Tx, source: Source, person: str) -> bool | None:
    told = joining.known(tx, source, person)
    if told is not None:
        return told.guest
    kept = references.get(tx, SURFACE, "standing", person)
    return None if kept is None else kept == _GUEST
