"""A year of a real shop in 40 countries: the trending shelves of three territories, on a Redis Cluster."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from datasources.catalog.reads import Catalog
from datasources.content.reads import Content
from datasources.kit.database import Database
from datasources.kit.documents import Documents
from datasources.kit.redis import Client
from datasources.kit.stream import EventStream
from datasources.orders.reads import Orders
from datasources.trending.rankings import Trending
from datasources.trending.sales_history import SalesHistory
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.records import Shelf, TopCategories
from domain.homepage.sources import HomepageDocument, SoldOut, TopCategoriesSource, TrendingSource
from domain.kit.ids import global_id
from services.homepage.compose.page import Composer
from services.kit.clock import utc_now
from tests.kit.fixtures.shared_data import YEAR_MARKETS, Year
from workers.trending import TrendingCounter, TrendingKeeper

SIZE = 12
HALF_LIFE_DAYS = 7.0
SECTIONS = (
    TrendingSource("trending", "Trending", SIZE, SoldOut.SHOW),
    TopCategoriesSource("top", "Top", 3, 4, SoldOut.SHOW),
)
# An order counts from the beginning of its hour; each is worth half as much after each half-life, seen from the newest.
STRAIGHT = sa.text("""
    SELECT v.product_id, SUM(l.quantity * pow(0.5, (
        (SELECT julianday(MAX(created_at)) FROM orders) - julianday(substr(o.created_at, 1, 13) || '\\:00')
    ) / :half_life)) AS worth
    FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN variants v ON v.id = l.variant_id
    JOIN products p ON p.id = v.product_id AND p.status = 'ACTIVE'
    WHERE o.status IN ('PAID', 'FULFILLED') AND o.territory = :territory
    GROUP BY v.product_id ORDER BY worth DESC, v.product_id LIMIT :size
""")


@pytest.fixture
async def database(year: Year) -> AsyncIterator[Database]:
    """The year's database; nothing is written to it."""
    database = Database(year.url, deadline=60.0)
    yield database
    await database.close()


@pytest.mark.timeout(400)
@pytest.mark.xdist_group("year")
@pytest.mark.parametrize("redis_url", ["cluster"], indirect=True)
async def test_each_territory_shows_its_own_best_sellers(
    database: Database, documents: Documents, redis_client: Client, redis_prefix: str
) -> None:
    """Great Britain, Germany and France differ, and each equals a straight count in SQL with the same decay."""
    trending, catalog = Trending(redis_client, redis_prefix), Catalog(database, YEAR_MARKETS)
    history = SalesHistory(database, YEAR_MARKETS)
    counter = TrendingCounter(Orders(database), history, trending, YEAR_MARKETS, HALF_LIFE_DAYS)
    stream = EventStream(redis_client, redis_prefix)
    await TrendingKeeper(counter, trending, catalog, stream, YEAR_MARKETS).turn()
    composer = Composer(catalog, Content(documents), trending)
    shown = set()
    for territory in YEAR_MARKETS.all:
        document = HomepageDocument(territory.code, Platform.WEB, 1, "main", SECTIONS)
        key = HomepageKey(territory.code, Platform.WEB)
        shelf, top = (await composer.compose(key, document, territory, utc_now())).record.sections
        asked = {"territory": territory.code, "half_life": HALF_LIFE_DAYS, "size": SIZE}
        straight = await database.all(STRAIGHT, asked)
        assert isinstance(shelf, Shelf)
        assert [card.id for card in shelf.products] == [global_id("Product", row.product_id) for row in straight]
        shown.add(shelf.products)
        assert isinstance(top, TopCategories)
        assert [len(category.products) for category in top.categories] == [4, 4, 4]
    assert len(shown) == 3
