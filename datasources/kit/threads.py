"""Blocking calls off the event loop: a bounded number at a time, each within a deadline."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Threads:
    """A few threads. A call that waits too long for one is never started."""

    def __init__(self, name: str, limit: int) -> None:
        self._executor = ThreadPoolExecutor(limit, name)

    async def run(self, call: Callable[[], T], deadline: float) -> T:
        """The answer of `call`; TimeoutError after `deadline` seconds, though a call that has begun runs to its end."""
        async with asyncio.timeout(deadline):
            return await asyncio.get_running_loop().run_in_executor(self._executor, call)

    async def close(self) -> None:
        """Drops calls that have not begun and releases the threads. Running calls end by themselves."""
        self._executor.shutdown(wait=False, cancel_futures=True)
