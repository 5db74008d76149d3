"""Orders from prepared carts: one submit each, answered after the sandbox has taken the money."""

import asyncio
import time
from collections.abc import Sequence
from itertools import cycle

from benchmarks.checkout.submits import Came, submit, understood
from benchmarks.connection import Connection
from benchmarks.load import LOST, Step
from benchmarks.measured import Run, from_latencies


async def buy(endpoint: str, cart_ids: Sequence[str], connections: int, seconds: float) -> Run:
    """Submits carts, each once, until the time is over or no cart is left; anything but a paid order counts as
    refused."""
    waiting = iter(cart_ids)
    latencies: list[float] = []
    counts = {"bytes": 0, "refused": 0, "lost": 0}
    start = time.perf_counter()

    async def buyer() -> None:
        async with Connection(endpoint) as connection:
            while (begun := time.perf_counter()) < start + seconds and (cart := next(waiting, None)) is not None:
                status, content = await connection.post(submit(cart))
                latencies.append((time.perf_counter() - begun) * 1000)
                counts["bytes"] += len(content)
                counts["refused"] += understood(status, content).came is not Came.PAID

    async def counted() -> None:
        try:
            await buyer()
        except LOST:
            counts["lost"] += 1

    await asyncio.gather(*(counted() for _ in range(connections)))
    return from_latencies(
        latencies, time.perf_counter() - start, counts["bytes"], refused=counts["refused"], lost=counts["lost"]
    )


def wanting(cart_ids: Sequence[str]) -> Step:
    """The step that submits the carts in turn; a good answer says sold out."""
    turn = cycle(cart_ids)

    async def ask(connection: Connection) -> tuple[int, bool]:
        status, content = await connection.post(submit(next(turn)))
        return len(content), understood(status, content).came is Came.SOLD_OUT

    return ask
