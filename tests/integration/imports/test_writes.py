"""Products and past orders are written on every relational backend, and a second time change nothing."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.catalog import limits as variant_limits
from datasources.catalog import product_writes as products_store
from datasources.catalog import reads as catalog
from datasources.catalog import variant_writes as variants_store
from datasources.catalog.reads import Catalog
from datasources.inventory import levels as inventory
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from domain.catalog.records import (
    LimitVariant,
    Product,
    ProductContent,
    ProductDraft,
    ProductStatus,
    Variant,
    VariantDraft,
    VariantLimits,
)
from domain.events import CollectionsChanged, Event, OrdersImported, ProductsChanged, SalesCounted
from domain.imports import Outcome
from domain.inventory import Movement, StockKey
from domain.kit.money import Money
from domain.orders.life import OrderStatus
from domain.orders.records import PastLine, PastOrder
from domain.territories.markets import Price, Territories, Territory
from services.imports.writes import PastOrderWriter, ProductWriter

GB, US = Territory("GB", "UK", "GBP", countries=("GB",)), Territory("US", "USA", "USD", Decimal("1.25"), ("US",))
MARKETS = Territories((GB, US))
SMALL = VariantDraft("MUG-S", ("S",), 950, 1200, inventory=7)
LARGE = VariantDraft("MUG-L", ("L",), 1450, inventory=3)
MUG = ProductDraft(
    handle="mug",
    title="Mug",
    vendor="Potter",
    product_type="Kitchen",
    status=ProductStatus.ACTIVE,
    option_names=("Size",),
    variants=(SMALL, LARGE),
    html="<p>A mug.</p>",
    collections=(("kitchen", "Kitchen"),),
)
ORDER = PastOrder(
    name="#1",
    email="ann@example.com",
    country="US",
    currency="GBP",
    status=OrderStatus.FULFILLED,
    created_at=datetime(2010, 3, 1, 9, 30, tzinfo=UTC),
    cancelled_at=None,
    lines=(PastLine("MUG-S", "Mug", 2, 950), PastLine("POST", "Postage", 1, 450)),
)


class Contents:
    """Keeps contents in memory; `fails` makes the next write fail."""

    def __init__(self) -> None:
        self.kept: dict[int, ProductContent] = {}
        self.fails = False

    async def put_products(self, contents: Mapping[int, ProductContent]) -> None:
        if self.fails:
            raise ConnectionError("the document store is away")
        self.kept |= contents


@pytest.fixture
def contents() -> Contents:
    """An empty document store."""
    return Contents()


@pytest.fixture
def writer(database: Database, contents: Contents) -> ProductWriter:
    """Writes products."""
    return ProductWriter(database, contents, MARKETS)


@pytest.fixture
def past(database: Database) -> PastOrderWriter:
    """Writes past orders."""
    return PastOrderWriter(database, MARKETS)


async def _everything(database: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    return {
        name: sorted(map(repr, await database.all(sa.select(table)))) for name, table in tables.metadata.tables.items()
    }


async def _events(database: Database) -> list[Event]:
    """The events since they were last asked for."""
    pending = await outbox.pending(database)
    await outbox.published(database, [row_id for row_id, _ in pending])
    return [event for _, event in pending]


async def _product(database: Database, handle: str = "mug") -> Product:
    (product,) = await Catalog(database, MARKETS).products_by_handle([handle])
    assert product is not None
    return product


async def _variants(database: Database, territory: Territory = GB) -> dict[str, Variant]:
    """The variants for sale by title, with their price in a territory."""
    product = await _product(database)
    (found,) = await Catalog(database, MARKETS).variants_by_product([product.id], territory)
    return {variant.title: variant for variant in found}


async def _ledger(database: Database) -> dict[int, int]:
    """Available units per variant as the movements tell."""
    moved = tables.stock_movements.c
    query = sa.select(moved.variant_id, sa.func.sum(moved.available).label("units")).group_by(moved.variant_id)
    return {row.variant_id: int(row.units) for row in await database.all(query)}


async def _collections(database: Database) -> list[str]:
    product = await _product(database)
    (found,) = await Catalog(database, MARKETS).collections_by_product([product.id])
    return [collection.handle for collection in found]


async def test_a_new_product_is_for_sale_with_its_first_stock(
    database: Database, writer: ProductWriter, contents: Contents
) -> None:
    """Rows, prices, stock with its ledger, collection, content and event all come with one write."""
    dollars = replace(SMALL, prices=(("US", Price(Money(1300, "USD"))),))
    (written,) = await writer.write([replace(MUG, variants=(dollars, LARGE))])
    assert (written.handle, written.outcome) == ("mug", Outcome.CREATED)
    product = await _product(database)
    assert (product.id, product.min_minor, product.options[0].values) == (written.product_id, 950, ("S", "L"))
    found = await _variants(database)
    assert [(one.sku, one.price.minor, one.available) for one in found.values()] == [
        ("MUG-S", 950, 7),
        ("MUG-L", 1450, 3),
    ]
    assert (await _variants(database, US))["S"].price == Money(1300, "USD")
    assert await _ledger(database) == {one.id: one.available for one in found.values()}
    assert await _collections(database) == ["kitchen"]
    assert contents.kept[product.id].html == "<p>A mug.</p>"
    assert await _events(database) == [CollectionsChanged(("kitchen",)), ProductsChanged((product.id,))]


async def test_the_same_products_again_touch_no_row(
    database: Database, writer: ProductWriter, contents: Contents
) -> None:
    """No row, no document and no event tells of a second import, not even when the file counts other stock."""
    await writer.write([MUG])
    before = await _everything(database)
    contents.fails = True
    (written,) = await writer.write([replace(MUG, variants=(replace(SMALL, inventory=99), LARGE))])
    assert written.outcome is Outcome.UNCHANGED
    assert await _everything(database) == before


async def test_a_changed_product_keeps_its_key_and_its_stock(database: Database, writer: ProductWriter) -> None:
    """Texts, prices and collections are those of the file, stock is what was left here."""
    (first,) = await writer.write([MUG])
    small = (await _variants(database))["S"].id
    await database.transact(
        lambda tx: inventory.move(tx, Movement.RESERVATION, {(small, 1): 2}, ORDER.created_at, "t", "t")
    )
    await _events(database)
    changed = replace(
        MUG,
        title="Big mug",
        variants=(replace(SMALL, price_minor=900, inventory=50), LARGE, VariantDraft("MUG-XL", ("XL",), 1900)),
        collections=(("gifts", "Gifts"),),
    )
    (second,) = await writer.write([changed])
    assert (second.product_id, second.outcome) == (first.product_id, Outcome.UPDATED)
    product = await _product(database)
    assert (product.title, product.min_minor, product.options[0].values) == ("Big mug", 900, ("S", "L", "XL"))
    found = await _variants(database)
    assert [(title, one.price.minor, one.available) for title, one in found.items()] == [
        ("S", 900, 5),
        ("L", 1450, 3),
        ("XL", 1900, 0),
    ]
    assert found["S"].id == small
    assert await _collections(database) == ["gifts"]
    assert await _events(database) == [CollectionsChanged(("gifts", "kitchen")), ProductsChanged((product.id,))]


async def test_a_variant_that_vanished_is_not_for_sale_until_it_comes_back(
    database: Database, writer: ProductWriter
) -> None:
    """Its row and stock stay for carts, orders and the ledger; back in the file it is the same variant."""
    await writer.write([MUG])
    large = (await _variants(database))["L"]
    await writer.write([replace(MUG, variants=(SMALL,))])
    assert list(await _variants(database)) == ["S"]
    assert (await _product(database)).options[0].values == ("S",)
    await writer.write([MUG])
    assert (await _variants(database))["L"] == large


async def test_a_partial_draft_leaves_the_variants_it_lacks(database: Database, writer: ProductWriter) -> None:
    """A row of the file that could not be read takes nothing off sale."""
    await writer.write([MUG])
    await writer.write([replace(MUG, variants=(replace(SMALL, price_minor=1500),), is_partial=True)])
    assert {title: one.price.minor for title, one in (await _variants(database)).items()} == {"S": 1500, "L": 1450}
    product = await _product(database)
    assert (product.min_minor, product.options[0].values) == (1450, ("S", "L"))


async def test_an_import_keeps_the_limits_that_staff_set(database: Database, writer: ProductWriter) -> None:
    """Files know nothing of how many units one may buy."""
    await writer.write([MUG])
    small = (await _variants(database))["S"]
    limits = VariantLimits(max_per_order=2, max_per_customer=3)
    change = LimitVariant(small.id, limits)
    await database.transact(lambda tx: variant_limits.set_limits(tx, small.product_id, change))
    await writer.write([replace(MUG, title="New mug", variants=(replace(SMALL, price_minor=999), LARGE))])
    found = await _variants(database)
    assert found["S"] == replace(small, price=Money(999, "GBP"), max_per_order=2, max_per_customer=3)
    assert (found["L"].max_per_order, found["L"].max_per_customer) == (None, None)


async def test_a_renamed_variant_is_known_by_its_sku(database: Database, writer: ProductWriter) -> None:
    """Other option values with an SKU that only it has are the same variant, with its stock."""
    await writer.write([MUG])
    small = (await _variants(database))["S"].id
    await writer.write([replace(MUG, variants=(replace(SMALL, option_values=("Small",)), LARGE))])
    found = await _variants(database)
    assert list(found) == ["Small", "L"]
    assert (found["Small"].id, found["Small"].available) == (small, 7)


async def test_variants_may_share_an_sku(database: Database, writer: ProductWriter) -> None:
    """Within a product and across products; then the SKU tells nothing about which is which."""
    shared = replace(LARGE, sku="MUG-S")
    await writer.write([replace(MUG, variants=(SMALL, shared)), replace(MUG, handle="cup")])
    renamed = (replace(SMALL, option_values=("Small",)), replace(shared, option_values=("Large",)))
    await writer.write([replace(MUG, variants=renamed)])
    assert [one.available for one in (await _variants(database)).values()] == [7, 3]
    assert len(await database.all(sa.select(tables.variants))) == 6


async def test_stock_that_begins_to_sell_out_starts_from_zero(database: Database, writer: ProductWriter) -> None:
    """Units oversold before are put right by an adjustment, so that the ledger still adds up."""
    oversold = replace(SMALL, inventory=-5, sells_out=False)
    await writer.write([replace(MUG, variants=(oversold,))])
    assert (await _variants(database))["S"].available == -5
    await writer.write([replace(MUG, variants=(replace(oversold, sells_out=True),))])
    small = (await _variants(database))["S"]
    assert (small.available, small.sells_out, await _ledger(database)) == (0, True, {small.id: 0})
    await writer.write([replace(MUG, variants=(replace(oversold, sells_out=False),))])
    assert (await _variants(database))["S"].available_for_sale


async def test_units_sold_while_stock_begins_to_sell_out(
    database: Database, writer: ProductWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sale either comes before and is balanced by the adjustment, or waits and finds nothing to sell."""
    unlimited = replace(MUG, variants=(replace(SMALL, inventory=0, sells_out=False),))
    (created,) = await writer.write([unlimited])
    (row,) = await database.all(
        sa.select(tables.variants.c.id).where(tables.variants.c.product_id == created.product_id)
    )
    below_zero = variants_store._below_zero
    sales: list[asyncio.Task[StockKey | None]] = []

    async def sell(tx: Tx) -> StockKey | None:
        return await inventory.move(tx, Movement.RESERVATION, {(row.id, 1): 1}, datetime.now(UTC), "rival", "sale", 1)

    async def overtaken(tx: Tx, ids: Sequence[int]) -> dict[StockKey, int]:
        found = await below_zero(tx, ids)
        if not sales:
            sales.append(asyncio.create_task(database.transact(sell)))
            await asyncio.wait(sales, timeout=0.3)
        return found

    monkeypatch.setattr(variants_store, "_below_zero", overtaken)
    await writer.write([replace(MUG, variants=(replace(SMALL, inventory=0),))])
    assert await sales[0] == (row.id, 1)
    (level,) = await database.all(sa.select(tables.stock_levels))
    assert (level.available, level.reserved, level.sells_out) == (0, 0, True)


