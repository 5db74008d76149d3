"""The reconciler as a job of the workers: one of them compares, and operators read the results."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog

from datasources.consistency.check import compare
from datasources.consistency.paced_reads import GentleDatabase
from datasources.kit import redis
from datasources.kit.database import Database
from datasources.kit.documents import Documents
from datasources.kit.lease import Lease
from datasources.kit.run_counts import Runs
from datasources.tables import orders, stock_levels
from domain.consistency import Found
from tests.integration.routes.test_health import samples
from tests.kit import backends
from tests.kit.backends.databases import Databases
from tests.kit.small_shop import SmallShop, small_shop
from workers.consistency import Reconciler, reconciler_job
from workers.kit.jobs import JobLoop, Tally
from workers.kit.pauses import Backoff, wait

pytestmark = pytest.mark.slow

EVERY = 60.0


@pytest.fixture
async def shop(
    all_databases: dict[str, Databases], tmp_path: Path, documents: Documents, redis_prefix: str
) -> AsyncIterator[SmallShop]:
    """A consistent shop, on SQLite."""
    database = Database(await all_databases["sqlite"].clean(tmp_path), deadline=60.0)
    client = redis.connect(backends.valkey.url(), deadline=60.0)
    async with small_shop(database, documents, client, redis_prefix) as opened:
        yield opened
    await client.close()
    await database.close()


class Watched(Lease):
    """A lease that counts how often somebody wanted it."""

    wanted = 0

    async def take(self) -> bool:
        """As ever."""
        Watched.wanted += 1
        return await super().take()


class Fleet:
    """Workers that share the Redis of a shop; `comparisons` counts what they do."""

    def __init__(self, shop: SmallShop, prefix: str) -> None:
        self.shop = shop
        self.comparisons = 0
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.tally = Tally(shop.job_runs)
        self._key = f"{prefix}{{check}}:lease"

    async def _compare(self) -> Mapping[str, Found]:
        self.comparisons += 1
        self.begun.set()
        await self.may_end.wait()
        return await compare(self.shop, 100)

    def reconciler(self) -> Reconciler:
        """What each of them compares with."""
        return Reconciler(self._compare, self.shop.check_runs)

    @asynccontextmanager
    async def worker(self, every_seconds: float = EVERY, client: redis.Client | None = None) -> AsyncIterator[None]:
        """One more of them at work."""
        stopping = asyncio.Event()
        lease = Watched(client or self.shop.redis, self._key, every_seconds)
        job = replace(reconciler_job(self.reconciler(), lease, every_seconds), interval=0.05, backoff=Backoff(0.05))
        working = asyncio.create_task(JobLoop(job, stopping, self.tally).run())
        yield
        stopping.set()
        await working

    async def looks(self, times: int) -> None:
        """Waits until workers have checked the given number of times whose turn it is."""
        before = Watched.wanted
        await _until(lambda: asyncio.sleep(0, Watched.wanted >= before + times))

    async def is_time(self) -> None:
        """The time between two runs is over."""
        await self.shop.redis.delete(self._key)

    async def runs(self) -> Runs:
        """How many turns there were in all."""
        await self.tally.write()
        return (await self.shop.job_runs.all()).get("reconciler", Runs())


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Waits until the condition holds, for half a minute at most."""
    while not await holds():
        await wait(asyncio.Event(), 0.02)


async def _complete(shop: SmallShop) -> bool:
    found = await shop.check_runs.read()
    return bool(found) and all(part.complete for part in found.values())


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
        await fleet.reconciler().turn()
    metrics = await samples(shop)
    wrong = {key[1]: value for key, value in metrics.items() if key[0] == "storefront_check_inconsistencies"}
    assert {part for part, count in wrong.items() if count} == {"orders", "content"}
    assert wrong.keys() >= {"stock", "orders", "payments", "content", "homepages", "events", "search"}
    assert {value for key, value in metrics.items() if key[0] == "storefront_check_complete"} == {1.0}
    assert [(entry["part"], entry["count"]) for entry in log] == [("orders", 1), ("content", 1)]
    assert f"Order {shop.orders['PAID']} has a subtotal of 1" in log[0]["sentences"][0]


