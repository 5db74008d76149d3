"""Follows up edits of documents whose process ended before their events were kept."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from services.catalog.products import CatalogService
from services.content import MenuService
from workers.kit.pauses import jittered, wait

logger = structlog.get_logger(__name__)

# Longer than an edit takes that is still under way.
AGE = timedelta(seconds=30)


class EditSweep:
    """Several workers may do so at once: an event that is kept twice does no harm."""

    def __init__(self, menus: MenuService, products: CatalogService, *, every_seconds: float = 15.0) -> None:
        self._announcers = {"menus": menus.announce_edits, "products": products.announce_edits}
        self._every_seconds = every_seconds

    async def run(self, stopping: asyncio.Event) -> None:
        """Sweeps until told to stop."""
        while not stopping.is_set():
            await self.turn(datetime.now(UTC))
            await wait(stopping, jittered(self._every_seconds))

    async def turn(self, now: datetime) -> int:
        """Announces old edits; how many those were. A failure ends neither the others nor the next turn."""
        announced = 0
        for kind, announce in self._announcers.items():
            try:
                announced += await announce(now - AGE)
            except Exception as error:  # a store out of reach is asked again by the next turn
                logger.warning("sweep_failed", kind=kind, error=type(error).__name__)
        return announced
