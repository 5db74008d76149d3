"""Waiting between tries: never in step with others, and never longer than until the worker is told to stop."""

import asyncio
import random


class Pauses:
    """Waits that grow with each failure in a row, from `first` to `longest` seconds, and shrink back after success."""

    def __init__(self, stopping: asyncio.Event, first: float = 0.1, longest: float = 1.0) -> None:
        self._stopping = stopping
        self._first = first
        self._longest = longest
        self._failures = 0

    def succeeded(self) -> None:
        """The next failure is the first one again."""
        self._failures = 0

    async def after_failure(self) -> None:
        """Waits half to all of twice the time of the failure before."""
        longest = min(self._longest, self._first * 2.0 ** min(self._failures, 16))
        self._failures += 1
        await wait(self._stopping, jittered(longest))


async def wait(stopping: asyncio.Event, seconds: float) -> None:
    """Returns after some seconds, or at once when the worker is told to stop."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return


def jittered(seconds: float) -> float:
    """A time between half of `seconds` and `seconds`."""
    return seconds * (0.5 + random.random() / 2)  # noqa: S311 - spreads load, keeps no secret