async def test_what_is_mended_is_gone_from_the_metrics(fleet: Fleet) -> None:
    """They show only the last run."""
    await fleet.shop.run(sa.update(stock_levels).values(available=stock_levels.c.available + 1))
    await fleet.reconciler().turn()
    await fleet.shop.run(sa.update(stock_levels).values(available=stock_levels.c.available - 1))
    await fleet.reconciler().turn()
    assert (await samples(fleet.shop))["storefront_check_inconsistencies", "stock"] == 0


async def test_before_the_first_run_nothing_is_told_of_it(fleet: Fleet) -> None:
    """No number is made up."""
    metrics = await samples(fleet.shop)
    assert not [key for key in metrics if key[0].startswith("storefront_check")]


async def test_of_many_workers_one_compares(fleet: Fleet) -> None:
    """Ten look whose turn it is, again and again: there is one run until it is time for the next."""
    async with AsyncExitStack() as workers:
        for _ in range(10):
            await workers.enter_async_context(fleet.worker())
        await _until(lambda: _complete(fleet.shop))
        await fleet.looks(30)
        assert fleet.comparisons == 1
        await fleet.is_time()
        await _until(lambda: _ran(fleet, 2))
    assert (fleet.comparisons, (await fleet.runs()).failures) == (2, 0)


async def test_a_store_that_is_away_leaves_its_part_out_and_ends_nothing(fleet: Fleet) -> None:
    """Parts that were not compared have no number, and the job goes on."""
    whole = fleet.shop
    gone = Documents("mongodb://127.0.0.1:1", "shop", deadline=0.1)
    fleet.shop = replace(whole, documents=gone)
    async with fleet.worker():
        await _until(lambda: asyncio.sleep(0, fleet.comparisons == 1))
        await _until(lambda: _found(whole))
        metrics = await samples(whole)
        assert metrics["storefront_check_complete", "content"] == 0
        assert ("storefront_check_inconsistencies", "content") not in metrics
        assert metrics["storefront_check_inconsistencies", "stock"] == 0
        fleet.shop = whole
        await fleet.is_time()
        await _until(lambda: _complete(whole))
    await gone.close()


async def _ran(fleet: Fleet, times: int) -> bool:
    return (await fleet.runs()).runs == times


async def _found(shop: SmallShop) -> bool:
    return bool(await shop.check_runs.read())


async def test_redis_away_ends_nothing(fleet: Fleet) -> None:
    """Nobody knows whose turn it is: nothing is compared, and the job waits."""
    nowhere = redis.connect("redis://127.0.0.1:1", deadline=0.05)
    with structlog.testing.capture_logs() as log:
        async with fleet.worker(client=nowhere):
            await _until(lambda: asyncio.sleep(0, len(log) > 1))
    assert {entry["event"] for entry in log} == {"store_out_of_reach"}
    assert fleet.comparisons == 0
    await nowhere.close()


async def test_a_run_without_an_end_is_cut_off(fleet: Fleet) -> None:
    """It counts as failed, keeps nothing, and the next one is as far away as ever."""
    fleet.may_end.clear()
    async with fleet.worker(0.2):
        await _until(lambda: asyncio.sleep(0, fleet.comparisons > 1))
    assert await fleet.shop.check_runs.read() == {}
    assert (await fleet.runs()).failures >= 1


async def test_a_worker_that_is_told_to_stop_leaves_the_run_to_another(fleet: Fleet) -> None:
    """It ends at once in the middle of a run, and the next one need not wait for the lease."""
    fleet.may_end.clear()
    async with fleet.worker():
        await fleet.begun.wait()
    fleet.may_end.set()
    async with fleet.worker():
        await _until(lambda: _complete(fleet.shop))


async def test_a_worker_that_is_told_to_stop_leaves_the_time_between_runs_as_it_is(fleet: Fleet) -> None:
    """Its run is over: another worker does not compare again before it is time."""
    async with fleet.worker():
        await _until(lambda: _complete(fleet.shop))
    async with fleet.worker():
        await fleet.looks(3)
    assert fleet.comparisons == 1


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
