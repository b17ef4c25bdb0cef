"""A real store in a temporary file for every test."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from bot.cases.model import Case, Plan
from bot.flow.model import Severity, Subject
from bot.storage.tx import Tx
from bot.storage.vault import Vault
from bot.storage.writer import Writer

T = TypeVar("T")
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


class Run(Protocol):
    def __call__(self, fn: Callable[[Tx], T]) -> T: ...


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "beacon.db"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.create(tmp_path / "school.keys")


@pytest.fixture
def writer(path: Path, vault: Vault) -> Iterator[Writer]:
    writer = Writer(path, vault, "hill")
    yield writer
    writer.close()


@pytest.fixture
def run(writer: Writer) -> Run:
    return writer.run_now


@pytest.fixture
def a_case() -> Callable[..., Case]:
    def make(n: int = 1, **changes: object) -> Case:
        facts: dict[str, object] = {
            "id": f"case{n}",
            "ref": f"REF{n:03}",
            "flow": "concern",
            "digest": "d1",
            "summary": "Concern",
            "severity": Severity.HIGH,
            "reached": Severity.HIGH,
            "subject": Subject.CHILD,
            "reporter": "teacher1",
            "reported_at": AT,
            "plan": Plan(()),
            "told": frozenset({"dsl"}),
        }
        return Case(**{**facts, **changes})  # type: ignore[arg-type]

    return make
