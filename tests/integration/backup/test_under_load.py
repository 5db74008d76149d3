"""A backup taken while people buy is that of one moment."""

import asyncio
import fnmatch
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bff import worker
from bff.backup.contents import ALL_KEYS
from bff.backup.restore import restore
from bff.backup.write import back_up
from bff.settings.variables import Settings
from bff.stores.wiring import Stores, compared, open_stores
from datasources import tables
from datasources.consistency.check import check
from datasources.content.writes import ContentStore
from datasources.kit import outbox
from datasources.kit.backup.parts import Part
from domain.catalog.records import ProductContent
from domain.kit.ids import global_id
from domain.search import SearchQuery
from tests.integration.backup.shops import empty_shop
from tests.kit import backends
from tests.kit.backends.databases import Databases
from tests.kit.factories.buyers import BUYER
from tests.kit.factories.catalog import Added, add_product
from tests.kit.fixtures.graphql import asking, paying_settings
from tests.kit.fixtures.graphql_api import Api
from tests.kit.fixtures.stores import present
from tests.kit.running_sandbox import RunningSandbox
from tests.upgrades import operations
from workers.kit.pauses import wait

pytestmark = pytest.mark.slow

STOCK = 1_000


class Busy:
    """A shop in which somebody buys, and a product comes, between any two parts of the backup."""

    def __init__(self, api: Api, mug: Added) -> None:
        self._api = api
        self._mug = mug
        self.orders = 0

    async def go_on(self, _part: Part | None = None) -> None:
        """Two at once buy; a product is written, document first."""
        await asyncio.gather(self._buy(), self._buy(), add_new(self._api.stores))

    async def _buy(self) -> None:
        lines = [{"merchandiseId": global_id("ProductVariant", self._mug.variant_id), "quantity": 1}]
        cart = (await self._api.data(operations.CREATE_CART, {"input": BUYER | {"lines": lines}}))["cartCreate"]["cart"]
        variables = {"cart": cart["id"], "attempt": cart["id"], "payment": "tok_ok"}
        answer = (await self._api.data(operations.SUBMIT, variables))["cartSubmitForCompletion"]
        assert answer["order"]["status"] == "PAID"
        self.orders += 1


async def add_new(stores: Stores, stock: int = 0) -> Added:
    """A product with its document."""
    added = await stores.database.transact(lambda tx: add_product(tx, stock=stock))
    await ContentStore(stores.documents).put_products({added.product_id: ProductContent(added.product_id)})
    return added


@pytest.fixture(params=backends.RELATIONAL)
async def settings(
    request: pytest.FixtureRequest,
    all_databases: dict[str, Databases],
    payment_sandbox: RunningSandbox,
    tmp_path: Path,
) -> AsyncIterator[Settings]:
    """An empty shop in which everybody can pay, on each database in turn."""
    url = await all_databases[present(request.param).name].clean(tmp_path)
    async with empty_shop(url, present("valkey").url(), tmp_path, **paying_settings(payment_sandbox)) as settings:
        yield settings


async def test_a_busy_shop_is_backed_up_whole(settings: Settings, tmp_path: Path) -> None:
    """Stock, orders, payments and documents fit together after the return, though they changed from part to part."""
    async with asking(settings) as api:
        busy = Busy(api, await add_new(api.stores, STOCK))
        await busy.go_on()
        before = busy.orders
        manifest = await back_up(settings, tmp_path / "backup", busy.go_on)
        assert busy.orders >= before + 2 * len(manifest.parts)
        rows = {part.name: part.count - 1 for part in manifest.of("relational")}
        assert (rows["orders"], rows["payments"]) == (before, before)
        assert {part.name: part.count for part in manifest.of("documents")}["products"] == rows["products"]
    await restore(settings, tmp_path / "backup", force=True)
    async with open_stores(settings) as stores:
        await _work(stores)
        async with compared(stores) as gentle:
            assert await check(gentle) == []
        assert len(await stores.database.all(tables.orders.select())) == before
        prefix, found = settings.prefix, stores.redis.scan_iter(match=f"{settings.prefix}*")
        names = [key.decode().removeprefix(prefix) async for key in found]
    assert [name for name in names if not any(fnmatch.fnmatchcase(name, pattern) for pattern in ALL_KEYS)] == []


async def _work(stores: Stores) -> None:
    """Workers make again what a backup leaves out."""
    stopping = asyncio.Event()
    working = asyncio.create_task(worker.work(stores, stopping))
    while await _is_busy(stores):
        await wait(stopping, 0.1)
    stopping.set()
    await working


async def _is_busy(stores: Stores) -> bool:
    if await outbox.backlog(stores.database) or any((await stores.stream.lags()).values()):
        return True
    indexed = (await stores.search.search(SearchQuery(text="", size=1))).total
    return indexed < await stores.catalog.products.count()
