"""A crowd of virtual buyers who want the same product, over as many connections as there are submits at a time."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle

from benchmarks.checkout.submits import Answer, Came, submit, understood
from benchmarks.connection import Connection
from benchmarks.load import LOST
from benchmarks.measured import percentile

_PATIENCE_SECONDS = 60.0
_CONNECTING_AT_ONCE = 200


@dataclass(slots=True)
class Sale:
    """The results of a sale. `paid_ms`: how long each submit with a paid order took, in milliseconds.

    `bought`: the carts that became orders. `sold_out_seconds`: from the first to the last answer "sold out".
    `odd`: some unexpected answers.
    """

    came: Counter[Came] = field(default_factory=Counter)
    orders: set[str] = field(default_factory=set)
    bought: set[str] = field(default_factory=set)
    paid_ms: list[float] = field(default_factory=list)
    lost: int = 0
    seconds: float = 0.0
    sold_out_seconds: float = 0.0
    odd: list[str] = field(default_factory=list)

    @property
    def sold_out_rate(self) -> float:
        """Answers "sold out" per second, from the first to the last."""
        return self.came[Came.SOLD_OUT] / self.sold_out_seconds if self.sold_out_seconds else 0.0

    def paid_percentile(self, percent: float) -> float:
        """A percentile of the times of submits with a paid order."""
        return percentile(sorted(self.paid_ms), percent)


async def sell(endpoint: str, carts_of_buyers: Sequence[Sequence[str]], submits: int, connections_at_once: int) -> Sale:
    """All buyers submit, one after the other and again, until the given number of submits is answered.

    A buyer goes on to the next cart when the one before became an order. A submit that was throttled or lost is sent
    again with its token and counts once.
    """
    sale, crowd = Sale(), _Crowd(submits, carts_of_buyers)
    connections = await _connect(endpoint, min(connections_at_once, len(carts_of_buyers)))
    start = time.perf_counter()
    try:
        await asyncio.gather(*(crowd.till(sale, each) for each in connections))
    finally:
        sale.seconds = time.perf_counter() - start
        await asyncio.gather(*(each.__aexit__(None, None, None) for each in connections))
    sale.sold_out_seconds = crowd.last_refusal - crowd.first_refusal
    return sale


class _Crowd:
    def __init__(self, submits: int, carts_of_buyers: Sequence[Sequence[str]]) -> None:
        self._left = submits
        self._queue = deque((carts[0], cycle([*carts[1:], carts[0]])) for carts in carts_of_buyers)
        self.first_refusal = float("inf")
        self.last_refusal = 0.0

    async def till(self, sale: Sale, connection: Connection) -> None:
        """Takes the buyer who has waited longest, and puts them at the end of the line."""
        while self._left > 0 and self._queue:
            self._left -= 1
            cart, others = self._queue.popleft()
            begun = time.perf_counter()
            answer = await self._settled(sale, connection, submit(cart))
            now = time.perf_counter()
            sale.came[answer.came] += 1
            if answer.order is not None:
                sale.orders.add(answer.order)
                sale.bought.add(cart)
                cart = next(others)
            self._queue.append((cart, others))
            if answer.came is Came.PAID:
                sale.paid_ms.append((now - begun) * 1000)
            elif answer.came is Came.SOLD_OUT:
                self.first_refusal, self.last_refusal = min(self.first_refusal, now), now
            elif answer.came is Came.OTHER and len(sale.odd) < 5:
                sale.odd.append(answer.told)

    async def _settled(self, sale: Sale, connection: Connection, body: bytes) -> Answer:
        while True:
            try:
                answer = understood(*await connection.post(body))
            except LOST:
                sale.lost += 1
                await connection.again()
                continue
            if answer.came is not Came.THROTTLED:
                return answer
            sale.came[Came.THROTTLED] += 1
            await asyncio.sleep(answer.poll_after)


async def _connect(endpoint: str, count: int) -> list[Connection]:
    """Opens connections in batches; servers accept only a limited number at once."""
    connections = [Connection(endpoint, _PATIENCE_SECONDS) for _ in range(count)]
    for start in range(0, count, _CONNECTING_AT_ONCE):
        await asyncio.gather(*(each.__aenter__() for each in connections[start : start + _CONNECTING_AT_ONCE]))
    return connections
