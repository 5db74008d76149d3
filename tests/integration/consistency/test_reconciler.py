"""The reconciler as a job of the workers: one of them compares, and operators read what came of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog

from datasources.consistency.check import compare
from datasources.consistency.paced_reads import GentleDatabase
from datasources.consistency.runs import CheckRuns
from datasources.kit import redis
from datasources.kit.database import Database
from datasources.kit.documents import Documents
from datasources.tables import orders, stock_levels
from domain.consistency import Found
from tests.integration.routes.test_health import samples
from tests.kit import backends
from tests.kit.backends.databases import Databases
from tests.kit.small_shop import SmallShop, small_shop
from workers.consistency import Reconciler
from workers.kit.pauses import wait

EVERY = 60.0


@pytest.fixture
async def shop(
    all_databases: dict[str, Databases], tmp_path: Path, documents: Documents, redis_prefix: str
) -> AsyncIterator[SmallShop]:
    """A shop in order, on SQLite."""
    database = Database(await all_databases["sqlite"].clean(tmp_path))
    client = redis.connect(backends.valkey.url(), deadline=5.0)
    async with small_shop(database, documents, client, redis_prefix) as opened:
        yield opened
    await client.close()
    await database.close()


class Fleet:
    """Workers that share the Redis of a shop; `comparisons` counts what they do."""

    def __init__(self, shop: SmallShop, prefix: str) -> None:
        self.shop = shop
        self.comparisons = 0
        self._prefix = prefix

    async def _compare(self) -> Mapping[str, Found]:
        self.comparisons += 1
        return await compare(self.shop, 100)

    def worker(self, every_seconds: float = EVERY) -> Reconciler:
        """One more of them."""
        shop = self.shop
        return Reconciler(self._compare, shop.check_runs, shop.redis, self._prefix, every_seconds=every_seconds)

    async def is_time(self) -> None:
        """The time between two runs is over."""
        await self.shop.redis.delete(f"{self._prefix}{{check}}:lease")


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Asks again and again, for half a minute at most."""
    async with asyncio.timeout(30):
        while not await holds():
            await wait(asyncio.Event(), 0.02)


async def _finished(shop: SmallShop) -> bool:
    return (await shop.check_runs.read()).finished > 0


async def _complete(shop: SmallShop) -> bool:
    last = (await shop.check_runs.read()).last
    return last is not None and last.complete


@pytest.fixture
def fleet(shop: SmallShop, redis_prefix: str) -> Fleet:
    """No worker yet."""
    return Fleet(shop, redis_prefix)


async def test_a_broken_row_is_in_the_metrics_and_in_the_log(fleet: Fleet) -> None:
    """The part that does not fit has its count, the others none; the log names the ids."""
    shop = fleet.shop
    await shop.run(sa.update(orders).where(orders.c.id == shop.orders["PAID"]).values(subtotal_minor=1))
    await shop.documents.db["products"].delete_one({"_id": shop.product_id})
    with structlog.testing.capture_logs() as log:
        assert await fleet.worker().turn()
    metrics = await samples(shop)
    wrong = {key[1]: value for key, value in metrics.items() if key[0] == "storefront_check_inconsistencies"}
    assert {part for part, count in wrong.items() if count} == {"orders", "content"}
    assert wrong.keys() >= {"stock", "orders", "payments", "content", "homepages", "events", "search"}
    assert {value for key, value in metrics.items() if key[0] == "storefront_check_complete"} == {1.0}
    assert [(entry["part"], entry["count"]) for entry in log] == [("orders", 1), ("content", 1)]
    assert f"Order {shop.orders['PAID']} has a subtotal of 1" in log[0]["sentences"][0]


async def test_metrics_tell_when_the_last_run_was_and_how_long_it_took(fleet: Fleet) -> None:
    """Before the first run nothing is told of it; afterwards it is counted and none has failed."""
    before = await samples(fleet.shop)
    assert before["storefront_check_runs_total",] == 0
    assert not [key for key in before if key[0] == "storefront_check_timestamp_seconds"]
    row = await fleet.shop.database.one(sa.select(sa.func.unixepoch().label("now")))
    assert row is not None
    assert await fleet.worker().turn()
    after = await samples(fleet.shop)
    assert row.now <= after["storefront_check_timestamp_seconds",] <= row.now + 60
    assert 0 < after["storefront_check_seconds",] < 60
    assert (after["storefront_check_runs_total",], after["storefront_check_failures_total",]) == (1, 0)


