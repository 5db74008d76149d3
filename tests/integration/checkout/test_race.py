"""Many people buy the same products at once, from several processes: no relational database sells a unit twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from itertools import permutations

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.catalog.reads import Catalog
from datasources.kit.database import Database
from datasources.orders.reads import Orders
from domain.accounts import ANONYMOUS
from domain.cart import AddLine
from domain.checkout.commands import SubmitCart, Submitted
from domain.kit.refusals import Refused
from domain.orders.life import OrderStatus
from domain.payments.keys import charge_key
from domain.territories.markets import Territories, Territory
from services.checkout.submit import CheckoutService
from services.orders.payment_outcomes import OrderService
from services.payments.charges import PaymentService
from tests.kit.factories.carts import add_carts
from tests.kit.factories.catalog import add_product
from tests.kit.running_sandbox import RunningSandbox, paying

pytestmark = pytest.mark.timeout(300)
TERRITORIES = Territories((Territory("GB", "United Kingdom", "GBP", countries=("GB",)),))
PROCESSES = 4
PAID, SOLD_OUT, DECLINED = OrderStatus.PAID.value, "OUT_OF_STOCK", "PAYMENT_DECLINED"


class Shop:
    """One process of the shop: its connections and its queue of submits."""

    def __init__(self, database: Database, provider: PaymentService) -> None:
        catalog = Catalog(database, TERRITORIES)
        self._checkout = CheckoutService(database, catalog, TERRITORIES, provider, hold_seconds=600)

    async def submit(self, command: SubmitCart) -> Submitted:
        """Submits; returns the order. Anything but an order or a refusal fails the test."""
        answer = await self._checkout.submit(ANONYMOUS, command)
        assert isinstance(answer, Submitted)
        return answer

    async def outcome(self, command: SubmitCart) -> str:
        """The state of the order, or the code of the refusal."""
        try:
            return (await self.submit(command)).order.status.value
        except Refused as refused:
            return refused.refusals[0].code


class Market:
    """Several processes over one database and one provider."""

    def __init__(self, databases: Sequence[Database], shops: Sequence[Shop], sandbox: RunningSandbox) -> None:
        self.database = databases[0]
        self.shops = shops
        self._sandbox = sandbox

    async def product(self, stock: int) -> int:
        """The variant of a new product."""
        return (await self.database.transact(lambda tx: add_product(tx, stock=stock))).variant_id

    async def rush(self, wishes: Sequence[tuple[Sequence[AddLine], str]]) -> Counter[str]:
        """Fills a cart for each (lines, payment token), then submits all at once; returns the outcomes."""
        carts = await self.fill([lines for lines, _ in wishes])
        tries = [
            self.shops[number % PROCESSES].outcome(SubmitCart(cart, "attempt", token, "GB"))
            for number, (cart, (_, token)) in enumerate(zip(carts, wishes, strict=True))
        ]
        return Counter(await asyncio.gather(*tries))

    async def fill(self, carts: Sequence[Sequence[AddLine]]) -> list[str]:
        """The ids of new carts."""
        return await self.database.transact(lambda tx: add_carts(tx, carts))

    async def stock(self) -> list[tuple[int, int, int]]:
        """Units for sale, held and sold of each variant."""
        rows = await self.database.all(sa.select(tables.stock_levels).order_by(tables.stock_levels.c.variant_id))
        return [(row.available, row.reserved, row.sold) for row in rows]

    async def orders(self) -> Counter[str]:
        """Orders by state; asserts that exactly the paid ones have a captured charge."""
        rows = await self.database.all(sa.select(tables.orders.c.id, tables.orders.c.status))
        captured = {key for key, state, _ in self._sandbox.charges() if state == "CAPTURED"}
        assert [row.id for row in rows if (charge_key(row.id) in captured) != (row.status == PAID)] == []
        return Counter(row.status for row in rows)

    async def movements(self) -> Counter[str]:
        """Movements of stock by kind."""
        return Counter(row.kind for row in await self.database.all(sa.select(tables.stock_movements.c.kind)))


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A running sandbox."""
    sandbox = RunningSandbox(tmp_path_factory.mktemp("sandbox") / "data")
    yield sandbox
    sandbox.process.stop()


