"""Counted uses of limited things as the services write them, and how the reconciler finds contradictions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.catalog import limits as variant_limits
from datasources.discounts import codes as discounts
from datasources.discounts import usages
from datasources.kit.database import Database, Tx
from domain.catalog.records import LimitVariant
from domain.discounts.rules import Discount
from domain.discounts.usages import UsageKey, discount_usage, variant_usage
from domain.orders.commands import CancelOrder, CancelReason
from domain.orders.life import OrderStatus
from domain.payments.records import Charge, ChargeState
from tests.kit.factories.catalog import NOW, Added
from tests.kit.factories.discounts import a_discount, add_discount
from tests.kit.order_desk import Desk

pytestmark = pytest.mark.slow

BUYER = "email:ann@example.com"


@dataclass(frozen=True, slots=True)
class Counted:
    """Orders with a discount, limited to two uses in all and one per buyer, and with a limited mug."""

    desk: Desk
    mug: Added
    discount: Discount

    @property
    def keys(self) -> tuple[UsageKey, UsageKey, UsageKey]:
        """Usage keys: the discount in all, the discount of the buyer, and the mugs of the buyer."""
        key = self.discount.id
        return discount_usage(key), discount_usage(key, BUYER), variant_usage(self.mug.variant_id, BUYER)

    async def buy(self, token: str = "CAPTURED") -> int:
        """An order of two mugs with the discount."""
        codes = (self.discount.code,)
        return await self.desk.buy((self.mug.variant_id, 2), token=token, email="ann@example.com", codes=codes)

    async def take(self, order_id: int, units: Mapping[UsageKey, int]) -> None:
        """Counts uses without checking a limit."""

        async def take(tx: Tx) -> None:
            await usages.lock(tx, units)
            assert await usages.take(tx, {order_id: units}, {}) is None

        await self.desk.database.transact(take)

    async def used(self) -> list[int]:
        """The used count of each key."""
        return list((await usages.used(self.desk.database, self.keys)).values())

    def told(self, key: UsageKey) -> str:
        """How the reconciler names a usage."""
        return f"Usage {key.subject} of {f'{key.buyer[:8]}...' if key.buyer else 'everybody'}"


@pytest.fixture
async def counted(database: Database) -> Counted:
    """Nothing is used yet."""
    desk = Desk(database)
    mug = await desk.open()

    async def limit(tx: Tx) -> Discount:
        change = LimitVariant(mug.variant_id, {"max_per_customer": 2})
        assert await variant_limits.set_limits(tx, mug.product_id, change)
        return await add_discount(tx, a_discount(total_limit=2, customer_limit=1))

    return Counted(desk, mug, await database.transact(limit))


@pytest.mark.parametrize("end", ["declined", "expired", "cancelled"])
async def test_an_order_that_was_never_paid_gives_its_uses_back(counted: Counted, end: str) -> None:
    """It does so however it ends, and only once for a repeated end."""
    desk = counted.desk
    order_id = await counted.buy("lost")
    assert await counted.used() == [1, 1, 2]
    for _ in range(2):
        if end == "declined":
            await desk.orders.fail(order_id, Charge(ChargeState.DECLINED))
        elif end == "expired":
            await desk.change(sa.update(tables.orders).values(hold_expires_at=NOW))
            await desk.orders.expire(order_id)
        elif await desk.status(order_id) is OrderStatus.PENDING_PAYMENT:
            await desk.life.cancel(desk.staff, order_id, CancelOrder(CancelReason.OTHER, True, True, None))
    assert await counted.used() == [0, 0, 0]
    assert await desk.rows(tables.order_usages) == []
    assert await desk.contradictions() == []


async def test_a_paid_order_keeps_its_uses(counted: Counted) -> None:
    """It keeps them even when it is cancelled and refunded."""
    desk = counted.desk
    order_id = await counted.buy()
    await desk.life.cancel(desk.staff, order_id, CancelOrder(CancelReason.CUSTOMER, True, True, None))
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert await counted.used() == [1, 1, 2]
    assert await desk.contradictions() == []


async def test_a_limit_that_was_lowered_contradicts_nothing(counted: Counted) -> None:
    """Uses before the change stay valid."""
    await counted.buy()
    lower = replace(counted.discount, total_limit=1, customer_limit=1)
    await counted.desk.database.transact(lambda tx: discounts.update(tx, lower, NOW))
    change = LimitVariant(counted.mug.variant_id, {"max_per_customer": 1})
    await counted.desk.database.transact(
        lambda tx: variant_limits.set_limits(tx, counted.mug.product_id, change),
    )
    assert await counted.desk.contradictions() == []


async def test_a_count_that_no_order_took(counted: Counted) -> None:
    """A count must equal the sum of the rows of orders, in both directions."""
    order_id = await counted.buy()
    in_all, by_buyer, mugs = counted.keys
    mine = (tables.usages.c.subject == in_all.subject) & (tables.usages.c.buyer == "")
    await counted.desk.change(sa.update(tables.usages).where(mine).values(used=2))
    assert await counted.desk.contradictions() == [f"{counted.told(in_all)} is 2, but orders took 1."]
    await counted.desk.change(
        sa.update(tables.usages).where(mine).values(used=1),
        sa.delete(tables.usages).where(tables.usages.c.subject == mugs.subject),
    )
    assert await counted.desk.contradictions() == [f"{counted.told(mugs)} is 0, but orders took 2."]
    row = tables.order_usages.c
    await counted.desk.change(
        sa.delete(tables.order_usages).where(row.order_id == order_id, row.buyer != ""),
        sa.delete(tables.usages).where(tables.usages.c.subject == mugs.subject),
    )
    assert await counted.desk.contradictions() == [f"{counted.told(by_buyer)} is 1, but orders took 0."]


@pytest.mark.parametrize("state", ["PAYMENT_FAILED", "EXPIRED", "EXCEPTION", "REFUNDED", "CANCELLED"])
async def test_an_ended_order_that_holds_uses(counted: Counted, state: str) -> None:
    """An order that was never paid must not hold any."""
    desk = counted.desk
    order_id = await desk.buy((counted.mug.variant_id, 1), token="lost", email="bob@example.com")
    if state == "CANCELLED":
        await desk.life.cancel(desk.staff, order_id, CancelOrder(CancelReason.OTHER, True, True, None))
    elif state == "PAYMENT_FAILED":
        await desk.orders.fail(order_id, Charge(ChargeState.DECLINED))
    else:
        await desk.change(sa.update(tables.orders).values(hold_expires_at=NOW))
        await desk.orders.expire(order_id)
    if state in ("EXCEPTION", "REFUNDED"):
        await desk.orders.capture(order_id, Charge(ChargeState.CAPTURED, "reference"))
    if state == "REFUNDED":
        await desk.database.transact(lambda tx: desk.orders.refunded_within(tx, order_id, "late"))
    assert (await desk.status(order_id)).value == state
    assert await desk.contradictions() == []
    await counted.take(order_id, {counted.keys[0]: 1})
    told = f"Order {order_id} is {state}, but still holds 1 of {counted.keys[0].subject}."
    assert told in await desk.contradictions()


async def test_an_order_that_took_a_discount_twice(counted: Counted) -> None:
    """An order takes a discount exactly once in all and at most once for its buyer."""
    order_id = await counted.buy()
    in_all, by_buyer, _ = counted.keys
    for table in (tables.order_usages, tables.usages):
        column = table.c.units if table is tables.order_usages else table.c.used
        mine = (table.c.subject == in_all.subject) & (table.c.buyer == "")
        await counted.desk.change(sa.update(table).where(mine).values({column: 2}))
    told = f"Order {order_id} took {in_all.subject}"
    assert await counted.desk.contradictions() == [f"{told} 2 times in all and 1 times for its buyer."]
    for table in (tables.order_usages, tables.usages):
        await counted.desk.change(sa.delete(table).where(table.c.subject == in_all.subject, table.c.buyer == ""))
    assert await counted.desk.contradictions() == [f"{told} 0 times in all and 1 times for its buyer."]
    assert by_buyer.subject == in_all.subject


async def test_units_that_were_counted_but_not_bought(counted: Counted) -> None:
    """An order must count for the units of its lines."""
    order_id = await counted.buy()
    mugs = counted.keys[2]
    for table, column in ((tables.order_usages, "units"), (tables.usages, "used")):
        await counted.desk.change(sa.update(table).where(table.c.subject == mugs.subject).values({column: 1}))
    assert await counted.desk.contradictions() == [
        f"Order {order_id} counts for 1 units of {mugs.subject}, but bought 2."
    ]


async def test_more_uses_than_were_ever_allowed(counted: Counted) -> None:
    """Each of the three limits. The shop enforces them, so the test lowers them behind its back."""
    await counted.buy()
    in_all, by_buyer, mugs = counted.keys
    await counted.desk.change(
        sa.update(tables.discounts).values(highest_total_limit=0, highest_customer_limit=0),
        sa.update(tables.variants).values(highest_per_customer=1),
    )
    assert await counted.desk.contradictions() == [
        f"{counted.told(in_all)} is 1, but its limit was never above 0.",
        f"{counted.told(by_buyer)} is 1, but its limit was never above 0.",
        f"{counted.told(mugs)} is 2, but its limit was never above 1.",
    ]
