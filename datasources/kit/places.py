"""A bounded number of large requests of each payer under way: what each of them has read and made stays in memory."""

import asyncio
from collections import deque
from collections.abc import Hashable

MAX_LARGE = 4


class Places:
    """Places by payer. Whoever waits for one gets it in the order of asking."""

    def __init__(self, most: int = MAX_LARGE) -> None:
        self._most = most
        self._taken: dict[Hashable, int] = {}
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    async def take(self, payer: Hashable) -> None:
        """Returns when the payer has a free place."""
        if self._taken.get(payer, 0) < self._most:
            self._taken[payer] = self._taken.get(payer, 0) + 1
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(payer, deque()).append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.give_back(payer)  # the place came in the same moment
            raise

    def give_back(self, payer: Hashable) -> None:
        """Gives a place to whoever has waited longest for it."""
        line = self._waiting.get(payer, deque())
        while line:
            waiter = line.popleft()
            if not waiter.done():
                waiter.set_result(None)
                break
        else:
            self._taken[payer] -= 1
            if not self._taken[payer]:
                del self._taken[payer]
        if not line:
            self._waiting.pop(payer, None)

    def __len__(self) -> int:
        """How many payers have places."""
        return len(self._taken)
