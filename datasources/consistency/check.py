"""The reconciler: compares stock, orders, payments, content, search and events, and reports what does not agree."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

import sqlalchemy as sa

from datasources.catalog.products import listed
from datasources.consistency import charges, content, flash_sales, order_life, orders, stock, tracking, usages
from datasources.consistency.rule import all_broken
from datasources.homepage.documents import HomepageDocuments
from datasources.homepage.records import HomepageRecords
from datasources.kit import outbox, redis
from datasources.kit.database import Database
from datasources.kit.documents import Documents
from datasources.kit.stream import EventStream
from datasources.tables import products
from domain.consistency import NOTHING, Found, found, incomplete
from domain.homepage.keys import HomepageKey, Platform
from domain.kit.refusals import Unavailable
from domain.payments.records import PaymentProvider
from domain.search import SearchEngine, SearchQuery
from domain.territories.markets import Territories

BACKLOG = timedelta(minutes=1)


class CheckedStores(Protocol):
    """The stores to compare."""

    @property
    def territories(self) -> Territories: ...
    @property
    def database(self) -> Database: ...
    @property
    def documents(self) -> Documents: ...
    @property
    def search(self) -> SearchEngine: ...
    @property
    def stream(self) -> EventStream: ...
    @property
    def homepage_documents(self) -> HomepageDocuments: ...
    @property
    def homepage_records(self) -> HomepageRecords: ...
    @property
    def payments(self) -> PaymentProvider: ...


async def compare(stores: CheckedStores, most_payments: int | None = None) -> dict[str, Found]:
    """The inconsistencies of each part, compared part by part. `most_payments`: compares only the newest payments.

    It is safe on a live shop. If a store does not answer, its part is incomplete and the others are unaffected.
    """
    database = stores.database
    parts: Mapping[str, Callable[[], Awaitable[Found]]] = {
        "stock": lambda: all_broken(database, (*stock.RULES, *tracking.RULES, *flash_sales.RULES)),
        "orders": lambda: all_broken(database, (*orders.RULES, *order_life.RULES)),
        "limits": lambda: all_broken(database, usages.RULES),
        "payments": lambda: charges.told_otherwise(database, stores.payments, most_payments),
        "content": lambda: content.parted(database, stores.documents),
        "homepages": lambda: _homepages(stores),
        "events": lambda: _events(stores),
        "search": lambda: _search(stores),
    }
    return {name: await _compared(name, part) for name, part in parts.items()}


async def check(stores: CheckedStores) -> list[str]:
    """Every inconsistency as one sentence, the first 20 of each kind; empty when the stores agree."""
    return [sentence for part in (await compare(stores)).values() for sentence in part.sentences]


async def _compared(name: str, part: Callable[[], Awaitable[Found]]) -> Found:
    try:
        return await part()
    except Unavailable as error:
        code = error.code
    except redis.ERRORS:
        code = "CACHE_UNAVAILABLE"
    return incomplete(f"{name.capitalize()} could not be compared: {code}.")


async def _homepages(stores: CheckedStores) -> Found:
    keys = [HomepageKey(territory.code, platform) for territory in stores.territories.all for platform in Platform]
    missing = [
        f"The homepage of {key.territory} for {key.platform} is published but has no record."
        for key in keys
        if await stores.homepage_documents.published(key) and await stores.homepage_records.get(key) is None
    ]
    return found(len(missing), missing, "homepages without a record")


async def _events(stores: CheckedStores) -> Found:
    late = await outbox.backlog(stores.database, before=datetime.now(UTC) - BACKLOG)
    dead = await stores.stream.dead()
    waiting = f"{late} events have been waiting in the outbox for more than a minute."
    given_up = f"{dead} events were given up and wait on the dead-letter stream."
    return (Found(late, (waiting,)) if late else NOTHING) + (Found(dead, (given_up,)) if dead else NOTHING)


async def _search(stores: CheckedStores) -> Found:
    """Reports nothing while events are on their way, because the index follows them."""
    if await outbox.backlog(stores.database) or any((await stores.stream.lags()).values()):
        return NOTHING
    count = sa.select(sa.func.count().label("products")).select_from(products).where(listed())
    for_sale = int((await stores.database.all(count))[0].products)
    indexed = (await stores.search.search(SearchQuery(text="", size=1))).total
    if indexed == for_sale:
        return NOTHING
    return Found(
        abs(indexed - for_sale), (f"The search index has {indexed} products, but the catalog has {for_sale} for sale.",)
    )
