"""Cases, every version of their answers, and what was done. Must not know the procedure.

Everything about a case is sealed under its own key; the plain columns are what queries need. Nothing is overwritten:
revisions and actions are append-only.
"""

import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from bot.cases.model import Case
from bot.flow.model import Answer
from bot.people import Role
from bot.storage.times import moment, stored
from bot.storage.tx import Conflict, Tx
from bot.storage.vault import CaseCipher, Tampered

log = logging.getLogger("beacon.storage")

# No vowels, so that no word comes out; none of B8 G6 S5 Z2 L1I O0Q UY, so that none is misread.
_LETTERS = "CDFHJKMNPRTVWX3479"
_REF = 6
_random = secrets.SystemRandom()
_Row = tuple[int, str, bytes, bytes]  # number, id, wrapped, sealed

_encode = msgspec.json.Encoder(order="deterministic").encode
_stored_case = msgspec.json.Decoder(Case).decode


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of a case's answers, and why there is one."""

    number: int
    at: datetime
    why: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that was done to a case. `detail` holds its words."""

    number: int
    at: datetime
    action: str
    person: str
    detail: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class _Revised:
    why: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class _Acted:
    action: str
    person: str
    detail: Mapping[str, Answer]


_revised = msgspec.json.Decoder(_Revised).decode
_acted = msgspec.json.Decoder(_Acted).decode


def _case(stored_case: bytes) -> Case:
    """Give a case as it was stored. One from before `told_as` was written down was put before people of any role."""
    case = _stored_case(stored_case)
    older = case.procedure != "alert" and case.told and not case.told_as
    return replace(case, told_as=frozenset(Role)) if older else case


# The case itself -----------------------------------------------------------------------------------------------------


def fresh_ref(tx: Tx) -> str:
    """Give a reference no case of the school has."""
    while True:
        ref = "".join(_random.choices(_LETTERS, k=_REF))
        if not tx.execute("select 1 from case_file where school = ? and ref = ?", (tx.school, ref)).fetchone():
            return ref


def insert(tx: Tx, case: Case, adult: bool) -> None:
    """Keep a new case under a key of its own; `adult` cases are under the adult key. Raises sqlite3.IntegrityError."""
    wrapped = tx.vault.new_case_key(case.id, adult)
    (number,) = tx.execute(
        "insert into case_file (school, id, ref, status, severity, rev, reported_at, reporter, wrapped, sealed)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning number",
        (
            *(tx.school, case.id, case.ref, case.status, int(case.severity), case.rev, stored(case.reported_at)),
            *(tx.vault.blind_person(case.reporter), wrapped),
            tx.vault.case_cipher(case.id, wrapped).seal(_encode(case), "case"),
        ),
    ).fetchone()
    _tell(tx, number, case.told)


def save(tx: Tx, case: Case, seen: Case) -> None:
    """Keep what has become of the case that was `seen`. Raises Conflict when it is no longer as it was seen."""
    number, cipher = _place(tx, case.id)
    (sealed,) = tx.execute("select sealed from case_file where number = ?", (number,)).fetchone()
    if _case(cipher.unseal(sealed, "case")) != seen:
        raise Conflict(f"case {case.ref} was changed by somebody else")
    tx.execute(
        "update case_file set status = ?, severity = ?, rev = ?, sealed = ? where number = ?",
        (case.status, int(case.severity), case.rev, cipher.seal(_encode(case), "case"), number),
    )
    _tell(tx, number, case.told - seen.told)


def rewrap(tx: Tx, case_id: str, adult: bool) -> None:
    """Put a case's key under the adult key, or back under the school's: it turned out whom the case is about."""
    row = tx.execute("select wrapped from case_file where school = ? and id = ?", (tx.school, case_id)).fetchone()
    wrapped = tx.vault.rewrap(case_id, row[0], adult)
    tx.execute("update case_file set wrapped = ? where school = ? and id = ?", (wrapped, tx.school, case_id))


def hand_over(tx: Tx, case: Case, person: str) -> None:
    """Make a report that of another person, who turned out to have made it. Whoever it excluded is excluded still."""
    number, cipher = _place(tx, case.id)
    excluded = case.plan.excluded | ({person} if case.reporter in case.plan.excluded else frozenset())
    theirs = replace(case, reporter=person, plan=replace(case.plan, excluded=excluded))
    tx.execute(
        "update case_file set reporter = ?, sealed = ? where number = ?",
        (tx.vault.blind_person(person), cipher.seal(_encode(theirs), "case"), number),
    )


def _tell(tx: Tx, number: int, people: frozenset[str]) -> None:
    for person in people:
        tx.execute(
            "insert or ignore into case_told (school, person, case_number) values (?, ?, ?)",
            (tx.school, tx.vault.blind_person(person), number),
        )


def _place(tx: Tx, case_id: str) -> tuple[int, CaseCipher]:
    """Find a case's row and open its key. Raises KeyError for a case that is not there or was erased."""
    row = tx.execute(
        "select number, wrapped from case_file where school = ? and id = ? and wrapped is not null",
        (tx.school, case_id),
    ).fetchone()
    if row is None:
        raise KeyError(case_id)
    return row[0], tx.vault.case_cipher(case_id, row[1])


