"""What accounts have bought counts as taste: a shopper with past orders has a page of their own."""

import pytest
import sqlalchemy as sa

from bff.worker import taste_keeper
from datasources import tables
from datasources.kit.database import Database, Tx
from datasources.personal.purchases import Purchases
from domain.events import OrderCancelled, OrderPaid, OrdersImported
from domain.orders.life import OrderStatus
from domain.personal.records import account
from domain.personal.tastes import Purchase
from tests.integration.personal.conftest import CONSENT, Mugs
from tests.kit.factories.accounts import add_customer
from tests.kit.factories.catalog import NOW, Added, add_collection, add_product
from tests.kit.factories.orders import add_order, add_paid_order
from tests.kit.homepages import KEY, page, shelf
from tests.kit.waiting import until
from tests.unit.personal.test_personal import card_in

HOMEPAGE = f"query {CONSENT} {{ homepage(platform: WEB) {{ personalized sections {{ id }} }} }}"


async def _variant(mugs: Mugs, number: int) -> int:
    query = sa.select(tables.variants.c.id).where(tables.variants.c.product_id == mugs.keys[number])
    row = await mugs.api.stores.database.one(query)
    assert row is not None
    return int(row.id)


async def _liked(mugs: Mugs) -> set[str]:
    taste = await mugs.api.stores.tastes.get_for_list(account(mugs.account.customer_id))
    assert taste is not None
    return {name for name, liking in taste.affinities.items() if liking > 0}


async def test_purchases_are_those_of_orders_that_count(database: Database) -> None:
    """By account, the newest first, with the collections of each product; on every database."""

    async def fill(tx: Tx) -> tuple[int, int, Added, Added]:
        ann, bob = await add_customer(tx), await add_customer(tx)
        mug, lamp = await add_product(tx), await add_product(tx)
        await add_collection(tx, [mug.product_id], handle="mugs")
        await add_collection(tx, [mug.product_id, lamp.product_id], handle="all")
        for variant_id in (mug.variant_id, lamp.variant_id, mug.variant_id):
            await add_paid_order(tx, variant_id, units=1, customer_id=ann)
        cancelled = await add_paid_order(tx, lamp.variant_id, units=1, customer_id=bob)
        await tx.run(sa.update(tables.orders).where(tables.orders.c.id == cancelled).values(status="CANCELLED"))
        await add_order(tx, customer_id=bob, status=OrderStatus.PENDING_PAYMENT)
        return ann, bob, mug, lamp

    ann, bob, mug, lamp = await database.transact(fill)
    purchases = Purchases(database)
    at = NOW.timestamp()
    assert await purchases.by_customer([bob, ann]) == [
        (),
        (Purchase(mug.product_id, 2, at, ("all", "mugs")), Purchase(lamp.product_id, 1, at, ("all",))),
    ]
    orders = [row.id for row in await database.all(sa.select(tables.orders.c.id))]
    assert await purchases.customers_of(orders) == sorted([ann, bob])
    assert await purchases.customers_after(0, 1) == [min(ann, bob)]


async def test_a_shopper_with_past_orders_has_a_page_of_their_own(mugs: Mugs) -> None:
    """Also with orders that were imported long ago, without having done anything on this shop's pages."""
    api, keys = mugs.api, mugs.keys
    record = page(shelf("small", card_in(keys[0], "small")), shelf("large", card_in(keys[4], "large")))
    await api.stores.homepage_records.replace(KEY, record)
    variant_id = await _variant(mugs, 4)
    await api.transact(lambda tx: add_paid_order(tx, variant_id, units=1, customer_id=mugs.account.customer_id))
    keeper = taste_keeper(api.stores)
    await keeper.handle([OrdersImported(1)])
    assert await keeper.turn()
    assert not await keeper.turn()

    async def is_personal() -> bool:
        shown = (await mugs.api(HOMEPAGE, token=mugs.account.token))["data"]["homepage"]
        assert shown["personalized"] is (shown["sections"] == [{"id": "s-large"}, {"id": "s-small"}])
        return bool(shown["personalized"])

    await until(is_personal)


@pytest.mark.parametrize("times", [1, 2])
async def test_an_order_counts_once_and_a_cancelled_one_not_at_all(mugs: Mugs, times: int) -> None:
    """Events that come twice change nothing."""
    variant_id = await _variant(mugs, 0)
    order_id = await mugs.api.transact(
        lambda tx: add_paid_order(tx, variant_id, units=1, customer_id=mugs.account.customer_id)
    )
    keeper = taste_keeper(mugs.api.stores)
    for _ in range(times):
        await keeper.handle([OrderPaid(order_id)])
    assert await _liked(mugs) == {"all", "small"}
    orders = tables.orders
    await mugs.api.change(sa.update(orders).where(orders.c.id == order_id).values(status="CANCELLED"))
    for _ in range(times):
        await keeper.handle([OrderCancelled(order_id)])
    assert await _liked(mugs) == set()
