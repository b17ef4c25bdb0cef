"""The time, passed in wherever it matters so that tests can move it."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def school_date(now: datetime) -> date:
    """Give the date it is in school at an aware moment."""
    return now.astimezone(LONDON).date()


class Clock(Protocol):
    """Where the core gets the time from."""

    def now(self) -> datetime:
        """Give the present moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Give seconds that never step back, for noticing that the wall clock did."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Give the present moment in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Give the machine's monotonic seconds."""
        return time.monotonic()


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._seconds = 0.0

    def now(self) -> datetime:
        """Give the moment this clock was last set to."""
        return self._now

    def monotonic(self) -> float:
        """Give the seconds it has been moved forward so far."""
        return self._seconds

    def forward(self, by: timedelta) -> None:
        """Let time pass, on both faces of the clock."""
        self._now += by
        self._seconds += by.total_seconds()
