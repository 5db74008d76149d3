"""Products and past orders are written on every relational backend, and a second time change nothing."""

from dataclasses import replace

import sqlalchemy as sa

from datasources import tables
from datasources.catalog import limits as variant_limits
from datasources.catalog.reads import Catalog
from datasources.inventory import levels as inventory
from datasources.kit.database import Database
from domain.catalog.drafts import VariantDraft
from domain.catalog.records import LimitVariant, VariantLimits
from domain.events import CollectionsChanged, ProductsChanged
from domain.imports import Outcome
from domain.inventory import Movement
from domain.kit.money import Money
from domain.territories.markets import Price
from services.imports.writes import ProductWriter
from tests.kit.events import taken_events
from tests.kit.imports import (
    LARGE,
    MARKETS,
    MUG,
    ORDER,
    SMALL,
    US,
    Contents,
    stored_product,
    stored_rows,
    stored_variants,
)


async def _ledger(database: Database) -> dict[int, int]:
    """Available units per variant by the movements."""
    moved = tables.stock_movements.c
    query = sa.select(moved.variant_id, sa.func.sum(moved.available).label("units")).group_by(moved.variant_id)
    return {row.variant_id: int(row.units) for row in await database.all(query)}


async def _collections(database: Database) -> list[str]:
    product = await stored_product(database)
    (found,) = await Catalog(database, MARKETS).collections.by_product([product.id])
    return [collection.handle for collection in found]


async def test_a_new_product_is_for_sale_with_its_first_stock(
    database: Database, writer: ProductWriter, contents: Contents
) -> None:
    """Rows, prices, stock with its ledger, collection, content and event all come with one write."""
    dollars = replace(SMALL, prices=(("US", Price(Money(1300, "USD"))),))
    (written,) = await writer.write([replace(MUG, variants=(dollars, LARGE))])
    assert (written.handle, written.outcome) == ("mug", Outcome.CREATED)
    product = await stored_product(database)
    assert (product.id, product.min_minor, product.options[0].values) == (written.product_id, 950, ("S", "L"))
    found = await stored_variants(database)
    assert [(one.sku, one.price.minor, one.available) for one in found.values()] == [
        ("MUG-S", 950, 7),
        ("MUG-L", 1450, 3),
    ]
    assert (await stored_variants(database, US))["S"].price == Money(1300, "USD")
    assert await _ledger(database) == {one.id: one.available for one in found.values()}
    assert await _collections(database) == ["kitchen"]
    assert contents.kept[product.id].html == "<p>A mug.</p>"
    assert await taken_events(database) == [CollectionsChanged(("kitchen",)), ProductsChanged((product.id,))]


async def test_the_same_products_again_touch_no_row(
    database: Database, writer: ProductWriter, contents: Contents
) -> None:
    """A second import changes no row or document and writes no event, even if the file counts other stock."""
    await writer.write([MUG])
    before = await stored_rows(database)
    contents.fails = True
    (written,) = await writer.write([replace(MUG, variants=(replace(SMALL, inventory=99), LARGE))])
    assert written.outcome is Outcome.UNCHANGED
    assert await stored_rows(database) == before


async def test_a_changed_product_keeps_its_key_and_its_stock(database: Database, writer: ProductWriter) -> None:
    """Texts, prices and collections are those of the file; the shop keeps its own stock."""
    (first,) = await writer.write([MUG])
    small = (await stored_variants(database))["S"].id
    await database.transact(
        lambda tx: inventory.move(tx, Movement.RESERVATION, {(small, 1): 2}, ORDER.created_at, "t", "t")
    )
    await taken_events(database)
    changed = replace(
        MUG,
        title="Big mug",
        variants=(replace(SMALL, price_minor=900, inventory=50), LARGE, VariantDraft("MUG-XL", ("XL",), 1900)),
        collections=(("gifts", "Gifts"),),
    )
    (second,) = await writer.write([changed])
    assert (second.product_id, second.outcome) == (first.product_id, Outcome.UPDATED)
    product = await stored_product(database)
    assert (product.title, product.min_minor, product.options[0].values) == ("Big mug", 900, ("S", "L", "XL"))
    found = await stored_variants(database)
    assert [(title, one.price.minor, one.available) for title, one in found.items()] == [
        ("S", 900, 5),
        ("L", 1450, 3),
        ("XL", 1900, 0),
    ]
    assert found["S"].id == small
    assert await _collections(database) == ["gifts"]
    assert await taken_events(database) == [CollectionsChanged(("gifts", "kitchen")), ProductsChanged((product.id,))]


