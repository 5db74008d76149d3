"""Exact codes, numbers and good matches, on both search engines."""

from dataclasses import replace

import pytest

from domain.search import SearchEngine, SearchMatches, SearchQuery, UnavailableProducts
from tests.kit.factories.search import MUG, found

CODES = {
    "SKU-2024-10": "20240010",
    "2024": "2024000000017",
    "AB 12/3": "978-3-16-148410-0",
    "日本-1": "0001",
}


@pytest.fixture
async def coded(empty: SearchEngine) -> SearchEngine:
    """Near misses in stock beside sold-out products with each of the codes."""
    near = [
        replace(MUG, product_id=n, handle=f"sku-2024-{n}", skus=(f"SKU-2024-{n}", f"AB 12/{n}"), barcodes=(f"{n:04}",))
        for n in range(11, 60)
    ]
    exact = [
        replace(
            MUG, product_id=100 + n, handle=f"Griff-{n}", skus=(sku,), barcodes=(code,), available=False, units_sold=0
        )
        for n, (sku, code) in enumerate(CODES.items())
    ]
    await empty.index([*near, *exact])
    return empty


@pytest.mark.parametrize("unavailable", list(UnavailableProducts))
async def test_an_exact_code_is_the_first_hit_sold_out_or_not(
    coded: SearchEngine, unavailable: UnavailableProducts
) -> None:
    """SKUs, barcodes and handles, in any case, with spaces or quotes around them."""
    for number, (sku, barcode) in enumerate(CODES.items()):
        for text in (sku, sku.lower(), f"  {barcode} ", f'"{sku}"', f"griff-{number}"):
            assert (await found(coded, text, unavailable=unavailable))[:1] == [100 + number], text


async def test_no_typo_is_forgiven_in_a_number(empty: SearchEngine) -> None:
    """A year finds neither another year nor a code of other digits."""
    years = [replace(MUG, product_id=year, handle=f"y{year}", title=f"Mug of {year}") for year in range(2015, 2030)]
    await empty.index(years)
    assert await found(empty, "2024 mug") == [2024]
    assert await found(empty, "mug 20240") == []


async def test_good_matches_have_the_words_in_title_or_labels(engine: SearchEngine) -> None:
    """The lamp names a mug in its description: it is found, but no list in another order has it."""
    assert await found(engine, "mug") == [1, 2]
    assert await engine.matches(SearchQuery("mug", 0)) == SearchMatches((1,))
    assert await engine.matches(SearchQuery("mugs", 0)) == SearchMatches((1,))
    assert await engine.matches(SearchQuery("night", 0)) == SearchMatches((), (2,))
    assert await engine.matches(SearchQuery("lanntren", 0)) == SearchMatches((), (2,))
    assert await engine.matches(SearchQuery("lantern", 0, unavailable=UnavailableProducts.HIDE)) == SearchMatches(
        (), (2,)
    )
    assert await engine.matches(SearchQuery("brulee", 0, unavailable=UnavailableProducts.HIDE)) == SearchMatches(())


async def test_good_matches_are_whole_words_where_there_are_any(empty: SearchEngine) -> None:
    """Cups are no cupboards, towels no towers; a beginning counts where no product has the word."""
    titles = {1: "Cup", 2: "Two cups", 3: "Cupboard", 4: "Tower", 5: "Towel"}
    await empty.index(
        [
            replace(MUG, product_id=n, handle=f"h{n}", title=title, product_type="", tags=(), skus=(), barcodes=())
            for n, title in titles.items()
        ]
    )
    for text, ids in {"cup": {1, 2}, "towel": {5}, "towels": {5}, "cupboar": {3}, "cu": {1, 2, 3}}.items():
        assert set((await empty.matches(SearchQuery(text, 0))).available) == ids, text
