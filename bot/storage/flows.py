"""The sources of every flow version that a talk was ever begun under. Must not know how they are read."""

from bot.storage.tx import Tx


def keep(tx: Tx, digest: str, flow_id: str, source: bytes) -> None:
    """Keep a version of a flow; nothing happens when it is kept already."""
    tx.execute(
        "insert into flow_version (school, digest, flow, source) values (?, ?, ?, ?)"
        " on conflict (school, digest) do nothing",
        (tx.school, digest, flow_id, source),
    )


def source(tx: Tx, digest: str) -> bytes | None:
    """Give the source of a kept version, or None."""
    row = tx.execute("select source from flow_version where school = ? and digest = ?", (tx.school, digest)).fetchone()
    return None if row is None else bytes(row[0])
