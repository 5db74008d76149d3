"""Large queries of one payer wait for each other, so that few of them are ever computed beside those of others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

# Queries that cost as much are nearly refused. Those that storefronts send stay below: JS Buy SDK's cost 4,119 at most.
LARGE = 4_500


class Payer(NamedTuple):
    """Who pays, by the name of the limit; `at_once` large queries of theirs are executed at a time."""

    limit: str
    subject: str
    at_once: int = 1


@dataclass(slots=True)
class _Lane:
    free: asyncio.Semaphore
    requests: int = 0


class Lanes:
    """One lane of this process for each payer who has large queries in progress."""

    def __init__(self) -> None:
        self._lanes: dict[Payer, _Lane] = {}

    def __len__(self) -> int:
        return len(self._lanes)

    @asynccontextmanager
    async def turn(self, payer: Payer) -> AsyncIterator[None]:
        """Waits, in the order of their calls, until a query of this payer may go on."""
        lane = self._lanes.get(payer)
        if lane is None:
            lane = self._lanes[payer] = _Lane(asyncio.Semaphore(payer.at_once))
        lane.requests += 1
        try:
            async with lane.free:
                yield
        finally:
            lane.requests -= 1
            if not lane.requests:
                del self._lanes[payer]
