"""Answers to webhooks that the shop cannot handle, and payments whose webhook never comes."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from bff.routes.webhooks import WebhookEndpoint
from datasources import tables
from datasources.kit.database import Database
from datasources.payments.sandbox import SandboxPayments
from domain.kit.ids import key_of
from domain.orders.life import OrderStatus
from sandbox.webhooks import SIGNATURE_HEADER, signature
from services.orders.payment_outcomes import OrderService
from services.payments.webhooks import WebhookService
from tests.kit.carts import line, new_cart
from tests.kit.checkouts import paying, submit
from tests.kit.checkouts import stock as stock_of
from tests.kit.fixtures.graphql_api import Api

pytestmark = pytest.mark.slow

SECRET = "signing"
CHARGE = {"key": "order-1", "reference": "ch_1", "state": "CAPTURED", "reason": None}
BODY = json.dumps({"id": "evt_1", "type": "charge.captured", "charge": CHARGE}).encode()


@asynccontextmanager
async def answering(database_url: str, seconds: float = 10.0, secret: str = SECRET) -> AsyncIterator[httpx.AsyncClient]:
    """Calls the endpoint over a database."""
    database = Database(database_url, deadline=0.5)
    provider = SandboxPayments("http://127.0.0.1:9", "key", 1.0, secret)
    service = WebhookService(database, provider.name, OrderService(database))
    endpoint = WebhookEndpoint(provider, service, 1_000, seconds)
    transport = httpx.ASGITransport(Starlette(routes=[Route("/{provider}", endpoint.answer, methods=["POST"])]))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        yield client
    await provider.close()
    await database.close()


async def tell(client: httpx.AsyncClient, secret: str = SECRET) -> httpx.Response:
    """Sends a genuine webhook."""
    headers = {SIGNATURE_HEADER: signature(secret, BODY, int(time.time()))}
    return await client.post("/sandbox", content=BODY, headers=headers)


async def test_the_provider_is_told_to_come_back_while_the_database_is_away() -> None:
    async with answering("mysql+aiomysql://nobody@127.0.0.1:9/none") as client:
        answer = await tell(client)
    assert (answer.status_code, answer.json()) == (503, {"outcome": "unavailable"})
    assert answer.headers["retry-after"] == "2"


async def test_the_provider_is_told_to_come_back_before_the_tables_are_there(empty_relational_url: str) -> None:
    async with answering(empty_relational_url) as client:
        assert (await tell(client)).status_code == 503


async def test_without_a_secret_no_webhook_is_believed(relational_url: str) -> None:
    """Not even one signed with an empty secret."""
    async with answering(relational_url, secret="") as client:
        assert (await tell(client, "")).status_code == 400


async def test_a_body_that_never_ends_is_given_up(relational_url: str) -> None:
    """The endpoint gives up within the deadline of a request."""
    provider = SandboxPayments("http://127.0.0.1:9", "key", 1.0, SECRET)
    database = Database(relational_url)
    service = WebhookService(database, provider.name, OrderService(database))
    scope: dict[str, Any] = {"type": "http", "path_params": {"provider": "sandbox"}, "headers": []}
    request = Request(scope, receive=asyncio.Event().wait)  # type: ignore[arg-type]
    answer = await WebhookEndpoint(provider, service, 1_000, 0.05).answer(request)
    assert answer.status_code == 503
    await provider.close()
    await database.close()


@pytest.mark.parametrize(("token", "status"), [("tok_async", "PAID"), ("tok_async_decline", "PAYMENT_FAILED")])
async def test_a_lost_webhook_is_made_up_for_by_asking(paying_api: Api, token: str, status: str) -> None:
    """This sandbox sends no webhooks: only the settling that the completer does decides the order."""
    api = paying_api
    mug = await api.add_product(stock=10)
    order = (await submit(api, await new_cart(api, line(mug.variant_id, 2)), payment=token))["order"]
    assert order["status"] == "PENDING_PAYMENT"
    order_id = key_of(order["id"], "Order")
    assert order_id is not None
    query = sa.select(tables.orders.c.status).where(tables.orders.c.id == order_id)
    while await paying(api).settle(order_id) is OrderStatus.PENDING_PAYMENT:  # noqa: ASYNC110 - polls the provider
        await asyncio.sleep(0.1)
    (row,) = await api.stores.database.all(query)
    assert row.status == status
    assert await stock_of(api, mug) == ((8, 0, 2) if status == "PAID" else (10, 0, 0))
