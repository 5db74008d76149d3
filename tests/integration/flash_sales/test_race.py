"""A crowd at a flash sale: its units and not one more, on any relational database."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from datasources.catalog.reads import Catalog
from datasources.kit.database import Database
from domain.accounts import ANONYMOUS
from domain.cart import AddLine, BuyerChanges, NewCart
from domain.checkout.commands import SubmitCart, Submitted
from domain.kit.refusals import Refused
from services.cart.lines import CartService
from services.checkout.submit import CheckoutService
from tests.kit.flash_sales import Stall, open_stall
from tests.kit.order_desk import TERRITORIES

pytestmark = pytest.mark.slow

BUYERS = 200
UNITS = 20


@pytest.fixture
async def stall(relational_url: str) -> AsyncIterator[Stall]:
    """Patient: a crowd on a slow machine waits for connections longer than one request of a shop would."""
    database = Database(relational_url, deadline=60)
    yield await open_stall(database, stock=UNITS + 100)
    await database.close()


@pytest.mark.timeout(300)
async def test_two_hundred_buyers_of_twenty_units_buy_exactly_twenty(stall: Stall) -> None:
    """Each pays the price of the sale, the others get OUT_OF_STOCK though the warehouse has a hundred."""
    await stall.plan(UNITS)
    catalog = Catalog(stall.desk.database, TERRITORIES)
    carts = CartService(stall.desk.database, catalog, TERRITORIES)
    checkout = CheckoutService(stall.desk.database, catalog, TERRITORIES, stall.desk.payments, hold_seconds=600)

    async def buy(number: int) -> tuple[str, int]:
        offer = await carts.create(
            ANONYMOUS,
            TERRITORIES.default,
            NewCart((AddLine(stall.mug.variant_id, 1),), BuyerChanges(email=f"{number}@example.com")),
        )
        try:
            answer = await checkout.submit(ANONYMOUS, SubmitCart(offer.cart.id, f"attempt-{number}", "CAPTURED", "GB"))
        except Refused as refused:
            return refused.refusals[0].code, 0
        assert isinstance(answer, Submitted)
        return answer.order.status.value, answer.order.total.minor

    outcomes = Counter(await asyncio.gather(*(buy(number) for number in range(BUYERS))))
    assert outcomes == {("PAID", 600): UNITS, ("OUT_OF_STOCK", 0): BUYERS - UNITS}
    assert await stall.stock() == ((100, 0, 0), (0, 0, UNITS))
    assert await stall.desk.contradictions() == []
