"""The one thread that writes. Must not know what the jobs do.

Whole transactions are shipped to it as functions. It takes whatever is queued, waits for nobody, and commits it
together: a savepoint each, so that one failure spoils no other. Answers go out only after the commit.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar, cast

from bot.storage.database import Unusable, open_writer
from bot.storage.tx import Tx
from bot.storage.vault import Tampered, Vault
from bot.trace import trace

T = TypeVar("T")
log = logging.getLogger("beacon.storage")

_BATCH = 256  # jobs: bounds how long the first of a batch waits for the last

# The machine, not the job, is at fault. By primary result code: https://sqlite.org/rescode.html
_MACHINE = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)


class NotStored(Exception):
    """Nothing of the job was stored, for a reason outside it: a full disk, or the store is closing. See its cause."""


class _Job:
    """A function on its way through the writer, and whom to answer."""

    __slots__ = ("answer", "error", "fn", "loop", "value")

    def __init__(
        self,
        fn: Callable[[Tx], Any],
        answer: "asyncio.Future[Any] | Future[Any]",
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        self.fn = fn
        self.answer = answer
        self.loop = loop
        self.value: Any = None
        self.error: BaseException | None = None

    def tell(self) -> None:
        """Answer the caller; in the caller's own event loop if it has one."""
        if self.answer.cancelled():
            if self.error is not None:
                log.error("a job whose caller had gone failed: %s", trace(self.error))
        elif self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.value)


def _tell(jobs: list[_Job]) -> None:
    for job in jobs:
        job.tell()


class Writer:
    """Ships jobs to the writing thread. `committed` is called, from that thread, after every batch it stored.

    `due` then holds the tables ("outbox", "timer") in which that batch left something to come back to, and when.
    """

    def __init__(self, path: Path, vault: Vault, school: str) -> None:
        """Open the store at `path` for one school. Raises Unusable, also when these are not the store's keys."""
        self.committed: list[Callable[[], None]] = []
        self._db = open_writer(path)
        self._conn = self._db.conn
        self._tx = Tx(self._db, vault, school)
        self.due = self._tx.due
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._gate = threading.Lock()  # between being open and having queued
        self._open = True
        self._thread = threading.Thread(target=self._work, name="beacon-writer", daemon=True)
        self._thread.start()
        try:
            self.run_now(_begin)
        except BaseException as wrong:
            self.close()
            if isinstance(wrong, Tampered):
                raise Unusable(f"{path} was written with other keys") from wrong
            raise

    async def run(self, fn: Callable[[Tx], T]) -> T:
        """Run a job and give what it returns, once that is safely stored.

        Raises what the job raised, or NotStored; then nothing of it was stored. A caller that is cancelled gets no
        answer, but the job has run whole or not at all.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._queue(_Job(fn, answer, loop))
        return await answer

    def run_now(self, fn: Callable[[Tx], T]) -> T:
        """Do the same and wait; for commands and tests. Never call it inside a job, nor in an event loop."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a job cannot wait for another job")
        answer: Future[T] = Future()
        self._queue(_Job(fn, answer, None))
        return answer.result()

    def close(self) -> None:
        """Store what is queued, then close the file. Jobs that come later get NotStored."""
        with self._gate:
            if self._open:
                self._open = False
                self._jobs.put(None)
        self._thread.join()

    def _queue(self, job: _Job) -> None:
        with self._gate:
            if not self._open:
                raise NotStored("the store is closed")
            self._jobs.put(job)

    # In the writing thread --------------------------------------------------------------------------------------------

    def _work(self) -> None:
        batch: list[_Job] = []
        try:
            while batch := self._take():
                stored = self._store(batch)
                self._answer(batch)
                if stored:
                    self._announce()
        finally:
            # Reached at close, or when a rollback failed or through a defect; then nobody may be left waiting.
            with self._gate:
                self._open = False
            rest = [*batch, *iter(self._next_or_none, None)]
            for job in rest:
                job.error = job.error or NotStored("the store is closed")
            self._answer(rest)
            self._db.close()

    def _next_or_none(self) -> _Job | None:
        return None if self._jobs.empty() else self._jobs.get()

    def _take(self) -> list[_Job]:
        """Wait for a job and take what is queued with it; nothing when the store closes."""
        job = self._jobs.get()
        batch: list[_Job] = []
        while job is not None:
            batch.append(job)
            if len(batch) == _BATCH or self._jobs.empty():
                return batch
            job = self._jobs.get()
        if batch:
            self._jobs.put(None)  # closing can wait for this last batch
        return batch

    def _store(self, batch: list[_Job]) -> bool:
        """Run and commit a batch; say whether anything was stored. Failures are left in the jobs."""
        execute = self._conn.execute
        self.due.clear()
        try:
            execute("begin immediate")
            if len(batch) == 1:
                self._run(batch[0])
                if batch[0].error is not None:
                    self._roll_back()
                    return False
            else:
                for job in batch:
                    execute("savepoint job")
                    self._run(job)
                    if job.error is not None:
                        execute("rollback to job")
                    execute("release job")
            execute("commit")
        except sqlite3.Error as wrong:
            # The whole batch is gone: the disk is full, or a job's failure took the transaction with it.
            self._roll_back()
            for job in batch:
                if job.error is None:
                    job.error = NotStored("nothing was stored")
                    job.error.__cause__ = wrong
            return False
        return True

    def _run(self, job: _Job) -> None:
        try:
            job.value = job.fn(self._tx)
        except sqlite3.Error as wrong:
            job.error = wrong
            if getattr(wrong, "sqlite_errorcode", 0) & 0xFF in _MACHINE:
                job.error = NotStored("nothing was stored")
                job.error.__cause__ = wrong
        except StopIteration as wrong:
            job.error = RuntimeError("a job raised StopIteration")  # which no future can carry
            job.error.__cause__ = wrong
        except BaseException as wrong:  # noqa: BLE001 - it is the caller's, and is raised there
            job.error = wrong

    def _roll_back(self) -> None:
        if self._conn.in_transaction:
            self._conn.execute("rollback")

    def _answer(self, batch: list[_Job]) -> None:
        """Answer everybody, waking each event loop once."""
        loops: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
        for job in batch:
            if job.loop is None:
                job.tell()
            elif job.loop in loops:
                loops[job.loop].append(job)
            else:
                loops[job.loop] = [job]
        for loop, jobs in loops.items():
            try:
                loop.call_soon_threadsafe(_tell, jobs)
            except RuntimeError:
                # The loop was closed meanwhile, and its callers with it; a resend finds what was stored.
                log.warning("%d answers had nobody left to go to", len(jobs))

    def _announce(self) -> None:
        for callback in self.committed:
            try:
                callback()
            except Exception as wrong:  # noqa: BLE001 - one listener must not stop the writer
                log.error("a listener failed after a commit: %s", trace(wrong))


def prove(tx: Tx) -> bool:
    """Check that the vault is the one this school's rows were written with; False when it has none yet.

    Raises Tampered.
    """
    row = tx.execute("select proof from school where school = ?", (tx.school,)).fetchone()
    if row is not None:
        tx.vault.unseal(cast(bytes, row[0]), f"school {tx.school}")
    return row is not None


def _begin(tx: Tx) -> None:
    if not prove(tx):
        proof = tx.vault.seal(b"beacon", f"school {tx.school}")
        tx.execute("insert into school values (?, ?)", (tx.school, proof))
