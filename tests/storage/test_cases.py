"""Cases: found by who may see them, changed by one at a time, and gone when their key is."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.model import Case, Plan, Rung
from bot.flow.model import Answer, Severity
from bot.storage import cases
from bot.storage.tx import Conflict, Tx
from bot.storage.vault import Tampered

from .conftest import AT, Run

Make = Callable[..., Case]


def refs(found: tuple[Case, ...]) -> list[str]:
    return [case.ref for case in found]


def test_a_case_comes_back_as_it_was(run: Run, a_case: Make) -> None:
    plan = Plan(
        (Rung(AT, frozenset({"dsl", "deputy"}), ("dsl",)),), "C1", frozenset({"head"}), guardians=frozenset({"x"})
    )
    case = a_case(plan=plan, acknowledged_at=AT, told=frozenset("abcdefgh"))
    run(lambda tx: cases.insert(tx, case, adult=True))
    assert run(lambda tx: cases.load(tx, case.ref)) == case
    assert run(lambda tx: cases.by_id(tx, case.id)) == case
    assert run(lambda tx: cases.load(tx, case.id)) is None
    assert run(lambda tx: cases.by_id(tx, case.ref)) is None


def test_ids_and_references_are_unique(run: Run, a_case: Make) -> None:
    run(lambda tx: cases.insert(tx, a_case(1), adult=False))
    for other in (a_case(2, ref="REF001"), a_case(1, ref="REF002")):
        with pytest.raises(sqlite3.IntegrityError):
            run(lambda tx, c=other: cases.insert(tx, c, adult=False))  # type: ignore[misc]


def test_a_case_is_saved_only_as_it_was_seen(run: Run, a_case: Make) -> None:
    seen = a_case()
    run(lambda tx: cases.insert(tx, seen, adult=False))
    mine = replace(seen, status="acknowledged", acknowledged_by="dsl", acknowledged_at=AT)
    theirs = replace(seen, status="acknowledged", acknowledged_by="deputy", acknowledged_at=AT)
    run(lambda tx: cases.save(tx, mine, seen))
    with pytest.raises(Conflict):  # though rev is the same in all of them
        run(lambda tx: cases.save(tx, theirs, seen))
    assert run(lambda tx: cases.load(tx, seen.ref)) == mine
    with pytest.raises(KeyError):
        run(lambda tx: cases.save(tx, a_case(2), a_case(2)))


def test_who_was_told_sees_the_case_and_nobody_else(run: Run, a_case: Make) -> None:
    one = a_case(1)
    run(lambda tx: cases.insert(tx, one, adult=False))
    run(lambda tx: cases.insert(tx, a_case(2, told=frozenset()), adult=False))
    assert refs(run(lambda tx: cases.told(tx, "dsl", 9))) == ["REF001"]
    assert run(lambda tx: cases.told(tx, "deputy", 9)) == ()
    wider = replace(one, told=one.told | {"deputy"})
    run(lambda tx: cases.save(tx, wider, one))
    assert run(lambda tx: cases.told(tx, "deputy", 9)) == (wider,)


def test_open_cases_come_most_urgent_and_oldest_first(run: Run, a_case: Make) -> None:
    facts = [(1, Severity.HIGH, 5), (2, Severity.URGENT, 9), (3, Severity.HIGH, 1), (4, Severity.ROUTINE, 0)]
    for n, severity, minutes in facts:
        case = a_case(n, severity=severity, reported_at=AT + timedelta(minutes=minutes))
        run(lambda tx, c=case: cases.insert(tx, c, adult=False))  # type: ignore[misc]
    assert refs(run(lambda tx: cases.told(tx, "dsl", 9))) == ["REF002", "REF003", "REF001", "REF004"]
    assert refs(run(lambda tx: cases.told(tx, "dsl", 2))) == ["REF002", "REF003"]
    urgent = run(lambda tx: cases.load(tx, "REF002"))
    assert urgent is not None
    run(lambda tx: cases.save(tx, replace(urgent, status="closed"), urgent))
    assert refs(run(lambda tx: cases.told(tx, "dsl", 9))) == ["REF003", "REF001", "REF004"]
    assert refs(run(lambda tx: cases.all(tx, 3))) == ["REF004", "REF003", "REF002"]


def test_a_damaged_case_empties_no_list(run: Run, a_case: Make, caplog: pytest.LogCaptureFixture) -> None:
    for n in (1, 2, 3):
        run(lambda tx, n=n: cases.insert(tx, a_case(n), adult=False))  # type: ignore[misc]
    run(lambda tx: tx.execute("update case_file set sealed = x'00' where id = 'case1'"))
    run(lambda tx: tx.execute("update case_file set wrapped = x'00' where id = 'case2'"))
    assert refs(run(lambda tx: cases.told(tx, "dsl", 9))) == ["REF003"]
    assert refs(run(lambda tx: cases.reported_by(tx, "teacher1", 9))) == ["REF003"]
    caplog.clear()
    assert refs(run(lambda tx: cases.all(tx, 9))) == ["REF003"]
    assert [r.getMessage().split(":")[0] for r in caplog.records] == ["case_file 2", "case_file 1"]
    for n in (1, 2):
        with pytest.raises(Tampered):
            run(lambda tx, n=n: cases.load(tx, f"REF00{n}"))  # type: ignore[misc]
        with pytest.raises(Tampered):
            run(lambda tx, n=n: cases.by_id(tx, f"case{n}"))  # type: ignore[misc]


def test_a_reporter_finds_their_own(run: Run, a_case: Make) -> None:
    for n, reporter in enumerate(["a", "b", "a", "a"], 1):
        run(lambda tx, n=n, r=reporter: cases.insert(tx, a_case(n, reporter=r), adult=False))  # type: ignore[misc]
    assert refs(run(lambda tx: cases.reported_by(tx, "a", 2))) == ["REF004", "REF003"]
    assert refs(run(lambda tx: cases.reported_by(tx, "b", 9))) == ["REF002"]
    assert run(lambda tx: cases.reported_by(tx, "c", 9)) == ()


def test_every_version_and_action_is_kept(run: Run, a_case: Make) -> None:
    run(lambda tx: cases.insert(tx, a_case(), adult=False))
    assert run(lambda tx: cases.answers(tx, "case1")) == {}
    assert run(lambda tx: cases.revise(tx, "case1", AT, "alert", {"danger": "yes"})) == 1
    last: dict[str, Answer] = {"danger": "no", "where": ("bus", "online"), "what": "words"}
    assert run(lambda tx: cases.revise(tx, "case1", AT, "sent", last)) == 2
    assert run(lambda tx: cases.answers(tx, "case1")) == last
    assert run(lambda tx: cases.revisions(tx, "case1")) == (
        cases.Revision(1, AT, "alert", {"danger": "yes"}),
        cases.Revision(2, AT, "sent", last),
    )
    run(lambda tx: cases.act(tx, "case1", AT, "opened", "dsl", {}))
    run(lambda tx: cases.act(tx, "case1", AT, "decided", "dsl", {"reason": "words"}))
    assert run(lambda tx: cases.actions(tx, "case1")) == (
        cases.Action(1, AT, "opened", "dsl", {}),
        cases.Action(2, AT, "decided", "dsl", {"reason": "words"}),
    )


@pytest.mark.parametrize("table", ["case_revision", "action"])
def test_versions_and_actions_can_be_neither_changed_nor_deleted(run: Run, a_case: Make, table: str) -> None:
    run(lambda tx: cases.insert(tx, a_case(), adult=False))
    run(lambda tx: cases.revise(tx, "case1", AT, "sent", {}))
    run(lambda tx: cases.act(tx, "case1", AT, "opened", "dsl", {}))
    for statement in (
        f"update {table} set at = 0",  # noqa: S608
        f"delete from {table}",  # noqa: S608
        f"replace into {table} select * from {table}",  # noqa: S608
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            run(lambda tx, s=statement: tx.execute(s))  # type: ignore[misc]


def test_versions_cannot_change_places(run: Run, a_case: Make) -> None:
    run(lambda tx: cases.insert(tx, a_case(), adult=False))
    for words in ("one", "two"):
        run(lambda tx, w=words: cases.revise(tx, "case1", AT, "sent", {"what": w}))  # type: ignore[misc]

    def swap(tx: Tx) -> None:
        tx.execute("drop trigger case_revision_no_update")
        tx.execute("update case_revision set sealed = (select sealed from case_revision where number = 1)")

    run(swap)
    with pytest.raises(Tampered):
        run(lambda tx: cases.answers(tx, "case1"))


def test_erasing_leaves_a_reference_and_nothing_to_read(run: Run, a_case: Make) -> None:
    run(lambda tx: cases.insert(tx, a_case(1), adult=False))
    run(lambda tx: cases.insert(tx, a_case(2), adult=False))
    run(lambda tx: cases.revise(tx, "case1", AT, "sent", {"what": "words"}))
    run(lambda tx: cases.act(tx, "case1", AT, "opened", "dsl", {}))
    old = run(lambda tx: tx.execute("select sealed from case_file where id = 'case1'").fetchone()[0])
    run(lambda tx: cases.erase(tx, "case1"))
    assert run(lambda tx: cases.load(tx, "REF001")) is None
    assert run(lambda tx: cases.by_id(tx, "case1")) is None
    assert refs(run(lambda tx: cases.told(tx, "dsl", 9))) == ["REF002"]
    assert refs(run(lambda tx: cases.reported_by(tx, "teacher1", 9))) == ["REF002"]
    assert refs(run(lambda tx: cases.all(tx, 9))) == ["REF002"]
    for ask in (cases.answers, cases.revisions, cases.actions, cases.erase):
        with pytest.raises(KeyError):
            run(lambda tx, a=ask: a(tx, "case1"))  # type: ignore[misc]
    with pytest.raises(Tampered):
        run(lambda tx: tx.vault.unseal(old, "case"))
    assert len(run(lambda tx: tx.execute("select * from case_file").fetchall())) == 2


def test_references_are_readable_and_new(run: Run, a_case: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(50):
        ref = run(cases.fresh_ref)
        assert len(ref) == 6
        assert not set(ref) & set("AEIOUYBGILOQSUZ01256 8abcdefghijklmnopqrstuvwxyz")
    run(lambda tx: cases.insert(tx, a_case(1, ref="CCCCCC"), adult=False))
    refs = iter(("CCCCCC", "DDDDDD"))
    monkeypatch.setattr("bot.storage.cases._random.choices", lambda _, k: next(refs))
    assert run(cases.fresh_ref) == "DDDDDD"


@pytest.mark.parametrize(
    ("find", "index"),
    [
        (lambda tx: cases.told(tx, "dsl", 9), "case_open"),
        (lambda tx: cases.reported_by(tx, "a", 9), "case_reporter"),
        (lambda tx: cases.load(tx, "REF001"), "sqlite_autoindex_case_file"),
    ],
)
def test_finding_a_case_never_reads_them_all(run: Run, find: Callable[[Tx], object], index: str) -> None:
    plans: list[str] = []

    def job(tx: Tx) -> None:
        said: list[str] = []
        tx.db.conn.set_trace_callback(said.append)
        find(tx)
        tx.db.conn.set_trace_callback(None)
        plans.extend(row[3] for sql in said for row in tx.execute(f"explain query plan {sql}").fetchall())

    run(job)
    assert any(index in plan for plan in plans), plans
    assert not any(plan.startswith("SCAN") for plan in plans), plans
    assert not any("TEMP B-TREE" in plan for plan in plans), plans