@pytest.fixture
async def market(relational_url: str, sandbox: RunningSandbox) -> AsyncIterator[Market]:
    """Long timeouts: many buyers on a slow machine wait longer for connections than one request would."""
    async with AsyncExitStack() as stack:
        provider = await stack.enter_async_context(paying(sandbox, deadline=60))
        databases = [Database(relational_url, pool=8, deadline=60) for _ in range(PROCESSES)]
        for each in databases:
            stack.push_async_callback(each.close)
        shops = [Shop(each, PaymentService(provider, Orders(each), OrderService(each))) for each in databases]
        yield Market(databases, shops, sandbox)


async def test_four_hundred_buyers_of_a_hundred_units_buy_exactly_a_hundred(market: Market, race: int) -> None:
    """A hundred pay, all others get OUT_OF_STOCK, nothing is left waiting, and ledger and provider agree."""
    line = AddLine(await market.product(100), 1)
    assert await market.rush([([line], "tok_ok")] * 400) == {PAID: 100, SOLD_OUT: 300}
    assert await market.stock() == [(0, 0, 100)]
    assert await market.orders() == {PAID: 100}
    assert await market.movements() == {"INITIAL": 1, "RESERVATION": 100, "SALE": 100}


async def test_two_hundred_buyers_of_the_last_unit_buy_it_once(market: Market, race: int) -> None:
    """One pays; the others get OUT_OF_STOCK."""
    line = AddLine(await market.product(1), 1)
    assert await market.rush([([line], "tok_ok")] * 200) == {PAID: 1, SOLD_OUT: 199}
    assert await market.stock() == [(0, 0, 1)]
    assert await market.orders() == {PAID: 1}


async def test_carts_with_products_in_opposite_orders_meet_no_deadlock(market: Market, race: int) -> None:
    """120 carts with three products in every order, every fifth card declined: no buyer sees a deadlock."""
    keys = [await market.product(1_000) for _ in range(3)]
    ways = list(permutations([AddLine(key, quantity) for quantity, key in enumerate(keys, 1)]))
    wishes = [(ways[n % 6], "tok_decline" if n % 5 == 0 else "tok_ok") for n in range(120)]
    assert await market.rush(wishes) == {PAID: 96, DECLINED: 24}
    assert await market.stock() == [(1_000 - sold, 0, sold) for sold in (96, 192, 288)]
    assert await market.orders() == {PAID: 96, OrderStatus.PAYMENT_FAILED.value: 24}


async def test_declined_buyers_give_their_units_back_and_no_sum_is_lost(market: Market) -> None:
    """There is not enough for all, and half of the cards are declined."""
    one, other = AddLine(await market.product(15), 1), AddLine(await market.product(30), 2)
    wishes = [([one, other][:: 1 if n % 2 else -1], "tok_ok" if n % 4 else "tok_decline") for n in range(60)]
    outcomes = await market.rush(wishes)
    paid = outcomes[PAID]
    assert set(outcomes) <= {PAID, SOLD_OUT, DECLINED}
    assert await market.stock() == [(15 - paid, 0, paid), (30 - 2 * paid, 0, 2 * paid)]
    assert (await market.orders())[PAID] == paid


async def test_one_cart_submitted_many_times_at_once_becomes_one_order(market: Market) -> None:
    """Twenty submits with the same attempt token, over all processes, return the same order, charged once."""
    (cart,) = await market.fill([[AddLine(await market.product(50), 2)]])
    command = SubmitCart(cart, "the same", "tok_ok", "GB")
    answers = await asyncio.gather(*(market.shops[n % PROCESSES].submit(command) for n in range(20)))
    assert len({answer.order.id for answer in answers}) == 1
    assert sum(not answer.replayed for answer in answers) == 1
    assert await market.stock() == [(48, 0, 2)]
    assert await market.orders() == {PAID: 1}
