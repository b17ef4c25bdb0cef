"""What the ladders of all procedures have in common: when the next people are told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.ladder import due_after, elapsed
from bot.cases.model import Plan, Rung
from tests.school import FRIDAY

MINUTE = timedelta(minutes=1)


def ladder(*after: int, patience: int) -> Plan:
    """Give a plan whose rungs are told so many minutes after its beginning."""
    rungs = (Rung(FRIDAY + minutes * MINUTE, frozenset({f"m{minutes}"}), (), minutes * MINUTE) for minutes in after)
    return replace(Plan(tuple(rungs)), patience=patience * MINUTE)


@pytest.mark.parametrize(
    ("plan", "rung", "minutes"),
    [
        (ladder(0, 10, 30, patience=5), 0, 10),
        (ladder(0, 10, 30, patience=5), 1, 30),
        (ladder(0, 10, 30, patience=5), 2, 50),  # the last people have as long as those before them
        (ladder(0, 1, patience=5), 1, 6),  # and never less than the ladder's patience
        (ladder(0, patience=5), 0, 5),
    ],
)
def test_when_whoever_comes_next_is_told(plan: Plan, rung: int, minutes: int) -> None:
    assert due_after(plan, rung, elapsed) - FRIDAY == minutes * MINUTE
