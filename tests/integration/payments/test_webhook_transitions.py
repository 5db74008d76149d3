"""Webhooks move orders exactly once, in any order of arrival, on every relational database."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa

from datasources import cart as carts
from datasources import tables
from datasources.catalog.reads import Catalog
from datasources.consistency import orders as order_rules
from datasources.consistency import stock as stock_rules
from datasources.consistency.rule import all_broken
from datasources.kit.database import Database, Tx
from datasources.orders.reads import Orders
from domain.accounts import ANONYMOUS
from domain.cart import NewCart
from domain.checkout.commands import SubmitCart
from domain.kit.ids import new_secret
from domain.kit.money import Money
from domain.kit.refusals import Refused
from domain.payments.keys import charge_key
from domain.payments.records import Charge, ChargeState, PaymentEvent
from domain.territories.markets import Territories, Territory
from services.checkout.batch_reads import Attempt
from services.checkout.batches import Accepted, Submits
from services.checkout.submit import CheckoutService
from services.orders.payment_outcomes import OrderService
from services.payments.charges import PaymentService
from services.payments.webhooks import KEPT_SECONDS, Receipt, WebhookService
from tests.kit.factories.catalog import add_product
from tests.kit.small_shop import Provider

TERRITORIES = Territories((Territory("GB", "United Kingdom", "GBP", countries=("GB",)),))
CAPTURED = Charge(ChargeState.CAPTURED, "reference")
DECLINED = Charge(ChargeState.DECLINED, "reference", "card_declined")


@dataclass
class Till:
    """Sells two of ten units of one variant; the provider's results come only by webhook."""

    database: Database
    webhooks: WebhookService
    orders: OrderService
    variant_id: int

    async def cart(self) -> SubmitCart:
        """A cart with two units, ready to submit."""
        cart_id = new_secret()

        async def fill(tx: Tx) -> None:
            await carts.insert(tx, cart_id, "GB", NewCart())
            await carts.set_buyer(tx, cart_id, {"email": "guest@example.com"})
            await carts.put_line(tx, cart_id, self.variant_id, 2, ())

        await self.database.transact(fill)
        return SubmitCart(cart_id, new_secret(), "lost", "GB")

    async def buy(self) -> int:
        """An order that waits for its payment."""
        payments = PaymentService(Provider(), Orders(self.database), self.orders)
        catalog = Catalog(self.database, TERRITORIES)
        checkout = CheckoutService(self.database, catalog, TERRITORIES, payments, hold_seconds=0)
        command = await self.cart()
        with suppress(Refused):
            await checkout.submit(ANONYMOUS, command)
        row = await self.database.one(sa.select(tables.orders.c.id).where(tables.orders.c.cart_id == command.cart_id))
        assert row is not None
        return int(row.id)

    async def story(self) -> list[str]:
        """The states that the orders went through."""
        query = sa.select(tables.order_events.c.status).order_by(tables.order_events.c.id)
        return [row.status for row in await self.database.all(query)]

    async def moved(self) -> list[str]:
        """The kinds of movements of stock after the first."""
        query = sa.select(tables.stock_movements.c.kind).order_by(tables.stock_movements.c.id)
        return [row.kind for row in await self.database.all(query)][1:]

    async def told(self) -> list[str]:
        """The events that were published."""
        return [row.kind for row in await self.database.all(sa.select(tables.outbox).order_by(tables.outbox.c.id))]

    async def level(self) -> tuple[int, int, int]:
        """Units for sale, held and sold."""
        row = await self.database.one(sa.select(tables.stock_levels))
        assert row is not None
        return row.available, row.reserved, row.sold

    async def remembered(self) -> int:
        """How many events are remembered."""
        return len(await self.database.all(sa.select(tables.webhook_events)))

    async def wrong(self) -> list[str]:
        """Every inconsistency of stock and orders."""
        rules = (*stock_rules.RULES, *order_rules.RULES)
        return list((await all_broken(self.database, rules)).sentences)


@pytest.fixture
async def till(database: Database) -> AsyncIterator[Till]:
    """A till over each database."""
    product = await database.transact(lambda tx: add_product(tx))
    orders = OrderService(database)
    yield Till(database, WebhookService(database, Provider.name, orders), orders, product.variant_id)


def captured(order_id: int, event_id: str = "evt_captured") -> PaymentEvent:
    return PaymentEvent(event_id, "charge.captured", charge_key(order_id), CAPTURED)


