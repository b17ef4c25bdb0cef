"""What a job gets while its transaction is open. Must not know how transactions begin or end."""

import sqlite3
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from bot.storage.vault import Vault


class Conflict(Exception):
    """What was to be stored no longer fits what is stored: somebody else was there first."""


@dataclass(frozen=True, slots=True)
class Tx:
    """An open transaction of one school. Good only inside the job it was given to.

    `due` gathers the tables ("outbox", "timer") that have new things to come back to, each with the earliest moment
    at which there is one (as the store keeps moments), for the loops that wait for them.
    """

    db: Database
    vault: Vault
    school: str
    due: dict[str, int] = field(default_factory=dict)

    def execute(self, sql: str, params: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Run fixed SQL; values only ever as parameters. Raises sqlite3.Error."""
        return self.db.conn.execute(sql, params)

    def come_back(self, table: str, at: int) -> None:
        """Note that there is something in a table to come back to at a moment, as the store keeps moments."""
        self.due[table] = min(at, self.due.get(table, at))
