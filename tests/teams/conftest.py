"""A tenant and a school in it, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.teams.campus import Campus
from tests.teams.microsoft import FakeTeams
from tests.web.served import Slot


@pytest.fixture
def teams() -> FakeTeams:
    return FakeTeams()


@pytest.fixture
def address(teams: FakeTeams, slot: Slot) -> str:
    slot.app = teams.app()
    return slot.address


@pytest.fixture
def campus(tmp_path: Path, teams: FakeTeams, address: str) -> Iterator[Campus]:
    campus = Campus(tmp_path / "campus", teams, address)
    yield campus
    campus.close()
