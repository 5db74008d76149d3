"""Counts of sales, and payments that are settled after their answer was lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bff.stores.wiring import Stores
from datasources import cart as carts
from datasources import tables
from datasources.kit.database import Tx
from datasources.kit.rows import seconds_from_now
from domain.accounts import ANONYMOUS
from domain.cart import NewCart
from domain.checkout.commands import SubmitCart
from domain.events import OrderPaid, SalesCounted
from domain.inventory import DEFAULT_LOCATION, StockLevel
from domain.kit.ids import new_secret
from domain.orders.life import OrderStatus
from domain.payments.records import Charge, ChargeState, PaymentProvider, PaymentState
from services.checkout import batch_reads as submit_reads
from services.checkout.submit import CheckoutService
from services.orders.payment_outcomes import OrderService
from services.orders.refunds import RefundService
from services.payments.charges import UNHEARD_SECONDS, PaymentService
from tests.kit.events import pending_events
from tests.kit.factories.catalog import add_product
from tests.kit.order_desk import sweep_all
from tests.kit.running_sandbox import RunningSandbox, paying
from workers import orders as checkout
from workers.catalog import SalesCounter
from workers.orders import Sweeps

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A running sandbox."""
    sandbox = RunningSandbox(tmp_path_factory.mktemp("sandbox") / "data")
    yield sandbox
    sandbox.process.stop()


@dataclass
class Buyer:
    """Buys two of ten units of one variant with a provider that answers within `deadline` or not at all."""

    stores: Stores
    payments: PaymentService
    provider: PaymentProvider
    product_id: int
    variant_id: int

    async def held_longer_than(self, order_id: int, seconds: int) -> bool:
        """Whether the hold ends later than so many seconds from now by the database's clock."""
        later = tables.orders.c.hold_expires_at > seconds_from_now(self.stores.database.dialect, seconds)
        mine = sa.select(tables.orders.c.id).where(tables.orders.c.id == order_id, later)
        return await self.stores.database.one(mine) is not None

    async def end_hold(self, order_id: int) -> None:
        """Lets the time of the hold run out."""
        ended = {"hold_expires_at": seconds_from_now(self.stores.database.dialect, 0)}
        change = sa.update(tables.orders).where(tables.orders.c.id == order_id).values(ended)
        await self.stores.database.transact(lambda tx: tx.run(change))

    async def buy(self, token: str, hold_seconds: int = 600) -> int:
        """Submits a cart; the order."""
        database = self.stores.database
        cart_id = new_secret()

        async def fill(tx: Tx) -> None:
            await carts.insert(tx, cart_id, "GB", NewCart())
            await carts.set_buyer(tx, cart_id, {"email": "guest@example.com"})
            await carts.put_line(tx, cart_id, self.variant_id, 2, ())

        await database.transact(fill)
        service = CheckoutService(
            database, self.stores.catalog, self.stores.territories, self.payments, hold_seconds=hold_seconds
        )
        await service.submit(ANONYMOUS, SubmitCart(cart_id, new_secret(), token, "GB"))
        row = await database.one(sa.select(tables.orders.c.id).where(tables.orders.c.cart_id == cart_id))
        assert row is not None
        return int(row.id)

    async def status(self, order_id: int) -> OrderStatus:
        """The state of an order."""
        (order,) = await self.stores.orders.orders_by_id([order_id])
        assert order is not None
        return order.status

    async def level(self) -> StockLevel:
        """The stock of the variant."""
        row = await self.stores.database.one(sa.select(tables.stock_levels))
        assert row is not None
        return StockLevel(row.variant_id, row.location_id, row.available, row.reserved, row.sold)

    def sweeps(self, age_seconds: int = -5) -> Sweeps:
        """Sweeps that query the provider about every order by default."""
        refunds = RefundService(self.stores.database, self.provider, OrderService(self.stores.database))
        return Sweeps(self.stores.orders, self.payments, refunds, age_seconds=age_seconds)


@pytest.fixture
async def buyer(stores: Stores, sandbox: RunningSandbox) -> AsyncIterator[Buyer]:
    """A buyer in a shop with one product."""
    product = await stores.database.transact(lambda tx: add_product(tx))
    async with paying(sandbox, deadline=0.5) as provider:
        payments = PaymentService(provider, stores.orders, OrderService(stores.database))
        yield Buyer(stores, payments, provider, product.product_id, product.variant_id)


async def test_an_order_whose_charge_was_taken_but_never_answered_becomes_paid(buyer: Buyer) -> None:
    """Its units are sold once, however often the sweep runs."""
    order_id = await buyer.buy("tok_charge_then_timeout")
    assert await buyer.status(order_id) is OrderStatus.PENDING_PAYMENT
    for _ in range(2):
        await sweep_all(buyer.sweeps())
    assert await buyer.status(order_id) is OrderStatus.PAID
    assert await buyer.level() == StockLevel(buyer.variant_id, DEFAULT_LOCATION, 8, 0, 2)


async def test_an_order_that_was_never_charged_expires_and_gives_its_stock_back(buyer: Buyer) -> None:
    """It expires only after the end of its hold."""
    held = await buyer.buy("tok_hang")
    order_id = await buyer.buy("tok_hang", hold_seconds=0)
    await sweep_all(buyer.sweeps())
    assert await buyer.status(order_id) is OrderStatus.EXPIRED
    assert await buyer.status(held) is OrderStatus.PENDING_PAYMENT
    assert await buyer.level() == StockLevel(buyer.variant_id, DEFAULT_LOCATION, 8, 2, 0)