async def test_a_variant_that_vanished_is_not_for_sale_until_it_comes_back(
    database: Database, writer: ProductWriter
) -> None:
    """Its row and stock stay for carts, orders and the ledger; back in the file it is the same variant."""
    await writer.write([MUG])
    large = (await stored_variants(database))["L"]
    await writer.write([replace(MUG, variants=(SMALL,))])
    assert list(await stored_variants(database)) == ["S"]
    assert (await stored_product(database)).options[0].values == ("S",)
    await writer.write([MUG])
    assert (await stored_variants(database))["L"] == large


async def test_a_partial_draft_leaves_the_variants_it_lacks(database: Database, writer: ProductWriter) -> None:
    """A row of the file that could not be read takes nothing off sale."""
    await writer.write([MUG])
    await writer.write([replace(MUG, variants=(replace(SMALL, price_minor=1500),), is_partial=True)])
    assert {title: one.price.minor for title, one in (await stored_variants(database)).items()} == {
        "S": 1500,
        "L": 1450,
    }
    product = await stored_product(database)
    assert (product.min_minor, product.options[0].values) == (1450, ("S", "L"))


async def test_an_import_keeps_the_limits_that_staff_set(database: Database, writer: ProductWriter) -> None:
    """Files know nothing of how many units one may buy."""
    await writer.write([MUG])
    small = (await stored_variants(database))["S"]
    limits = VariantLimits(max_per_order=2, max_per_customer=3)
    change = LimitVariant(small.id, limits)
    await database.transact(lambda tx: variant_limits.set_limits(tx, small.product_id, change))
    await writer.write([replace(MUG, title="New mug", variants=(replace(SMALL, price_minor=999), LARGE))])
    found = await stored_variants(database)
    assert found["S"] == replace(small, price=Money(999, "GBP"), max_per_order=2, max_per_customer=3)
    assert (found["L"].max_per_order, found["L"].max_per_customer) == (None, None)


async def test_a_renamed_variant_is_known_by_its_sku(database: Database, writer: ProductWriter) -> None:
    """Other option values with an SKU that only it has are the same variant, with its stock."""
    await writer.write([MUG])
    small = (await stored_variants(database))["S"].id
    await writer.write([replace(MUG, variants=(replace(SMALL, option_values=("Small",)), LARGE))])
    found = await stored_variants(database)
    assert list(found) == ["Small", "L"]
    assert (found["Small"].id, found["Small"].available) == (small, 7)


async def test_variants_may_share_an_sku(database: Database, writer: ProductWriter) -> None:
    """Within a product and across products; then the SKU does not identify a variant."""
    shared = replace(LARGE, sku="MUG-S")
    await writer.write([replace(MUG, variants=(SMALL, shared)), replace(MUG, handle="cup")])
    renamed = (replace(SMALL, option_values=("Small",)), replace(shared, option_values=("Large",)))
    await writer.write([replace(MUG, variants=renamed)])
    assert [one.available for one in (await stored_variants(database)).values()] == [7, 3]
    assert len(await database.all(sa.select(tables.variants))) == 6


async def test_stock_that_begins_to_sell_out_starts_from_zero(database: Database, writer: ProductWriter) -> None:
    """An adjustment corrects units that were oversold before, so that the ledger still adds up."""
    oversold = replace(SMALL, inventory=-5, continues=True)
    await writer.write([replace(MUG, variants=(oversold,))])
    assert (await stored_variants(database))["S"].available == -5
    await writer.write([replace(MUG, variants=(replace(oversold, continues=False),))])
    small = (await stored_variants(database))["S"]
    assert (small.available, small.sells_out, await _ledger(database)) == (0, True, {small.id: 0})
    await writer.write([replace(MUG, variants=(replace(oversold, continues=True),))])
    assert (await stored_variants(database))["S"].available_for_sale
