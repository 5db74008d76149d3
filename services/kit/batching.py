"""Calls that arrive together share one transaction: first come, first served, and each gets its own answer."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")
R = TypeVar("R")
Outcome: TypeAlias = R | Exception


class QueueFull(Exception):
    """The queue of waiting calls is full. There may be room in `poll_after` seconds."""

    def __init__(self, poll_after: float) -> None:
        super().__init__("too many calls are waiting")
        self.poll_after = poll_after


@dataclass(slots=True)
class _Waiting(Generic[T, R]):
    item: T
    answer: "asyncio.Future[R]"


class GroupCommit(Generic[T, R]):
    """Runs `work` on batches. It returns one outcome per item in order; an item that failed alone has an exception.

    A batch is what has gathered while the `lanes` batches before it ran. By default an item never waits for others to
    join it; `gather_seconds` adds a wait before each batch, for work where transactions cost more than time. If `work`
    itself raises, each item of the batch runs again alone, so that no item fails because of another. Only errors of
    the kinds in `shared` (a database out of reach) go to all items at once.
    """

    def __init__(
        self,
        work: Callable[[Sequence[T]], Awaitable[Sequence[Outcome[R]]]],
        *,
        lanes: int = 1,
        batch: int = 64,
        queue: int = 2_000,
        poll_after: float = 1.0,
        gather_seconds: float = 0.0,
        shared: tuple[type[Exception], ...] = (),
    ) -> None:
        self._work = work
        self._lanes = lanes
        self._batch = batch
        self._queue = queue
        self._poll_after = poll_after
        self._gather_seconds = gather_seconds
        self._shared = shared
        self._busy_lanes = 0
        self._turned_away = 0
        self._waiting: deque[_Waiting[T, R]] = deque()
        self._running: set[asyncio.Task[None]] = set()

    @property
    def poll_after(self) -> float | None:
        """Seconds after which to try again while the queue is full; None while it accepts calls.

        The more calls it has turned away, the longer the time, so that they do not all come back at once.
        """
        if len(self._waiting) < self._queue:
            return None
        return self._poll_after * (1 + self._turned_away // self._queue)

    async def __call__(self, item: T) -> R:
        """The outcome of one item. Raises `QueueFull` at once if the queue is full.

        If the caller is cancelled, an accepted item is still carried out.
        """
        if (poll_after := self.poll_after) is not None:
            self._turned_away += 1
            raise QueueFull(poll_after)
        self._turned_away = 0
        waiting = _Waiting[T, R](item, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._busy_lanes < self._lanes:
            self._busy_lanes += 1
            lane = asyncio.create_task(self._drain())
            self._running.add(lane)
            lane.add_done_callback(self._running.discard)
        return await waiting.answer

    async def _drain(self) -> None:
        try:
            while self._waiting:
                if self._gather_seconds and len(self._waiting) < self._batch:
                    await asyncio.sleep(self._gather_seconds)
                batch = [self._waiting.popleft() for _ in range(min(self._batch, len(self._waiting)))]
                await self._run(batch)
        finally:
            # Here and not in a done callback: a call in between would wait for a lane that has ended.
            self._busy_lanes -= 1

    async def _run(self, batch: list[_Waiting[T, R]]) -> None:
        try:
            outcomes = await self._work([waiting.item for waiting in batch])
        except Exception as error:  # every error goes to the callers that wait for it
            if len(batch) == 1 or isinstance(error, self._shared):
                for waiting in batch:
                    _answer(waiting, error)
                return
            for waiting in batch:
                await self._run([waiting])
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            _answer(waiting, outcome)


def _answer(waiting: _Waiting[T, R], outcome: Outcome[R]) -> None:
    if waiting.answer.done():
        return  # the caller was cancelled
    if isinstance(outcome, Exception):
        waiting.answer.set_exception(outcome)
    else:
        waiting.answer.set_result(outcome)
