"""Which events have been dealt with. Must not know what they said.

A resend is answered from the present state of the talk it belonged to: a pointer is kept and not the reply, which is
the same answer from less personal data.
"""

from datetime import datetime

from bot.storage.times import stored
from bot.storage.tx import Tx


def _key(tx: Tx, surface: str, event: str) -> bytes:
    # A platform's event id may name a conversation; and a short key keeps more events on the page a turn rewrites.
    return tx.vault.blind(f"event {surface}\0{event}")


def seen(tx: Tx, surface: str, event: str) -> str | None:
    """Give the talk that a platform's event belonged to ("" for none), or None for an event that is new."""
    row = tx.execute(
        "select talk from inbox where school = ? and event = ?", (tx.school, _key(tx, surface, event))
    ).fetchone()
    return None if row is None else str(row[0])


def note(tx: Tx, surface: str, event: str, at: datetime, talk: str) -> None:
    """Note that an event has been dealt with. Raises sqlite3.IntegrityError for one that was noted before."""
    tx.execute(
        "insert into inbox (school, event, at, talk) values (?, ?, ?, ?)",
        (tx.school, _key(tx, surface, event), stored(at), talk),
    )


def forget_before(tx: Tx, at: datetime) -> int:
    """Forget events that no platform will send again; give how many."""
    return tx.execute("delete from inbox where school = ? and at < ?", (tx.school, stored(at))).rowcount
