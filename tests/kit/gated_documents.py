"""A document store that stops at a gate, so that tests can slow it down without a clock."""

import asyncio
from collections.abc import Mapping
from enum import Enum

from datasources.kit.documents import Document, Documents


class Stop(Enum):
    """Where a write waits."""

    BEFORE = "before it is written"
    AFTER = "after it is written, before its caller learns of it"


class GatedDocuments(Documents):
    """Writes wait at `stop`, once it is set, from `reached` until `opened`."""

    def __init__(self, url: str, database: str) -> None:
        super().__init__(url, database)
        self.stop: Stop | None = None
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def put(self, collection: str, bodies: Mapping[int, Document] | Mapping[str, Document]) -> None:
        """Waits at the gate."""
        await self._gate(Stop.BEFORE)
        await super().put(collection, bodies)
        await self._gate(Stop.AFTER)

    async def change(self, collection: str, guard: Document, changes: Document, *, upsert: bool = False) -> bool:
        """Waits at the gate."""
        await self._gate(Stop.BEFORE)
        changed = await super().change(collection, guard, changes, upsert=upsert)
        await self._gate(Stop.AFTER)
        return changed

    async def _gate(self, stop: Stop) -> None:
        if self.stop is stop:
            self.reached.set()
            await self.opened.wait()
