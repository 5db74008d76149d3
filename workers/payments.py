"""Keeps the list of handled webhooks short."""

import asyncio

import structlog

from domain.kit.refusals import Unavailable
from services.payments.webhooks import WebhookService
from workers.kit.pauses import jittered, wait

logger = structlog.get_logger(__name__)


class WebhookSweep:
    """Forgets old webhooks once per hour; several workers may do so at once."""

    def __init__(self, webhooks: WebhookService, *, every_seconds: float = 3_600.0) -> None:
        self._webhooks = webhooks
        self._every_seconds = every_seconds

    async def run(self, stopping: asyncio.Event) -> None:
        """Sweeps until told to stop. A database that is away is asked again by the next turn."""
        while not stopping.is_set():
            try:
                await self._webhooks.forget_old()
            except Unavailable as error:
                logger.warning("sweep_failed", kind="webhooks", error=error.code)
            await wait(stopping, jittered(self._every_seconds))
