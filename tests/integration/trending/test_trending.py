"""Best sellers with time decay, on every Redis and every relational database."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bff.stores.wiring import Stores
from bff.worker import trending_counter, trending_keeper
from datasources import tables
from datasources.kit.database import Database, Tx
from datasources.kit.redis import Client
from datasources.trending.rankings import Trending
from datasources.trending.sales_history import SalesHistory
from domain.events import CollectionsChanged, OrderCancelled, OrderPaid, OrdersImported, TrendingComputed
from domain.orders.life import OrderStatus
from domain.territories.markets import Territories, Territory
from domain.trending import HourOfSales, Ranking
from tests.kit.events import events_of
from tests.kit.factories.catalog import add_collection, add_product
from tests.kit.factories.orders import add_order

NEW = datetime(2026, 3, 1, 10, 20, tzinfo=UTC)
HOUR = int(NEW.timestamp()) // 3600
MARKETS = Territories((Territory("GB", "United Kingdom", "GBP"), Territory("US", "United States", "USD")))


async def sell(
    tx: Tx,
    variant_id: int,
    units: int,
    *,
    territory: str | None = "GB",
    at: datetime = NEW,
    status: OrderStatus = OrderStatus.PAID,
) -> int:
    """An order of units of one variant; answers its key."""
    order_id = await add_order(tx, status=status)
    placed = sa.update(tables.orders).where(tables.orders.c.id == order_id)
    await tx.run(placed.values(created_at=at, territory=territory))
    line = {"order_id": order_id, "position": 0, "variant_id": variant_id, "title": "Mug", "variant_title": "Blue"}
    await tx.run(sa.insert(tables.order_lines).values(line | {"quantity": units, "unit_minor": 1_000}))
    return order_id


async def test_history_is_read_by_the_hour(database: Database) -> None:
    """Paid and sent orders count, unpaid ones do not; orders of a removed territory count for the default one."""

    async def fill(tx: Tx) -> tuple[int, int]:
        mug, jug = await add_product(tx, variants=("S", "L")), await add_product(tx)
        await sell(tx, mug.variant_ids[0], 2)
        await sell(tx, mug.variant_ids[1], 3, at=NEW + timedelta(minutes=39), status=OrderStatus.FULFILLED)
        await sell(tx, mug.variant_id, 1, at=NEW + timedelta(minutes=40))
        await sell(tx, mug.variant_id, 50, status=OrderStatus.EXPIRED)
        await sell(tx, mug.variant_id, 4, territory="US", at=NEW.replace(year=2009))
        await sell(tx, mug.variant_id, 6, territory="XX", at=NEW - timedelta(hours=5))
        await sell(tx, mug.variant_id, 7, territory=None, at=NEW - timedelta(hours=6))
        await sell(tx, jug.variant_id, 9)
        return mug.product_id, jug.product_id

    mug, jug = await database.transact(fill)
    history = SalesHistory(database, MARKETS)
    old = int(NEW.replace(year=2009).timestamp()) // 3600
    assert set(await history.by_hour([mug])) == {
        HourOfSales("GB", mug, HOUR, 5),
        HourOfSales("GB", mug, HOUR + 1, 1),
        HourOfSales("US", mug, old, 4),
        HourOfSales("GB", mug, HOUR - 5, 6),
        HourOfSales("GB", mug, HOUR - 6, 7),
    }
    assert await history.products_after(0, 1) == [mug]
    assert await history.products_after(mug, 5) == [jug]


@pytest.fixture
def trending(redis_client: Client, redis_prefix: str) -> Trending:
    """The best sellers of a shop that has sold nothing."""
    return Trending(redis_client, redis_prefix)


async def test_scores_are_set_and_taken_off(trending: Trending) -> None:
    """Each territory has its own scores; a score from an older read does not replace one from a newer read."""
    first = await trending.begin_read(["GB", "US"])
    await trending.put("GB", first["GB"], {1: 10.5, 2: 12.25, 3: -4.0})
    assert await trending.scores("GB", 2) == [(2, 12.25), (1, 10.5)]
    assert await trending.best("US", 5) == []
    older, newer = await trending.begin_read(["GB"]), await trending.begin_read(["GB"])
    await trending.put("GB", newer["GB"], {1: 13.0, 2: None})
    await trending.put("GB", older["GB"], {1: 1.0, 2: 99.0, 3: 20.0})
    assert await trending.scores("GB", 5) == [(3, 20.0), (1, 13.0)]
    assert await trending.best("GB", 0) == []


async def test_a_ranking_is_replaced_as_a_whole(trending: Trending) -> None:
    """Entries of the old ranking that the new one lacks are gone."""
    await trending.put_ranking("GB", Ranking((7, 8), {7: (1, 2), 8: (3,)}))
    assert await trending.categories("GB") == [7, 8]
    assert await trending.best_in("GB", [8, 7, 9]) == [[3], [1, 2], []]
    await trending.put_ranking("GB", Ranking((8,), {8: (3, 4)}))
    assert await trending.best_in("GB", [8, 7]) == [[3, 4], []]
    assert await trending.best_in("GB", []) == []
    assert await trending.categories("US") == []


async def test_an_order_counts_once_however_often_its_event_comes(stores: Stores) -> None:
    """A newer sale beats a larger old one; a cancelled order no longer counts."""

    async def fill(tx: Tx) -> tuple[int, int, list[int]]:
        old, new = await add_product(tx), await add_product(tx)
        orders = [await sell(tx, old.variant_id, 30, at=NEW - timedelta(days=50)), await sell(tx, new.variant_id, 1)]
        return old.product_id, new.product_id, orders

    old, new, orders = await stores.database.transact(fill)
    counter = trending_counter(stores)
    await counter.handle([OrderPaid(orders[0])])
    assert await stores.trending.best("GB", 5) == [old]
    for _ in range(3):
        await counter.handle([OrderPaid(key) for key in (*orders, *orders)])
        (first, score), (second, _) = await stores.trending.scores("GB", 5)
        assert (first, second, score) == (new, old, HOUR / (7 * 24))
    cancelled = sa.update(tables.orders).where(tables.orders.c.id == orders[1])

    async def cancel(tx: Tx) -> None:
        await tx.run(cancelled.values(status=OrderStatus.CANCELLED.value))

    await stores.database.transact(cancel)
    await counter.handle([OrderCancelled(orders[1])])
    assert await stores.trending.best("GB", 5) == [old]


async def _told(stores: Stores) -> list[str]:
    """The territories of the change events of rankings so far."""
    await stores.stream.join("test")
    events = events_of(await stores.stream.read("test", "me", 100, 1))
    return [event.territory for event in events if isinstance(event, TrendingComputed)]


async def test_rankings_follow_sales_and_are_told_when_they_are_others(stores: Stores) -> None:
    """Collections rank by the total sales of their products; lost counts are rebuilt."""

    async def fill(tx: Tx) -> tuple[list[int], list[int], list[int]]:
        products = [await add_product(tx) for _ in range(3)]
        for product, units in zip(products, (5, 4, 3), strict=True):
            await sell(tx, product.variant_id, units)
        ids = [product.product_id for product in products]
        return (
            ids,
            [await add_collection(tx, ids[:1]), await add_collection(tx, ids[1:])],
            [product.variant_id for product in products],
        )

    (first, second, third), (small, large), variants = await stores.database.transact(fill)
    counter = trending_counter(stores)
    keeper = trending_keeper(stores, counter)
    assert await keeper.turn() == [territory.code for territory in stores.territories.all]
    assert await stores.trending.categories("GB") == [large, small]
    assert await stores.trending.best_in("GB", [small, large]) == [[first], [second, third]]
    assert await _told(stores) == ["GB", "US", "EU"]
    assert await keeper.turn() == []
    order = await stores.database.transact(lambda tx: sell(tx, variants[2], 2))
    await counter.handle([OrderPaid(order)])
    assert await keeper.turn() == ["GB"]
    assert await stores.trending.best_in("GB", [large]) == [[third, second]]
    order = await stores.database.transact(lambda tx: sell(tx, variants[2], 1))
    await counter.handle([OrderPaid(order), CollectionsChanged(("mugs",))])
    assert await keeper.turn() == []
    assert await _told(stores) == ["GB"]
    await stores.database.transact(lambda tx: sell(tx, variants[0], 20, territory="US"))
    await counter.handle([OrdersImported(1)])
    assert await keeper.turn() == ["US"]
    assert await stores.trending.best("US", 5) == [first]


async def test_orders_imported_during_a_rebuild_have_it_done_again(stores: Stores) -> None:
    """Some products were counted before the orders came."""
    await stores.database.transact(add_product)
    counter = trending_counter(stores)
    assert await counter.are_lost()
    await counter.rebuild()
    assert not await counter.are_lost()
    begun = await stores.trending.counted_with("GB")
    await stores.trending.set_counted("GB", "counting")
    await counter.handle([OrdersImported(1)])
    assert not await stores.trending.replace_rule("GB", "counting", begun)
    assert await counter.are_lost()
