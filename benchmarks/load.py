"""Load over own connections: for machines without wrk, and for flows in which each step needs the answer before."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import cycle

from benchmarks.connection import Connection
from benchmarks.measured import Run, from_latencies

LOST = (OSError, EOFError, TimeoutError)
# Takes one step over a connection; returns the bytes received and whether the answer was good.
Step = Callable[[Connection], Awaitable[tuple[int, bool]]]


async def load(url: str, step: Step, connections: int, seconds: float) -> Run:
    """Repeats a step on every connection until the time is over; a lost connection is not opened again."""
    latencies: list[float] = []
    counts = {"bytes": 0, "refused": 0, "lost": 0}
    start = time.perf_counter()

    async def buyer() -> None:
        async with Connection(url) as connection:
            while (begun := time.perf_counter()) < start + seconds:
                received, good = await step(connection)
                latencies.append((time.perf_counter() - begun) * 1000)
                counts["bytes"] += received
                counts["refused"] += not good

    async def counted() -> None:
        try:
            await buyer()
        except LOST:
            counts["lost"] += 1

    await asyncio.gather(*(counted() for _ in range(connections)))
    return from_latencies(
        latencies, time.perf_counter() - start, counts["bytes"], refused=counts["refused"], lost=counts["lost"]
    )


def posting(bodies: Sequence[bytes], headers: Mapping[str, str] | None = None) -> Step:
    """The step that posts the bodies in turn; a good answer has the status 200."""
    turn = cycle(bodies)

    async def post(connection: Connection) -> tuple[int, bool]:
        status, body = await connection.post(next(turn), headers)
        return len(body), status == 200

    return post
