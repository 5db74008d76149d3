"""The reconciler sees where the other stores have parted from the rows."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from datasources.consistency.check import check
from datasources.content.writes import ContentStore
from datasources.homepage.documents import HomepageDocuments
from datasources.homepage.records import HomepageRecords
from datasources.kit import redis
from datasources.kit.database import Database
from datasources.kit.documents import Documents
from datasources.kit.stream import EventStream
from datasources.tables import outbox
from domain.catalog.records import ProductContent
from domain.events import OrderPaid
from domain.payments.keys import charge_key
from tests.kit import backends
from tests.kit.backends.databases import Databases
from tests.kit.small_shop import CAPTURED, PAGE, SmallShop, small_shop

GROUP = "cards"


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


async def test_money_taken_for_an_order_that_does_not_know(shop: SmallShop) -> None:
    """A charge that the provider captured is not recorded as declined."""
    failed = shop.orders["PAYMENT_FAILED"]
    shop.payments.charges[charge_key(failed)] = CAPTURED
    assert await check(shop) == [f"Order {failed} has a payment recorded as DECLINED, but the provider says CAPTURED."]


async def test_a_charge_that_the_provider_has_never_seen(shop: SmallShop) -> None:
    """A recorded capture is one at the provider."""
    paid = shop.orders["PAID"]
    del shop.payments.charges[charge_key(paid)]
    assert await check(shop) == [
        f"Order {paid} has a payment recorded as CAPTURED, but the provider has never seen its charge."
    ]


async def test_a_provider_that_is_silent(shop: SmallShop) -> None:
    """The report names a provider that does not answer; silence is not agreement."""
    shop.payments.answers = False
    assert await check(shop) == ["The payment provider does not answer: not every payment was compared."]


async def test_content_and_products_that_parted(shop: SmallShop) -> None:
    """Every product has a document and every document a product."""
    await shop.documents.db["products"].delete_one({"_id": shop.product_id})
    orphan = shop.product_id + 7
    await ContentStore(shop.documents).put_products({orphan: ProductContent(orphan)})
    assert await check(shop) == [
        f"Product {shop.product_id} has no content document.",
        f"Content document {orphan} belongs to no product.",
    ]


async def test_a_published_homepage_without_a_record(shop: SmallShop) -> None:
    """What editors have published is ready for visitors."""
    await shop.redis.delete(shop.homepage_records.key(PAGE))
    assert await check(shop) == ["The homepage of GB for WEB is published but has no record."]


@pytest.mark.slow
async def test_an_index_that_lost_a_product(shop: SmallShop) -> None:
    """The index has as many products as are for sale, once no event is on its way to it."""
    shop.search.total = 0
    assert await check(shop) == ["The search index has 0 products, but the catalog has 1 for sale."]
    await shop.stream.join(GROUP)
    await shop.stream.publish([OrderPaid(1)])
    assert await check(shop) == []


async def test_events_that_nobody_publishes(shop: SmallShop) -> None:
    """An event older than a minute should have left the outbox; a younger one may be there."""
    event = {"kind": "OrderPaid", "payload": {"order_id": 1}, "created_at": datetime.now(UTC)}
    await shop.run(sa.insert(outbox).values(event))
    assert await check(shop) == []
    await shop.run(sa.insert(outbox).values(event | {"created_at": datetime.now(UTC) - timedelta(minutes=2)}))
    assert await check(shop) == ["1 events have been waiting in the outbox for more than a minute."]


async def test_events_that_were_given_up(shop: SmallShop) -> None:
    """The dead-letter stream is empty."""
    await shop.stream.join(GROUP)
    await shop.stream.publish([OrderPaid(1)])
    (message,) = await shop.stream.read(GROUP, "one", 1, block_ms=1000)
    await shop.stream.give_up(GROUP, message, "no handler could")
    assert await check(shop) == ["1 events were given up and wait on the dead-letter stream."]


@pytest.mark.slow
async def test_stores_that_are_down_are_told(shop: SmallShop) -> None:
    """The report names what could not be compared, and compares the rest."""
    nowhere = redis.connect("redis://127.0.0.1:1", deadline=0.2)
    gone = Documents("mongodb://127.0.0.1:1", "shop", deadline=0.2)
    broken = replace(
        shop,
        documents=gone,
        stream=EventStream(nowhere, ""),
        homepage_documents=HomepageDocuments(gone, "GB"),
        homepage_records=HomepageRecords(nowhere, ""),
    )
    assert await check(broken) == [
        "Content could not be compared: CONTENT_UNAVAILABLE.",
        "Homepages could not be compared: CONTENT_UNAVAILABLE.",
        "Events could not be compared: CACHE_UNAVAILABLE.",
        "Search could not be compared: CACHE_UNAVAILABLE.",
    ]
    await nowhere.close()
    await gone.close()
