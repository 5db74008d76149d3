"""Waiting between tries: never in step with others, and never longer than until the worker is told to stop."""

import asyncio
import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds to wait after failures in a row: `first`, then twice as long each time, `longest` at most.

    >>> [Backoff(1.0, 30.0).after(failures) for failures in (1, 2, 3, 100)]
    [1.0, 2.0, 4.0, 30.0]
    """

    first: float = 0.1
    longest: float = 1.0

    def after(self, failures: int) -> float:
        """The wait after the last of so many failures."""
        return min(self.longest, self.first * 2.0 ** min(failures - 1, 16))


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
