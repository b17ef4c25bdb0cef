"""Questions the policies did not answer, or not well, for whoever owns them. Must not know who asked.

The words are sealed: a question may reveal a concern. Nothing else is kept beside them but counts and the last day.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.storage.times import moment, stored
from bot.storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Question:
    """One question, as it was first worded, and how often it was not answered or not helped by what was quoted."""

    text: str
    unanswered: int
    unhelpful: int
    last: datetime


def count(tx: Tx, text: str, outcome: Literal["unanswered", "unhelpful"], at: datetime) -> None:
    """Count a question; the same words in another case, or with other spaces, are the same question."""
    key = tx.vault.blind(f"question {' '.join(text.casefold().split())}")
    tx.execute(
        "insert into question (school, question, unanswered, unhelpful, at, sealed) values (?, ?, ?, ?, ?, ?)"
        " on conflict (school, question) do update set unanswered = unanswered + excluded.unanswered,"
        " unhelpful = unhelpful + excluded.unhelpful, at = excluded.at",
        (
            *(tx.school, key, outcome == "unanswered", outcome == "unhelpful", stored(at)),
            tx.vault.seal(text.encode(), f"question {key.hex()}"),
        ),
    )


def listed(tx: Tx) -> tuple[Question, ...]:
    """Give every question that is kept, the most frequent first. Raises Tampered."""
    rows = tx.execute(
        "select question, sealed, unanswered, unhelpful, at from question where school = ?"
        " order by unanswered + unhelpful desc, at desc",
        (tx.school,),
    )
    return tuple(
        Question(tx.vault.unseal(sealed, f"question {key.hex()}").decode(), unanswered, unhelpful, moment(at))
        for key, sealed, unanswered, unhelpful, at in rows
    )


def forget_before(tx: Tx, at: datetime) -> int:
    """Forget questions that nobody has asked since a moment; give how many."""
    return tx.execute("delete from question where school = ? and at < ?", (tx.school, stored(at))).rowcount
