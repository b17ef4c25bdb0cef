"""What a platform told us that we need to reach it again: where a person or team is written to, what hangs where.

Must not know what any of it means; that is the adapter's. All of it is sealed, since it says who talks to us.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from bot.storage.times import stored
from bot.storage.tx import Tx

Kind = Literal["chat", "team", "card", "person", "standing", "leaving", "link", "stopped"]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[str, bytes]).decode


def _about(surface: str, kind: str, key: bytes) -> str:
    return f"reference {surface} {kind} {key.hex()}"


def put(tx: Tx, surface: str, kind: Kind, key: str, body: bytes, at: datetime) -> None:
    """Keep something, in place of what was kept under the same key."""
    blind = tx.vault.blind(f"reference {surface} {kind} {key}")
    tx.execute(
        "insert into reference (school, surface, kind, key, at, sealed) values (?, ?, ?, ?, ?, ?)"
        " on conflict (school, surface, kind, key) do update set at = excluded.at, sealed = excluded.sealed",
        (
            *(tx.school, surface, kind, blind, stored(at)),
            tx.vault.seal(_encode((key, body)), _about(surface, kind, blind)),
        ),
    )


def drop(tx: Tx, surface: str, kind: Kind, key: str) -> None:
    """Forget what is kept under a key, if anything is."""
    blind = tx.vault.blind(f"reference {surface} {kind} {key}")
    tx.execute(
        "delete from reference where school = ? and surface = ? and kind = ? and key = ?",
        (tx.school, surface, kind, blind),
    )


def clear(tx: Tx, surface: str, kind: Kind) -> None:
    """Forget everything of one kind, also what cannot be read any more."""
    tx.execute("delete from reference where school = ? and surface = ? and kind = ?", (tx.school, surface, kind))


def get(tx: Tx, surface: str, kind: Kind, key: str) -> bytes | None:
    """Give what is kept under a key, or None. Raises Tampered."""
    blind = tx.vault.blind(f"reference {surface} {kind} {key}")
    row = tx.execute(
        "select sealed from reference where school = ? and surface = ? and kind = ? and key = ?",
        (tx.school, surface, kind, blind),
    ).fetchone()
    return None if row is None else _decode(tx.vault.unseal(row[0], _about(surface, kind, blind)))[1]


def every(tx: Tx, surface: str, kind: Kind) -> Iterator[tuple[str, bytes]]:
    """Give everything of one kind, by its key. Raises Tampered."""
    rows = tx.execute(
        "select key, sealed from reference where school = ? and surface = ? and kind = ? order by at, key",
        (tx.school, surface, kind),
    )
    for blind, sealed in rows:
        yield _decode(tx.vault.unseal(sealed, _about(surface, kind, blind)))
