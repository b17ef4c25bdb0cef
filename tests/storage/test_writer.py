"""Group commit: what is promised is stored, and a failure is one job's own."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage import timers
from bot.storage.database import Unusable
from bot.storage.tx import Tx
from bot.storage.vault import Vault
from bot.storage.writer import NotStored, Writer

from .conftest import AT, Run


def remember(name: str) -> Callable[[Tx], str]:
    def job(tx: Tx) -> str:
        timers.put(tx, "test", name, 0, AT, 0)
        return name

    return job


def failing(name: str, error: BaseException) -> Callable[[Tx], str]:
    def job(tx: Tx) -> str:
        timers.put(tx, "test", name, 0, AT, 0)
        raise error

    return job


def remembered(tx: Tx) -> set[str]:
    return {timer.subject for timer in timers.due(tx, AT, 10_000)}


class Held:
    """Keeps the writer busy, so that what is queued meanwhile becomes one batch."""

    def __init__(self, writer: Writer) -> None:
        self._go = threading.Event()
        entered = threading.Event()

        def wait(tx: Tx) -> None:
            entered.set()
            self._go.wait(10)

        self._thread = threading.Thread(target=lambda: writer.run_now(wait))
        self._thread.start()
        assert entered.wait(10)

    def release(self) -> None:
        self._go.set()
        self._thread.join()


async def batch(writer: Writer, jobs: list[Callable[[Tx], str]]) -> list[str | BaseException]:
    held = Held(writer)
    tasks = [asyncio.create_task(writer.run(job)) for job in jobs]
    await asyncio.sleep(0)  # lets each of them queue
    held.release()
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_a_job_gives_back_its_value_and_is_stored_across_reopening(path: Path, vault: Vault) -> None:
    first = Writer(path, vault, "hill")
    assert first.run_now(remember("a")) == "a"
    first.close()
    again = Writer(path, vault, "hill")
    assert again.run_now(remembered) == {"a"}
    again.close()


def test_one_failure_among_many_spoils_no_other(writer: Writer, run: Run) -> None:
    commits: list[int] = []
    jobs = [remember(f"ok{n}") for n in range(50)]
    jobs.insert(25, failing("bad", ValueError("no")))

    async def main() -> list[str | BaseException]:
        writer.committed.append(lambda: commits.append(1))
        return await batch(writer, jobs)

    answers = asyncio.run(main())
    assert isinstance(answers[25], ValueError)
    assert [a for n, a in enumerate(answers) if n != 25] == [f"ok{n}" for n in range(50)]
    assert run(remembered) == {f"ok{n}" for n in range(50)}
    assert len(commits) == 3, "the holding job, one commit for all fifty, and the look afterwards"


def test_a_lone_failing_job_leaves_nothing(writer: Writer, run: Run) -> None:
    with pytest.raises(ValueError, match="no"):
        run(failing("bad", ValueError("no")))
    assert run(remembered) == set()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), StopIteration(), asyncio.CancelledError()])
def test_odd_exceptions_reach_the_caller_and_the_writer_goes_on(writer: Writer, run: Run, error: BaseException) -> None:
    expected = RuntimeError if isinstance(error, StopIteration) else type(error)
    with pytest.raises(expected):
        run(failing("bad", error))
    assert run(remember("after")) == "after"
    assert run(remembered) == {"after"}


def test_the_loop_is_woken_once_for_a_batch(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> int:
        woken = 0
        loop = asyncio.get_running_loop()
        wake = loop.call_soon_threadsafe

        def counted(*args: object, **kwargs: object) -> asyncio.Handle:
            nonlocal woken
            woken += 1
            return wake(*args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
        await batch(writer, [remember(str(n)) for n in range(20)])
        return woken

    assert asyncio.run(main()) == 1


def test_a_failed_commit_fails_the_whole_batch_and_the_writer_goes_on(writer: Writer, run: Run) -> None:
    def orphan(tx: Tx) -> str:
        tx.execute("pragma defer_foreign_keys = on")  # so that only COMMIT notices
        tx.execute("insert into identity (school, who, member, sealed) values ('hill', x'00', 'nobody', x'00')")
        return "never"

    answers = asyncio.run(batch(writer, [remember("a"), orphan, remember("b")]))
    assert all(isinstance(a, NotStored) and isinstance(a.__cause__, sqlite3.IntegrityError) for a in answers)
    assert run(remembered) == set()
    assert run(remember("c")) == "c"


def test_a_job_that_ends_the_transaction_harms_only_its_batch(writer: Writer, run: Run) -> None:
    def rude(tx: Tx) -> str:
        tx.execute("rollback")
        return "never"

    answers = asyncio.run(batch(writer, [remember("a"), rude, remember("b")]))
    assert all(isinstance(a, NotStored) for a in answers)
    assert run(remembered) == set()
    assert run(remember("c")) == "c"


def fill(n: int) -> Callable[[Tx], int]:
    def job(tx: Tx) -> int:
        tx.execute("insert into flow_version values ('hill', ?, 'big', zeroblob(20000))", (str(n),))
        return n

    return job


def test_a_full_disk_is_said_and_works_again_without_a_restart(writer: Writer, run: Run) -> None:
    def limit(tx: Tx, more: int) -> None:
        pages = tx.execute("pragma page_count").fetchone()[0]
        tx.execute(f"pragma max_page_count = {pages + more}")

    run(lambda tx: limit(tx, 20))
    stored: list[int] = []
    with pytest.raises(NotStored) as full:
        stored.extend(run(fill(n)) for n in range(100))
    assert isinstance(full.value.__cause__, sqlite3.OperationalError)
    assert full.value.__cause__.sqlite_errorcode == sqlite3.SQLITE_FULL
    kept = run(lambda tx: tx.execute("select count(*) from flow_version").fetchone()[0])
    assert 0 < kept < 100
    run(lambda tx: limit(tx, 10_000))
    assert run(fill(1000)) == 1000
    assert run(lambda tx: tx.execute("pragma integrity_check").fetchone()[0]) == "ok"


def test_a_cancelled_caller_never_half_runs_a_job(writer: Writer, run: Run) -> None:
    async def main() -> None:
        held = Held(writer)
        gone = asyncio.create_task(writer.run(remember("gone")))
        kept = asyncio.create_task(writer.run(remember("kept")))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        held.release()
        assert await kept == "kept"
        assert gone.cancelled()

    asyncio.run(main())
    assert run(remembered) == {"gone", "kept"}


def test_a_failure_nobody_waits_for_is_logged_without_its_words(
    writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        held = Held(writer)
        gone = asyncio.create_task(writer.run(failing("x", ValueError("what the child said"))))
        kept = asyncio.create_task(writer.run(remember("kept")))
        await asyncio.sleep(0)
        gone.cancel()
        held.release()
        await kept

    with caplog.at_level(logging.ERROR):
        asyncio.run(main())
    assert "ValueError" in caplog.text
    assert "what the child said" not in caplog.text


def test_closing_stores_what_is_queued_and_refuses_what_comes_later(path: Path, vault: Vault) -> None:
    writer = Writer(path, vault, "hill")

    async def main() -> list[str]:
        held = Held(writer)
        tasks = [asyncio.create_task(writer.run(remember(str(n)))) for n in range(300)]  # more than one batch
        await asyncio.sleep(0)
        closing = asyncio.get_running_loop().run_in_executor(None, writer.close)
        held.release()
        await closing
        return await asyncio.gather(*tasks)

    assert asyncio.run(main()) == [str(n) for n in range(300)]
    with pytest.raises(NotStored):
        writer.run_now(remember("late"))
    writer.close()  # a second time does nothing
    again = Writer(path, vault, "hill")
    assert again.run_now(remembered) == {str(n) for n in range(300)}
    again.close()


def test_a_listener_that_fails_stops_nobody(writer: Writer, run: Run, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[int] = []

    def broken() -> None:
        raise ValueError("listener")

    writer.committed.extend([broken, lambda: heard.append(1)])
    assert run(remember("a")) == "a"
    assert run(remember("b")) == "b"
    writer.close()
    assert heard == [1, 1]
    assert "ValueError" in caplog.text


def test_a_failed_job_announces_nothing(writer: Writer, run: Run) -> None:
    heard: list[int] = []
    writer.committed.append(lambda: heard.append(1))
    with pytest.raises(ValueError, match="no"):
        run(failing("bad", ValueError("no")))
    writer.close()
    assert heard == []


def test_a_job_cannot_wait_for_another(writer: Writer, run: Run) -> None:
    with pytest.raises(RuntimeError):
        run(lambda tx: writer.run_now(remember("inner")))


def test_an_answer_comes_only_after_the_commit(writer: Writer, path: Path) -> None:
    async def main() -> None:
        for n in range(20):
            await writer.run(remember(str(n)))
            with sqlite3.connect(path) as other:
                found = other.execute("select count(*) from timer").fetchone()[0]
            other.close()
            assert found == n + 1

    asyncio.run(main())


def test_a_loop_that_is_gone_does_not_stop_the_writer(writer: Writer, run: Run) -> None:
    held = Held(writer)
    loop = asyncio.new_event_loop()
    task = loop.create_task(writer.run(remember("orphan")))
    loop.call_soon(loop.stop)
    loop.run_forever()
    task.cancel()
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()
    held.release()
    assert run(remember("after")) == "after"
    assert run(remembered) == {"orphan", "after"}


def test_other_keys_are_refused(path: Path, writer: Writer, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="other keys"):
        Writer(path, Vault.create(tmp_path / "other.keys"), "hill")


def test_two_schools_of_one_file_see_nothing_of_each_other(path: Path, writer: Writer, tmp_path: Path) -> None:
    writer.run_now(remember("ours"))
    other = Writer(path, Vault.create(tmp_path / "other.keys"), "valley")
    assert other.run_now(remembered) == set()
    other.run_now(lambda tx: timers.stop(tx, "ours"))
    assert writer.run_now(remembered) == {"ours"}
    assert timedelta(0) == writer.run_now(lambda tx: timers.due(tx, AT, 1))[0].due - AT
    other.close()
