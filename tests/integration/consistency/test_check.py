"""The reconciler sees each way in which rows can contradict each other, on every relational store."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from datasources.consistency.check import check
from datasources.kit import redis
from datasources.kit.database import Database
from datasources.kit.documents import Documents
from datasources.tables import attempts, carts, locations, order_lines, orders, payments, stock_levels, stock_movements
from tests.kit import backends
from tests.kit.small_shop import SmallShop, small_shop

pytestmark = pytest.mark.slow

STRAY = 12345


@pytest.fixture
async def shop(database: Database, documents: Documents, redis_prefix: str) -> AsyncIterator[SmallShop]:
    """A consistent shop."""
    client = redis.connect(backends.valkey.url(), deadline=60.0)
    async with small_shop(database, documents, client, redis_prefix) as opened:
        yield opened
    await client.close()


async def test_a_shop_in_order_has_nothing_to_tell(shop: SmallShop) -> None:
    """Orders in every state, as the services leave them, contradict nothing."""
    assert await check(shop) == []


async def test_units_that_no_movement_explains(shop: SmallShop) -> None:
    """A level is what its movements add up to."""
    await shop.run(sa.update(stock_levels).values(available=stock_levels.c.available + 1))
    assert await check(shop) == [
        f"Variant {shop.variant_id} has 47 available, 2 reserved and 2 sold at location 1, but its movements there add "
        "up to 46, 2 and 2.",
        f"Variant {shop.variant_id} has 51 units in all, but 50 came in.",
    ]


async def test_reserved_units_that_no_order_holds(shop: SmallShop) -> None:
    """Reserved units are those of orders that wait for payment, whatever the ledger says."""
    moved = _movement(shop, kind="ADJUSTMENT", reserved=3)
    await shop.run(moved, sa.update(stock_levels).values(reserved=5))
    assert await check(shop) == [
        f"Variant {shop.variant_id} has 5 units reserved, but orders that wait for payment hold 2."
    ]


async def test_sold_units_that_nobody_bought(shop: SmallShop) -> None:
    """Sold units are those of orders that were paid, whatever the ledger says."""
    await shop.run(_movement(shop, kind="ADJUSTMENT", sold=3), sa.update(stock_levels).values(sold=5))
    assert await check(shop) == [f"Variant {shop.variant_id} has 5 units sold, but orders that were paid hold 2."]


async def test_movements_without_a_level(shop: SmallShop) -> None:
    """A movement is of a variant with a stock level."""
    await shop.run(_movement(shop, variant_id=STRAY))
    assert await check(shop) == [f"Variant {STRAY} has movements at location 1, but no stock level."]


async def test_a_level_of_no_location(shop: SmallShop) -> None:
    """Stock is somewhere."""
    nothing = {"available": 0, "reserved": 0, "sold": 0, "sells_out": True}
    await shop.run(sa.insert(stock_levels).values(nothing | {"variant_id": shop.variant_id, "location_id": STRAY}))
    assert await check(shop) == [f"Variant {shop.variant_id} has stock at location {STRAY}, which does not exist."]


async def test_units_that_came_from_nowhere(shop: SmallShop) -> None:
    """available + reserved + sold = initial + adjustments, whatever the ledger says."""
    available = stock_levels.c.available
    await shop.run(
        _movement(shop, kind="RESTOCK", available=1), sa.update(stock_levels).values(available=available + 1)
    )
    assert f"Variant {shop.variant_id} has 51 units in all, but 50 came in." in await check(shop)


async def test_a_transfer_that_loses_units(shop: SmallShop) -> None:
    """What leaves one location reaches another."""
    available = stock_levels.c.available
    await shop.run(
        _movement(shop, kind="TRANSFER", available=-3), sa.update(stock_levels).values(available=available - 3)
    )
    assert await check(shop) == [
        f"Variant {shop.variant_id} has 47 units in all, but 50 came in.",
        f"Transfers of variant {shop.variant_id} between locations add up to -3, not to nothing.",
    ]


@pytest.mark.parametrize(("state", "kind", "available", "sold"), [("PAID", "SALE", 0, 2), ("EXPIRED", "RELEASE", 2, 0)])
async def test_an_order_that_moves_units_of_another_location(
    shop: SmallShop, state: str, kind: str, available: int, sold: int
) -> None:
    """What an order sells or gives back is where it was taken from, even where all sums are right."""
    order_id, move, level = shop.orders[state], stock_movements.c, stock_levels.c
    leeds = {"id": STRAY, "name": "Leeds", "kind": "WAREHOUSE", "created_at": datetime.now(UTC)}
    there = {"variant_id": shop.variant_id, "location_id": STRAY, "sells_out": True}
    lent = [_movement(shop, location_id=place, reserved=units) for place, units in ((STRAY, 2), (1, -2))]
    await shop.run(
        sa.update(stock_levels).values(available=level.available - available, sold=level.sold - sold),
        sa.insert(locations).values(leeds),
        sa.insert(stock_levels).values(there | {"available": available, "reserved": 0, "sold": sold}),
        sa.update(stock_movements).where(move.order_id == order_id, move.kind == kind).values(location_id=STRAY),
        *lent,
    )
    assert await check(shop) == [
        f"Order {order_id} reserved 0 units of variant {shop.variant_id} at location {STRAY}, but sold {sold} and "
        f"released {available} there."
    ]


@pytest.mark.parametrize("state", ["EXPIRED", "PAYMENT_FAILED", "EXCEPTION", "REFUNDED"])
async def test_an_order_that_ended_without_giving_back_its_units(shop: SmallShop, state: str) -> None:
    """An order that was never paid has released what it reserved."""
    order_id = shop.orders[state]
    move = stock_movements.c
    await shop.run(
        sa.delete(stock_movements).where(move.order_id == order_id, move.kind == "RELEASE"),
        sa.update(stock_levels).values(available=44),
        _movement(shop, reserved=-2),
    )
    assert await check(shop) == [
        f"Order {order_id} is {state} with 2 units of variant {shop.variant_id}, but its movements reserved 2, "
        "sold 0 and released 0."
    ]


async def test_a_movement_of_an_order_without_such_a_line(shop: SmallShop) -> None:
    """A movement that names an order is of one of its lines."""
    move = stock_movements.c
    await shop.run(_movement(shop, kind="ADJUSTMENT", order_id=STRAY))
    found = await shop.database.one(sa.select(move.id).where(move.order_id == STRAY))
    assert found is not None
    assert await check(shop) == [
        f"Movement {found.id} (ADJUSTMENT of variant {shop.variant_id}) names order {STRAY}, which has no such line."
    ]


async def test_totals_that_are_not_those_of_the_lines(shop: SmallShop) -> None:
    """The subtotal of any order, and the total of the shop's own, is what its lines add up to."""
    paid = shop.orders["PAID"]
    await shop.run(sa.update(orders).where(orders.c.id == paid).values(subtotal_minor=1))
    assert await check(shop) == [
        f"Order {paid} has a subtotal of 1 and a total of 2000 (minor units of GBP), but its lines add up to 2000, "
        "with discounts of 0, delivery of 0 and taxes of 0."
    ]


