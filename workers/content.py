"""Announces edits of documents whose process ended before it wrote their events."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from services.kit.clock import utc_now

# More than any edit in progress takes.
AGE = timedelta(seconds=30)


class EditSweep:
    """A sweep that several workers may run at once: an event that is written twice does no harm."""

    def __init__(self, announce: Callable[[datetime], Awaitable[int]], clock: Callable[[], datetime] = utc_now) -> None:
        self._announce = announce
        self._clock = clock

    async def turn(self) -> int:
        """Announces old edits; returns their number."""
        return await self._announce(self._clock() - AGE)
