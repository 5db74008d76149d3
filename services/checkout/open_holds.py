"""Remembers unpaid orders of guests, so that their units stop counting when something else has ended the orders."""

import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from services.checkout.attempt_limits import AttemptLimits, Hold

MAX_HOLDS = 10_000
# After so long the budgets have everything back by themselves.
SECONDS = 600
_AT_ONCE = 100
_PAUSE_SECONDS = 1.0
EndedOf = Callable[[Collection[int]], Awaitable[Collection[int]]]


@dataclass(frozen=True, slots=True)
class _Open:
    hold: Hold
    began: float


class OpenHolds:
    """The orders that this process left waiting for their payment; workers, webhooks and other processes end them.

    `ended_of` returns those orders of some that wait no longer.
    """

    def __init__(self, limits: AttemptLimits, ended_of: EndedOf, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._ended_of = ended_of
        self._clock = clock
        self._open: dict[int, _Open] = {}
        self._pause_until = 0.0

    def __len__(self) -> int:
        return len(self._open)

    def add(self, order_id: int, hold: Hold) -> None:
        """The order waits; the oldest are forgotten when there are too many, or when they no longer count."""
        now = self._clock()
        self._open[order_id] = _Open(hold, now)
        while len(self._open) > MAX_HOLDS or next(iter(self._open.values())).began < now - SECONDS:
            del self._open[next(iter(self._open))]

    async def settle(self, hold: Hold) -> bool:
        """Gives back the units of ended orders that share a budget with `hold`; whether there were any.

        Looks at most once a second, so that nobody makes the database read by asking again and again.
        """
        now, budgets = self._clock(), set(hold.budgets)
        mine = [key for key, each in self._open.items() if not budgets.isdisjoint(each.hold.budgets)][:_AT_ONCE]
        if not mine or now < self._pause_until:
            return False
        self._pause_until = now + _PAUSE_SECONDS
        ended = [each for key in await self._ended_of(mine) if (each := self._open.pop(key, None)) is not None]
        for each in ended:
            # The rest has come back by itself.
            self._limits.release(each.hold, max(0.0, 1 - (now - each.began) / SECONDS))
        return bool(ended)
