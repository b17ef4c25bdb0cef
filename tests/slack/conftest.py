"""A workspace and a school in it, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.slack import listeners, standing
from tests.slack.fake import FakeSlack
from tests.slack.town import Town
from tests.web.served import Slot


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test fail because the machine is busy: who tests that somebody waits too long shortens it."""
    monkeypatch.setattr(listeners, "_PATIENCE", 60.0)
    monkeypatch.setattr(standing, "_PATIENCE", 60.0)


@pytest.fixture
def fake() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
def api(fake: FakeSlack, slot: Slot) -> str:
    slot.app = fake.app()
    return slot.address


@pytest.fixture
def town(tmp_path: Path, fake: FakeSlack, api: str) -> Iterator[Town]:
    town = Town(tmp_path / "town", fake, api)
    yield town
    town.close()
