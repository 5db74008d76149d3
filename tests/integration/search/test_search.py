"""Both search engines with the same questions; Meilisearch where STOREFRONT_TEST_MEILISEARCH_URL names a server."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from datasources.search.engines import search_engine
from domain.search import SearchDocument, SearchEngine, SearchQuery, SearchSort, UnavailableProducts
from tests.kit import backends
from tests.kit.fixtures.stores import present, unique_name

MUG = SearchDocument(
    product_id=1,
    title="Harbour Mug",
    vendor="Kiln & Co",
    product_type="Mugs",
    tags=("gift idea", "Stoneware"),
    collections=("table",),
    skus=("MUG-101",),
    description="Holds a pint of tea.",
    price_minor=1_200,
    available=True,
    units_sold=5,
    created_at=100,
)
LAMP = replace(
    MUG,
    product_id=2,
    title="Lantern for the Crème Brûlée",
    vendor="Wick",
    product_type="Lamps",
    tags=("outdoor",),
    collections=("garden", "table"),
    skus=("LAN-7",),
    description="Shines on a mug at night.",
    price_minor=900,
    available=False,
    units_sold=50,
    created_at=300,
)
SHIRT = replace(
    MUG,
    product_id=2**62 + 3,
    title="Women's T-shirt",
    vendor="Loom",
    product_type="Shirts",
    tags=('say "hi" \\', "x = y OR tag EXISTS"),
    collections=("wear",),
    skus=("TS/9-L",),
    description="Cotton. 日本の茶碗",
    price_minor=2_500,
    units_sold=20,
    created_at=200,
)


@pytest.fixture(params=["tantivy", "meilisearch"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SearchEngine]:
    """An engine with a prepared index of its own and nothing in it."""
    if request.param == "tantivy":
        url, key = f"tantivy://{tmp_path}", ""
    else:
        url, key = present("meilisearch").url(), backends.meilisearch.key
    engine = search_engine(url, key, f"{unique_name()}:", 5.0)
    await engine.prepare()
    yield engine
    await engine.clear()
    await engine.close()


@pytest.fixture
async def engine(empty: SearchEngine) -> SearchEngine:
    """The same with three products."""
    await empty.index([MUG, LAMP, SHIRT])
    return empty


async def _found(engine: SearchEngine, text: str, **more: object) -> list[int]:
    query = replace(SearchQuery(text, 10), **more)  # type: ignore[arg-type]
    return list((await engine.search(query)).product_ids)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("mug", [1, 2]),
        ("MUG harbour", [1]),
        ("mu", [1, 2]),
        ("harb", [1]),
        ("mu harbour", []),
        ("harbor mug", [1]),
        ("harbuor", [1]),
        ("lanntren", [2]),
        ("lenturn", []),
        ("wicc", [2]),
        ("mgu", []),
        ("lantenr", [2]),
        ("creme brulee", [2]),
        ("CRÈME", [2]),
        ("womens", [SHIRT.product_id]),
        ("women’s t-shirt", [SHIRT.product_id]),
        ("kiln", [1]),
        ("stoneware", [1]),
        ("pint", [1]),
        ("茶碗", [SHIRT.product_id]),
        ("mug ☕", [1, 2]),
        ("☕", []),
        ("\ud800", []),
        ("unheard-of", []),
    ],
)
async def test_words_find_products(engine: SearchEngine, text: str, ids: list[int]) -> None:
    """Every word must be there, the last one may be unfinished, typos and accents are forgiven, titles come first."""
    assert await _found(engine, text) == ids


async def test_a_sku_finds_its_product_first(engine: SearchEngine) -> None:
    """As printed on the label, in any case."""
    assert (await _found(engine, "mug-101"))[:1] == [1]


@pytest.mark.parametrize("text", ["q" * 10_000, "mug " * 2_500, "\0", '"', "a OR b", "*", "日" * 10_000, "😀" * 5_000])
async def test_hostile_texts_are_answered(engine: SearchEngine, text: str) -> None:
    """However long or strange, a question is answered, with products or without."""
    assert set(await _found(engine, text)) <= {1, 2, SHIRT.product_id}


async def test_an_empty_text_finds_everything(engine: SearchEngine) -> None:
    """With the exact number."""
    hits = await engine.search(SearchQuery("  ", 10))
    assert (set(hits.product_ids), hits.total) == ({1, 2, SHIRT.product_id}, 3)


@pytest.mark.parametrize(
    ("name", "value", "ids"),
    [
        ("tag", "gift idea", {1}),
        ("tag", "Gift Idea", {1}),
        ("tag", "gift", set()),
        ("tag", 'say "hi" \\', {SHIRT.product_id}),
        ("tag", "x = y OR tag EXISTS", {SHIRT.product_id}),
        ("tag", '" OR available = 1 OR filters = "', set()),
        ("vendor", "Kiln & Co", {1}),
        ("vendor", "gift idea", set()),
        ("product_type", "Lamps", {2}),
        ("collection", "table", {1, 2}),
    ],
)
async def test_filters_are_exact(engine: SearchEngine, name: str, value: str, ids: set[int]) -> None:
    """The whole value counts, and no character of it is an instruction."""
    assert set(await _found(engine, "", filters=((name, value),))) == ids


async def test_filters_narrow_together_with_words(engine: SearchEngine) -> None:
    """All filters and all words."""
    filters = (("collection", "table"), ("vendor", "Wick"))
    assert await _found(engine, "mug", filters=filters) == [2]


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        (SearchSort.PRICE, [2, 1, SHIRT.product_id]),
        (SearchSort.TITLE, [1, 2, SHIRT.product_id]),
        (SearchSort.BEST_SELLING, [1, SHIRT.product_id, 2]),
        (SearchSort.CREATED_AT, [1, SHIRT.product_id, 2]),
    ],
)
async def test_orders_rise_and_fall_when_reversed(engine: SearchEngine, sort: SearchSort, ids: list[int]) -> None:
    """The smallest first, or the largest."""
    assert await _found(engine, "", sort=sort) == ids
    assert await _found(engine, "", sort=sort, reverse=True) == ids[::-1]


async def test_reversed_relevance_shows_the_least_relevant_first(engine: SearchEngine) -> None:
    """Pages of it are counted from the end."""
    assert await _found(engine, "mug", reverse=True) == [2, 1]
    assert await _found(engine, "mug", reverse=True, size=1, offset=1) == [1]
    assert await _found(engine, "mug", reverse=True, size=1, offset=2) == []


async def test_sold_out_products_are_shown_put_last_or_left_out(engine: SearchEngine) -> None:
    """By price the lamp, sold out, would be first."""
    price = {"sort": SearchSort.PRICE}
    assert await _found(engine, "", unavailable=UnavailableProducts.SHOW, **price) == [2, 1, SHIRT.product_id]
    assert await _found(engine, "", unavailable=UnavailableProducts.LAST, **price) == [1, SHIRT.product_id, 2]
    assert await _found(engine, "", unavailable=UnavailableProducts.HIDE, **price) == [1, SHIRT.product_id]
    assert await _found(engine, "mug", unavailable=UnavailableProducts.LAST, reverse=True) == [1, 2]


@pytest.mark.parametrize("unavailable", list(UnavailableProducts))
@pytest.mark.parametrize("sort", list(SearchSort))
async def test_pages_put_together_are_the_whole(
    empty: SearchEngine, sort: SearchSort, unavailable: UnavailableProducts
) -> None:
    """Without gaps or repetitions, with the same total on each, though many products are equal."""
    await empty.index([replace(MUG, product_id=n, available=n % 3 > 0, units_sold=n % 2) for n in range(1, 26)])
    whole = await empty.search(SearchQuery("mug", 50, sort=sort, unavailable=unavailable))
    pages = [
        await empty.search(SearchQuery("mug", 4, offset, sort, unavailable=unavailable)) for offset in range(0, 28, 4)
    ]
    assert sum((page.product_ids for page in pages), ()) == whole.product_ids
    assert {page.total for page in pages} == {whole.total} == {len(set(whole.product_ids))}
    assert whole.total == (17 if unavailable is UnavailableProducts.HIDE else 25)


async def test_only_counting_is_possible(engine: SearchEngine) -> None:
    """A page of size zero has the total."""
    for unavailable in UnavailableProducts:
        hits = await engine.search(SearchQuery("mug", 0, unavailable=unavailable))
        assert (hits.product_ids, hits.total) == ((), 1 if unavailable is UnavailableProducts.HIDE else 2)


async def test_indexing_again_replaces(engine: SearchEngine) -> None:
    """One product, found by its new words only; large ids too."""
    await engine.index([replace(SHIRT, title="Jumper", tags=(), skus=(), product_type="Knit")])
    assert await _found(engine, "jumper") == [SHIRT.product_id]
    assert await _found(engine, "shirt") == []
    assert (await engine.search(SearchQuery("", 0))).total == 3


async def test_removed_products_are_gone(engine: SearchEngine) -> None:
    """Unknown ids are not an error."""
    await engine.remove([SHIRT.product_id, 99])
    assert set(await _found(engine, "")) == {1, 2}


async def test_clearing_forgets_all(engine: SearchEngine) -> None:
    """And the index still works."""
    await engine.clear()
    assert await _found(engine, "") == []
    await engine.index([MUG])
    assert await _found(engine, "") == [1]


async def test_preparing_again_forgets_nothing(engine: SearchEngine) -> None:
    """It is done at every start, by every host."""
    await asyncio.gather(engine.prepare(), engine.prepare())
    assert (await engine.search(SearchQuery("", 0))).total == 3


async def test_better_sellers_come_first_among_equals(empty: SearchEngine) -> None:
    """The words match alike."""
    await empty.index([replace(MUG, product_id=n, units_sold=sold) for n, sold in ((1, 3), (2, 900), (3, 40))])
    assert await _found(empty, "mug") == [2, 3, 1]


async def test_the_engine_answers_a_ping(engine: SearchEngine) -> None:
    """It raises when the engine is out of reach, see the tests of each engine."""
    await engine.ping()
