"""A real school's page with links to reports, on a real server. Knows how links are made, and no page."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adapters.web.closed import closed
from adapters.web.config import LOOPBACK
from adapters.web.once import PATH
from bot.library import wording
from bot.service.once import Links
from tests.school import School, identity
from tests.web.served import serve


@dataclass(frozen=True, slots=True)
class Reading:
    """Where links are read."""

    school: School
    address: str

    @property
    def links(self) -> Links:
        return self.school.beacon.links

    def link(self, who: str, case: str = "") -> str:
        """Give the address of a new link, or "" where there is none."""
        made = asyncio.run(self.links.make(identity(who), case or self.school.case().ref))
        return f"{self.address}{PATH}{made}" if made else ""


@contextmanager
def reading(school: School) -> Iterator[Reading]:
    """Serve a school's page."""
    beacon = school.beacon
    with serve(lambda _: closed(wording("web"), "Larkfield Primary School", LOOPBACK, beacon.links)) as address:
        yield Reading(school, address)
