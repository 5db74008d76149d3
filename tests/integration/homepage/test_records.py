"""Homepage records on Valkey, Redis and a cluster."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from datasources.homepage.records import HomepageRecords
from datasources.kit import redis
from datasources.kit.redis import Client
from domain.catalog.records import Image
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.records import HomepageRecord, MenuEntry, ProductCard, Shelf, TopCategories
from domain.homepage.sources import Banner, BannerSection, TextSection
from domain.kit.money import Money
from domain.kit.refusals import Unavailable

KEY = HomepageKey("GB", Platform.WEB)
BUILT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def _record(version: int = 1, built_at: datetime = BUILT, menu: str = "Home") -> HomepageRecord:
    return HomepageRecord("GB", Platform.WEB, version, built_at, (MenuEntry(menu, "/"),), ())


@pytest.fixture
def records(redis_client: Client, redis_prefix: str) -> HomepageRecords:
    """The records of a shop that has none yet."""
    return HomepageRecords(redis_client, redis_prefix)


async def test_a_page_comes_back_as_it_was_put(records: HomepageRecords) -> None:
    """Menu, every kind of section, cards with and without image and reduction."""
    image = Image("gid://storefront/Image/1", "https://example.com/mug.svg", "A mug", 640, 480)
    cards = (
        ProductCard("gid://storefront/Product/1", "mug", "Mug ☕", image, Money(999, "GBP"), Money(1299, "GBP"), True),
        ProductCard("gid://storefront/Product/2", "jug", "Jug", None, Money(500, "JPY"), None, False),
    )
    shelf = Shelf("s", "Mugs", "mugs", cards)
    sections = (
        BannerSection("b", "New", (Banner("Spring", "is here", image, "/spring"),)),
        shelf,
        TopCategories("t", "Best", (shelf,)),
        TextSection("x", "About", "<p>Us</p>"),
    )
    menu = (MenuEntry("Shop", "/shop", (MenuEntry("Mugs", "/mugs"),)),)
    record = HomepageRecord("GB", Platform.WEB, 3, BUILT, menu, sections)
    assert await records.replace(KEY, record) is True
    assert await records.get(KEY) == record


async def test_a_page_without_record_is_none(records: HomepageRecords) -> None:
    """Nothing was built yet."""
    assert await records.get(KEY) is None


@pytest.mark.parametrize(
    ("version", "later", "replaces"),
    [(2, 1, True), (3, -1, True), (2, 0, True), (1, 1, False), (2, -1, False)],
    ids=["same-version-built-later", "newer-version", "the-same-again", "older-version", "same-version-built-earlier"],
)
async def test_only_newer_pages_replace(records: HomepageRecords, version: int, later: int, replaces: bool) -> None:
    """Version decides, then the time of the build, to the microsecond."""
    old = _record(2, menu="old")
    await records.replace(KEY, old)
    new = _record(version, BUILT + timedelta(microseconds=later), "new")
    assert await records.replace(KEY, new) is replaces
    assert await records.get(KEY) == (new if replaces else old)


async def test_builders_that_race_leave_the_newest_page(records: HomepageRecords) -> None:
    """Twenty builds arrive in any order: version 20 stays."""
    order = [7, 20, 3, 14, *range(1, 3), *range(4, 7), *range(8, 14), *range(15, 20)]
    await asyncio.gather(*(records.replace(KEY, _record(version)) for version in order))
    record = await records.get(KEY)
    assert record is not None
    assert record.version == 20


async def test_a_missing_page_is_reported_once(records: HomepageRecords) -> None:
    """Of twenty callers one has to report; each page has its own count."""
    answers = await asyncio.gather(*(records.missing_once(KEY, 60) for _ in range(20)))
    assert sorted(answers) == [False] * 19 + [True]
    assert await records.missing_once(HomepageKey("US", Platform.WEB), 60) is True


async def test_records_have_no_lifetime(records: HomepageRecords, redis_client: Client) -> None:
    """The last good page stays until a newer one comes."""
    await records.replace(KEY, _record())
    assert await redis_client.ttl(records.key(KEY)) == -1


@pytest.mark.parametrize("scheme", ["redis", "redis+cluster"])
async def test_an_unreachable_redis_is_unavailable(scheme: str) -> None:
    """Nobody listens: the caller gets `Unavailable`, not the driver's error."""
    client = redis.connect(f"{scheme}://127.0.0.1:1", deadline=0.5)
    records = HomepageRecords(client, "")
    with pytest.raises(Unavailable):
        await records.get(KEY)
    with pytest.raises(Unavailable):
        await records.missing_once(KEY, 1)
    await client.close()
