"""The shop as users start it: `storefront up` on an empty directory."""

import asyncio
import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from bff.processes import run_record
from bff.processes.environment import child_environment
from datasources.kit import redis
from tests.kit.fixtures.running_shop import Shop
from tests.kit.fixtures.stores import NO_HURRY

# One running shop for all of them, in one of the processes that run tests.
pytestmark = pytest.mark.xdist_group("shop")


async def test_the_shop_sells_demo_products(shop: Shop) -> None:
    """The first start fills it: products have a title and a price in the visitor's currency."""
    query = "{ products(first: 3) { nodes { title priceRange { minVariantPrice { amount currencyCode } } } } }"
    nodes = (await shop.data(query))["products"]["nodes"]
    assert len(nodes) == 3
    assert all(node["title"] for node in nodes)
    prices = [node["priceRange"]["minVariantPrice"] for node in nodes]
    assert all(float(price["amount"]) > 0 and price["currencyCode"] == "GBP" for price in prices)


async def test_every_store_answers(shop: Shop) -> None:
    """Readiness names each store and finds none down."""
    answer = (await shop.client.get("/readyz")).json()
    assert answer["status"] == "ok"
    assert all(store["ok"] for store in answer["stores"].values())


async def test_the_api_takes_many_connections_at_a_time(shop: Shop) -> None:
    """uvloop takes one per turn from each socket that listens: one socket is listened on many times."""
    running = run_record.read(shop.data_dir)
    assert running is not None
    opened = _opened(running.children["api"].pid)
    assert max(count for name, count in opened.items() if name.startswith("socket:")) >= 16


def _opened(pid: int) -> Counter[str]:
    """How often a process has opened what."""
    handles = Path("/proc", str(pid), "fd")
    if not handles.exists():
        pytest.skip("there is no /proc")
    return Counter(os.readlink(handle) for handle in handles.iterdir())


async def test_a_malformed_request_is_an_error_not_a_crash(shop: Shop) -> None:
    """The next request is served as if nothing had been."""
    broken = await shop.client.post("/graphql", content=b"{", headers={"content-type": "application/json"})
    assert broken.status_code == 400
    assert await shop.data("{ __typename }") == {"__typename": "QueryRoot"}


async def test_a_lost_homepage_is_answered_and_rebuilt_within_seconds(shop: Shop) -> None:
    """All records vanish from Redis: visitors get the last good page, and the workers write the records again."""
    query = "{ homepage(platform: WEB) { version sections { id } } }"
    before = await _homepage(shop, query)
    running = run_record.read(shop.data_dir)
    assert running is not None
    client = redis.connect(running.urls["redis_url"], deadline=NO_HURRY)
    keys = [key async for key in client.scan_iter(match="homepage:*")]
    assert len(keys) >= 9
    await client.delete(*keys)
    while True:
        answer = (await shop.post(query)).json()
        assert answer == {"data": {"homepage": before}}
        if await client.exists("homepage:{GB:web}"):
            break
        await asyncio.sleep(0.2)
    await client.close()


async def test_best_sellers_are_counted_anew_by_a_command(shop: Shop) -> None:
    """While the shop runs: every product is counted, and territories sell other things."""
    running = run_record.read(shop.data_dir)
    assert running is not None
    client = redis.connect(running.urls["redis_url"], deadline=NO_HURRY)
    keys = [f"trending:{{{territory}}}:products" for territory in ("GB", "US")]
    await client.delete(*keys)
    environment = child_environment({"STOREFRONT_DATA_DIR": str(shop.data_dir)})
    command = [sys.executable, "-m", "bff.cli", "trending", "rebuild"]
    process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.PIPE)
    _, told = await process.communicate()
    assert (process.returncode, "200 products are counted" in told.decode()) == (0, True)
    british, american = [await client.zrevrange(key, 0, 20) for key in keys]
    await client.close()
    assert british and american and british != american


async def _homepage(shop: Shop, query: str) -> object:
    """Requests the page until it is there, for as long as clients would."""
    while True:
        answer = (await shop.post(query)).json()
        if "errors" not in answer:
            return answer["data"]["homepage"]
        await asyncio.sleep(0.2)
