"""Opening the store's file, for the writer and for readers. Must not know what is in its tables."""

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from bot.storage.schema import VERSION, migrations

APPLICATION = 0x42454143  # "BEAC": marks a file as ours
_BUSY_SECONDS = 5.0
_STATEMENTS = 256  # prepared statements kept; the program has fewer

# FULL: with NORMAL a power cut loses reports that were confirmed (reliability.md). secure_delete: without it deleted
# bodies stay readable in the file. Temporary tables stay in memory, where they cannot leak to a disk.
_PRAGMAS = (
    "synchronous = full",
    "secure_delete = on",
    "trusted_schema = off",
    "foreign_keys = on",
    "temp_store = memory",
    "cache_size = -16000",
    "wal_autocheckpoint = 2000",
    "journal_size_limit = 33554432",
)


class Unusable(Exception):
    """The file cannot serve as the store; the message says why in words for whoever runs the program."""


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    try:
        conn = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS,
        )
    except sqlite3.Error as wrong:
        raise Unusable(f"{path} cannot be opened: {wrong}") from wrong
    return conn


def _pragma(conn: sqlite3.Connection, name: str) -> object:
    return conn.execute(f"pragma {name}").fetchone()[0]


def _check(conn: sqlite3.Connection, path: Path) -> bool:
    """Say whether the file is one of ours (True) or still empty (False). Raises Unusable for any other."""
    if _pragma(conn, "application_id") != APPLICATION:
        if conn.execute("select count(*) from sqlite_master").fetchone()[0]:
            raise Unusable(f"{path} is a database of another program")
        return False
    version = _pragma(conn, "user_version")
    if not isinstance(version, int) or version > VERSION:
        raise Unusable(f"{path} was written by a newer version of this program: upgrade the program first")
    return True


def open_writer(path: Path) -> Database:
    """Open the store for writing, making or upgrading its tables. Raises Unusable."""
    try:
        path.touch(0o600)
    except OSError as wrong:
        raise Unusable(f"{path} cannot be opened: {wrong.strerror}") from wrong
    conn = _connect(path, "rw")
    try:
        _check(conn, path)
        if _pragma(conn, "journal_mode = wal") != "wal":
            raise Unusable(f"{path} lies where a write-ahead log is impossible, such as a network drive")
        for pragma in _PRAGMAS:
            conn.execute(f"pragma {pragma}")
        db = Database(conn, execute_plugins=False)
        _upgrade(db, path)
    except sqlite3.Error as wrong:
        conn.close()
        raise Unusable(f"{path} cannot be used: {wrong}") from wrong
    except Unusable:
        conn.close()
        raise
    return db


def _upgrade(db: Database, path: Path) -> None:
    # sqlite-utils would begin a deferred transaction of its own; inside ours it only sets savepoints.
    db.execute("begin immediate")
    try:
        _check(db.conn, path)  # again, now that nobody else can be upgrading it
        migrations.apply(db)
        db.execute(f"pragma application_id = {APPLICATION}")
        db.execute(f"pragma user_version = {VERSION}")
        db.execute("commit")
    except BaseException:
        db.rollback()
        raise


def open_reader(path: Path) -> Database:
    """Open the store for reading only. Raises Unusable, also for a store that was not made yet."""
    conn = _connect(path, "ro")
    try:
        if not _check(conn, path):
            raise Unusable(f"{path} is empty: nothing was stored yet")
        for pragma in ("query_only = on", "trusted_schema = off", "temp_store = memory", "cache_size = -8000"):
            conn.execute(f"pragma {pragma}")
    except sqlite3.Error as wrong:
        conn.close()
        raise Unusable(f"{path} cannot be used: {wrong}") from wrong
    except Unusable:
        conn.close()
        raise
    return Database(conn, execute_plugins=False)
