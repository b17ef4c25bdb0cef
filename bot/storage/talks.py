"""Talks between two events. Must not know flows, nor what is done with a talk.

A turn loads and saves one small row, so this is the store's hot path: fixed SQL, one sealed column, pinned decoders.
"""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec.structs

from bot.flow.talk import State
from bot.storage.times import stored
from bot.storage.tx import Conflict, Tx


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk and whose it is. `about` is the reference of the case a casework talk is about, `case` the id of the
    case it raised; both may be "".
    """

    id: str
    person: str
    flow: str
    about: str
    case: str
    opened_at: datetime
    state: State


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Talk).decode

# A talk that is over stays over. To mention `open` only then saves every turn from rewriting a page of its index.
_SAVE = "update talk set saved_at = ?, sealed = ? where school = ? and id = ?"
_SAVE_OVER = "update talk set open = 0, saved_at = ?, sealed = ? where school = ? and id = ?"


def _who(tx: Tx, person: str, about: str) -> bytes:
    return tx.vault.blind(f"talk {person}\0{about}")


def insert(tx: Tx, talk: Talk) -> None:
    """Keep a new talk. Raises Conflict when this person has an open one about the same."""
    sealed = tx.vault.seal(_encode(talk), f"talk {talk.id}")
    try:
        tx.execute(
            "insert into talk (school, id, who, open, saved_at, sealed) values (?, ?, ?, ?, ?, ?)",
            (
                tx.school,
                talk.id,
                _who(tx, talk.person, talk.about),
                not talk.state.over,
                stored(talk.opened_at),
                sealed,
            ),
        )
    except sqlite3.IntegrityError as wrong:
        raise Conflict("this person has a talk open already") from wrong


def save(tx: Tx, talk: Talk, at: datetime) -> None:
    """Keep what a talk has become. Raises KeyError for a talk that was never inserted."""
    done = tx.execute(
        _SAVE_OVER if talk.state.over else _SAVE,
        (stored(at), tx.vault.seal(_encode(talk), f"talk {talk.id}"), tx.school, talk.id),
    )
    if not done.rowcount:
        raise KeyError(talk.id)


def load(tx: Tx, talk_id: str) -> Talk | None:
    """Give a talk, or None. Raises Tampered."""
    row = tx.execute("select sealed from talk where school = ? and id = ?", (tx.school, talk_id)).fetchone()
    return None if row is None else _decode(tx.vault.unseal(row[0], f"talk {talk_id}"))


def open_at(tx: Tx, person: str, about: str) -> Talk | None:
    """Give the talk this person has open about a case, or with "" about nothing; None if there is none."""
    row = tx.execute(
        "select id, sealed from talk where school = ? and who = ? and open", (tx.school, _who(tx, person, about))
    ).fetchone()
    return None if row is None else _decode(tx.vault.unseal(row[1], f"talk {row[0]}"))


def hand_over(tx: Tx, before: str, person: str, about: str) -> None:
    """Make somebody's talks about a thing another person's. One that is open stays so, also beside one of theirs: then
    only its own card and its time lead back to it.
    """
    rows = tx.execute(
        "select id, sealed from talk where school = ? and who = ?", (tx.school, _who(tx, before, about))
    ).fetchall()
    for talk_id, sealed in rows:
        talk = replace(_decode(tx.vault.unseal(sealed, f"talk {talk_id}")), person=person)
        beside = not talk.state.over and open_at(tx, person, about) is not None
        tx.execute(
            "update talk set who = ?, sealed = ? where school = ? and id = ?",
            (
                _who(tx, person, f"{about}\0{talk_id}" if beside else about),
                tx.vault.seal(_encode(talk), f"talk {talk_id}"),
                *(tx.school, talk_id),
            ),
        )


def cleared(talk: Talk) -> Talk:
    """Give a talk that is over without its answers; its status and the case it raised stay. ValueError if open."""
    if not talk.state.over:
        raise ValueError("only a talk that is over can be cleared")
    return replace(talk, state=msgspec.structs.replace(talk.state, answers={}, editing=""))
