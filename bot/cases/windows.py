"""How far a request, or a lesson announced, may reach: by the school's settings and its calendar. Pure.

A request without a sensible end would leave a site open, and an announcement of a year would mark every alert of it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.cases.hours import is_school_day
from bot.flow.model import Answers, Flow
from bot.settings import School

_AHEAD = timedelta(days=400)  # a school year and the summer: a lesson that is later still is a slip of the pen


@dataclass(frozen=True, slots=True)
class TooFar:
    """A day that is too far away: which question asked for it, why, and the last day that can be chosen."""

    question: str
    why: Literal["ahead", "request", "notice"]
    last: date


def too_far(school: School, flow: Flow, answers: Answers, today: date) -> TooFar | None:
    """Say which day of a flow's window is too far away for this school; None where all is well."""
    if flow.window is None:
        return None
    first, last = (_day(answers, question) for question in (flow.window.first, flow.window.last))
    ahead = today + (school.unblock.longest if flow.procedure == "approval" else _AHEAD)
    if first and first > ahead:
        return TooFar(flow.window.first, "ahead", ahead)
    if last and flow.procedure == "approval" and last > ahead:
        return TooFar(flow.window.last, "request", ahead)
    if first and last and flow.procedure == "notice" and last > (end := _last_of(school, first)):
        return TooFar(flow.window.last, "notice", end)
    return None


def _last_of(school: School, first: date) -> date:
    """Give the last day that a notice may count for which begins on a day: so many school days, both ends included."""
    left, day = school.notice_days, first
    while left > is_school_day(school.hours, day) and day - first < _AHEAD:
        left -= is_school_day(school.hours, day)
        day += timedelta(days=1)
    return day


def _day(answers: Answers, question: str) -> date | None:
    given = answers.get(question, "")
    return date.fromisoformat(given) if isinstance(given, str) and given else None
