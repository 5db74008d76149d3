"""From what has changed to the pages that show it, on every Redis."""

import pytest

from datasources.homepage.index import HomepageIndex, index_key
from datasources.homepage.records import HomepageRecords
from datasources.kit.redis import Client
from domain.homepage.index import Shown
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.records import HomepageRecord
from tests.kit.factories.catalog import NOW

WEB, IOS, ANDROID = (HomepageKey("GB", platform) for platform in Platform)
PAGES = [WEB, IOS, ANDROID]


def products(*keys: int) -> Shown:
    """A page that shows only these products."""
    return Shown(products=frozenset(keys))


@pytest.fixture
def index(redis_client: Client, redis_prefix: str) -> HomepageIndex:
    """What the pages of a shop show."""
    return HomepageIndex(redis_client, redis_prefix)


@pytest.fixture
def records(redis_client: Client, redis_prefix: str) -> HomepageRecords:
    """The records of the same shop."""
    return HomepageRecords(redis_client, redis_prefix)


async def _put(records: HomepageRecords, key: HomepageKey, version: int, shown: Shown) -> bool:
    return await records.replace(key, HomepageRecord("GB", key.platform, version, NOW, (), ()), shown=shown)


async def test_a_change_is_told_to_the_pages_that_show_it(index: HomepageIndex, records: HomepageRecords) -> None:
    """Products, collections, menus, sales, best sellers and the next sale; a product on no page to none."""
    await _put(records, WEB, 1, products(1, 2) | Shown(collections=frozenset({"mugs"}), follows_trends=True))
    await _put(records, IOS, 1, products(2, 3) | Shown(menus=frozenset({"main"}), sales=frozenset({1})))
    await _put(records, ANDROID, 1, Shown(follows_sales=True))
    cases = [
        (products(1), [WEB]),
        (products(2), [WEB, IOS]),
        (products(4), []),
        (products(*range(3, 5_000)), [IOS]),
        (Shown(collections=frozenset({"mugs", "jugs"})), [WEB]),
        (Shown(menus=frozenset({"main"})), [IOS]),
        (Shown(sales=frozenset({1}), follows_sales=True), [IOS, ANDROID]),
        (Shown(follows_trends=True), [WEB]),
        (Shown(), []),
    ]
    for touched, pages in cases:
        assert await index.showing(PAGES, touched) == pages, touched
    assert await index.showing([], products(1)) == []


async def test_what_a_page_shows_changes_with_its_record(index: HomepageIndex, records: HomepageRecords) -> None:
    """A newer record brings its own, thousands of products too; an older one changes nothing."""
    await _put(records, WEB, 2, products(1))
    await _put(records, WEB, 1, products(2))
    assert await index.showing(PAGES, products(2)) == []
    await _put(records, WEB, 3, products(*range(5, 3_005)))
    assert await index.showing(PAGES, products(1)) == []
    assert await index.showing(PAGES, products(3_004)) == [WEB]
    await _put(records, WEB, 4, Shown())
    assert await index.showing(PAGES, products(3_004)) == []


async def test_what_a_build_reads_is_found_before_its_record_is_there(
    index: HomepageIndex, records: HomepageRecords, redis_client: Client, redis_prefix: str
) -> None:
    """Added to the index until the record has the final list, without a lifetime."""
    await _put(records, WEB, 1, products(1))
    await index.announce(WEB, products(*range(2, 2_002)))
    assert await index.showing(PAGES, products(1)) == await index.showing(PAGES, products(2_001)) == [WEB]
    await _put(records, WEB, 2, products(2))
    assert await index.showing(PAGES, products(1, 2_001)) == []
    assert await index.showing(PAGES, products(2)) == [WEB]
    assert await redis_client.ttl(index_key(redis_prefix, WEB)) == -1
