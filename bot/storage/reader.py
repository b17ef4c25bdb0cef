"""Reading beside the writer: a few threads with read-only connections. Must not know what is read.

Each job sees the store as it was when the job began, whatever is committed meanwhile.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from bot.storage.database import open_reader
from bot.storage.tx import Tx
from bot.storage.vault import Vault

T = TypeVar("T")


class Reader:
    """Runs reading jobs. Their Tx refuses to write."""

    def __init__(self, path: Path, vault: Vault, school: str, threads: int = 2) -> None:
        """Open the store at `path` for one school. Raises Unusable."""
        self._idle = [Tx(open_reader(path), vault, school) for _ in range(threads)]
        self._threads = ThreadPoolExecutor(threads, "beacon-reader")
        self._lock = threading.Lock()

    async def run(self, fn: Callable[[Tx], T]) -> T:
        """Run a job in a thread and give what it returns. Raises what it raised."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, fn)

    def run_now(self, fn: Callable[[Tx], T]) -> T:
        """Do the same and wait; for commands and tests."""
        return self._threads.submit(self._read, fn).result()

    def close(self) -> None:
        """Let running jobs end, then close the connections."""
        self._threads.shutdown()
        for tx in self._idle:
            tx.db.close()

    def _read(self, fn: Callable[[Tx], T]) -> T:
        with self._lock:
            tx = self._idle.pop()  # there is one for each thread
        try:
            tx.execute("begin")
            try:
                return fn(tx)
            finally:
                tx.db.rollback()
        finally:
            with self._lock:
                self._idle.append(tx)
