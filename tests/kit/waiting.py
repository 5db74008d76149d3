"""Tests wait for events, not for times: pytest's own limit ends a test whose event does not come, with every stack."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(holds: Callable[[], Awaitable[object]]) -> None:
    """Repeats the call until it returns true."""
    while not await holds():  # noqa: ASYNC110 - other processes and stores set no event
        await asyncio.sleep(0.02)
