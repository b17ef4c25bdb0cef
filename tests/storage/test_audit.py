"""The chain: whole when left alone, and every kind of meddling found."""

import random
import sqlite3
from collections.abc import Callable

import pytest

from bot.storage import audit
from bot.storage.tx import Tx
from bot.storage.writer import Writer

from .conftest import AT, Run

ROWS = 12


def grow(tx: Tx, rows: int = ROWS) -> None:
    for n in range(rows):
        audit.append(tx, AT, "opened", f"case{n}", f"member{n}", bytes([n]))


def meddle(tx: Tx, *statements: str) -> None:
    """What somebody with the file, but not the key, can do."""
    tx.execute("drop trigger audit_no_update")
    tx.execute("drop trigger audit_no_delete")
    for statement in statements:
        tx.execute(statement)


def test_a_chain_left_alone_is_whole(run: Run) -> None:
    assert run(audit.verify) == []
    assert run(audit.head) == (0, bytes(32).hex())
    run(grow)
    head = run(audit.head)
    assert head[0] == ROWS
    run(grow)
    assert run(audit.verify) == []
    assert run(lambda tx: audit.verify(tx, head)) == []
    assert run(lambda tx: audit.verify(tx, (0, bytes(32).hex()))) == []


@pytest.mark.parametrize(
    "statement", ["update audit set kind = 'x'", "delete from audit", "replace into audit select * from audit"]
)
def test_the_program_itself_cannot_change_it(run: Run, statement: str) -> None:
    run(grow)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        run(lambda tx: tx.execute(statement))
    assert run(audit.verify) == []


@pytest.mark.parametrize(
    "edit",
    [
        "at = at + 1",
        "kind = 'closed'",
        "subject = 'case99'",
        "person = x'00'",
        "detail = x'ff'",
        "mac = zeroblob(32)",
        "subject = kind, kind = subject",
    ],
)
@pytest.mark.parametrize("seq", [1, 6, ROWS])
def test_an_edited_row_is_found(run: Run, edit: str, seq: int) -> None:
    run(grow)
    run(lambda tx: meddle(tx, f"update audit set {edit} where seq = {seq}"))  # noqa: S608
    assert any(f"row {seq}:" in problem for problem in run(audit.verify))


@pytest.mark.parametrize("seq", [1, 6, ROWS - 1])
def test_a_deleted_row_is_found_also_when_the_rest_move_up(run: Run, seq: int) -> None:
    run(grow)
    run(lambda tx: meddle(tx, f"delete from audit where seq = {seq}"))  # noqa: S608
    assert f"row {seq}: missing" in run(audit.verify)
    run(lambda tx: tx.execute("update audit set seq = -seq where seq > ?", (seq,)))
    run(lambda tx: tx.execute("update audit set seq = -seq - 1 where seq < 0"))
    assert any(f"row {seq}: not as" in problem for problem in run(audit.verify))


def test_swapped_copied_and_inserted_rows_are_found(run: Run) -> None:
    run(grow)
    run(
        lambda tx: meddle(
            tx,
            "update audit set seq = 100 where seq = 4",
            "update audit set seq = 4 where seq = 5",
            "update audit set seq = 5 where seq = 100",
        )
    )
    assert run(audit.verify)


def test_a_copied_row_at_the_end_is_found(run: Run) -> None:
    run(grow)
    run(
        lambda tx: tx.execute(
            "insert into audit select school, 13, at, kind, subject, person, detail, mac from audit where seq = 3"
        )
    )
    assert run(audit.verify)


def test_rows_cut_off_the_end_are_found_against_a_recorded_head(run: Run) -> None:
    run(grow)
    head = run(audit.head)
    run(lambda tx: meddle(tx, "delete from audit where seq > 8"))
    assert run(audit.verify) == []  # which is why the head goes elsewhere
    assert run(lambda tx: audit.verify(tx, head)) == [f"row {ROWS}: missing, though it was recorded elsewhere"]
    run(grow)  # grown over again, by somebody who has the key
    assert any("anew" in problem for problem in run(lambda tx: audit.verify(tx, head)))


def test_a_chain_written_anew_is_found_against_a_recorded_head(run: Run) -> None:
    run(grow)
    head = run(audit.head)

    def rewrite(tx: Tx) -> None:
        meddle(tx, "delete from audit")
        for n in range(ROWS):
            audit.append(tx, AT, "closed", f"case{n}", "member0")

    run(rewrite)
    assert run(audit.verify) == []
    assert any("anew" in problem for problem in run(lambda tx: audit.verify(tx, head)))


def test_a_job_that_fails_leaves_no_gap(writer: Writer, run: Run) -> None:
    run(grow)

    def fails(tx: Tx) -> None:
        audit.append(tx, AT, "opened", "case1", "member1")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run(fails)
    run(grow)
    assert run(audit.head)[0] == 2 * ROWS
    assert run(audit.verify) == []


def test_random_meddling_is_always_found(run: Run) -> None:
    run(lambda tx: grow(tx, 30))
    run(meddle)
    chance = random.Random(7)  # noqa: S311
    whole = run(lambda tx: tx.execute("select * from audit order by seq").fetchall())

    def put(rows: list[tuple[object, ...]]) -> Callable[[Tx], None]:
        def job(tx: Tx) -> None:
            tx.execute("delete from audit")
            for row in rows:
                tx.execute("insert into audit values (?, ?, ?, ?, ?, ?, ?, ?)", row)

        return job

    for _ in range(60):
        rows = [list(row) for row in whole]
        n, column = chance.randrange(len(rows)), chance.choice([1, 2, 3, 4, 5, 6, 7])
        value = rows[n][column]
        if isinstance(value, int):
            rows[n][column] = value + 1000
        elif isinstance(value, str):
            rows[n][column] = value + "x"
        else:
            bent = bytearray(value)
            bent[chance.randrange(len(bent))] ^= 1 << chance.randrange(8)
            rows[n][column] = bytes(bent)
        run(put([tuple(row) for row in rows]))
        assert run(audit.verify), f"column {column} of row {n}"
    run(put(whole))
    assert run(audit.verify) == []


def test_a_wholly_foreign_chain_gives_a_short_report(run: Run) -> None:
    run(lambda tx: grow(tx, 250))
    run(lambda tx: meddle(tx, "update audit set at = 0, mac = randomblob(32)"))
    problems = run(audit.verify)
    assert len(problems) == 101
    assert problems[-1] == "and more"
