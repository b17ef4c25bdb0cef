"""Opening files: ours, empty, foreign, newer, broken."""

import sqlite3
from pathlib import Path

import pytest

from bot.storage.database import Unusable, open_reader, open_writer
from bot.storage.reader import Reader
from bot.storage.schema import VERSION, migrations
from bot.storage.vault import Vault
from bot.storage.writer import Writer

from .conftest import Run

TABLES = """school member identity flow_version talk inbox case_file case_told case_revision action timer outbox audit
    web_post policy passage question reference"""


def test_an_empty_file_gets_every_table_strict_and_with_a_school(path: Path) -> None:
    db = open_writer(path)
    tables = {row[1]: row[5] for row in db.execute("pragma table_list") if not row[1].startswith(("sqlite_", "_"))}
    assert set(tables) == set(TABLES.split())
    assert set(tables.values()) == {1}
    for table in tables:
        assert "school" in {row[1] for row in db.execute(f"pragma table_info({table})")}
    db.close()


def test_migrations_run_once_and_opening_again_changes_nothing(path: Path) -> None:
    def schema() -> list[tuple[str]]:
        db = open_writer(path)
        rows = db.execute("select sql from sqlite_master order by name").fetchall()
        applied = [m.name for m in migrations.applied(db)]
        db.close()
        assert len(applied) == VERSION
        return rows

    assert schema() == schema()


def test_a_migration_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(migrations._migrations[-1], "fn", broken)
    with pytest.raises(Unusable):
        open_writer(path)
    monkeypatch.undo()
    conn = sqlite3.connect(path)
    assert conn.execute("select count(*) from sqlite_master").fetchone()[0] == 0
    conn.close()
    open_writer(path).close()


def test_the_promises_about_the_disk_are_kept(path: Path) -> None:
    db = open_writer(path)
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "trusted_schema": 0, "foreign_keys": 1}
    found = {name: db.execute(f"pragma {name}").fetchone()[0] for name in wanted}
    assert found == wanted
    db.close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    conn = sqlite3.connect(path)
    conn.execute("create table theirs (a)")
    conn.close()
    before = path.read_bytes()
    for opens in (open_writer, open_reader):
        with pytest.raises(Unusable, match="another program"):
            opens(path)
    assert path.read_bytes() == before


def test_a_newer_file_is_refused(path: Path) -> None:
    db = open_writer(path)
    db.execute(f"pragma user_version = {VERSION + 1}")
    db.close()
    for opens in (open_writer, open_reader):
        with pytest.raises(Unusable, match="newer"):
            opens(path)


def test_rubbish_and_missing_folders_are_refused(path: Path) -> None:
    path.write_bytes(b"not a database at all, whatever its name says" * 100)
    for opens in (open_writer, open_reader):
        with pytest.raises(Unusable, match="not a database"):
            opens(path)
        with pytest.raises(Unusable, match="cannot be opened"):
            opens(path.parent / "nowhere" / "beacon.db")


def test_a_reader_refuses_to_write_and_an_empty_store(path: Path, writer: Writer, vault: Vault, tmp_path: Path) -> None:
    reader = Reader(path, vault, "hill")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.run_now(lambda tx: tx.execute("delete from timer"))
    reader.close()
    (tmp_path / "empty.db").touch()
    with pytest.raises(Unusable, match="nothing was stored"):
        open_reader(tmp_path / "empty.db")


def test_audit_revisions_and_actions_are_append_only(run: Run) -> None:
    for table in ("audit", "case_revision", "action"):
        triggers = run(
            lambda tx, t=table: tx.execute(  # type: ignore[misc]
                "select count(*) from sqlite_master where type = 'trigger' and tbl_name = ?", (t,)
            ).fetchone()[0]
        )
        assert triggers == 2
