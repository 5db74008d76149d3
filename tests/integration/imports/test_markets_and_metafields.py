"""Columns of markets decide price and publication per territory; metafields are kept one by one."""

from typing import Any

import sqlalchemy as sa

from datasources import tables
from domain.imports import Severity
from domain.kit.ids import global_id
from tests.kit.carts import CREATE, line
from tests.kit.imported_shop import ImportedShop

_HEAD = "Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price"


async def _prices(shop: ImportedShop, country: str) -> Any:
    query = (
        f'query @inContext(country: {country}) {{ product(handle: "mug") {{ variants(first: 9) {{ nodes {{ '
        "price { amount currencyCode } compareAtPrice { amount } } } } }"
    )
    product = (await shop.api.data(query))["product"]
    if product is None:
        return None
    return [
        (node["price"]["amount"], node["price"]["currencyCode"], (node["compareAtPrice"] or {}).get("amount"))
        for node in product["variants"]["nodes"]
    ]


async def test_prices_of_markets_are_those_of_their_territories(shop: ImportedShop) -> None:
    """By the name or the code of the territory, in its currency; a blank cell removes the price of its own."""
    markets = "Price / United States,Compare At Price / United States,Price / EU"
    await shop.products(f"{_HEAD},{markets}\nmug,Mug,Mugs,Size,S,A,10,20,30,\nmug,,,,M,B,11,,,9.50\n")
    assert await _prices(shop, "US") == [("20.0", "USD", "30.0"), ("13.97", "USD", None)]
    assert await _prices(shop, "DE") == [("11.7", "EUR", None), ("9.5", "EUR", None)]
    await shop.products("Handle,Variant SKU,Variant Price\nmug,A,12\n")
    assert await _prices(shop, "US") == [("20.0", "USD", "30.0"), ("13.97", "USD", None)]
    await shop.products("Handle,Variant SKU,Price / united states\nmug,A,\n")
    assert await _prices(shop, "US") == [("15.24", "USD", None), ("13.97", "USD", None)]


async def test_a_compare_at_price_of_a_market_that_is_not_above_its_price_is_told(shop: ImportedShop) -> None:
    """It is left out, as in the shop's own prices."""
    await shop.products(f"{_HEAD},Price / US,Compare At Price / US\nmug,Mug,,,,A,10,20,15\n")
    assert [(one.line, one.severity) for one in shop.remarks] == [(2, Severity.WARNING)]
    assert await _prices(shop, "US") == [("20.0", "USD", None)]


_FIRST = "Included / United Kingdom,Price / United Kingdom,Compare At Price / United Kingdom"


async def test_a_blank_price_of_the_first_market_is_the_price_of_the_variant(shop: ImportedShop) -> None:
    """Shopify exports blank cells for the market whose prices are those of the shop."""
    await shop.products(f"{_HEAD},{_FIRST}\nmug,Mug,,,,A,10,true,,\n")
    assert (await _prices(shop, "GB"), await _prices(shop, "US")) == (
        [("10.0", "GBP", None)],
        [("12.7", "USD", None)],
    )
    await shop.products(f"Handle,Variant SKU,{_FIRST}\nmug,A,true,,\n")
    assert await _prices(shop, "GB") == [("10.0", "GBP", None)]
    assert shop.reasons == []


async def test_a_price_of_the_first_market_alone_is_exchanged_into_no_other(shop: ImportedShop) -> None:
    """It is left out with a remark, unless it says the same as the variant."""
    await shop.products(f"{_HEAD},Variant Compare At Price,{_FIRST}\nmug,Mug,,,,A,10,12,true,10.00,12\n")
    assert shop.reasons == []
    await shop.products(f"{_HEAD},{_FIRST}\nmug,Mug,,,,A,10,true,9,15\n")
    assert [reason.partition(":")[0] for reason in shop.reasons] == [
        "the price of the first territory is Variant Price",
        "the compare-at price of the first territory is Variant Compare At Price",
    ]
    await shop.products("Handle,Variant SKU,Price / GB\nmug,A,8\n")
    assert len(shop.reasons) == 1
    assert await _prices(shop, "GB") == [("10.0", "GBP", "12.0")]
    assert await _prices(shop, "US") == [("12.7", "USD", "15.24")]


async def test_a_compare_at_price_of_a_market_without_a_price_is_told(shop: ImportedShop) -> None:
    """The price there is exchanged, and so is what it was before."""
    await shop.products(f"{_HEAD},Price / US,Compare At Price / US\nmug,Mug,,,,A,10,,15\n")
    assert [(one.line, one.severity) for one in shop.remarks] == [(2, Severity.WARNING)]
    assert await _prices(shop, "US") == [("12.7", "USD", None)]


