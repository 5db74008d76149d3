"""An event loop that never waits: its clock jumps to the next timer. For code without input and output."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Jumping(selectors.SelectSelector):
    """Never has events; `waited` is the requested waiting time."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Adds up instead of waiting."""
        assert timeout is not None, "the loop waits for something that never comes"
        self.waited += timeout
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._jumping.waited


def in_virtual_time(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine to its end; hours of it take no time."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)
