"""Slow reads that leave time for those of shoppers."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import sqlalchemy as sa

from datasources.kit.database import Database, Params, Rows

STATEMENT_SECONDS = 30.0
LONGEST_REST_SECONDS = 5.0


class GentleDatabase(Database):
    """One connection that runs one statement at a time and rests after each for as long as it took.

    A comparison reads whole tables: its statements may take long, and they use the database at most half of the time.
    """

    def __init__(self, url: str, rest: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        super().__init__(url, pool=1, deadline=STATEMENT_SECONDS)
        self._turn = asyncio.Lock()
        self._rest = rest

    async def all(self, statement: sa.Executable, params: Params = None) -> Rows:
        """All rows of one read. Raises `Unavailable` past its deadline of half a minute."""
        async with self._turn:
            began = time.monotonic()
            rows = await super().all(statement, params)
            await self._rest(min(time.monotonic() - began, LONGEST_REST_SECONDS))
            return rows
