"""Imports of products beside failures, sales and rivals."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.catalog import product_writes as products_store
from datasources.catalog import products as catalog
from datasources.catalog import variant_stock as variants_store
from datasources.inventory import levels as inventory
from datasources.kit.database import Database, Tx
from domain.catalog.records import (
    ProductContent,
)
from domain.imports import Outcome
from domain.inventory import Movement, StockKey
from services.imports.writes import ProductWriter
from tests.kit.imports import MARKETS, MUG, SMALL, Contents


async def test_units_sold_while_stock_begins_to_sell_out(
    database: Database, writer: ProductWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sale either comes before and is balanced by the adjustment, or waits and finds nothing to sell."""
    unlimited = replace(MUG, variants=(replace(SMALL, inventory=0, continues=True),))
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


@pytest.mark.slow
async def test_a_rival_that_creates_the_product_first_makes_it_an_update(
    database: Database, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two imports of one product at once leave one product."""
    rival = ProductWriter(database, Contents(), MARKETS)
    known = products_store.known
    calls = 0

    async def overtaken(database: Database, handles: Sequence[str]) -> dict[str, products_store.StoredProduct]:
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


@pytest.mark.slow
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
