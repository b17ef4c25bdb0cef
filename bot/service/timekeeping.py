"""What happens because time has passed: ladders, deadlines, the daily heartbeat. One job for each timer that is due."""

import logging
from collections import Counter
from datetime import datetime, timedelta
from functools import partial

from bot.cases.hours import is_open, next_opening
from bot.cases.model import Escalate, Expire
from bot.clock import Clock
from bot.flow.model import Severity
from bot.people import Roster
from bot.service import casework, handover, mailing, talking, telling, today
from bot.service.office import Office
from bot.service.retry import wait_before
from bot.service.telling import NoticeBody
from bot.storage import audit, cases, inbox, outbox, questions, timers
from bot.storage.reader import Reader
from bot.storage.timers import Timer
from bot.storage.tx import Tx
from bot.storage.writer import NotStored, Writer
from bot.trace import trace

log = logging.getLogger("beacon.time")

_AT_ONCE = 100
_JUMP = timedelta(seconds=60)
_QUESTIONS_KEPT = timedelta(days=30)  # domain/brief.md 5.1: a question may reveal a concern
_RESENT_WITHIN = timedelta(days=7)  # no platform, and no browser left open, sends an event again later


class Timekeeping:
    """Fires timers: each once, most urgent first, also those that came due while the program was not running."""

    def __init__(self, office: Office, writer: Writer, reader: Reader, clock: Clock) -> None:
        self._office = office
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._seen = (clock.now(), clock.monotonic())
        self._failures = Counter[tuple[str, str, int]]()
        self._handed_over_to: Roster | None = None

    async def once(self) -> int:
        """Fire what is due now and give how many timers that was."""
        await self._watch_the_clock()
        now = self._clock.now()
        await self._hand_over(now)
        due = await self._reader.run(lambda tx: timers.due(tx, now, _AT_ONCE))
        for timer in due:
            await self._fire(timer, now)
        return len(due)

    async def _hand_over(self, now: datetime) -> None:
        """Put what waits before those whose it is now, once the list of people has changed, and at the start."""
        roster = self._office.directory.roster
        if roster is self._handed_over_to:
            return
        for case_id in await self._reader.run(cases.open_ids):
            try:
                await self._writer.run(partial(handover.hand_over, office=self._office, case_id=case_id, now=now))
            except NotStored:
                raise
            except Exception as wrong:  # noqa: BLE001 - one damaged case must not keep the others from their people
                log.error("a case could not be handed over: %s", trace(wrong))
        self._handed_over_to = roster

    async def _fire(self, timer: Timer, now: datetime) -> None:
        """Fire one timer; one that fails is put off, so that it holds up none behind it. Raises NotStored."""
        key = (timer.kind, timer.subject, timer.level)

        def job(tx: Tx) -> None:
            fire(tx, self._office, timer, now)

        try:
            await self._office.policies.meanwhile(self._reader, lambda: self._writer.run(job))
        except NotStored:
            raise
        except Exception as wrong:  # noqa: BLE001 - a defect or a damaged row: logged, and tried again
            log.error("timer %r failed, tried again later: %s", timer.kind, trace(wrong))
            until = now + wait_before(self._failures[key])
            self._failures[key] += 1
            await self._writer.run(lambda tx: timers.put_off(tx, timer, until))
        else:
            self._failures.pop(key, None)

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
    """Set the timer of the heartbeat, when the program starts; one that came due while it did not run is kept."""
    opening = next_opening(office.book.school.hours, now)
    timers.put(tx, "heartbeat", "", 0, opening, int(Severity.ROUTINE), keep=True)


def _beat(tx: Tx, office: Office, now: datetime) -> None:
    """Show each school morning that Beacon works, and put the head of the audit chain outside the store.

    A chain cut off or written anew, keys and all, is found only by a head that somebody else keeps (reliability.md).
    """
    head = ":".join(str(part) for part in audit.head(tx))
    place = outbox.channel(office.book.school.channel)
    body = NoticeBody("heartbeat", head)
    telling.say(tx, place, f"heartbeat.{now.date()}", body, now, Severity.ROUTINE)
    inbox.forget_before(tx, now - _RESENT_WITHIN)
    questions.forget_before(tx, now - _QUESTIONS_KEPT)
    begin(tx, office, now)


def fire(tx: Tx, office: Office, timer: Timer, now: datetime) -> None:
    """Do what one timer is for, unless it was stopped or set anew meanwhile."""
    if not timers.done(tx, timer):
        return
    match timer.kind:
        case "talk":
            talking.pass_time(tx, office, timer.subject, now)
        case "escalate":
            casework.pass_time(tx, office, timer.subject, Escalate(timer.level), now)
        case "expire" if not is_open(office.book.school.hours, now):  # at midnight there is nobody to see to it
            opening = next_opening(office.book.school.hours, now)
            timers.put(tx, timer.kind, timer.subject, timer.level, opening, timer.rank)
        case "expire":
            casework.pass_time(tx, office, timer.subject, Expire(), now)
        case "decide":
            case = cases.by_id(tx, timer.subject)
            if case is not None:
                casework.pass_time(tx, office, case.id, today.overdue(tx, office, case, now), now)
        case "undelivered":
            case = cases.by_id(tx, timer.subject)
            if case is not None and case.status == "open":
                mailing.unreached(tx, office, case, case.told, now)
                if telling.delivered_at(tx, case) is None:
                    audit.append(tx, now, "late", case.id, "")
                    telling.inform(tx, case, "undelivered", now)
        case "talked":
            case = cases.by_id(tx, timer.subject)
            if case is not None:
                telling.inform(tx, case, "talked", now, flow="talked")
        case "recognised":
            casework.recognise(tx, office, timer.subject, now)
        case "heartbeat":
            _beat(tx, office, now)
        case _:
            raise ValueError(f"no timer is called {timer.kind!r}")
