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

    `due` gathers the tables ("outbox", "timer") that have new things to come back to, for the loops that wait for them.
    """

    db: Database
    vault: Vault
    school: str
    due: set[str] = field(default_factory=set)

    def execute(self, sql: str, params: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Run fixed SQL; values only ever as parameters. Raises sqlite3.Error."""
        return self.db.conn.execute(sql, params)
