"""What operators see of the stores."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from bff.observability import metrics
from bff.routes import health
from datasources.kit import redis
from datasources.kit.database import Database
from datasources.kit.documents import Documents
from datasources.kit.run_counts import Runs
from datasources.kit.stream import EventStream
from domain.events import OrderPaid
from domain.homepage.keys import HomepageKey, Platform
from tests.kit import backends
from tests.kit.backends.databases import Databases
from tests.kit.small_shop import PAGE, SmallShop, small_shop

SECRET = "pa55word"


@pytest.fixture
async def shop(
    all_databases: dict[str, Databases], tmp_path: Path, documents: Documents, redis_prefix: str
) -> AsyncIterator[SmallShop]:
    """A shop whose stores all answer."""
    database = Database(await all_databases["sqlite"].clean(tmp_path), deadline=60.0)
    client = redis.connect(backends.valkey.url(), deadline=60.0)
    async with small_shop(database, documents, client, redis_prefix) as opened:
        yield opened
    await client.close()
    await database.close()


async def _get(shop: health.HealthStores, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=health.routes(shop, health.process_numbers(shop))))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        return await client.get(path)


async def samples(shop: health.HealthStores) -> dict[tuple[str, ...], float]:
    """Values of `/metrics` by name and the values of labels in alphabetical order."""
    text = (await _get(shop, "/metrics")).text
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_a_shop_with_all_stores_is_ready(shop: SmallShop) -> None:
    """All stores are named and well."""
    answer = await _get(shop, "/readyz")
    assert answer.status_code == 200
    stores = {"relational": {"ok": True}, "redis": {"ok": True}, "documents": {"ok": True}, "search": {"ok": True}}
    assert answer.json() == {"status": "ok", "stores": stores}


@pytest.mark.slow
async def test_a_shop_without_documents_is_degraded(shop: SmallShop) -> None:
    """The shop still sells without its document store, so it stays in service."""
    gone = Documents(f"mongodb://user:{SECRET}@127.0.0.1:1", "shop", deadline=0.2)
    answer = await _get(replace(shop, documents=gone), "/readyz")
    await gone.close()
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["stores"]["documents"] == {"ok": False, "reason": "CONTENT_UNAVAILABLE"}


async def test_a_shop_without_a_needed_store_is_not_ready(shop: SmallShop) -> None:
    """Without Redis nothing is served; the answer names no address and no password."""
    nowhere = redis.connect(f"redis://:{SECRET}@127.0.0.1:1", deadline=0.2)
    answer = await _get(replace(shop, redis=nowhere), "/readyz")
    await nowhere.close()
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert answer.json()["stores"]["redis"] == {"ok": False, "reason": "CACHE_UNAVAILABLE"}
    assert SECRET not in answer.text and "127.0.0.1" not in answer.text


async def test_a_process_lives_whatever_its_stores_do(shop: SmallShop) -> None:
    """`/healthz` checks no store: a restart of the process would not bring one back."""
    before = shop.database.statements
    answer = await _get(shop, "/healthz")
    assert (answer.status_code, answer.json(), shop.database.statements) == (200, {"status": "ok"}, before)


async def test_metrics_tell_what_was_counted(shop: SmallShop) -> None:
    """Requests and misses are counted from where they were before."""
    before = await samples(shop)
    metrics.finished("query", "ok", 0.002)
    metrics.homepage_missed("GB", "WEB")
    after = await samples(shop)

    def grown(*key: str) -> float:
        return after[key] - before.get(key, 0)

    assert grown("storefront_request_seconds_count", "ok", "query") == 1
    assert grown("storefront_request_seconds_sum", "ok", "query") == pytest.approx(0.002)
    assert grown("storefront_homepage_misses_total", "GB", "WEB") == 1


@pytest.mark.slow
def test_metrics_of_all_workers_are_added(tmp_path: Path) -> None:
    """Processes that share a directory answer with the sum of what each has counted, those that ended included."""
    count = "from bff.observability import metrics; metrics.finished('query', 'ok', 0.5); "
    tell = "print(metrics.exposition([]).decode())"
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for program in (count, count, count + tell):
        command = [sys.executable, "-c", program]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert 'storefront_request_seconds_count{kind="query",outcome="ok"} 3.0' in run.stdout


async def test_metrics_tell_how_far_events_are_behind(shop: SmallShop) -> None:
    """The lag of each group, the backlog and the dead letters are read from the stores themselves."""
    await shop.stream.join("cards")
    await shop.stream.publish([OrderPaid(1), OrderPaid(2)])
    told = await samples(shop)
    assert told["storefront_stream_lag", "cards"] == 2
    assert told["storefront_outbox_backlog",] == 0
    assert told["storefront_dead_events",] == 0
    assert told["storefront_store_up", "redis"] == 1


@pytest.mark.parametrize("scheme", ["redis", "redis+cluster"])
async def test_metrics_leave_out_what_a_store_does_not_tell(shop: SmallShop, scheme: str) -> None:
    """A store that is down is reported as down, and has no other numbers."""
    nowhere = redis.connect(f"{scheme}://127.0.0.1:1", deadline=0.2)
    told = await samples(replace(shop, redis=nowhere, stream=EventStream(nowhere, "")))
    await nowhere.close()
    assert told["storefront_store_up", "redis"] == 0
    assert told["storefront_store_up", "relational"] == 1
    assert not [key for key in told if key[0] in ("storefront_stream_lag", "storefront_dead_events")]


async def test_metrics_tell_how_homepages_are_built(shop: SmallShop) -> None:
    """Builds and failures of all workers, the age of each record, and the pages that wait."""
    await shop.homepage_builds.succeeded(PAGE, 0.25)
    assert [await shop.homepage_builds.failed(PAGE, 0.5) for _ in range(2)] == [1, 2]
    await shop.homepage_marks.mark([HomepageKey("GB", Platform.IOS)])
    told = await samples(shop)
    assert told["storefront_homepage_build_seconds_count", "GB", "WEB"] == 3
    assert told["storefront_homepage_build_seconds_sum", "GB", "WEB"] == pytest.approx(1.25)
    assert told["storefront_homepage_build_failures_total", "GB", "WEB"] == 2
    assert 0 <= told["storefront_homepage_age_seconds", "GB", "WEB"] < 60
    assert 0 <= told["storefront_homepage_marked_seconds", "GB", "IOS"] < 60
    assert ("storefront_homepage_marked_seconds", "GB", "WEB") not in told


async def test_metrics_tell_how_jobs_are_doing(shop: SmallShop) -> None:
    """Of all workers; a job that never succeeded has no time of success."""
    await shop.job_runs.add({"relay": Runs(3, 1, 0.75, 1_700_000_000.5), "refunds": Runs(2, 2, 0.5)})
    await shop.job_runs.add({"relay": Runs(1, 0, 0.25, 1_700_000_001.5)})
    told = await samples(shop)
    assert told["storefront_job_seconds_count", "relay"] == 4
    assert told["storefront_job_seconds_sum", "relay"] == pytest.approx(1)
    assert told["storefront_job_failures_total", "relay"] == 1
    assert told["storefront_job_success_timestamp_seconds", "relay"] == 1_700_000_001.5
    assert told["storefront_job_failures_total", "refunds"] == 2
    assert ("storefront_job_success_timestamp_seconds", "refunds") not in told
