"""Where buyers come back from a page of the payment provider: `GET /payments/return/{order}/{signature}`."""

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bff.edge.visits import Visits
from bff.stores.payments import payment_service, return_links
from bff.stores.wiring import Stores
from domain.kit.limits import RETURNS_OF_ORDER
from domain.kit.refusals import Unavailable
from domain.orders.life import OrderStatus
from services.orders.payment_outcomes import OrderService
from services.payments.charges import PaymentService
from services.payments.returns import PATH, ReturnLinks

logger = structlog.get_logger(__name__)

_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def routes(stores: Stores, visits: Visits) -> list[Route]:
    """The completer on return."""
    payments = payment_service(stores.settings, stores.payments, stores.orders, OrderService(stores.database))
    endpoint = ReturnEndpoint(stores, visits, payments, return_links(stores.settings))
    return [Route(f"{PATH}/{{order}}/{{signature}}", endpoint.answer, methods=["GET"])]


class ReturnEndpoint:
    """Asks the provider what became of the charge, records it, and leads on to the status page of the order.

    It answers the same however often it is called. While the provider or a store does not answer, or after too many
    calls, it leads on at once: webhooks and workers complete the order.
    """

    def __init__(self, stores: Stores, visits: Visits, payments: PaymentService, links: ReturnLinks) -> None:
        self._orders = stores.orders
        self._allowances = stores.allowances
        self._seconds = stores.settings.request_seconds
        self._visits = visits
        self._payments = payments
        self._links = links

    async def answer(self, request: Request) -> Response:
        """303 to the order's page; 404 for a link that the shop did not sign, 503 when it cannot read the order."""
        order_id = self._links.order_of(request.path_params["order"], request.path_params["signature"])
        try:
            order = None if order_id is None else (await self._orders.orders_by_id([order_id]))[0]
        except (Unavailable, SQLAlchemyError):
            return JSONResponse({"outcome": "unavailable"}, 503, {**_HEADERS, "Retry-After": "2"})
        if order is None:
            return JSONResponse({"outcome": "not_found"}, 404, _HEADERS)
        if order.status is OrderStatus.PENDING_PAYMENT:
            await self._complete(order.id)
        return RedirectResponse(self._visits.urls(request).order(order.id, order.token), 303, _HEADERS)

    async def _complete(self, order_id: int) -> None:
        if self._allowances.take(RETURNS_OF_ORDER, str(order_id), 1):
            return
        try:
            async with asyncio.timeout(self._seconds):
                await self._payments.complete(order_id)
        except (Unavailable, TimeoutError, SQLAlchemyError) as error:
            logger.warning("return_left_to_sweep", order_id=order_id, error=type(error).__name__)