def declined(order_id: int, event_id: str = "evt_declined") -> PaymentEvent:
    return PaymentEvent(event_id, "charge.declined", charge_key(order_id), DECLINED)


def refunded(order_id: int) -> PaymentEvent:
    return PaymentEvent("evt_refunded", "refund.completed", charge_key(order_id), CAPTURED, refunded=True)


async def test_of_ten_equal_webhooks_at_once_one_moves_the_order(till: Till) -> None:
    event = captured(await till.buy())
    receipts = await asyncio.gather(*(till.webhooks.receive(event) for _ in range(10)))
    assert Counter(receipts) == {Receipt.HANDLED: 1, Receipt.DUPLICATE: 9}
    assert await till.story() == ["PENDING_PAYMENT", "PAID"]
    assert await till.moved() == ["RESERVATION", "SALE"]
    assert (await till.told()).count("OrderPaid") == 1
    assert (await till.level(), await till.remembered(), await till.wrong()) == ((8, 0, 2), 1, [])


async def test_ten_webhooks_with_ids_of_their_own_at_once_move_the_order_once(till: Till) -> None:
    """The state of an order protects it, even without the ids of events."""
    order_id = await till.buy()
    events = [captured(order_id, f"evt_{number}") for number in range(10)]
    receipts = await asyncio.gather(*(till.webhooks.receive(event) for event in events))
    assert receipts == [Receipt.HANDLED] * 10
    assert await till.moved() == ["RESERVATION", "SALE"]
    assert (await till.level(), await till.remembered(), await till.wrong()) == ((8, 0, 2), 10, [])


async def test_a_webhook_and_the_answer_to_the_charge_at_once_pay_the_order_once(till: Till) -> None:
    order_id = await till.buy()
    await asyncio.gather(
        till.webhooks.receive(captured(order_id)),
        till.orders.capture(order_id, CAPTURED),
        till.webhooks.receive(captured(order_id)),
    )
    assert await till.story() == ["PENDING_PAYMENT", "PAID"]
    assert await till.moved() == ["RESERVATION", "SALE"]
    assert await till.wrong() == []


async def test_a_decline_told_after_the_capture_changes_nothing(till: Till) -> None:
    """Whether it comes once or twice."""
    order_id = await till.buy()
    for event in (captured(order_id), declined(order_id), declined(order_id)):
        await till.webhooks.receive(event)
    assert await till.story() == ["PENDING_PAYMENT", "PAID"]
    assert (await till.level(), await till.wrong()) == ((8, 0, 2), [])


async def test_a_capture_told_after_the_decline_is_kept_for_its_refund(till: Till) -> None:
    """The units were given back to others: the order stays without them, its money is not forgotten."""
    order_id = await till.buy()
    for event in (declined(order_id), captured(order_id), captured(order_id)):
        await till.webhooks.receive(event)
    assert await till.story() == ["PENDING_PAYMENT", "PAYMENT_FAILED", "EXCEPTION"]
    assert await till.moved() == ["RESERVATION", "RELEASE"]
    assert (await till.level(), await till.wrong()) == ((10, 0, 0), [])


async def test_a_capture_told_after_the_order_expired_is_kept_for_its_refund(till: Till) -> None:
    order_id = await till.buy()
    assert await till.orders.expire(order_id)
    assert await till.webhooks.receive(captured(order_id)) is Receipt.HANDLED
    assert await till.story() == ["PENDING_PAYMENT", "EXPIRED", "EXCEPTION"]
    assert (await till.level(), await till.wrong()) == ((10, 0, 0), [])


@pytest.mark.slow
async def test_capture_and_refund_end_alike_in_every_order(till: Till) -> None:
    """A refund that comes before its capture brings it along; each event also comes twice."""
    for number, order in enumerate(permutations((captured, refunded, captured, refunded))):
        order_id = await till.buy()
        for tell in order:
            event = tell(order_id)
            await till.webhooks.receive(replace(event, id=f"{event.id}_{number}"))
        (found,) = await Orders(till.database).orders_by_id([order_id])
        assert found is not None
        assert found.status == "REFUNDED"
        await till.database.transact(lambda tx: tx.run(sa.update(tables.stock_levels).values(available=100)))
    story = await till.story()
    assert story == ["PENDING_PAYMENT", "PAID", "REFUNDED"] * 24
    assert await till.moved() == ["RESERVATION", "SALE"] * 24