async def test_what_is_mended_is_gone_from_the_metrics(fleet: Fleet) -> None:
    """They tell of the last run alone."""
    await fleet.shop.run(sa.update(stock_levels).values(available=stock_levels.c.available + 1))
    assert await fleet.worker().turn()
    await fleet.shop.run(sa.update(stock_levels).values(available=stock_levels.c.available - 1))
    await fleet.is_time()
    assert await fleet.worker().turn()
    assert (await samples(fleet.shop))["storefront_check_inconsistencies", "stock"] == 0


async def test_of_many_workers_one_compares(fleet: Fleet) -> None:
    """Ten try at once, and again after the run: it is not time yet."""
    workers = [fleet.worker() for _ in range(10)]
    assert sum(await asyncio.gather(*(worker.turn() for worker in workers))) == 1
    assert not await fleet.worker().turn()
    assert fleet.comparisons == 1


async def test_a_store_that_is_away_leaves_its_part_out_and_ends_nothing(fleet: Fleet) -> None:
    """No number is made up for what was not compared, the run counts as failed, and the job goes on."""
    whole = fleet.shop
    gone = Documents("mongodb://127.0.0.1:1", "shop", deadline=0.1)
    fleet.shop = replace(whole, documents=gone)
    stopping = asyncio.Event()
    working = asyncio.create_task(fleet.worker(20).run(stopping))
    await _until(lambda: _finished(whole))
    metrics = await samples(whole)
    assert metrics["storefront_check_complete", "content"] == 0
    assert ("storefront_check_inconsistencies", "content") not in metrics
    assert metrics["storefront_check_inconsistencies", "stock"] == 0
    assert metrics["storefront_check_failures_total",] == 1
    fleet.shop = whole
    await fleet.is_time()
    await _until(lambda: _complete(whole))
    stopping.set()
    await asyncio.wait_for(working, 5)
    await gone.close()


async def test_redis_away_ends_nothing(fleet: Fleet, redis_prefix: str) -> None:
    """Nobody knows whose turn it is: nothing is compared, and the job waits."""
    nowhere = redis.connect("redis://127.0.0.1:1", deadline=0.05)
    lost = CheckRuns(nowhere, redis_prefix)
    stopping = asyncio.Event()
    job = Reconciler(fleet._compare, lost, nowhere, redis_prefix, every_seconds=1)
    working = asyncio.create_task(job.run(stopping))
    with structlog.testing.capture_logs() as log:
        await _until(lambda: asyncio.sleep(0, len(log) > 1))
    assert {entry["event"] for entry in log} == {"check_turn_failed"}
    assert fleet.comparisons == 0
    stopping.set()
    await asyncio.wait_for(working, 5)
    await nowhere.close()


async def test_a_run_without_an_end_is_cut_off(shop: SmallShop, redis_prefix: str) -> None:
    """It counts as failed, and what the run before found is still told."""

    async def hang() -> Mapping[str, Found]:
        await asyncio.Event().wait()
        raise AssertionError

    job = Reconciler(hang, shop.check_runs, shop.redis, redis_prefix, every_seconds=0.2)
    assert await job.turn()
    kept = await shop.check_runs.read()
    assert (kept.last, kept.finished, kept.failed) == (None, 0, 1)


async def test_a_worker_that_is_told_to_stop_leaves_the_run_to_another(shop: SmallShop, redis_prefix: str) -> None:
    """It ends at once in the middle of a run, and the next one need not wait for the lease."""
    begun, stopping = asyncio.Event(), asyncio.Event()

    async def hang() -> Mapping[str, Found]:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    job = Reconciler(hang, shop.check_runs, shop.redis, redis_prefix, every_seconds=20)
    working = asyncio.create_task(job.run(stopping))
    await asyncio.wait_for(begun.wait(), 10)
    stopping.set()
    await asyncio.wait_for(working, 5)

    async def nothing() -> Mapping[str, Found]:
        return {}

    assert await Reconciler(nothing, shop.check_runs, shop.redis, redis_prefix, every_seconds=20).turn()


async def test_of_payments_the_newest_are_compared(shop: SmallShop) -> None:
    """A limit on payments is one on questions to the provider."""
    shop.payments.charges.clear()
    found = await compare(shop, 2)
    assert (await compare(shop))["payments"].count > 2 >= found["payments"].count
    newest = sorted(shop.orders.values())[-2:]
    assert all(any(f"Order {key} " in sentence for key in newest) for sentence in found["payments"].sentences)


async def test_reads_of_a_comparison_take_turns_and_rest(relational_url: str) -> None:
    """Many at once are sent one after the other, with a pause after each for as long as it took."""
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)
        assert database.statements == len(rests)
        await asyncio.sleep(0)

    database = GentleDatabase(relational_url, rest)
    await asyncio.gather(*(database.one(sa.select(sa.literal(1))) for _ in range(5)))
    assert len(rests) == 5
    assert min(rests) > 0
    await database.close()