async def test_a_product_is_nowhere_in_a_territory_that_does_not_have_it(shop: ImportedShop) -> None:
    """Neither by handle and id nor in lists, collections and carts; elsewhere nothing changes."""
    await shop.products(f"{_HEAD},Included / United States\nmug,Mug,Mugs,,,A,10,false\ncup,Cup,Mugs,,,B,10,true\n")
    lists = (
        "query @inContext(country: {}) {{ products(first: 9) {{ nodes {{ handle }} }} "
        'collection(handle: "mugs") {{ products(first: 9) {{ nodes {{ handle }} }} }} }}'
    )
    for country, handles in (("US", ["cup"]), ("GB", ["mug", "cup"])):
        data = await shop.api.data(lists.format(country))
        assert sorted(node["handle"] for node in data["products"]["nodes"]) == sorted(handles)
        assert sorted(node["handle"] for node in data["collection"]["products"]["nodes"]) == sorted(handles)
    assert (await _prices(shop, "US"), await _prices(shop, "GB")) == (None, [("10.0", "GBP", None)])
    variants = {row.sku: row.id for row in await shop.rows(tables.variants)}
    cart = {"input": {"lines": [line(variants["A"])], "buyerIdentity": {"countryCode": "US"}}}
    created = (await shop.api(CREATE, cart))["data"]["cartCreate"]
    assert created["userErrors"] or not created["cart"]["lines"]["nodes"]
    await shop.products("Handle,Included / US\nmug,\n")
    assert await _prices(shop, "US") == [("12.7", "USD", None)]


async def test_a_market_that_the_shop_does_not_have_is_named(shop: ImportedShop) -> None:
    """Its columns are not kept."""
    report = await shop.products(f"{_HEAD},Price / Canada,Included / International\nmug,Mug,,,,A,10,1,false\n")
    assert report.dropped == ("Price / Canada", "Included / International")


async def test_metafields_are_set_changed_and_removed_one_by_one(shop: ImportedShop) -> None:
    """Those that a file does not name stay; the type is that of the file, else that stored, else told by the value."""
    await shop.products(
        f"{_HEAD},Metafield: a.n [number_integer],Care (product.metafields.custom.care),Variant Metafield: v.k\n"
        'mug,Mug,,,,A,10,7,"Wash\nDry",one\n'
    )

    async def stored() -> set[tuple[str, ...]]:
        rows = await shop.rows(tables.metafields)
        return {(row.owner, row.namespace, row.key, row.type, row.value) for row in rows}

    care = ("PRODUCT", "custom", "care", "multi_line_text_field", "Wash\nDry")
    of_variant = ("VARIANT", "v", "k", "single_line_text_field", "one")
    assert await stored() == {("PRODUCT", "a", "n", "number_integer", "7"), care, of_variant}
    await shop.products("Handle,Metafield: a.n\nmug,8\n")
    assert await stored() == {("PRODUCT", "a", "n", "number_integer", "8"), care, of_variant}
    await shop.products("Handle,product.metafields.custom.care\nmug,\n")
    assert await stored() == {("PRODUCT", "a", "n", "number_integer", "8"), of_variant}


async def test_metafields_of_many_objects_take_one_statement(shop: ImportedShop) -> None:
    """Products and variants of a list are read together."""
    rows = "".join(f"p{number},P,,,,S{number},10,v{number},w{number}\n" for number in range(5))
    await shop.products(f"{_HEAD},Metafield: custom.a,Variant Metafield: custom.a\n{rows}")
    query = (
        'query($n: Int!) { products(first: $n) { nodes { metafield(key: "a") { value id namespace key description } '
        'variants(first: 1) { nodes { metafield(namespace: "custom", key: "a") { value } } } } } }'
    )
    counts = []
    for number in (1, 5):
        before = shop.api.stores.database.statements
        data = await shop.api.data(query, {"n": number})
        counts.append(shop.api.stores.database.statements - before)
    assert counts[0] == counts[1]
    found = [
        (n["metafield"]["value"], n["variants"]["nodes"][0]["metafield"]["value"]) for n in data["products"]["nodes"]
    ]
    assert sorted(found) == [(f"v{number}", f"w{number}") for number in range(5)]


async def test_an_object_answers_a_bounded_number_of_metafields(shop: ImportedShop) -> None:
    """More names are refused as a whole."""
    added = await shop.api.add_product()
    query = "query($id: ID!, $names: [HasMetafieldsIdentifier!]!) { product(id: $id) { "
    query += "metafields(identifiers: $names) { id } } }"
    sent = {"id": global_id("Product", added.product_id), "names": [{"key": str(number)} for number in range(251)]}
    answer = await shop.api(query, sent)
    assert "`identifiers` must be at most 250 names." in str(answer["errors"])


async def test_a_collection_is_found_by_its_title_and_made_where_there_is_none(shop: ImportedShop) -> None:
    """Rows may name several; a file without the column takes a product out of none."""
    await shop.products(f"{_HEAD}\ncup,Cup,Summer Sale,,,B,10\n")
    await shop.api.change(sa.update(tables.collections).values(handle="sale"))
    await shop.products(f"{_HEAD},Collection\nmug,Mug,,Size,S,A,10,Summer Sale\nmug,,,,M,C,10,Новинки\n")
    collections = {row.handle: row.title for row in await shop.rows(tables.collections)}
    assert collections == {"sale": "Summer Sale", "новинки": "Новинки"}
    assert len(await shop.rows(tables.collection_products)) == 3
    await shop.products(f"{_HEAD}\nmug,Mug,,Size,S,A,10\n")
    assert len(await shop.rows(tables.collection_products)) == 3