async def test_a_webhook_before_its_order_is_committed_is_handled_when_it_comes_again(till: Till) -> None:
    """The shop waits for the order where it can; elsewhere the provider must send it again. Nothing is recorded."""
    submits = Submits(Catalog(till.database, TERRITORIES), TERRITORIES, Provider.name, hold_seconds=600)
    command = await till.cart()
    placed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    go_on = asyncio.Event()

    async def place(tx: Tx) -> None:
        decided = await submits.run(tx, [Attempt(ANONYMOUS, command)])
        (accepted,) = decided.outcomes
        assert isinstance(accepted, Accepted)
        placed.set_result(accepted.order.id)
        await go_on.wait()

    placing = asyncio.create_task(till.database.transact(place))
    event = captured(await placed)
    early = asyncio.create_task(till.webhooks.receive(event))
    if till.database.dialect != "sqlite":  # there, one transaction at a time
        assert await early is Receipt.TOO_EARLY
        assert await till.remembered() == 0
    go_on.set()
    await placing
    receipts = [await early, await till.webhooks.receive(event), await till.webhooks.receive(event)]
    assert receipts[-1] is Receipt.DUPLICATE
    assert receipts.count(Receipt.HANDLED) == 1
    assert await till.story() == ["PENDING_PAYMENT", "PAID"]
    assert (await till.level(), await till.wrong()) == ((8, 0, 2), [])


async def test_an_event_that_could_not_be_handled_is_not_remembered(till: Till) -> None:
    """The same event succeeds once the obstacle is gone."""
    order_id = await till.buy()
    await till.database.transact(lambda tx: tx.run(sa.update(tables.stock_levels).values(reserved=0)))
    with pytest.raises(RuntimeError, match="less of variant"):
        await till.webhooks.receive(captured(order_id))
    assert await till.remembered() == 0
    await till.database.transact(lambda tx: tx.run(sa.update(tables.stock_levels).values(reserved=2)))
    assert await till.webhooks.receive(captured(order_id)) is Receipt.HANDLED
    assert (await till.story(), await till.wrong()) == (["PENDING_PAYMENT", "PAID"], [])


@pytest.mark.parametrize(
    "event",
    [
        PaymentEvent("evt_1", "customer.created", None, CAPTURED),
        PaymentEvent("evt_2", "charge.processing", "order-1", Charge(ChargeState.UNKNOWN)),
    ],
)
async def test_an_event_that_decides_nothing_is_accepted_and_not_kept(till: Till, event: PaymentEvent) -> None:
    assert await till.webhooks.receive(event) is Receipt.IGNORED
    assert await till.remembered() == 0


async def test_a_charge_of_another_provider_is_nobodys(till: Till) -> None:
    other = WebhookService(till.database, "other", till.orders)
    assert await other.receive(captured(await till.buy())) is Receipt.TOO_EARLY
    assert await till.story() == ["PENDING_PAYMENT"]


async def test_events_are_forgotten_after_thirty_days(till: Till) -> None:
    """However many there are; those of a day less are kept."""
    now = datetime.now(UTC)
    ages = {"old": timedelta(seconds=KEPT_SECONDS + 60), "young": timedelta(seconds=KEPT_SECONDS - 86_400)}
    rows = [
        {"provider": "memory", "event_id": f"{name}{number}", "kind": "charge.captured", "received_at": now - age}
        for name, age in ages.items()
        for number in range(700)
    ]
    await till.database.transact(lambda tx: tx.run(sa.insert(tables.webhook_events), rows))
    assert await till.webhooks.forget_old() == 700
    assert await till.webhooks.forget_old() == 0
    kept = await till.database.all(sa.select(tables.webhook_events.c.event_id))
    assert {row.event_id for row in kept} == {f"young{number}" for number in range(700)}


@pytest.mark.parametrize("taken", [Money(1, "GBP"), Money(2_000, "USD")])
async def test_another_amount_than_the_order_pays_for_nothing(till: Till, taken: Money) -> None:
    """Neither another sum nor another currency; the right one pays later."""
    order_id = await till.buy()
    event = PaymentEvent("first", "charge.captured", charge_key(order_id), replace(CAPTURED, amount=taken))
    assert await till.webhooks.receive(event) is Receipt.HANDLED
    assert await till.story() == ["PENDING_PAYMENT"]
    right = replace(CAPTURED, amount=Money(2_000, "GBP"))
    await till.webhooks.receive(replace(event, id="second", charge=right))
    assert await till.story() == ["PENDING_PAYMENT", "PAID"]
