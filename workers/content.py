"""Follows up edits of documents whose process ended before their events were kept."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from services.kit.clock import utc_now

# Longer than an edit takes that is still under way.
AGE = timedelta(seconds=30)


class EditSweep:
    """Several workers may do so at once: an event that is kept twice does no harm."""

    def __init__(self, announce: Callable[[datetime], Awaitable[int]], clock: Callable[[], datetime] = utc_now) -> None:
        self._announce = announce
        self._clock = clock

    async def turn(self) -> int:
        """Announces old edits; how many those were."""
        return await self._announce(self._clock() - AGE)
