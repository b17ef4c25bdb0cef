"""E-mail without content: who is written to, when, and what it says. Knows no mail server, and no platform.

It is for when everything else is too quiet: nobody takes an alert, or no card reaches those who are to take it. It
leaves the school's platforms and can be read by anybody on the way, so it says only that something waits. Everybody is
written to once for as long as a case waits; when its clocks stop, what has not been written is not needed any more.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

import msgspec

from bot.cases.access import may_open
from bot.cases.ladder import is_waiting
from bot.cases.model import Case
from bot.clock import school_date
from bot.flow.model import Severity
from bot.people import Member, Role
from bot.prompt import Notice
from bot.service.office import Office
from bot.storage import outbox
from bot.storage.outbox import channel, direct
from bot.storage.tx import Tx

log = logging.getLogger("beacon.mail")

SURFACE = "mail"
_MEND, _KNOW = (Role.IT,), (Role.DSL, Role.DEPUTY)


class _Stopped(msgspec.Struct, frozen=True):
    """What a mail says that is about no case: a platform that has stopped, by its name."""

    platform: str


def is_on(office: Office) -> bool:
    """Say whether the school has a mailbox to write from."""
    return bool(office.book.school.teams.on and office.book.school.teams.mail)


def climbed(tx: Tx, office: Office, case: Case, now: datetime) -> None:
    """Nobody took an alert in time: write to everybody who is to act on it, those who were just told included."""
    _write(tx, office, case, case.told, now)


def unreached(tx: Tx, office: Office, case: Case, people: Iterable[str], now: datetime) -> None:
    """Write to those of some people whom no card about an alert has reached yet, in their own chat or in a channel."""
    shown = outbox.shown(tx, case.id)
    reading = case.plan.readers if channel(case.plan.channel) in shown else frozenset[str]()
    _write(tx, office, case, (p for p in people if direct(p) not in shown and p not in reading), now)


def stopped(tx: Tx, office: Office, platform: str, now: datetime) -> None:
    """Write to IT, who can mend it, and to the DSLs, who are to know that a platform takes nothing from Beacon now.

    `platform` is its name as people know it, "Slack". Once a day each; nothing where the school has no mailbox.
    """
    if not is_on(office):
        return
    for member in office.directory.roster.holding((*_MEND, *_KNOW)):
        if member.email:
            subject, body = f"stopped-{platform.casefold()}.{school_date(now)}", msgspec.json.encode(_Stopped(platform))
            outbox.want(tx, direct(member.id), "mail", subject, 1, now, body, int(Severity.HIGH))


def letter(office: Office, case: Case | None, person: str, body: bytes) -> Notice | None:
    """Give a mail as it is to be sent now, its subject as the title; None when it is not needed any more."""
    words = office.book.words
    if body:
        platform = msgspec.json.decode(body, type=_Stopped).platform
        told = (words.say("mail-stopped", platform=platform), words.say("mail-stopped-do"))
        return Notice(told, words.say("mail-stopped-subject", platform=platform))
    member = office.directory.roster.get(person)
    if case is None or member is None or not _acts(case, member):
        return None
    severity = words.say(f"severity-{case.severity.word}")
    waiting = words.say("mail-waiting", reference=case.ref, severity=severity)
    lines = (waiting, words.say("mail-waiting-do"), words.say("mail-no-content"))
    return Notice(lines, words.say("mail-waiting-subject", reference=case.ref, severity=severity))


def _write(tx: Tx, office: Office, case: Case, people: Iterable[str], now: datetime) -> None:
    if not is_on(office):
        return
    for member in office.directory.roster.among(people):
        if not _acts(case, member):
            continue
        if member.email:
            outbox.want(tx, direct(member.id), "mail", case.id, 1, now, b"", int(case.severity))
        else:
            log.error("somebody who is to act has no e-mail address: `beacon doctor teams` says who")


def _acts(case: Case, member: Member) -> bool:
    """Say whether somebody is to act on a case now: never whom it is about, nor who reported it."""
    waits = case.procedure == "alert" and is_waiting(case)
    return waits and member.id != case.reporter and may_open(case, member)
