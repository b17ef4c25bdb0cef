"""Holds what a witness saw against what the store has. Must not know how the school died."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.flow.model import Answer
from bot.storage import audit, cases, outbox, talks
from bot.storage.tx import Tx
from bot.wiring import open_store
from tests.crash.witness import Record

_ALL = 10_000_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the promises. `wrong` is whatever else must not be."""

    confirmed: int
    lost: int
    undelivered: int
    duplicates: int
    deliveries: int
    most_copies: int
    wrong: tuple[str, ...]

    def line(self) -> str:
        """Give the figures in one line."""
        return (
            f"{self.confirmed} confirmed, {self.lost} lost, {self.undelivered} undelivered;"
            f" {self.deliveries} deliveries with {self.duplicates} duplicates (at most {self.most_copies} copies);"
            f" {len(self.wrong)} wrong"
        )


def judge(folder: Path, record: Record) -> Verdict:
    """Open the store that is left and compare. Raises Unusable when it cannot even be opened."""
    stored = open_store(folder, "larkfield")
    try:
        return stored.reader.run_now(lambda tx: _judge(tx, record))
    finally:
        stored.close()


def _judge(tx: Tx, record: Record) -> Verdict:
    wrong = [*record.wrong, *audit.verify(tx, max(record.heads, default=None))]
    if (check := tx.execute("pragma integrity_check").fetchall()) != [("ok",)]:
        wrong.append(f"integrity_check: {check}")
    if left := outbox.waiting(tx) + outbox.given_up(tx):
        wrong.append(f"{left} places do not show what they should")
    told = Counter(words for case in cases.all(tx, _ALL) for words in _words(cases.answers(tx, case.id)))
    wrong += [f"{words!r} is in {times} cases" for words, times in told.items() if times > 1]
    lost = undelivered = 0
    for talk_id, reference in record.confirmed.items():
        talk = talks.load(tx, talk_id)
        case = cases.by_id(tx, talk.case) if talk else None
        if case is None or not case.complete or (reference and case.ref != reference) or not told[_marker(talk_id)]:
            lost += 1
            continue
        places = outbox.places(tx, case.id)
        undelivered += not places or any(record.shown.get((place, case.id)) != case.rev for place in places)
    return Verdict(
        confirmed=len(record.confirmed),
        lost=lost,
        undelivered=undelivered,
        duplicates=record.duplicates,
        deliveries=record.delivered.total(),
        most_copies=record.most_copies,
        wrong=tuple(wrong),
    )


def _marker(talk: str) -> str:
    return f"words of {talk}"


def _words(answers: Mapping[str, Answer]) -> set[str]:
    return {answer for answer in answers.values() if isinstance(answer, str) and answer.startswith(_marker(""))}
