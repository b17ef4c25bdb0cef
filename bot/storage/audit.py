"""The audit chain: what was done, when and by whom, each row bound to the one before. Must not know any words.

HMAC with a key outside the database finds edits, deletions, reordering and inserted rows. Rows cut off the end, or a
chain written anew with the key, are found only against a head that was recorded elsewhere, which is why it is sent out.
"""

from datetime import datetime

import msgspec

from bot.storage.times import stored
from bot.storage.tx import Tx

_START = bytes(32)
_REPORTED = 100  # problems: a rewritten chain would list every row

_pack = msgspec.json.Encoder().encode  # a list of plain values, so that no two different rows pack alike


def append(tx: Tx, at: datetime, kind: str, subject: str, person: str, detail: bytes = b"") -> None:
    """Add a row. `subject` is an opaque id, `person` is kept as a blind index, `detail` is a digest if anything."""
    seq, mac = _last(tx)
    row = (seq + 1, stored(at), kind, subject, tx.vault.blind_person(person), detail)
    mac = tx.vault.audit_mac(mac + _pack((tx.school, *row)))
    tx.execute("insert into audit values (?, ?, ?, ?, ?, ?, ?, ?)", (tx.school, *row, mac))


def _last(tx: Tx) -> tuple[int, bytes]:
    # Read each time and never remembered: then a rollback cannot leave a wrong head behind.
    row = tx.execute("select seq, mac from audit where school = ? order by seq desc limit 1", (tx.school,)).fetchone()
    return row or (0, _START)


def head(tx: Tx) -> tuple[int, str]:
    """Give the last row's number and MAC in hex, to be recorded somewhere else."""
    seq, mac = _last(tx)
    return seq, mac.hex()


def verify(tx: Tx, head: tuple[int, str] | None = None) -> list[str]:
    """Check the whole chain, and that it still holds a `head` recorded earlier. Gives what is wrong, if anything."""
    problems: list[str] = []
    previous, expected, found = _START, 1, False
    rows = tx.execute(
        "select seq, at, kind, subject, person, detail, mac from audit where school = ? order by seq",
        (tx.school,),
    )
    school, audit_mac = tx.school, tx.vault.audit_mac
    for seq, at, kind, subject, person, detail, mac in rows:
        if seq != expected:
            problems.append(f"row {expected}: missing")
        if audit_mac(previous + _pack((school, seq, at, kind, subject, person, detail))) != mac:
            problems.append(f"row {seq}: not as it was written, or not after the row it was written after")
        if head is not None and seq == head[0]:
            found = True
            if mac.hex() != head[1]:
                problems.append(f"row {seq}: the chain was written anew since its head was recorded")
        if len(problems) >= _REPORTED:
            return [*problems, "and more"]
        previous, expected = mac, seq + 1
    if head is not None and head[0] > 0 and not found:
        problems.append(f"row {head[0]}: missing, though it was recorded elsewhere")
    return problems
