"""The school's date is London's, whatever the machine's."""

from datetime import UTC, date, datetime

import pytest

from bot.clock import school_date


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 23, 1, tzinfo=UTC), date(2026, 7, 1)),  # summer time
        (datetime(2026, 11, 20, 23, 59, tzinfo=UTC), date(2026, 11, 20)),
    ],
)
def test_the_date_in_school(now: datetime, day: date) -> None:
    assert school_date(now) == day
