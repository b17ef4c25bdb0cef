"""The power goes: whatever was written and never synced is gone too. The long run is `python -m tests.crash.run`."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from tests.crash.powercut import Shim
from tests.crash.run import cuts

SOON: dict[str, Any] = {"lease": 2.0, "enough": 3}


@pytest.fixture(autouse=True)
def _possible() -> None:
    if why := Shim.missing():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no power cuts: {why}")
        pytest.skip(f"no power cuts: {why}")


def test_a_power_cut_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    verdict, _ = asyncio.run(cuts(tmp_path, 3, seed=3, **SOON))
    assert verdict.confirmed >= 9
    assert (verdict.lost, verdict.undelivered, verdict.wrong) == (0, 0, ()), verdict.line()


def test_without_syncing_a_power_cut_loses_reports(tmp_path: Path) -> None:
    """The control: a disk that forgets nothing would let the test above pass whatever the store does."""
    verdict, _ = asyncio.run(cuts(tmp_path, 2, seed=3, leak=0, synchronous="off", **SOON))
    assert verdict.lost > 0, verdict.line()
