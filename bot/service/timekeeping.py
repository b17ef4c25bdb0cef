"""What happens because time has passed: ladders, deadlines, the daily heartbeat. One job for each timer that is due."""

import logging
from datetime import datetime, timedelta

from bot.cases.hours import next_opening
from bot.cases.model import Escalate, Overdue
from bot.clock import Clock
from bot.flow.model import Severity
from bot.service import casework, talking
from bot.service.casework import NoticeBody
from bot.service.office import Office
from bot.storage import audit, cases, inbox, outbox, timers
from bot.storage.reader import Reader
from bot.storage.timers import Timer
from bot.storage.tx import Tx
from bot.storage.writer import Writer

log = logging.getLogger("beacon.time")

_AT_ONCE = 100
_JUMP = timedelta(seconds=60)
_RESENT_WITHIN = timedelta(days=7)  # no platform, and no browser left open, sends an event again later


class Timekeeping:
    """Fires timers: each once, most urgent first, also those that came due while the program was not running."""

    def __init__(self, office: Office, writer: Writer, reader: Reader, clock: Clock) -> None:
        self._office = office
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._seen = (clock.now(), clock.monotonic())

    async def once(self) -> int:
        """Fire what is due now and give how many timers that was."""
        await self._watch_the_clock()
        now = self._clock.now()
        due = await self._reader.run(lambda tx: timers.due(tx, now, _AT_ONCE))
        failures: list[Exception] = []
        for timer in due:
            try:
                await self._writer.run(lambda tx, timer=timer: fire(tx, self._office, timer, now))  # type: ignore[misc]
            except Exception as wrong:  # noqa: BLE001 - raised below; one timer must not hold up those behind it
                failures.append(wrong)
        if failures:
            raise failures[0]
        return len(due)

    async def next_due(self) -> datetime | None:
        """Give when the next timer is due."""
        return await self._reader.run(timers.next_due)

    async def _watch_the_clock(self) -> None:
        """Record a wall clock that jumped. Timers are compared with it anew each time, so none is skipped."""
        wall, steady = self._clock.now(), self._clock.monotonic()
        jump = (wall - self._seen[0]) - timedelta(seconds=steady - self._seen[1])
        self._seen = (wall, steady)
        if abs(jump) > _JUMP:
            log.warning("the clock jumped by %d seconds", jump.total_seconds())
            await self._writer.run(lambda tx: audit.append(tx, wall, "clock_jumped", "", ""))


def begin(tx: Tx, office: Office, now: datetime) -> None:
    """Set the timer of the heartbeat, when the program starts."""
    timers.put(tx, "heartbeat", "", 0, next_opening(office.book.school.hours, now), int(Severity.ROUTINE))


def _beat(tx: Tx, office: Office, now: datetime) -> None:
    """Show each school morning that Beacon works, and put the head of the audit chain outside the store.

    A chain cut off or written anew, keys and all, is found only by a head that somebody else keeps (reliability.md).
    """
    head = ":".join(str(part) for part in audit.head(tx))
    place = casework.channel(office.book.school.channel)
    body = NoticeBody("heartbeat", head)
    casework.say(tx, place, f"heartbeat.{now.date()}", body, now, Severity.ROUTINE)
    inbox.forget_before(tx, now - _RESENT_WITHIN)
    begin(tx, office, now)


def fire(tx: Tx, office: Office, timer: Timer, now: datetime) -> None:
    """Do what one timer is for, unless it was stopped or set anew meanwhile."""
    if not timers.done(tx, timer):
        return
    match timer.kind:
        case "talk":
            talking.pass_time(tx, office, timer.subject, now)
        case "escalate":
            casework.pass_time(tx, timer.subject, Escalate(timer.level), now)
        case "decide":
            case = cases.by_id(tx, timer.subject)
            if case is not None:
                again = casework.decide_due(office, case.severity, now)
                casework.pass_time(tx, timer.subject, Overdue(again), now)
        case "undelivered":
            case = cases.by_id(tx, timer.subject)
            if case is not None and case.status == "open" and outbox.first_sent(tx, case.id) is None:
                audit.append(tx, now, "late", case.id, "")
                casework.inform(tx, case, "undelivered", now)
        case "talked":
            case = cases.by_id(tx, timer.subject)
            if case is not None:
                casework.inform(tx, case, "talked", now)
        case "heartbeat":
            _beat(tx, office, now)
        case _:
            raise ValueError(f"no timer is called {timer.kind!r}")
