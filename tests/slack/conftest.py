"""A workspace and a school in it, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.slack.fake import FakeSlack
from tests.slack.town import Town
from tests.web.served import serve


@pytest.fixture
def fake() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
def api(fake: FakeSlack) -> Iterator[str]:
    with serve(lambda _: fake.app()) as address:
        yield address


@pytest.fixture
def town(tmp_path: Path, fake: FakeSlack, api: str) -> Iterator[Town]:
    town = Town(tmp_path / "town", fake, api)
    yield town
    town.close()
