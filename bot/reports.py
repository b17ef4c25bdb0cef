"""What the commands show of a store: the list of cases without content, and whether the audit chain is whole."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.cases.model import Case
from bot.people import Roster
from bot.reading import Mistakes
from bot.school.folder import rules_of
from bot.service import telling
from bot.storage import audit, cases, members
from bot.storage.database import Unusable
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.storage.vault import Tampered
from bot.storage.writer import prove
from bot.wiring import STORE, open_keys

T = TypeVar("T")
_ALL = 100_000


def read(folder: Path, school: str, job: Callable[[Tx], T]) -> T:
    """Run a reading job on a school's store, also while it is being served. Raises Mistakes, Unusable."""
    path = folder / STORE
    if not path.exists():
        raise Unusable(f"there is no store in {folder}: nothing was reported there yet")
    school_id = rules_of(folder, school).id
    reader = Reader(path, open_keys(folder), school_id)
    try:
        if not reader.run_now(prove):
            raise Unusable(f"{path} holds nothing of the school {school_id!r}")
        return reader.run_now(job)
    except Tampered as wrong:
        raise Unusable(f"{path} was written with other keys, or was changed: {wrong}") from wrong
    finally:
        reader.close()


def _time(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _line(tx: Tx, roster: Roster, case: Case) -> dict[str, Any]:
    acknowledger = roster.get(case.acknowledged_by)
    told = roster.among(case.told - case.plan.barred)
    return {
        "reference": case.ref,
        "flow": case.flow,
        "severity": case.severity.word,
        "status": case.status,
        "complete": case.complete,
        "reported_at": _time(case.reported_at),
        "delivered_at": _time(telling.delivered_at(tx, case)),
        "acknowledged_at": _time(case.acknowledged_at),
        "acknowledged_by": acknowledger.name if acknowledger else None,
        "decided_at": _time(case.decided_at),
        "closed_at": _time(case.closed_at),
        "recipients": sorted({role.value for member in told for role in member.roles} - {"staff"}),
    }


def _lines(tx: Tx) -> list[dict[str, Any]]:
    roster = members.roster(tx)
    return [_line(tx, roster, case) for case in cases.all(tx, _ALL)]


def cases_json(folder: Path, school: str) -> str:
    """Give the cases, the newest first, as JSON."""
    return json.dumps(read(folder, school, _lines), indent=2)


def cases_text(folder: Path, school: str) -> str:
    """Give the cases, the newest first, a line each."""
    lines = read(folder, school, _lines)
    columns = ("reference", "flow", "severity", "status", "reported_at", "acknowledged_by")
    rows = [[line[column] or "-" for column in columns] for line in lines]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    said = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(said) or "there are no cases yet"


def verify_audit(folder: Path, school: str, head: str | None) -> tuple[list[str], str]:
    """Give what is wrong with the audit chain, and its head now as NUMBER:HEX."""
    recorded = None
    if head is not None:
        number, _, mac = head.partition(":")
        if not (number.isascii() and number.isdecimal() and mac):
            raise Mistakes(f"a head is a number, a colon and letters, such as 12:9f2c...; this is {head!r}")
        recorded = (int(number), mac)
    problems, (seq, mac) = read(folder, school, lambda tx: (audit.verify(tx, recorded), audit.head(tx)))
    return problems, f"{seq}:{mac}"
