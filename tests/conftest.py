"""What several folders of tests share: the made-up school, and the switch that rewrites golden conversations."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import thrift
from tests.school import School
from tests.web.served import Slot, serve


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden conversations as they are now")
    parser.addoption("--pictures", type=Path, help="a folder to keep a picture of every page in that a browser checks")


def pytest_configure() -> None:
    thrift.begin()


@pytest.fixture
def new_school(tmp_path: Path) -> Iterator[Callable[..., School]]:
    """Give a maker of schools, each in a folder of its own."""
    made: list[School] = []

    def make(**facts: object) -> School:
        made.append(School(tmp_path / f"school{len(made)}", **facts))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for school in made:
        school.close()


@pytest.fixture
def school(new_school: Callable[..., School]) -> School:
    """Give the made-up school on an ordinary Friday morning."""
    return new_school()


@pytest.fixture(scope="session")
def slot() -> Iterator[Slot]:
    """Give the one server of tests that need no server of their own."""
    slots: list[Slot] = []

    def make(port: int) -> Slot:
        slots.append(Slot(port))
        return slots[0]

    with serve(make):
        yield slots[0]
