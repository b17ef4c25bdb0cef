"""The index: which passages share words with a question, by SQLite's FTS5 in memory. Must not know how they are ranked.

In memory and not in the store, because it is built from nothing but the policies in force (a retired clause cannot
linger in it), a few seconds build it, and it then needs neither a migration nor the writer.
"""

import sqlite3
from collections.abc import Collection, Iterable

import sqlite_utils

_TABLE = "passage"


class Index:
    """Rows of tokens. Rows count from 0."""

    def __init__(self, rows: Iterable[Iterable[str]]) -> None:
        # Questions are asked on whichever thread has one, one at a time.
        self._db = sqlite_utils.Database(sqlite3.connect(":memory:", check_same_thread=False), execute_plugins=False)
        # Tokens arrive as stems, and a concept as "#phone", so nothing is left to the tokenizer but to part them.
        self._db.execute(
            f"create virtual table {_TABLE} using fts5(tokens, content='', tokenize=\"unicode61 tokenchars '_#'\")"
        )
        with self._db.conn:
            self._db.conn.executemany(
                f"insert into {_TABLE} (rowid, tokens) values (?, ?)",  # noqa: S608
                ((number, " ".join(tokens)) for number, tokens in enumerate(rows)),
            )

    def near(self, tokens: Collection[str], limit: int) -> list[int]:
        """Give at most `limit` rows that hold any of the tokens, the likeliest first by bm25."""
        if not tokens:
            return []
        query = " OR ".join(f'"{token}"' for token in tokens)  # quoted, so that none of them is an operator
        found = self._db.execute(
            f"select rowid from {_TABLE} where {_TABLE} match ? order by rank limit ?",  # noqa: S608
            [query, limit],
        )
        return [int(row[0]) for row in found]