async def test_a_past_order_needs_neither_stock_nor_payment(shop: SmallShop) -> None:
    """Of imported orders only the subtotal is compared: shipping and taxes are in their totals."""
    past = {"source": "import", "id": STRAY, "name": "#1", "token": "", "status": "PAID", "currency": "GBP"}
    now = datetime.now(UTC)
    line = {"order_id": STRAY, "position": 0, "title": "", "variant_title": "", "quantity": 1, "unit_minor": 100}
    await shop.run(
        sa.insert(orders).values(
            past | {"subtotal_minor": 100, "total_minor": 120, "created_at": now, "updated_at": now}
        ),
        sa.insert(order_lines).values(line),
    )
    assert await check(shop) == []
    await shop.run(sa.update(order_lines).where(order_lines.c.order_id == STRAY).values(unit_minor=99))
    assert await check(shop) == [
        f"Order {STRAY} has a subtotal of 100 and a total of 120 (minor units of GBP), but its lines add up to 99, "
        "with discounts of 0, delivery of 0 and taxes of 0."
    ]


async def test_a_paid_order_without_the_money(shop: SmallShop) -> None:
    """The payment of a paid order is captured, at the provider too."""
    paid = shop.orders["PAID"]
    await shop.run(sa.update(payments).where(payments.c.order_id == paid).values(state="PENDING"))
    assert await check(shop) == [
        f"Order {paid} is PAID, but its payment is PENDING.",
        f"Order {paid} has a payment recorded as PENDING, but the provider says CAPTURED.",
    ]


async def test_a_payment_of_another_amount(shop: SmallShop) -> None:
    """A payment is of the total of its order, in its currency."""
    paid = shop.orders["PAID"]
    await shop.run(sa.update(payments).where(payments.c.order_id == paid).values(minor=1999))
    assert await check(shop) == [f"Order {paid} costs 2000 GBP, but its payment is of 1999 GBP (minor units)."]


