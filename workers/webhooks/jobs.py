"""The jobs of outgoing webhooks, beside their group of consumers."""

from datasources.webhooks.queue import DeliveryQueue
from workers.kit.jobs import Job
from workers.kit.pauses import Backoff
from workers.webhooks.deliverer import IDLE_SECONDS, WebhookDeliverer

DONE_DAYS = 7
FAILED_DAYS = 30
SWEEP_SECONDS = 60.0


def webhook_jobs(queue: DeliveryQueue, deliverer: WebhookDeliverer) -> list[Job]:
    """Sends deliveries, in all workers at once, and ends and forgets old ones."""

    async def sweep() -> int:
        return await queue.give_up_old() + await queue.forget_done(DONE_DAYS, FAILED_DAYS)

    return [
        Job("webhook-deliveries", deliverer.turn, IDLE_SECONDS, finish=deliverer.close),
        Job("old-webhook-deliveries", sweep, SWEEP_SECONDS, backoff=Backoff(1.0, 30.0), deadline=600.0),
    ]
