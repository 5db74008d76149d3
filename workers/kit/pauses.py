"""Waits between tries: jittered, so that workers are not in step, and ended at once when the worker stops."""

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
        """The wait after that many failures in a row."""
        return min(self.longest, self.first * 2.0 ** min(failures - 1, 16))


async def wait(stopping: asyncio.Event, seconds: float) -> None:
    """Returns after some seconds, or as soon as `stopping` is set."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return


def jittered(seconds: float) -> float:
    """A random time between half of `seconds` and `seconds`."""
    return seconds * (0.5 + random.random() / 2)  # noqa: S311 - spreads load, keeps no secret