async def test_an_order_without_a_payment(shop: SmallShop) -> None:
    """Every order of the shop has a payment."""
    paid = shop.orders["PAID"]
    await shop.run(sa.delete(payments).where(payments.c.order_id == paid))
    assert await check(shop) == [f"Order {paid} has no payment."]


async def test_an_order_without_lines(shop: SmallShop) -> None:
    """Every order of the shop has a line."""
    order_id = shop.orders["PAYMENT_FAILED"]
    move = stock_movements.c
    await shop.run(
        sa.delete(stock_movements).where(move.order_id == order_id),
        sa.delete(order_lines).where(order_lines.c.order_id == order_id),
        sa.update(orders).where(orders.c.id == order_id).values(subtotal_minor=0, total_minor=0),
        sa.update(payments).where(payments.c.order_id == order_id).values(minor=0),
    )
    assert await check(shop) == [f"Order {order_id} has no lines."]


async def test_an_order_without_or_with_two_attempts(shop: SmallShop) -> None:
    """Every order of the shop has exactly one attempt."""
    paid, failed = shop.orders["PAID"], shop.orders["PAYMENT_FAILED"]
    await shop.run(sa.update(attempts).where(attempts.c.order_id == paid).values(order_id=failed))
    assert await check(shop) == [
        f"Order {paid} has 0 attempts where it needs one.",
        f"Order {failed} has 2 attempts where it needs one.",
    ]


async def test_an_attempt_of_no_order(shop: SmallShop) -> None:
    """An attempt names an order that exists."""
    row = {"buyer": "cart:x", "token": "x", "fingerprint": "", "order_id": STRAY, "created_at": datetime.now(UTC)}
    await shop.run(sa.insert(attempts).values(row))
    assert await check(shop) == [f"An attempt names order {STRAY}, which does not exist."]


async def test_a_cart_that_could_be_bought_twice(shop: SmallShop) -> None:
    """The cart of a living order is bound to it."""
    await shop.run(sa.update(carts).where(carts.c.order_id == shop.orders["PAID"]).values(order_id=None))
    assert await check(shop) == [f"Order {shop.orders['PAID']} is PAID, but its cart is not bound to it."]


async def test_a_cart_that_can_never_be_bought(shop: SmallShop) -> None:
    """The cart of an order that came to nothing is open again."""
    ended = shop.orders["EXPIRED"]
    await shop.run(sa.update(carts).where(carts.c.id == shop.cart_ids["EXPIRED"]).values(order_id=ended))
    assert await check(shop) == [f"Order {ended} is EXPIRED, but a cart is still bound to it."]


async def test_a_cart_bound_to_no_order(shop: SmallShop) -> None:
    """A cart is bound to an order that exists."""
    await shop.run(sa.update(carts).where(carts.c.id == shop.cart_ids["EXPIRED"]).values(order_id=STRAY))
    assert await check(shop) == [f"A cart is bound to order {STRAY}, which does not exist."]


async def test_a_hold_that_nobody_ended(shop: SmallShop) -> None:
    """An order does not wait for its payment long after its hold."""
    pending, over = shop.orders["PENDING_PAYMENT"], datetime.now(UTC) - timedelta(minutes=5)
    await shop.run(sa.update(orders).where(orders.c.id == pending).values(hold_expires_at=over))
    assert await check(shop) == [
        f"Order {pending} waits for its payment although its hold was over at {over:%Y-%m-%d %H:%M:%S} UTC."
    ]


async def test_many_of_a_kind_are_not_all_told(shop: SmallShop) -> None:
    """The report lists twenty of a kind one by one, and counts the rest."""
    row = {"buyer": "cart:x", "fingerprint": "", "order_id": STRAY, "created_at": datetime.now(UTC)}
    await shop.run(sa.insert(attempts).values([row | {"token": str(number)} for number in range(23)]))
    told = await check(shop)
    assert (len(told), told[-1]) == (21, "And 3 more attempts of no order.")


def _movement(shop: SmallShop, **columns: object) -> sa.Insert:
    row: dict[str, object] = {
        "variant_id": shop.variant_id,
        "location_id": 1,
        "kind": "ADJUSTMENT",
        "available": 0,
        "reserved": 0,
        "sold": 0,
        "actor": "test",
        "reason": "test",
        "created_at": datetime.now(UTC),
    }
    return sa.insert(stock_movements).values(row | columns)
