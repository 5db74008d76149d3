"""A deadline that holds, whatever the driver below does with a cancellation.

redis-py sends with `asyncio.wait_for`, which in Python 3.11 swallows a cancellation that arrives when the inner call
has just finished: the command then goes on through all its timeouts and retries, for three seconds.
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

# The event loop keeps only weak references to tasks.
_left: set["asyncio.Future[object]"] = set()


async def within_deadline(work: Awaitable[T], seconds: float) -> T:
    """The answer of `work`.

    TimeoutError after `seconds`: the work is cancelled, and the caller does not wait for it.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            _leave(task)
    if not task.done():
        raise TimeoutError
    return task.result()


def _leave(task: "asyncio.Future[T]") -> None:
    def ended(task: "asyncio.Future[object]") -> None:
        _left.discard(task)
        if not task.cancelled():
            task.exception()  # marks the error as seen: no caller waits for it

    left: asyncio.Future[object] = task  # type: ignore[assignment]  # nobody reads what it answers
    _left.add(left)
    left.add_done_callback(ended)
    left.cancel()
