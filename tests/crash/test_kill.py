"""Killed at random moments, and at the worst one. The long runs are `python -m tests.crash.run`."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.crash.run import confirming, kills

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")

SOON = {"lease": 2.0}  # what a dead worker held is taken up again after this, and not after a minute


def test_a_kill_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    count = 6
    verdict, witness = asyncio.run(kills(tmp_path, count, seed=4, enough=2, **SOON))
    assert witness.record.lives == count + 1
    assert verdict.confirmed >= 2 * count
    assert (verdict.lost, verdict.undelivered, verdict.wrong) == (0, 0, ()), verdict.line()
    assert verdict.most_copies <= 3, verdict.line()  # how many on average needs a long run


def test_a_report_sent_again_after_a_death_while_confirming_is_one_case(tmp_path: Path) -> None:
    count = 5
    verdict, _ = asyncio.run(confirming(tmp_path, count, seed=1, **SOON))
    assert verdict.confirmed == count, "every death was followed by the answer to the same event"
    assert (verdict.lost, verdict.undelivered, verdict.wrong) == (0, 0, ()), verdict.line()
