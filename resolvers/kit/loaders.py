"""Dataloaders as requests use them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from aiodataloader import DataLoader

K = TypeVar("K")
V = TypeVar("V")
MAX_BATCH = 500


class RequestLoader(DataLoader[K, V]):
    """Gives each caller its own future, so that cancelling one field does not cancel the answer of another."""

    def load(self, key: K) -> "asyncio.Future[V]":
        """The value of a key, in the next batch."""
        return asyncio.shield(super().load(key))


def loader_of(read: Callable[[Sequence[K]], Awaitable[list[V]]]) -> DataLoader[K, V]:
    """A loader over a batch read that returns values in the order of its keys."""

    async def batch(keys: list[K]) -> list[V]:
        return await read(keys)

    return RequestLoader(batch, max_batch_size=MAX_BATCH)
