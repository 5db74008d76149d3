"""The worker process as a whole: changes reach the index and the pages, and it ends on a signal."""

import asyncio
import os
import signal

import pytest
import sqlalchemy as sa

from bff import worker
from bff.settings.variables import Settings
from bff.stores.wiring import Stores
from datasources.kit import outbox
from datasources.kit.database import Tx
from datasources.kit.run_counts import Runs
from datasources.tables import products
from domain.catalog.records import ProductSort
from domain.events import ProductsChanged
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.records import Shelf
from domain.homepage.sources import ShelfSource
from domain.kit.paging import PageRequest
from domain.search import SearchQuery
from tests.kit.factories.catalog import add_collection, add_product
from tests.kit.factories.orders import add_paid_order
from tests.kit.flash_sales import open_stall
from workers.kit.pauses import wait

pytestmark = pytest.mark.slow

GB = HomepageKey("GB", Platform.WEB)


async def _write(stores: Stores) -> None:
    async def write(tx: Tx) -> None:
        product = await add_product(tx)
        await add_collection(tx, [product.product_id], handle="mugs")
        await outbox.add(tx, ProductsChanged((product.product_id,)))

    await stores.database.transact(write)


async def test_what_is_written_reaches_the_index_and_the_page(stores: Stores) -> None:
    """From the outbox over the stream; then every event is finished, and the worker ends."""
    assert await stores.homepage_documents.publish(GB, 0, "main", (ShelfSource("shelf", "Mugs", "mugs"),))
    stopping = asyncio.Event()
    working = asyncio.create_task(worker.work(stores, stopping))
    await _write(stores)

    async def arrived() -> bool:
        record = await stores.homepage_records.get(GB)
        hits = await stores.search.search(SearchQuery(text="", size=1))
        return record is not None and bool(record.sections) and hits.total == 1

    while not await arrived() or await outbox.backlog(stores.database) or any((await stores.stream.lags()).values()):
        await wait(stopping, 0.1)
    stopping.set()
    await working
    assert await stores.stream.dead() == 0


async def test_a_flash_sale_reaches_the_lists_and_the_page_and_leaves_them(stores: Stores) -> None:
    """The worker logs its start and its end, with the time."""
    stall = await open_stall(stores.database)

    async def fill(tx: Tx) -> None:
        await add_collection(tx, [stall.mug.product_id], handle="mugs")
        cheaper = await add_product(tx, price=800)
        await outbox.add(tx, ProductsChanged((stall.mug.product_id, cheaper.product_id)))

    await stores.database.transact(fill)
    await stores.homepage_documents.publish(GB, 0, "main", (ShelfSource("shelf", "Mugs", "mugs"),))
    stopping = asyncio.Event()
    working = asyncio.create_task(worker.work(stores, stopping))

    async def shown() -> tuple[list[int], bool]:
        """Prices on the page, and whether the mug is the first in the list by price."""
        record = await stores.homepage_records.get(GB)
        shelves = [section for section in record.sections if isinstance(section, Shelf)] if record else []
        listed = await stores.catalog.products.page(PageRequest(1), ProductSort.PRICE, reverse=False)
        prices = [card.price.minor for shelf in shelves for card in shelf.products]
        return prices, [product.id for product in listed.items] == [stall.mug.product_id]

    async def until(prices: list[int], is_cheapest: bool) -> None:
        while await shown() != (prices, is_cheapest):
            await wait(stopping, 0.1)

    await until([1_000], False)
    sale_id = await stall.plan(4, starts_in=1)
    await until([600], True)
    await stall.pass_time(sale_id, ends_in=0)
    await until([1_000], False)
    assert await stall.stock() == ((10, 0, 0), (0, 0, 0))
    stopping.set()
    await working


async def test_what_was_lost_with_redis_is_made_up_for(stores: Stores) -> None:
    """A product without an event is counted and indexed once the stream and its events are gone."""

    async def sell(tx: Tx) -> int:
        product = await add_product(tx)
        await add_paid_order(tx, product.variant_id, units=3)
        return product.product_id

    async def sold_and_found(product_id: int) -> tuple[int, int]:
        (row,) = await stores.database.all(sa.select(products.c.units_sold).where(products.c.id == product_id))
        return row.units_sold, (await stores.search.search(SearchQuery(text="", size=1))).total

    first = await stores.database.transact(sell)
    stopping = asyncio.Event()
    working = asyncio.create_task(worker.work(stores, stopping))
    while await sold_and_found(first) != (3, 1):
        await wait(stopping, 0.1)
    other = await stores.database.transact(sell)
    await stores.redis.delete(stores.stream.key)
    while await sold_and_found(other) != (3, 2):
        await wait(stopping, 0.1)
    stopping.set()
    await working


async def test_sigterm_ends_it_in_order(shop_settings: Settings) -> None:
    """The signal that supervisors send."""
    working = asyncio.create_task(worker.run(shop_settings))
    await asyncio.sleep(0)  # its first step listens to signals
    os.kill(os.getpid(), signal.SIGTERM)
    await working


async def test_a_job_whose_store_raises_for_ever_ends_no_other(stores: Stores) -> None:
    """A table is gone: jobs that need it fail and are counted, and everything else runs and ends normally."""

    async def lose(tx: Tx) -> None:
        await tx.run(sa.text("DROP TABLE webhook_events"))

    await stores.database.transact(lose)
    stopping = asyncio.Event()
    working = asyncio.create_task(worker.work(stores, stopping))

    others = {job.name for job in worker.jobs(stores, stores, "other")} - {"webhooks", "reconciler"}

    async def counted() -> bool:
        runs = await stores.job_runs.all()
        webhooks = runs.get("webhooks", Runs())
        return webhooks.failures > 1 and all(runs.get(name, Runs()).succeeded_at for name in others)

    while not await counted():
        await wait(stopping, 0.1)
    assert not working.done()
    stopping.set()
    await working
    runs = await stores.job_runs.all()
    assert (runs["webhooks"].failures, runs["webhooks"].succeeded_at) == (runs["webhooks"].runs, 0)


async def test_a_worker_that_ends_in_order_leaves_no_lease(stores: Stores) -> None:
    """Another one begins where it stopped, without waiting."""
    stopping = asyncio.Event()
    working = asyncio.create_task(worker.work(stores, stopping))
    relay = f"{stores.settings.prefix}{{events}}:relay"
    while not await stores.redis.exists(relay):
        await wait(stopping, 0.1)
    stopping.set()
    await working
    leases = [f"{{events}}:group:{group}" for group in ("sales", "search")]
    held = ["{events}:relay", *leases, "{availability}:keeper", "{trending}:keeper"]
    assert [key for key in held if await stores.redis.exists(f"{stores.settings.prefix}{key}")] == []


async def test_every_job_has_a_name_of_its_own(stores: Stores) -> None:
    """By which its figures are kept."""
    names = [job.name for job in worker.jobs(stores, stores, "one")]
    assert sorted(names) == sorted(set(names))
