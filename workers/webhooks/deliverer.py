"""Sends due deliveries. A turn claims some, reads their bodies and starts the requests; it never waits for a slow one.

Requests that take longer than a turn go on beside the next ones. Each endpoint has a bounded number of them, so that
none holds up another. An answer that is lost before it is recorded leads to a second request with the same ids.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence

import orjson
import structlog

from datasources.kit.database import Database
from datasources.webhooks import answers
from datasources.webhooks.answers import Answered, Fate
from datasources.webhooks.endpoints import WebhookEndpoints
from datasources.webhooks.queue import Claim, DeliveryQueue
from domain.webhooks.bodies import Body, only
from domain.webhooks.cart_bodies import shown_key
from domain.webhooks.records import WebhookAnswer, WebhookDelivery, WebhookSubscription, retry_seconds
from services.webhooks.bodies import WebhookBodies
from services.webhooks.signing import WebhookSigner
from workers.kit.jobs import AT_ONCE, Pause
from workers.kit.pauses import jittered

logger = structlog.get_logger(__name__)

# Deliveries that one worker claims for an endpoint, and requests to it at the same time. With the deadline of a
# request, all of them end well within the time of a claim.
CLAIMED = 96
REQUESTS = 16
IDLE_SECONDS, GATHER_SECONDS = 0.25, 0.1
KEYLESS_SECONDS = 5.0
PUT_OFF_SECONDS = 10
_GONE = WebhookAnswer(error="The object no longer exists.")
_UNREADABLE = WebhookAnswer(error="The shop could not read the object.")


class WebhookDeliverer:
    """One worker's part of the work; any number of workers may run at once."""

    def __init__(
        self,
        database: Database,
        queue: DeliveryQueue,
        bodies: WebhookBodies,
        signer: WebhookSigner,
        endpoints: WebhookEndpoints,
    ) -> None:
        self._database = database
        self._queue = queue
        self._bodies = bodies
        self._signer = signer
        self._endpoints = endpoints
        self._running: dict[asyncio.Task[Answered], str] = {}
        self._lines: dict[str, asyncio.Semaphore] = {}
        self._answers: list[Answered] = []

    async def turn(self) -> Pause:
        """Records what is answered, and starts what is due."""
        if not self._signer.can_sign:
            return Pause(KEYLESS_SECONDS)
        await self._record()
        started = await self._start()
        await self._gather(GATHER_SECONDS)
        await self._record()
        return AT_ONCE if started else Pause(IDLE_SECONDS)

    async def close(self) -> None:
        """Waits for the requests under way, which have deadlines, and records their answers."""
        while self._running:
            await self._gather(None)
        await self._record()

    async def _start(self) -> bool:
        claims = self._claims(await self._queue.due())
        claimed = await self._queue.claim(claims)
        if not claimed:
            return False
        known = {claim.subscription.id: claim.subscription for claim in claims}
        bodies = await self._bodies.of(claimed)
        for delivery in claimed:
            to = known[delivery.subscription_id]
            if delivery.id not in bodies:
                self._answers.append(Answered(delivery, to.origin, _UNREADABLE, Fate.PUT_OFF, PUT_OFF_SECONDS))
            elif (body := bodies[delivery.id]) is None:
                self._answers.append(Answered(delivery, to.origin, _GONE, Fate.DONE))
            else:
                self._running[asyncio.create_task(self._send(delivery, to, body))] = to.origin
        return True

    def _claims(self, due: Sequence[WebhookSubscription]) -> list[Claim]:
        """Shares the free places of each endpoint among its subscriptions. A failing one has a single place."""
        taken, alike = Counter(self._running.values()), Counter(each.origin for each in due)
        claims: list[Claim] = []
        for each in due:
            places = (1 if each.is_failing else CLAIMED) - taken[each.origin]
            if places > 0:
                share = max(1, places // alike[each.origin])
                claims.append(Claim(each, share))
                taken[each.origin] += 1 if each.is_failing else 0
        return claims

    async def _send(self, delivery: WebhookDelivery, to: WebhookSubscription, body: Body) -> Answered:
        try:
            content = orjson.dumps(only(to.include_fields, body))
            async with self._lines.setdefault(to.origin, asyncio.Semaphore(REQUESTS)):
                answer = await self._endpoints.send(to.address, self._signer.headers(delivery, to, content), content)
        except Exception as error:  # one delivery must not hold up the others
            logger.error("webhook_body_failed", object=shown_key(delivery.object_key), error=type(error).__name__)
            return Answered(delivery, to.origin, _UNREADABLE, Fate.PUT_OFF, PUT_OFF_SECONDS)
        if answer.is_success:
            return Answered(delivery, to.origin, answer, Fate.DONE)
        logger.warning("webhook_failed", topic=to.topic.value, subscription=to.id, attempts=delivery.attempts)
        return Answered(delivery, to.origin, answer, Fate.RETRY, round(jittered(retry_seconds(delivery.attempts))))

    async def _gather(self, seconds: float | None) -> None:
        if self._running:
            done, _ = await asyncio.wait(self._running, timeout=seconds)
            for task in done:
                del self._running[task]
                self._answers.append(task.result())
        self._lines = {origin: line for origin, line in self._lines.items() if origin in self._running.values()}

    async def _record(self) -> None:
        if self._answers:
            recorded = list(self._answers)
            await answers.record(self._database, recorded, self._queue.at)
            del self._answers[: len(recorded)]
