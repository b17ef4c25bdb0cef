"""What a platform told us: kept, replaced and forgotten by its key, apart from other platforms, and sealed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage import references
from bot.storage.tx import Tx
from bot.storage.vault import Tampered
from tests.school import School

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def keep(school: School, kind: references.Kind, key: str, body: bytes, surface: str = "teams") -> None:
    school.run(lambda tx: references.put(tx, surface, kind, key, body, AT))


def kept(school: School, kind: references.Kind, surface: str = "teams") -> dict[str, bytes]:
    return school.read(lambda tx: dict(references.every(tx, surface, kind)))


def test_the_last_that_was_kept_under_a_key_is_given(school: School) -> None:
    keep(school, "chat", "a", b"1")
    keep(school, "chat", "b", b"2")
    keep(school, "chat", "a", b"3")
    assert kept(school, "chat") == {"a": b"3", "b": b"2"}
    assert school.read(lambda tx: references.get(tx, "teams", "chat", "a")) == b"3"
    assert school.read(lambda tx: references.get(tx, "teams", "chat", "c")) is None


def test_what_is_forgotten_is_gone_and_nothing_else_is(school: School) -> None:
    keep(school, "chat", "a", b"1")
    keep(school, "team", "a", b"2")
    keep(school, "chat", "a", b"3", surface="other")
    school.run(lambda tx: references.drop(tx, "teams", "chat", "a"))
    assert (kept(school, "chat"), kept(school, "team"), kept(school, "chat", "other")) == ({}, {"a": b"2"}, {"a": b"3"})


def test_it_is_there_after_a_restart(school: School) -> None:
    keep(school, "chat", "a", b"1")
    school.reopen()
    assert kept(school, "chat") == {"a": b"1"}


def test_nothing_of_it_can_be_read_in_the_file(school: School) -> None:
    keep(school, "chat", "29:somebody", b"https://connector.example")
    files = b"".join(path.read_bytes() for path in Path(school.folder).glob("beacon.db*"))
    assert b"connector.example" not in files
    assert b"29:somebody" not in files


def test_what_was_moved_to_another_key_is_refused(school: School) -> None:
    keep(school, "chat", "a", b"1")
    keep(school, "chat", "b", b"2")

    def swap(tx: Tx) -> None:
        tx.execute("update reference set sealed = (select max(sealed) from reference)")

    school.run(swap)
    with pytest.raises(Tampered):
        kept(school, "chat")
