"""The reconciler: compares stock, orders, payments, content, search and events, and tells what does not fit."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import sqlalchemy as sa

from datasources import outbox, redis
from datasources.catalog import visible
from datasources.consistency import charges, content, flash_sales, order_life, orders, rule, stock, usages
from datasources.homepage import HomepageDocuments, HomepageRecords
from datasources.mongo import Documents
from datasources.mysql import Database
from datasources.stream import EventStream
from datasources.tables import products
from domain.homepage import HomepageKey, Platform
from domain.payments import PaymentProvider
from domain.refusals import Unavailable
from domain.search import SearchEngine, SearchQuery
from domain.territories import Territories

BACKLOG = timedelta(minutes=1)


class CheckedStores(Protocol):
    """What is compared."""

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


async def check(stores: CheckedStores) -> list[str]:
    """Every inconsistency as one sentence, the first 20 of each kind; empty when all is well.

    Safe on a live shop. A store that does not answer is a sentence too.
    """
    parts: tuple[tuple[str, Callable[[], Awaitable[list[str]]]], ...] = (
        ("Stock and orders", lambda: _rows(stores.database)),
        ("Payments", lambda: charges.sentences(stores.database, stores.payments)),
        ("Content", lambda: content.sentences(stores.database, stores.documents)),
        ("Homepages", lambda: _homepages(stores)),
        ("Events", lambda: _events(stores)),
        ("The search index", lambda: _search(stores)),
    )
    return [sentence for subject, part in parts for sentence in await _told(subject, part)]


async def _told(subject: str, part: Callable[[], Awaitable[list[str]]]) -> list[str]:
    try:
        return await part()
    except Unavailable as error:
        return [f"{subject} could not be compared: {error.code}."]
    except redis.ERRORS:
        return [f"{subject} could not be compared: CACHE_UNAVAILABLE."]


async def _rows(database: Database) -> list[str]:
    rules = (*stock.RULES, *orders.RULES, *order_life.RULES, *usages.RULES, *flash_sales.RULES)
    return [sentence for each in rules for sentence in await rule.sentences(database, each)]


async def _homepages(stores: CheckedStores) -> list[str]:
    keys = [HomepageKey(territory.code, platform) for territory in stores.territories.all for platform in Platform]
    return [
        f"The homepage of {key.territory} for {key.platform} is published but has no record."
        for key in keys
        if await stores.homepage_documents.published(key) and await stores.homepage_records.get(key) is None
    ]


async def _events(stores: CheckedStores) -> list[str]:
    late = await outbox.backlog(stores.database, before=datetime.now(UTC) - BACKLOG)
    dead = await stores.stream.dead()
    told = [f"{late} events have been waiting in the outbox for more than a minute."] if late else []
    return told + ([f"{dead} events were given up and wait on the dead-letter stream."] if dead else [])


async def _search(stores: CheckedStores) -> list[str]:
    """Says nothing while events are on their way: the index follows them."""
    if await outbox.backlog(stores.database) or any((await stores.stream.lags()).values()):
        return []
    count = sa.select(sa.func.count().label("products")).select_from(products).where(visible())
    for_sale = (await stores.database.all(count))[0].products
    indexed = (await stores.search.search(SearchQuery(text="", size=1))).total
    return [] if indexed == for_sale else [f"The search index has {indexed} products, the catalog {for_sale} for sale."]
