"""Where payment providers report what became of charges: `POST /webhooks/payments/{provider}`."""

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bff.observability import metrics
from bff.stores.payments import providers_of
from bff.stores.wiring import Stores
from domain.kit.refusals import Unavailable
from domain.payments.records import PaymentProvider
from services.orders.payment_outcomes import OrderService
from services.payments.webhooks import Receipt, WebhookService

logger = structlog.get_logger(__name__)

_RETRY_SECONDS = 2
# A provider sends a webhook again until the answer is a success.
_STATUS = {Receipt.HANDLED: 200, Receipt.DUPLICATE: 200, Receipt.IGNORED: 200, Receipt.TOO_EARLY: 409}


def routes(stores: Stores) -> list[Route]:
    """The routes of the providers that are configured; every other one is not found."""
    settings, orders = stores.settings, OrderService(stores.database)
    endpoints = {
        provider.name: WebhookEndpoint(
            provider,
            WebhookService(stores.database, provider.name, orders),
            settings.body_bytes,
            settings.request_seconds,
        )
        for provider in providers_of(stores.payments)
    }

    async def answer(request: Request) -> Response:
        endpoint = endpoints.get(request.path_params["provider"])
        return _answer(404, "not_found") if endpoint is None else await endpoint.answer(request)

    return [Route("/webhooks/payments/{provider}", answer, methods=["POST"])]


class WebhookEndpoint:
    """Answers 200 once an event is on record, 400 to a wrong or old signature, 409 or 503 to get the event later."""

    def __init__(self, provider: PaymentProvider, service: WebhookService, body_bytes: int, seconds: float) -> None:
        self._provider = provider
        self._service = service
        self._body_bytes = body_bytes
        self._seconds = seconds

    async def answer(self, request: Request) -> Response:
        """Handles one webhook. After the deadline the provider gets no success, and sends it again."""
        if request.path_params["provider"] != self._provider.name:
            return _answer(404, "not_found")
        try:
            async with asyncio.timeout(self._seconds):
                status, outcome = await self._receive(request)
        except (Unavailable, TimeoutError, SQLAlchemyError) as error:
            logger.warning("webhook_postponed", provider=self._provider.name, error=type(error).__name__)
            status, outcome = 503, "unavailable"
        metrics.webhook_answered(self._provider.name, outcome)
        return _answer(status, outcome)

    async def _receive(self, request: Request) -> tuple[int, str]:
        """The status of the answer and its outcome. The answer to a forgery does not say what was wrong."""
        body = await _body(request, self._body_bytes)
        event = None if body is None else self._provider.verify_webhook(body, request.headers)
        if event is None:
            return 400, "refused"
        receipt = await self._service.receive(event)
        logger.info("webhook_received", provider=self._provider.name, kind=event.kind, receipt=receipt.value)
        return _STATUS[receipt], receipt.value.lower()


async def _body(request: Request, limit: int) -> bytes | None:
    """The raw body; None when it is longer than `limit` bytes or does not arrive completely."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)


def _answer(status: int, outcome: str) -> Response:
    headers = {"Cache-Control": "no-store"}
    if status in (409, 503):
        headers["Retry-After"] = str(_RETRY_SECONDS)
    return JSONResponse({"outcome": outcome}, status, headers)
