"""The school's clock: when it is open, and when so many of its minutes have passed. Pure.

'That day' in a policy is a rule about a school day, not a number of hours: what is reported on a Friday afternoon is
looked at before the school closes or on Monday morning, never at four on Saturday.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from bot.clock import LONDON
from bot.settings import Hours

_LEAVING = timedelta(minutes=30)  # before closing time, people are still there to be told
_AT_LEAST = timedelta(minutes=10)


@lru_cache(maxsize=8)
def _bank_holidays(nation: str, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415  (80 ms, and only needed once a deadline is worked out)

    return frozenset(holidays.country_holidays("GB", subdiv=nation, years=year))


def is_school_day(hours: Hours, day: date) -> bool:
    """Say whether anybody is in. Past the last term that the settings know, every working day counts as one."""
    if day.weekday() >= 5 or day in hours.closed or day in _bank_holidays(hours.nation, day.year):
        return False
    if not hours.terms or day > hours.terms[-1].last:
        return True
    return any(term.first <= day <= term.last for term in hours.terms)


def opening(hours: Hours, day: date) -> tuple[datetime, datetime]:
    """Give the moments, in UTC, at which the school opens and closes on a day. Local times, so summer time is right."""
    start = datetime.combine(day, hours.opens, LONDON).astimezone(UTC)
    return start, datetime.combine(day, hours.closes, LONDON).astimezone(UTC)


def is_open(hours: Hours, at: datetime) -> bool:
    """Say whether the school is open at a moment."""
    day = at.astimezone(LONDON).date()
    starts, ends = opening(hours, day)
    return is_school_day(hours, day) and starts <= at < ends


def _open_spans(hours: Hours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = start.astimezone(LONDON).date()
    while True:
        if is_school_day(hours, day):
            starts, ends = opening(hours, day)
            if ends > start:
                yield max(starts, start), ends
        day += timedelta(days=1)


def next_opening(hours: Hours, after: datetime) -> datetime:
    """Give the next moment at which the school opens."""
    return next(starts for starts, _ in _open_spans(hours, after) if starts > after)


def next_midday(hours: Hours, now: datetime) -> datetime:
    """Give the middle of the next day on which the school is open, never today: by then somebody could have come."""
    _, closes = opening(hours, now.astimezone(LONDON).date())
    starts, ends = opening(hours, next_opening(hours, max(now, closes)).astimezone(LONDON).date())
    return starts + (ends - starts) / 2


def later(hours: Hours, start: datetime, after: timedelta) -> datetime:
    """Give the moment at which the school has been open for `after` since `start`."""
    left = after
    for starts, ends in _open_spans(hours, start):
        if starts + left <= ends:
            return starts + left
        left -= ends - starts
    raise AssertionError("the days do not end")


def that_day(hours: Hours, start: datetime, after: timedelta) -> datetime:
    """Give the moment `later` gives, or one before people leave when the school is open now and that is sooner.

    Cantrell, handling incidents: suspected online risks are reported 'that day'; domain/brief.md, school-day clock.
    """
    due = later(hours, start, after)
    if not is_open(hours, start):
        return due
    _, closes = opening(hours, start.astimezone(LONDON).date())
    return min(due, max(closes - _LEAVING, min(start + _AT_LEAST, closes)))
