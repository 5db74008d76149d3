"""The fixtures of tests: stores are clean, whatever ran before."""

import pytest
import sqlalchemy as sa

from bff.settings.variables import Settings
from bff.stores.wiring import Stores
from datasources import tables
from datasources.kit.database import Database
from datasources.kit.redis import Client
from domain.inventory import DEFAULT_LOCATION
from tests.kit.factories import accounts, catalog


@pytest.mark.parametrize("run", [1, 2])
async def test_every_test_gets_a_database_without_rows(database: Database, run: int) -> None:
    """What the first run wrote is gone in the second, with rows that refer to each other; the main warehouse stays."""
    for table in tables.metadata.sorted_tables:
        if table is not tables.locations:
            assert await database.all(sa.select(sa.literal(table.name)).select_from(table)) == []
    places = await database.all(sa.select(tables.locations.c.id))
    assert [place.id for place in places] == [DEFAULT_LOCATION]
    await database.transact(lambda tx: catalog.add_product(tx))
    await database.transact(lambda tx: accounts.add_customer(tx))


@pytest.mark.parametrize("run", [1, 2])
async def test_every_test_gets_a_prefix_without_keys(redis_client: Client, redis_prefix: str, run: int) -> None:
    """The prefix is new each time and its keys do not outlive the test."""
    keys = [key async for key in redis_client.scan_iter(match="t*:left over")]
    assert keys == []
    await redis_client.set(f"{redis_prefix}left over", b"1")


@pytest.mark.parametrize("run", [1, 2])
async def test_every_test_gets_an_empty_shop(stores: Stores, shop_settings: Settings, run: int) -> None:
    """All stores of the shop answer and hold nothing."""
    assert stores.settings == shop_settings
    await stores.database.transact(lambda tx: catalog.add_product(tx))
    rows = await stores.database.all(sa.select(tables.products.c.id))
    assert len(rows) == 1
    assert await stores.documents.first("menus", 10) == []
    await stores.documents.db["menus"].insert_one({"_id": "main"})
    await stores.redis.set(f"{shop_settings.prefix}key", b"1", nx=True)


@pytest.mark.xdist_group("kept together")
def test_the_scheduler_knows_the_group_of_a_test(request: pytest.FixtureRequest) -> None:
    """It finds it at the end of the id; without it, whole shops would be started in several processes."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("tests are not distributed by group")
    assert request.node.nodeid.endswith("@kept together")
