"""Many people buy the same product at once: not one unit is sold twice, on any relational database."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.catalog import Catalog
from datasources.mysql import Database
from datasources.orders import Orders
from domain.accounts import ANONYMOUS
from domain.cart import AddLine
from domain.checkout import SubmitCart, Submitted
from domain.orders import OrderStatus
from domain.refusals import Refused
from domain.territories import Territories, Territory
from services.cart import CartService, NewCart
from services.checkout import CheckoutService
from services.orders import OrderService
from services.payments import PaymentService
from tests.factories.catalog import Added, add_product
from tests.integration.running_sandbox import RunningSandbox, paying

TERRITORIES = Territories((Territory("GB", "United Kingdom", "GBP", countries=("GB",)),))
BUYERS = 200
UNITS = 20


class Buying:
    """The services that a buyer meets, over one database and a real payment sandbox."""

    def __init__(self, database: Database, payments: PaymentService) -> None:
        catalog = Catalog(database, TERRITORIES)
        self.carts = CartService(database, catalog, TERRITORIES)
        self.checkout = CheckoutService(database, catalog, TERRITORIES, payments, hold_seconds=600)

    async def buy(self, number: int, lines: tuple[AddLine, ...], token: str = "tok_ok") -> str:
        """One buyer's try: the status of the order, or the code of the refusal."""
        cart = await self.carts.create(ANONYMOUS, TERRITORIES.default, NewCart(lines))
        command = SubmitCart(cart.id, f"attempt-{number}", token, "GB")
        try:
            answer = await self.checkout.submit(ANONYMOUS, command)
        except Refused as refused:
            return refused.refusals[0].code
        assert isinstance(answer, Submitted)
        return answer.order.status.value


@pytest.fixture
async def database(relational_url: str) -> AsyncIterator[Database]:
    """Patient: a crowd on a slow machine waits for connections longer than one request of a shop would."""
    database = Database(relational_url, deadline=60)
    yield database
    await database.close()


async def product(database: Database, stock: int) -> Added:
    """A product with one variant."""
    return await database.transact(lambda tx: add_product(tx, stock=stock))


async def stock(database: Database) -> list[tuple[int, int, int]]:
    """Units for sale, held and sold of each variant."""
    rows = await database.all(sa.select(tables.stock_levels).order_by(tables.stock_levels.c.variant_id))
    return [(row.available, row.reserved, row.sold) for row in rows]


async def count(database: Database, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    """Rows of a table."""
    row = await database.one(sa.select(sa.func.count().label("rows")).select_from(table).where(*where))
    assert row is not None
    return int(row.rows)


@pytest.mark.timeout(300)
async def test_two_hundred_buyers_of_twenty_units_buy_exactly_twenty(database: Database, tmp_path: Path) -> None:
    """Twenty are paid, the others are told OUT_OF_STOCK, and the ledger says the same."""
    sandbox = RunningSandbox(tmp_path / "sandbox")
    async with paying(sandbox) as provider:
        buying = Buying(database, PaymentService(provider, Orders(database), OrderService(database)))
        added = await product(database, UNITS)
        line = AddLine(added.variant_id, 1)
        outcomes = Counter(await asyncio.gather(*(buying.buy(n, (line,)) for n in range(BUYERS))))
    sandbox.process.stop()
    assert outcomes == {OrderStatus.PAID.value: UNITS, "OUT_OF_STOCK": BUYERS - UNITS}
    assert await stock(database) == [(0, 0, UNITS)]
    assert await count(database, tables.orders) == UNITS
    assert await count(database, tables.payments, tables.payments.c.state == "CAPTURED") == UNITS
    assert len(sandbox.charges()) == UNITS
    for kind in ("RESERVATION", "SALE"):
        assert await count(database, tables.stock_movements, tables.stock_movements.c.kind == kind) == UNITS


@pytest.mark.timeout(300)
async def test_declined_buyers_give_their_units_back_and_no_sum_is_lost(database: Database, tmp_path: Path) -> None:
    """Half the cards are declined while two products in opposite order are bought by everybody at once."""
    sandbox = RunningSandbox(tmp_path / "sandbox")
    async with paying(sandbox) as provider:
        buying = Buying(database, PaymentService(provider, Orders(database), OrderService(database)))
        one, other = await product(database, 15), await product(database, 30)
        lines = (AddLine(one.variant_id, 1), AddLine(other.variant_id, 2))
        tries = [
            buying.buy(n, lines if n % 2 else lines[::-1], "tok_ok" if n % 4 else "tok_decline") for n in range(60)
        ]
        outcomes = Counter(await asyncio.gather(*tries))
    sandbox.process.stop()
    paid = outcomes[OrderStatus.PAID.value]
    assert sum(outcomes.values()) == 60
    assert set(outcomes) <= {OrderStatus.PAID.value, "OUT_OF_STOCK", "PAYMENT_DECLINED"}
    assert await stock(database) == [(15 - paid, 0, paid), (30 - 2 * paid, 0, 2 * paid)]
    assert await count(database, tables.orders, tables.orders.c.status == OrderStatus.PAID.value) == paid


async def test_one_cart_submitted_many_times_at_once_becomes_one_order(database: Database, tmp_path: Path) -> None:
    """Twenty submits with the same attempt token answer the same order, charged once."""
    sandbox = RunningSandbox(tmp_path / "sandbox")
    async with paying(sandbox) as provider:
        buying = Buying(database, PaymentService(provider, Orders(database), OrderService(database)))
        added = await product(database, 50)
        line = AddLine(added.variant_id, 2)
        cart = await buying.carts.create(ANONYMOUS, TERRITORIES.default, NewCart((line,)))
        command = SubmitCart(cart.id, "the same", "tok_ok", "GB")
        answers = await asyncio.gather(*(buying.checkout.submit(ANONYMOUS, command) for _ in range(20)))
    sandbox.process.stop()
    submitted = [answer for answer in answers if isinstance(answer, Submitted)]
    assert len(submitted) == len(answers)
    assert len({answer.order.id for answer in submitted}) == 1
    assert sum(not answer.replayed for answer in submitted) == 1
    assert await stock(database) == [(48, 0, 2)]
    assert len(sandbox.charges()) == 1
