"""What the web surface shows at each of its places, as Slack or Teams would keep it for us. Must not know web pages."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.storage.times import moment, stored
from bot.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Post:
    """One thing shown. `change` counts what changed at its place."""

    key: str
    rev: int
    body: bytes
    at: datetime
    change: int


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[str, bytes]).decode


def _place(tx: Tx, place: str) -> bytes:
    return tx.vault.blind(f"place {place}")


def _about(place: bytes, key: bytes) -> str:
    return f"post {place.hex()} {key.hex()}"


def show(tx: Tx, place: str, key: str, rev: int, body: bytes, at: datetime) -> bool:
    """Show something, in place of an older revision; False when this revision or a newer one is there already."""
    where, blind = _place(tx, place), tx.vault.blind(f"post {key}")
    sealed = tx.vault.seal(_encode((key, body)), _about(where, blind))
    done = tx.execute(
        "insert into web_post (school, place, key, rev, change, at, sealed) values (?, ?, ?, ?, ?, ?, ?)"
        " on conflict (school, place, key) do update set rev = excluded.rev, change = excluded.change,"
        " at = excluded.at, sealed = excluded.sealed where excluded.rev > rev",
        (tx.school, where, blind, rev, latest(tx, place) + 1, stored(at), sealed),
    )
    return done.rowcount > 0


def at_place(tx: Tx, place: str, limit: int) -> list[Post]:
    """Give what is shown at a place, the last changed first. Raises Tampered."""
    where = _place(tx, place)
    rows = tx.execute(
        "select key, rev, at, change, sealed from web_post where school = ? and place = ? order by change desc limit ?",
        (tx.school, where, limit),
    )
    posts = []
    for blind, rev, at, change, sealed in rows:
        key, body = _decode(tx.vault.unseal(sealed, _about(where, blind)))
        posts.append(Post(key, rev, body, moment(at), change))
    return posts


def latest(tx: Tx, place: str) -> int:
    """Give the number of the last change at a place; 0 before the first."""
    row = tx.execute(
        "select max(change) from web_post where school = ? and place = ?", (tx.school, _place(tx, place))
    ).fetchone()
    return row[0] or 0