def erase(tx: Tx, case_id: str) -> None:
    """Destroy a case's key, and with it everything the case said, also in older copies of the rows.

    The row itself stays with its reference and times. The write-ahead log holds the key until its next checkpoint.
    """
    number, _ = _place(tx, case_id)
    tx.execute(
        "update case_file set wrapped = null, sealed = null, reporter = x'', status = 'closed' where number = ?",
        (number,),
    )
    for table in ("case_told", "case_revision", "action"):
        tx.execute(f"delete from {table} where case_number = ?", (number,))  # noqa: S608 - names from the line above
    tx.vault.forget_cases()


# Finding cases -------------------------------------------------------------------------------------------------------


def _rows(tx: Tx, where: str, params: tuple[object, ...]) -> list[_Row]:
    """Give rows of cases; `where` is fixed SQL of this module, after `from case_file`."""
    return tx.execute(f"select number, id, wrapped, sealed from case_file {where}", params).fetchall()  # noqa: S608


def _opened(tx: Tx, row: _Row) -> Case:
    _, case_id, wrapped, sealed = row
    return _case(tx.vault.case_cipher(case_id, wrapped).unseal(sealed, "case"))


def _one(tx: Tx, where: str, params: tuple[object, ...]) -> Case | None:
    return next((_opened(tx, row) for row in _rows(tx, where, params)), None)


def _cases(tx: Tx, where: str, params: tuple[object, ...]) -> tuple[Case, ...]:
    """Give the cases of a list. One that was tampered with or damaged must not keep anybody from the others."""
    found = []
    for row in _rows(tx, where, params):
        try:
            found.append(_opened(tx, row))
        except Tampered:
            log.error("case_file %d: cannot be read, left out of a list", row[0])
    return tuple(found)


def load(tx: Tx, ref: str) -> Case | None:
    """Give the case with this reference, or None, also for one that was erased. Raises Tampered."""
    return _one(tx, "where school = ? and ref = ? and wrapped is not null", (tx.school, ref))


def by_id(tx: Tx, case_id: str) -> Case | None:
    """Give the case with this id, or None, also for one that was erased. Raises Tampered."""
    return _one(tx, "where school = ? and id = ? and wrapped is not null", (tx.school, case_id))


def by_ids(tx: Tx, case_ids: Iterable[str]) -> dict[str, Case]:
    """Give those of some cases that can be read, by id."""
    marks = ", ".join("?" * len(ids := tuple(case_ids)))
    found = _cases(tx, f"where school = ? and id in ({marks}) and wrapped is not null", (tx.school, *ids))
    return {case.id: case for case in found}


def reported_by(tx: Tx, person: str, limit: int) -> tuple[Case, ...]:
    """Give a person's own reports, the newest first."""
    return _cases(
        tx,
        "where school = ? and reporter = ? and wrapped is not null order by number desc limit ?",
        (tx.school, tx.vault.blind_person(person), limit),
    )


