"""Fetches every homepage once when a process starts: it is not ready before, so that no visitor has to wait for a
page."""

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog

from datasources.homepage.copies import HomepageCopies
from domain.homepage.keys import HomepageKey, Platform
from domain.territories.markets import Territories

logger = structlog.get_logger(__name__)

_AGAIN_SECONDS = 0.3
MAX_PAGES = 300


class Warmth:
    """Ready when each page is in memory or known not to be published, or after `seconds` without some of them."""

    def __init__(
        self,
        copies: HomepageCopies,
        territories: Territories,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._copies = copies
        self._seconds = seconds
        self._clock = clock
        pages = [HomepageKey(territory.code, platform) for territory in territories.all for platform in Platform]
        self._cold = pages[:MAX_PAGES]
        self.is_ready = False

    async def fetch(self) -> None:
        """Tries until it has every page. Trying a page without a record reports it, and the workers build it."""
        began = self._clock()
        while self._cold and self._clock() - began < self._seconds:
            settled = await asyncio.gather(*map(self._copies.is_settled, self._cold))
            self._cold = _others(self._cold, settled)
            if self._cold:
                await asyncio.sleep(_AGAIN_SECONDS)
        if self._cold:
            logger.warning("homepages_cold", pages=[key.redis_key for key in self._cold])
        self.is_ready = True


def _others(keys: Sequence[HomepageKey], settled: Sequence[bool]) -> list[HomepageKey]:
    return [key for key, is_settled in zip(keys, settled, strict=True) if not is_settled]
