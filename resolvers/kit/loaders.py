"""Dataloaders as requests use them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from aiodataloader import DataLoader

from datasources.kit.turns import current_work

K = TypeVar("K")
V = TypeVar("V")
MAX_BATCH = 500
# So many keys at a time get their values: for each key, ten fields may wait.
VALUES_AT_ONCE = 10


class RequestLoader(DataLoader[K, V]):
    """Gives each caller its own future, so that cancelling one field does not cancel the answer of another.

    It reads when no part of the request waits for its turn: an answer that takes many turns needs no more reads than a
    small one. What it read reaches the fields in as many turns as it takes.
    """

    def __init__(self, read: Callable[[list[K]], Any]) -> None:
        super().__init__(read)
        self._wanted: list[tuple[K, asyncio.Future[V]]] = []

    def load(self, key: K) -> "asyncio.Future[V]":
        """The value of a key, in the next batch."""
        return asyncio.shield(super().load(key))

    def do_resolve_reject(self, key: K, future: "asyncio.Future[V]") -> None:
        """Puts a key into the next batch."""
        self._wanted.append((key, future))
        if len(self._wanted) == 1:
            # Not in this turn of the loop nor in the next: fields that have the same key to ask for are about to start.
            self.loop.call_soon(asyncio.ensure_future, self._dispatch())

    async def _dispatch(self) -> None:
        if (work := current_work()) is not None:
            await work.quiet()
        wanted, self._wanted = self._wanted, []
        batches = (wanted[start : start + MAX_BATCH] for start in range(0, len(wanted), MAX_BATCH))
        await asyncio.gather(*map(self._read, batches))

    async def _read(self, batch: list[tuple[K, "asyncio.Future[V]"]]) -> None:
        try:
            values = await self.batch_load_fn([key for key, _ in batch])
            for position, ((_, future), value) in enumerate(zip(batch, values, strict=True), 1):
                if not future.done():
                    future.set_result(value)
                if position % VALUES_AT_ONCE == 0 and (work := current_work()) is not None:
                    await work.turn()
        except Exception as error:
            for key, future in batch:
                self.clear(key)
                if not future.done():
                    future.set_exception(error)


def loader_of(read: Callable[[Sequence[K]], Awaitable[list[V]]]) -> DataLoader[K, V]:
    """A loader over a batch read that returns values in the order of its keys."""

    async def batch(keys: list[K]) -> list[V]:
        return await read(keys)

    return RequestLoader(batch)
