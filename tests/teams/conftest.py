"""A tenant and a school in it, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.teams.campus import Campus
from tests.teams.microsoft import FakeTeams
from tests.web.served import serve


@pytest.fixture
def teams() -> FakeTeams:
    return FakeTeams()


@pytest.fixture
def address(teams: FakeTeams) -> Iterator[str]:
    with serve(lambda _: teams.app()) as address:
        yield address


@pytest.fixture
def campus(tmp_path: Path, teams: FakeTeams, address: str) -> Iterator[Campus]:
    campus = Campus(tmp_path / "campus", teams, address)
    yield campus
    campus.close()
