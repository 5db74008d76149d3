"""Group commit: operations that arrive while the disk is busy share the next transaction."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sandbox.ledger import Ledger, connect
from sandbox.messages import Problem

_BATCH = 256
Result = TypeVar("Result")
_Waiting = tuple[Callable[[Ledger], Any], "asyncio.Future[Any]"]


class Books:
    """Runs operations on the ledger, each on the disk before its result is given."""

    def __init__(self, directory: Path, *, late_seconds: float, keep_events: bool, pages: str = "") -> None:
        self._connection = connect(directory)
        self._ledger = Ledger(self._connection, late_seconds=late_seconds, keep_events=keep_events, pages=pages)
        self._thread = ThreadPoolExecutor(1)
        self._waiting: list[_Waiting] = []
        self._drain: asyncio.Task[None] | None = None

    async def run(self, operation: Callable[[Ledger], Result]) -> Result:
        """The operation's result; raises its `Problem`, or 503 when the store failed and nothing was done."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((operation, future))
        if self._drain is None or self._drain.done():
            self._drain = asyncio.create_task(self._work())
        return await future

    def close(self) -> None:
        """Ends after the running transaction."""
        self._thread.shutdown()
        self._connection.close()

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
            try:
                results = await loop.run_in_executor(self._thread, self._commit, [run for run, _ in batch])
            except sqlite3.Error:
                results = [Problem(503, "store_failed", "The request could not be recorded.")] * len(batch)
            for (_, future), result in zip(batch, results, strict=True):
                _answer(future, result)

    def _commit(self, operations: list[Callable[[Ledger], Any]]) -> list[Any]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            results = [self._attempt(operation) for operation in operations]
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        return results

    def _attempt(self, operation: Callable[[Ledger], Any]) -> Any:
        """A problem is an answer like any other: it is found before anything is written."""
        try:
            return operation(self._ledger)
        except Problem as problem:
            return problem


def _answer(future: "asyncio.Future[Any]", result: object) -> None:
    if future.done():
        return
    if isinstance(result, Problem):
        future.set_exception(result)
    else:
        future.set_result(result)
