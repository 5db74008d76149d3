"""Gives the event loop its turn while requests compute, so that nobody waits long behind one of them.

All requests of a process share one `Turns`. In one turn of the loop, work that can wait goes on for a stretch; the rest
of it waits, and each payer in its turn gets the next stretch, for the oldest of its requests that wait. Whoever sends
many large requests at once gets their answers one after the other. Small answers end before the first stretch does and
pay nothing for this but a look at the clock for each object of a list.
"""

import asyncio
import time
from bisect import insort
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from operator import attrgetter
from typing import TypeVar

from datasources.kit.places import Places

T = TypeVar("T")
S = TypeVar("S")
STRETCH_SECONDS = 0.002
# Fields of nested objects start some turns after those of the objects that hold them, one for each wait on the way.
_TURNS_OF_FIELDS = 10
# A request goes on with so many parts of its work at a time: most are short, and each turn of the loop has its price.
_PARTS_AT_ONCE = 8
# Records are built this many at a time between two looks at the clock.
_BUILT_AT_ONCE = 20
_numbers = count()


class Turns:
    """The time of one event loop."""

    def __init__(self, seconds: float = STRETCH_SECONDS, clock: Callable[[], float] = time.perf_counter) -> None:
        self._seconds = seconds
        self._clock = clock
        self._ends: float | None = None
        self._is_called = False
        self.places = Places()
        # By payer, in the order of their turns; the requests of each by age.
        self._waiting: dict[Hashable, list[Work]] = {}

    def is_over(self) -> bool:
        """Whether the stretch of this turn of the loop is over; the first one who looks begins it."""
        now = self._clock()
        if self._ends is None:
            self._ends = now + self._seconds
            self._call()
        return now >= self._ends

    def add(self, work: "Work") -> None:
        """A request waits; a payer without one that waits comes after all others."""
        insort(self._waiting.setdefault(work.payer, []), work, key=_age)
        self._call()

    def has_waiting(self, payer: Hashable) -> bool:
        """Whether a request of this payer waits."""
        return payer in self._waiting

    def _call(self) -> None:
        if not self._is_called:
            self._is_called = True
            asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        """Ends the stretch. The first request of the first payer goes on with a few parts of its work."""
        self._is_called, self._ends = False, None
        while self._waiting:
            payer = next(iter(self._waiting))
            line = self._waiting.pop(payer)
            went_on = line[0].go_on()
            if not went_on:
                del line[0]
            if line:
                self._waiting[payer] = line
            if went_on:
                self._call()
                return


class Work:
    """What one request computes: parts of it wait for their turns. Without a payer, it has turns of its own."""

    def __init__(self, turns: Turns, payer: Hashable = None) -> None:
        self.payer = self if payer is None else payer
        self.number = next(_numbers)
        self.is_over = turns.is_over
        self.has_place = False
        self._turns = turns
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._held = 0
        self._resumed = 0
        self._is_queued = False

    async def begin(self) -> None:
        """Waits for a place among the large requests of the payer, then while older ones wait for their turns."""
        await self._turns.places.take(self.payer)
        self.has_place = True
        if self._turns.has_waiting(self.payer):
            await self.turn()

    async def turn(self) -> None:
        """Waits for the next turn of this request."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        if not self._is_queued:
            self._is_queued = True
            self._turns.add(self)
        self._held += 1
        try:
            await waiter
        finally:
            self._held -= 1
            self._resumed += 1

    async def quiet(self) -> None:
        """Waits until no part of this request waits and none has just gone on, so that what all of them need is read at
        once. A request that never waited for a turn does not wait here either.
        """
        seen = 0
        while self._held or seen != self._resumed:
            seen = self._resumed
            for _ in range(_TURNS_OF_FIELDS):
                await asyncio.sleep(0)

    def go_on(self) -> bool:
        """Ends the wait of a few parts; False when none waits."""
        ended = 0
        while self._waiting and ended < _PARTS_AT_ONCE:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                ended += 1
        self._is_queued = ended > 0
        return self._is_queued


_age = attrgetter("number")
_current: ContextVar[Work | None] = ContextVar("work", default=None)


def current_work() -> Work | None:
    """The work of the request in progress; None elsewhere."""
    return _current.get()


@contextmanager
def working(turns: Turns, payer: Hashable = None) -> Iterator[Work]:
    """What runs within, and the tasks that it starts, is the work of one request."""
    work = Work(turns, payer)
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)
        if work.has_place:
            turns.places.give_back(work.payer)


@contextmanager
def continuing(work: Work) -> Iterator[Work]:
    """What runs within is the rest of this work."""
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)


async def built(build: Callable[[S], T], items: Iterable[S]) -> list[T]:
    """`[build(item) for item in items]`, in as many turns as it takes. Not for transactions: others wait for them."""
    work = current_work()
    if work is None:
        return [build(item) for item in items]
    results: list[T] = []
    for number, item in enumerate(items, 1):
        results.append(build(item))
        if number % _BUILT_AT_ONCE == 0 and work.is_over():
            await work.turn()
    return results
