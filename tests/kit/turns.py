"""Turns of an event loop without real time."""

import asyncio
from collections.abc import Awaitable


class Clock:
    """Moves on by one second each time somebody looks at it."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> float:
        self.now += 1
        return float(self.now)


async def turns_during(work: Awaitable[object]) -> int:
    """The turns of the event loop that others get until this is done."""
    task, count = asyncio.ensure_future(work), 0
    while not task.done():
        count += 1
        await asyncio.sleep(0)
    await task
    return count
