"""The school's clock: a table of awkward moments, then any moment at all."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.hours import is_open, is_school_day, later, next_opening, opening, that_day
from bot.clock import LONDON
from bot.settings import Hours, Term
from tests.school import larkfield

HOURS = larkfield().school.hours  # 08:00 to 16:00
# A year in which both changes of the clock fall into a term, and the bank holidays of May
LONG = Hours(time(8), time(16), (Term(date(2026, 1, 5), date(2026, 12, 18)),), frozenset())


def london(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)


def shown(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("hours", "start", "minutes", "due"),
    [
        (HOURS, "2026-11-20 10:40", 30, "2026-11-20 11:10"),
        (HOURS, "2026-11-20 10:40", 0, "2026-11-20 10:40"),
        (HOURS, "2026-11-20 15:20", 30, "2026-11-20 15:50"),  # Friday
        (HOURS, "2026-11-20 15:20", 40, "2026-11-20 16:00"),
        (HOURS, "2026-11-20 15:20", 60, "2026-11-23 08:20"),  # and over the weekend
        (HOURS, "2026-11-20 16:00", 30, "2026-11-23 08:30"),
        (HOURS, "2026-11-21 12:00", 30, "2026-11-23 08:30"),  # Saturday
        (HOURS, "2026-11-20 07:00", 30, "2026-11-20 08:30"),
        (HOURS, "2026-12-18 15:50", 30, "2027-01-05 08:20"),  # last day of term; 4 January is an INSET day
        (HOURS, "2026-10-23 15:45", 30, "2026-11-03 08:15"),  # half-term and an INSET day
        (HOURS, "2026-10-28 10:00", 30, "2026-11-03 08:30"),
        (HOURS, "2026-11-20 10:40", 8 * 60, "2026-11-23 10:40"),
        (LONG, "2026-05-01 15:50", 30, "2026-05-05 08:20"),  # the bank holiday of early May
        (LONG, "2026-05-04 10:00", 30, "2026-05-05 08:30"),
        (LONG, "2026-04-02 15:50", 30, "2026-04-07 08:20"),  # Good Friday and Easter Monday
        (LONG, "2026-03-27 15:50", 30, "2026-03-30 08:20"),  # summer time begins on Sunday the 29th
        (LONG, "2026-10-23 15:50", 30, "2026-10-26 08:20"),  # and ends on Sunday the 25th
        (HOURS, "2028-07-20 10:00", 30, "2028-07-21 08:30"),  # the last INSET day; beyond the last term: working days
        (HOURS, "2028-12-22 15:50", 30, "2028-12-27 08:20"),
    ],
)
def test_later(hours: Hours, start: str, minutes: int, due: str) -> None:
    assert shown(later(hours, london(start), timedelta(minutes=minutes))) == due


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-20 10:40", 120, "2026-11-20 12:40"),
        ("2026-11-20 13:40", 120, "2026-11-20 15:30"),  # before people leave
        ("2026-11-20 15:20", 120, "2026-11-20 15:30"),
        ("2026-11-20 15:25", 120, "2026-11-20 15:35"),  # at least ten minutes
        ("2026-11-20 15:55", 120, "2026-11-20 16:00"),
        ("2026-11-20 15:55", 2, "2026-11-20 15:57"),
        ("2026-11-20 16:00", 120, "2026-11-23 10:00"),  # closed: nobody is there to be told that day
        ("2026-11-20 07:00", 120, "2026-11-20 10:00"),
        ("2026-12-18 15:20", 240, "2026-12-18 15:30"),  # last day of term
    ],
)
def test_that_day(start: str, minutes: int, due: str) -> None:
    assert shown(that_day(HOURS, london(start), timedelta(minutes=minutes))) == due


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        ("2026-11-20 07:59", False),
        ("2026-11-20 08:00", True),
        ("2026-11-20 15:59", True),
        ("2026-11-20 16:00", False),
        ("2026-11-21 10:00", False),
        ("2026-11-02 10:00", False),  # INSET
        ("2026-10-26 10:00", False),  # half-term
        ("2026-12-25 10:00", False),
    ],
)
def test_open(at: str, open_: bool) -> None:
    assert is_open(HOURS, london(at)) is open_


@pytest.mark.parametrize(("day", "utc"), [(date(2026, 3, 27), 8), (date(2026, 3, 30), 7), (date(2026, 10, 26), 8)])
def test_the_school_opens_by_its_own_clock(day: date, utc: int) -> None:
    assert opening(LONG, day)[0] == datetime(day.year, day.month, day.day, utc, tzinfo=UTC)


@pytest.mark.parametrize(("nation", "open_"), [("ENG", True), ("SCT", False)])
def test_the_nations_have_their_own_holidays(nation: str, open_: bool) -> None:
    hours = Hours(time(8), time(16), (), frozenset(), nation)  # type: ignore[arg-type]
    assert is_school_day(hours, date(2026, 11, 30)) is open_  # St Andrew's Day


def test_the_next_opening() -> None:
    assert shown(next_opening(HOURS, london("2026-11-20 07:00"))) == "2026-11-20 08:00"
    assert shown(next_opening(HOURS, london("2026-11-20 08:00"))) == "2026-11-23 08:00"


MOMENTS = st.datetimes(datetime(2026, 8, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
WAITS = st.timedeltas(timedelta(), timedelta(hours=20))


def inside(at: datetime) -> bool:
    """Say whether the school is open at a moment, or closes at it."""
    day = at.astimezone(LONDON).date()
    starts, ends = opening(HOURS, day)
    return is_school_day(HOURS, day) and starts <= at <= ends


@given(MOMENTS, WAITS)
def test_later_is_ahead_and_inside_school_hours(start: datetime, after: timedelta) -> None:
    due = later(HOURS, start, after)
    assert due >= start
    assert due - start >= after
    assert inside(due)


@given(MOMENTS, WAITS)
def test_that_day_is_ahead_inside_school_hours_and_never_later_than_later(start: datetime, after: timedelta) -> None:
    due = that_day(HOURS, start, after)
    assert start <= due <= later(HOURS, start, after)
    assert inside(due)
    if is_open(HOURS, start):
        assert due <= max(opening(HOURS, start.astimezone(LONDON).date())[1], start)


@given(MOMENTS, WAITS, WAITS)
def test_waiting_longer_is_never_sooner(start: datetime, one: timedelta, other: timedelta) -> None:
    short, long = sorted((one, other))
    assert later(HOURS, start, short) <= later(HOURS, start, long)
    assert that_day(HOURS, start, short) <= that_day(HOURS, start, long)


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=9)), WAITS)
def test_starting_later_is_never_sooner(start: datetime, more: timedelta, after: timedelta) -> None:
    assert later(HOURS, start, after) <= later(HOURS, start + more, after)


@given(MOMENTS, WAITS, WAITS)
def test_waits_add_up(start: datetime, one: timedelta, other: timedelta) -> None:
    assert later(HOURS, later(HOURS, start, one), other) <= later(HOURS, start, one + other)