def told(tx: Tx, person: str, limit: int) -> tuple[Case, ...]:
    """Give the open cases a person was told of, most urgent and oldest first."""
    # By way of the open cases, which are few, however many somebody was told of over the years.
    return _cases(
        tx,
        "indexed by case_open where school = ? and status != 'closed' and exists (select 1 from case_told t"
        " where t.school = case_file.school and t.person = ? and t.case_number = case_file.number)"
        " order by severity desc, reported_at limit ?",
        (tx.school, tx.vault.blind_person(person), limit),
    )


def unfinished(tx: Tx, procedure: str) -> tuple[Case, ...]:
    """Give the cases of a procedure that are not closed, the oldest first."""
    open_ones = _cases(tx, "where school = ? and status != 'closed' order by number", (tx.school,))
    return tuple(case for case in open_ones if case.procedure == procedure)


def open_ids(tx: Tx) -> tuple[str, ...]:
    """Give the ids of the cases that are not closed, the oldest first; none is opened for that."""
    rows = tx.execute("select id from case_file where school = ? and status != 'closed' order by number", (tx.school,))
    return tuple(str(case_id) for (case_id,) in rows)


def all(tx: Tx, limit: int) -> tuple[Case, ...]:  # noqa: A001 - reads as cases.all
    """Give the newest cases, the newest first."""
    return _cases(tx, "where school = ? and wrapped is not null order by number desc limit ?", (tx.school, limit))


# What was answered, and what was done --------------------------------------------------------------------------------


def revise(tx: Tx, case_id: str, at: datetime, why: str, answers: Mapping[str, Answer]) -> int:
    """Add a version of the case's answers and give its number, counting from 1. Raises KeyError."""
    number, cipher = _place(tx, case_id)
    last = tx.execute("select max(number) from case_revision where case_number = ?", (number,)).fetchone()[0]
    new = int(last or 0) + 1
    sealed = cipher.seal(_encode(_Revised(why, answers)), f"revision {new}")
    tx.execute("insert into case_revision values (?, ?, ?, ?, ?)", (tx.school, number, new, stored(at), sealed))
    return new


def revisions(tx: Tx, case_id: str) -> tuple[Revision, ...]:
    """Give every version of the case's answers, the first first. Raises KeyError, Tampered."""
    number, cipher = _place(tx, case_id)
    rows = tx.execute("select number, at, sealed from case_revision where case_number = ? order by number", (number,))
    found = []
    for n, at, sealed in rows:
        revised = _revised(cipher.unseal(sealed, f"revision {n}"))
        found.append(Revision(n, moment(at), revised.why, revised.answers))
    return tuple(found)


def answers(tx: Tx, case_id: str) -> Mapping[str, Answer]:
    """Give the latest version of the case's answers; empty before the first. Raises KeyError, Tampered."""
    number, cipher = _place(tx, case_id)
    row = tx.execute(
        "select number, sealed from case_revision where case_number = ? order by number desc limit 1", (number,)
    ).fetchone()
    return {} if row is None else _revised(cipher.unseal(row[1], f"revision {row[0]}")).answers


def act(tx: Tx, case_id: str, at: datetime, action: str, person: str, detail: Mapping[str, Answer]) -> int:
    """Add what was done, with its words in `detail`, and give its number, counting from 1. Raises KeyError."""
    number, cipher = _place(tx, case_id)
    last = tx.execute("select max(number) from action where case_number = ?", (number,)).fetchone()[0]
    new = int(last or 0) + 1
    sealed = cipher.seal(_encode(_Acted(action, person, detail)), f"action {new}")
    tx.execute("insert into action values (?, ?, ?, ?, ?)", (tx.school, number, new, stored(at), sealed))
    return new


def actions(tx: Tx, case_id: str) -> tuple[Action, ...]:
    """Give everything that was done, in order. Raises KeyError, Tampered."""
    number, cipher = _place(tx, case_id)
    rows = tx.execute("select number, at, sealed from action where case_number = ? order by number", (number,))
    found = []
    for n, at, sealed in rows:
        acted = _acted(cipher.unseal(sealed, f"action {n}"))
        found.append(Action(n, moment(at), acted.action, acted.person, acted.detail))
    return tuple(found)
