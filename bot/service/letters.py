"""What could not be delivered and is no longer tried: listed without content, tried again. Knows no platform.

Whoever looks after Beacon is not to learn from it who reported something: a notice to a reporter is named as just that.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.clock import school_date
from bot.flow.model import Severity
from bot.people import Roster
from bot.service import telling
from bot.service.office import Office
from bot.service.telling import NoticeBody
from bot.storage import audit, cases, letters
from bot.storage.letters import Dead
from bot.storage.outbox import channel, direct
from bot.storage.tx import Tx

_KEY = "letters"  # begins its notices' subjects
_TO_OFFICERS = (f"{_KEY}.", "stopped-")  # begin those of notices that tell of Beacon; all others tell of a report


@dataclass(frozen=True, slots=True)
class Letter:
    """One of them. `to` is a channel's or person's name, "" for a reporter; `case` is a reference, "" for none."""

    to: str
    channel: bool
    kind: str
    case: str
    since: datetime
    why: str
    tried: int


def waiting(tx: Tx, channels: Mapping[str, str], everyone: Roster) -> tuple[Letter, ...]:
    """Give what was given up, the longest wanted first. `channels` are the school's, each by its name.

    Raises Tampered.
    """
    return tuple(_letter(tx, channels, everyone, dead) for dead in letters.given_up(tx))


def _letter(tx: Tx, channels: Mapping[str, str], everyone: Roster, dead: Dead) -> Letter:
    case = cases.by_id(tx, _case_of(dead))
    where, _, name = dead.place.partition(":")
    if where == "channel":
        to = channels.get(name, name)
    elif dead.kind == "notice" and not dead.subject.startswith(_TO_OFFICERS):
        to = ""  # whoever told something, or is about to, also before the list had them
    else:
        member = everyone.get(name)
        to = member.name if member else name
    ref = case.ref if case else ""
    return Letter(to, where == "channel", dead.kind, ref, dead.wanted_at, dead.error, dead.tried)


def again(tx: Tx, ref: str, now: datetime, why: Collection[str] = ()) -> int:
    """Try again what was given up about a case, or with "" all of it; give how many. It is put on the record.

    With `why`, only what says one of these words at its end.
    """
    case = cases.load(tx, ref) if ref else None
    found = [dead for dead in letters.given_up(tx) if not ref or (case and _case_of(dead) == case.id)]
    numbers = [dead.number for dead in found if not why or dead.error.endswith(tuple(why))]
    done = letters.want_again(tx, numbers, now)
    if done:
        audit.append(tx, now, "tried_again", case.id if case else "", "")
    return done


def _case_of(dead: Dead) -> str:
    """Give the id of the case that something is about; a notice's subject begins with it."""
    return dead.subject.partition(".")[0]


def tell(tx: Tx, office: Office, now: datetime) -> None:
    """Tell IT that something cannot be delivered: in its channel, once a day however much that is."""
    _say(tx, channel(office.book.school.it_channel), now)


def tell_one_to_one(tx: Tx, office: Office, now: datetime) -> None:
    """Tell those who look after it instead, where IT's channel itself cannot be reached."""
    for member in office.directory.roster.holding(office.book.school.task):
        _say(tx, direct(member.id), now)


def _say(tx: Tx, place: str, now: datetime) -> None:
    telling.say(tx, place, f"{_KEY}.{school_date(now)}", NoticeBody("letters", ""), now, Severity.ROUTINE)


def is_about_letters(subject: str) -> bool:
    """Say whether a notice is one of these: it must not lead to another."""
    return subject.startswith(f"{_KEY}.")