class Silent:
    """A provider that hangs until the caller gives up."""

    name = "sandbox"

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def status(self, key: str) -> Charge | None:
        """Hangs, then answers UNKNOWN."""
        self.asked.append(key)
        await asyncio.sleep(0.05)
        return Charge(ChargeState.UNKNOWN)


async def test_holds_end_on_time_while_the_provider_hangs(buyer: Buyer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few orders wait for it; all others end without it, however many there are."""
    monkeypatch.setattr(checkout, "CONCURRENCY", 2)
    monkeypatch.setattr(checkout, "LIMIT", 2)
    orders = [await buyer.buy("tok_hang", hold_seconds=0) for _ in range(5)]
    silent = Silent()
    monkeypatch.setattr(buyer.payments, "_provider", silent)
    await sweep_all(buyer.sweeps(age_seconds=600))
    assert [await buyer.status(order_id) for order_id in orders] == [OrderStatus.EXPIRED] * 5
    assert len(silent.asked) == 2
    assert await buyer.level() == StockLevel(buyer.variant_id, DEFAULT_LOCATION, 10, 0, 0)


async def test_orders_that_nothing_is_known_of_keep_no_other_waiting(
    buyer: Buyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order checked longest ago comes first, so that each gets its turn."""
    monkeypatch.setattr(checkout, "LIMIT", 1)
    orders = [await buyer.buy("tok_hang") for _ in range(3)]
    silent = Silent()
    monkeypatch.setattr(buyer.payments, "_provider", silent)
    for _ in orders:
        await sweep_all(buyer.sweeps())
    assert sorted(silent.asked) == sorted(f"order-{order_id}" for order_id in orders)


async def test_holds_end_by_the_clock_of_the_database(buyer: Buyer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the host that placed the order does not matter."""
    late = datetime.now(UTC) + timedelta(minutes=10)
    with monkeypatch.context() as ahead:
        ahead.setattr(submit_reads, "utc_now", lambda: late)
        order_id = await buyer.buy("tok_hang", hold_seconds=0)
    await sweep_all(buyer.sweeps())
    assert await buyer.status(order_id) is OrderStatus.EXPIRED


async def test_a_charge_that_never_arrived_gives_its_units_back_soon(buyer: Buyer) -> None:
    """The hold ends in a minute, however long it was, and later sweeps do not make it longer."""
    order_id = await buyer.buy("tok_hang")
    for _ in range(2):
        await sweep_all(buyer.sweeps())
        assert await buyer.status(order_id) is OrderStatus.PENDING_PAYMENT
    assert await buyer.held_longer_than(order_id, UNHEARD_SECONDS) is False
    assert await buyer.held_longer_than(order_id, UNHEARD_SECONDS // 2) is True
    await buyer.end_hold(order_id)
    await sweep_all(buyer.sweeps())
    assert await buyer.status(order_id) is OrderStatus.EXPIRED
    assert await buyer.level() == StockLevel(buyer.variant_id, DEFAULT_LOCATION, 10, 0, 0)


async def test_a_charge_of_which_nothing_is_known_keeps_its_units(
    buyer: Buyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider that does not answer may have captured it."""
    order_id = await buyer.buy("tok_hang")
    monkeypatch.setattr(buyer.payments, "_provider", Silent())
    await sweep_all(buyer.sweeps())
    assert await buyer.held_longer_than(order_id, 2 * UNHEARD_SECONDS) is True


async def test_an_order_paid_after_its_end_is_refunded(buyer: Buyer) -> None:
    """The late sweep makes it an EXCEPTION, and the next refunds it; the stock stays for sale."""
    order_id = await buyer.buy("tok_charge_then_timeout", hold_seconds=0)
    assert await OrderService(buyer.stores.database).expire(order_id)
    await sweep_all(buyer.sweeps())
    assert await buyer.status(order_id) is OrderStatus.REFUNDED
    payment = await buyer.stores.orders.payment(order_id)
    assert payment is not None
    assert payment.state == PaymentState.REFUNDED.value
    assert await buyer.level() == StockLevel(buyer.variant_id, DEFAULT_LOCATION, 10, 0, 0)


async def test_an_order_that_cannot_be_settled_stops_no_other(buyer: Buyer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider fails for the older order only."""
    broken = await buyer.buy("tok_charge_then_timeout")
    order_id = await buyer.buy("tok_charge_then_timeout")
    settle = buyer.payments.settle

    async def fail_for_one(asked: int) -> OrderStatus:
        if asked == broken:
            raise LookupError("no such order")
        return await settle(asked)

    monkeypatch.setattr(buyer.payments, "settle", fail_for_one)
    await sweep_all(buyer.sweeps())
    assert await buyer.status(broken) is OrderStatus.PENDING_PAYMENT
    assert await buyer.status(order_id) is OrderStatus.PAID


async def test_paid_units_are_counted_once_and_reported(buyer: Buyer) -> None:
    """A repeated event changes no count and reports nothing more."""
    order_id = await buyer.buy("tok_ok")
    stores = buyer.stores
    counter = SalesCounter(stores.database, stores.orders)
    await counter.handle([OrderPaid(order_id), OrderPaid(order_id)])
    await counter.handle([OrderPaid(order_id)])
    (product,) = await stores.catalog.products.by_id([buyer.product_id])
    assert product is not None
    assert product.units_sold == 2
    events = await pending_events(stores.database)
    assert [event for event in events if isinstance(event, SalesCounted)] == [SalesCounted((buyer.product_id,))]
