"""A platform that takes nothing from Beacon until somebody puts it right: recorded, told another way, made up for.

Must not know any platform but by its name.
"""

from collections.abc import Collection
from datetime import datetime

from bot.flow.model import Severity
from bot.people import Role
from bot.service import letters, mailing, telling
from bot.service.office import Office
from bot.service.telling import NoticeBody
from bot.storage import audit, outbox
from bot.storage.tx import Tx

_KEY = "stopped"
_TOLD = (Role.IT, Role.DSL, Role.DEPUTY, Role.HEAD)  # who can mend it, and who must not rely on it meanwhile


def stopped(tx: Tx, office: Office, surface: str, platform: str, now: datetime) -> None:
    """Record that a platform has stopped; tell those whom another platform or a mail reaches.

    `platform` is its name as people know it. Once for each time it stops: whoever calls knows when that is.
    """
    audit.append(tx, now, _KEY, surface, "")
    mailing.stopped(tx, office, platform, now)
    for member in office.directory.roster.holding(_TOLD):
        if office.directory.surfaces(member.id) - {surface}:
            place, subject = outbox.direct(member.id), f"{_KEY}-{surface}.{now.isoformat()}"
            telling.say(tx, place, subject, NoticeBody("stopped", platform), now, Severity.HIGH)


def back(tx: Tx, surface: str, why: Collection[str], now: datetime) -> int:
    """Record that it takes what Beacon brings again, and try again what was given up because of `why`; say how much.

    `why` are the platform's words for it, with one of which what was given up says why.
    """
    audit.append(tx, now, "back", surface, "")
    return letters.again(tx, "", now, why)