async def test_a_failed_document_store_is_repaired_by_the_next_import(
    database: Database, writer: ProductWriter, contents: Contents
) -> None:
    """Without documents no row is written, so the product is new again."""
    contents.fails = True
    with pytest.raises(ConnectionError):
        await writer.write([MUG])
    assert await database.all(sa.select(tables.products)) == []
    contents.fails = False
    assert [one.outcome for one in await writer.write([MUG])] == [Outcome.CREATED]


async def test_a_rival_that_creates_the_product_first_makes_it_an_update(
    database: Database, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two imports of one product at once leave one product."""
    rival = ProductWriter(database, Contents(), MARKETS)
    known = products_store.known
    calls = 0

    async def overtaken(database: Database, handles: Sequence[str]) -> dict[str, products_store.Known]:
        nonlocal calls
        found = await known(database, handles)
        calls += 1
        if calls == 1:
            await rival.write([replace(MUG, title="Rival")])
        return found

    monkeypatch.setattr(products_store, "known", overtaken)
    (written,) = await ProductWriter(database, contents, MARKETS).write([MUG])
    assert written.outcome is Outcome.UPDATED
    assert [row.title for row in await database.all(sa.select(tables.products))] == ["Mug"]


async def test_a_product_that_staff_change_during_the_import_ends_as_imported(
    database: Database, contents: Contents
) -> None:
    """Staff read the document before the import wrote it and write it after: the import writes both parts again."""
    (created,) = await ProductWriter(database, contents, MARKETS).write([MUG])
    old = contents.kept[created.product_id]

    class Overtaken(Contents):
        async def put_products(self, imported: Mapping[int, ProductContent]) -> None:
            await super().put_products(imported)
            if self.kept is contents.kept:
                return
            self.kept = contents.kept
            self.kept[created.product_id] = replace(old, tags=("by staff",))
            await database.transact(lambda tx: catalog.lock_product(tx, created.product_id, datetime.now(UTC)))

    changed = replace(MUG, html="<p>Another mug.</p>")
    (written,) = await ProductWriter(database, Overtaken(), MARKETS).write([changed])
    assert written.outcome is Outcome.UPDATED
    assert contents.kept[created.product_id] == replace(old, html="<p>Another mug.</p>")


async def test_a_batch_of_products_takes_a_fixed_number_of_statements(
    database: Database, writer: ProductWriter
) -> None:
    """Ten products cost as many statements as one."""
    before = database.statements
    await writer.write([MUG])
    one = database.statements - before
    await writer.write([replace(MUG, handle=f"mug-{number}", collections=(("more", "More"),)) for number in range(10)])
    assert database.statements - before - one == one


async def test_past_orders_come_with_their_customers_and_move_no_stock(
    database: Database, writer: ProductWriter, past: PastOrderWriter
) -> None:
    """Lines lead to the variant with their SKU; the territory is that of the country; what was sold is counted."""
    await writer.write([MUG])
    await _events(database)
    earlier = replace(ORDER, name="#0", created_at=ORDER.created_at - timedelta(days=1), total_minor=2500)
    guest = replace(ORDER, name="#2", email=None, country=None)
    written = await past.write([ORDER, earlier, guest])
    assert [one.outcome for one in written] == [Outcome.CREATED] * 3
    assert await past.finish(3) == 1
    rows = {row.name: row for row in await database.all(sa.select(tables.orders))}
    (ann,) = await database.all(sa.select(tables.customers))
    assert (ann.email, ann.password_hash, ann.created_at) == ("ann@example.com", None, earlier.created_at)
    assert [(rows[name].customer_id, rows[name].territory) for name in ("#1", "#2")] == [(ann.id, "US"), (None, "GB")]
    assert [(rows[name].subtotal_minor, rows[name].total_minor) for name in ("#0", "#1")] == [
        (2350, 2500),
        (2350, 2350),
    ]
    found = await _variants(database)
    lines = await database.all(sa.select(tables.order_lines).where(tables.order_lines.c.order_id == rows["#1"].id))
    assert [(line.variant_id, line.title, line.quantity) for line in lines] == [
        (found["S"].id, "Mug", 2),
        (None, "Postage", 1),
    ]
    product = await _product(database)
    assert (product.units_sold, found["S"].available) == (6, 7)
    assert await _events(database) == [SalesCounted((product.id,)), OrdersImported(3)]


async def test_the_same_orders_again_touch_no_row(
    database: Database, writer: ProductWriter, past: PastOrderWriter
) -> None:
    """Orders are known by their names; a second import leaves no event either."""
    await writer.write([MUG])
    await past.write([ORDER])
    await past.finish(1)
    before = await _everything(database)
    assert [one.outcome for one in await past.write([ORDER])] == [Outcome.UNCHANGED]
    assert await past.finish(0) == 0
    assert await _everything(database) == before


async def test_a_later_export_moves_an_order_on_and_never_back(
    database: Database, writer: ProductWriter, past: PastOrderWriter
) -> None:
    """A refund told by a newer file is taken and no longer counts as sold; the older file does not undo it."""
    await writer.write([MUG])
    await past.write([ORDER])
    await past.finish(1)
    refunded = replace(ORDER, status=OrderStatus.REFUNDED)
    assert [one.outcome for one in await past.write([refunded])] == [Outcome.UPDATED]
    assert await past.finish(1) == 1
    assert (await _product(database)).units_sold == 0
    assert [one.outcome for one in await past.write([ORDER])] == [Outcome.UNCHANGED]
    (row,) = await database.all(sa.select(tables.orders))
    assert row.status == "REFUNDED"
    told = await database.all(sa.select(tables.order_events).order_by(tables.order_events.c.id))
    assert [event.status for event in told] == ["FULFILLED", "REFUNDED"]


@pytest.mark.parametrize(
    "other",
    [
        replace(ORDER, lines=ORDER.lines[:1]),
        replace(ORDER, currency="USD"),
        replace(ORDER, country="FR"),
        replace(ORDER, created_at=ORDER.created_at + timedelta(minutes=1)),
    ],
)
async def test_another_order_under_a_known_name_is_rejected(past: PastOrderWriter, other: PastOrder) -> None:
    """In the same batch and in a later one; history is not rewritten."""
    first, second = await past.write([ORDER, other])
    assert (first.outcome, second.outcome) == (Outcome.CREATED, Outcome.REJECTED)
    (again,) = await past.write([other])
    assert (again.outcome, again.reason) == (second.outcome, second.reason)


async def test_an_order_placed_here_is_never_taken_for_a_past_one(database: Database, past: PastOrderWriter) -> None:
    """Its name protects it, whatever the file says."""
    await past.write([ORDER])
    await database.transact(lambda tx: tx.run(sa.update(tables.orders).values(source="storefront")))
    (written,) = await past.write([replace(ORDER, status=OrderStatus.REFUNDED)])
    assert written.outcome is Outcome.REJECTED


async def test_an_sku_that_several_variants_share_leads_to_none(
    database: Database, writer: ProductWriter, past: PastOrderWriter
) -> None:
    """Nobody can tell which of them was sold."""
    await writer.write([MUG, replace(MUG, handle="cup")])
    await past.write([ORDER])
    assert [row.variant_id for row in await database.all(sa.select(tables.order_lines.c.variant_id))] == [None, None]


async def test_an_import_that_broke_off_is_counted_by_the_next_one(
    database: Database, writer: ProductWriter, past: PastOrderWriter
) -> None:
    """Orders written without the final count are counted, with the events, when nothing new comes."""
    await writer.write([MUG])
    await past.write([ORDER])
    await _events(database)
    assert await past.finish(0) == 1
    assert await _events(database) == [SalesCounted(((await _product(database)).id,)), OrdersImported(0)]
