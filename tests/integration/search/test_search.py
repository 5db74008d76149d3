"""Both search engines with the same questions; Meilisearch where STOREFRONT_TEST_MEILISEARCH_URL names a server."""

import asyncio
from dataclasses import replace

import pytest

from domain.catalog.unwanted import Unwanted
from domain.search import SearchEngine, SearchQuery, UnavailableProducts
from tests.kit.factories.search import LAMP, MUG, SHIRT, found


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
    assert await found(engine, text) == ids


@pytest.mark.parametrize("text", ["q" * 10_000, "mug " * 2_500, "\0", '"', "a OR b", "*", "日" * 10_000, "😀" * 5_000])
async def test_hostile_texts_are_answered(engine: SearchEngine, text: str) -> None:
    """However long or strange, a question is answered, with products or without."""
    assert set(await found(engine, text)) <= {1, 2, SHIRT.product_id}


@pytest.mark.parametrize("text", ["", "mug", "mug-101"])
@pytest.mark.parametrize("unavailable", UnavailableProducts)
async def test_what_is_unwanted_is_not_found(engine: SearchEngine, text: str, unavailable: UnavailableProducts) -> None:
    """Neither a product nor the products of a collection, by rank or as matches; only what is left counts."""
    query = replace(SearchQuery(text, 10), unavailable=unavailable)
    every, matches = await engine.search(query), await engine.matches(query)
    for unwanted in (Unwanted(frozenset({1, 99})), Unwanted(categories=frozenset({"table", "none"}))):
        gone = {1} if unwanted.products else {1, 2}
        left = [key for key in every.product_ids if key not in gone]
        hits = await engine.search(replace(query, unwanted=unwanted))
        assert (list(hits.product_ids), hits.total) == (left, len(left))
        again = await engine.matches(replace(query, unwanted=unwanted))
        assert not gone & {*again.available, *again.sold_out}
        assert {*matches.available, *matches.sold_out} - gone <= {*again.available, *again.sold_out}


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
    assert set(await found(engine, "", filters=((name, value),))) == ids


async def test_what_is_left_out_is_notfound(engine: SearchEngine) -> None:
    """By every kind of filter, with and without words."""
    assert set(await found(engine, "", without=(("tag", "Stoneware"),))) == {2, SHIRT.product_id}
    assert await found(engine, "mug", without=(("vendor", "kiln & co"),)) == [2]
    assert set(await found(engine, "", without=(("collection", "table"), ("sku", "2024")))) == set()
    assert await found(engine, "harbour-mug", without=(("sku", "mug-101"),)) == []
    assert await found(engine, "", filters=(("available", "no"),)) == [2]


async def test_filters_narrow_together_with_words(engine: SearchEngine) -> None:
    """All filters and all words."""
    filters = (("collection", "table"), ("vendor", "Wick"))
    assert await found(engine, "mug", filters=filters) == [2]


async def test_reversed_relevance_shows_the_least_relevant_first(engine: SearchEngine) -> None:
    """Pages of it are counted from the end."""
    assert await found(engine, "mug", reverse=True) == [2, 1]
    assert await found(engine, "mug", reverse=True, size=1, offset=1) == [1]
    assert await found(engine, "mug", reverse=True, size=1, offset=2) == []


async def test_sold_out_products_are_shown_put_last_or_left_out(engine: SearchEngine) -> None:
    """By rank the lamp, which is sold out, would be the first of two."""
    lamp = replace(LAMP, title="Mug lantern", units_sold=900)
    await engine.index([lamp])
    assert await found(engine, "mug", unavailable=UnavailableProducts.SHOW) == [2, 1]
    assert await found(engine, "mug", unavailable=UnavailableProducts.LAST) == [1, 2]
    assert await found(engine, "mug", unavailable=UnavailableProducts.HIDE) == [1]
    assert await found(engine, "mug", unavailable=UnavailableProducts.LAST, reverse=True) == [1, 2]


@pytest.mark.parametrize("unavailable", list(UnavailableProducts))
@pytest.mark.parametrize("reverse", [False, True])
async def test_pages_put_together_are_the_whole(
    empty: SearchEngine, reverse: bool, unavailable: UnavailableProducts
) -> None:
    """Without gaps or repetitions, with the same total on each, though many products are equal."""
    some = [
        replace(MUG, product_id=n, handle="mug" if n == 9 else f"m{n}", available=n % 3 > 0, units_sold=n % 2)
        for n in range(1, 26)
    ]
    await empty.index(some)
    query = SearchQuery("mug", 50, reverse=reverse, unavailable=unavailable)
    whole = await empty.search(query)
    pages = [await empty.search(replace(query, size=4, offset=offset)) for offset in range(0, 28, 4)]
    assert sum((page.product_ids for page in pages), ()) == whole.product_ids
    assert {page.total for page in pages} == {whole.total} == {len(set(whole.product_ids))}
    assert whole.total == (18 if unavailable is UnavailableProducts.HIDE else 25)
    assert whole.product_ids[-1 if reverse else 0] == 9


async def test_only_counting_is_possible(engine: SearchEngine) -> None:
    """A page of size zero has the total."""
    for unavailable in UnavailableProducts:
        hits = await engine.search(SearchQuery("mug", 0, unavailable=unavailable))
        assert (hits.product_ids, hits.total) == ((), 1 if unavailable is UnavailableProducts.HIDE else 2)


async def test_indexing_again_replaces(engine: SearchEngine) -> None:
    """One product, found by its new words only; large ids too."""
    await engine.index([replace(SHIRT, title="Jumper", tags=(), skus=(), product_type="Knit")])
    assert await found(engine, "jumper") == [SHIRT.product_id]
    assert await found(engine, "shirt") == []
    assert (await engine.search(SearchQuery("", 0))).total == 3


async def test_removed_products_are_gone(engine: SearchEngine) -> None:
    """Unknown ids are not an error."""
    await engine.remove([SHIRT.product_id, 99])
    assert set(await found(engine, "")) == {1, 2}


async def test_clearing_forgets_all(engine: SearchEngine) -> None:
    """And the index still works."""
    await engine.clear()
    assert await found(engine, "") == []
    await engine.index([MUG])
    assert await found(engine, "") == [1]


async def test_preparing_again_forgets_nothing(engine: SearchEngine) -> None:
    """It is done at every start, by every host."""
    await asyncio.gather(engine.prepare(), engine.prepare())
    assert (await engine.search(SearchQuery("", 0))).total == 3


async def test_better_sellers_come_first_among_equals(empty: SearchEngine) -> None:
    """The words match alike."""
    await empty.index([replace(MUG, product_id=n, units_sold=sold) for n, sold in ((1, 3), (2, 900), (3, 40))])
    assert await found(empty, "mug") == [2, 3, 1]


async def test_the_engine_answers_a_ping(engine: SearchEngine) -> None:
    """It raises when the engine is out of reach, see the tests of each engine."""
    await engine.ping()
