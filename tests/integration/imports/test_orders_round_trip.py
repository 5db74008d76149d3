"""Exported orders import to the same shop without a change, and to an empty shop as what they were."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.content.writes import ContentStore
from datasources.orders.lives import OrderLives
from datasources.orders.past_orders import SOURCE
from demo.catalog.products import drafts
from demo.orders import past_orders
from domain.imports import ImportReport, Outcome
from domain.orders.after_payment import FulfillmentStatus
from domain.orders.life import OrderStatus
from services.imports.exports import Exports, Write
from services.imports.files import OrderImport
from services.imports.writes import PastOrderWriter
from tests.kit.imported_shop import ImportedShop
from tests.unit.imports.files import ORDER, saved, table

FULL = ORDER | {
    "Fulfillment Status": "fulfilled",
    "Shipping Country": "GB",
    "Subtotal": "17.00",
    "Shipping": "3.95",
    "Taxes": "4.19",
    "Total": "25.14",
    "Discount Code": "SPRING, TEA",
    "Discount Amount": "2.00",
    "Lineitem discount": "1.50",
    "Refunded Amount": "5.00",
    "Shipping Method": "Royal Mail",
    "Shipping Name": "Ann Mary Smith",
    "Shipping Company": "Potters",
    "Shipping Address1": "1 High Street",
    "Shipping Address2": "Flat 2",
    "Shipping City": "Leeds",
    "Shipping Zip": "LS1 1AA",
    "Shipping Province": "ENG",
    "Shipping Phone": "+44 1",
    "Notes": "Ring twice.\nThank you.",
    "Note Attributes": "gift: yes\nwrap: paper: blue",
    "Phone": "+44 2",
}
# What is made by the import itself.
PASSING = {"id", "order_id", "token", "updated_at", "key"}


async def _import(shop: ImportedShop, text: str, directory: Path) -> ImportReport:
    stores, shop.remarks = shop.api.stores, []
    writer = PastOrderWriter(stores.database, stores.territories)
    importing = OrderImport(stores.database, writer, stores.territories.default.currency)
    return await importing.run(saved(directory, text, "orders.csv"), lambda *_: None, shop.remarks.append)


async def _exported(shop: ImportedShop) -> str:
    stores = shop.api.stores
    out = StringIO()
    write: Write = csv.writer(out, lineterminator="\n").writerow
    await Exports(stores.database, ContentStore(stores.documents), stores.territories).orders(write)
    return out.getvalue()


async def _without_orders(shop: ImportedShop) -> None:
    for table_of in (
        tables.fulfillment_lines,
        tables.fulfillments,
        tables.refunds,
        tables.order_events,
        tables.order_lines,
        tables.orders,
    ):
        await shop.api.change(sa.delete(table_of))


async def _lasting(shop: ImportedShop) -> list[dict[str, Any]]:
    rows = [*await shop.rows(tables.orders), *await shop.rows(tables.order_lines)]
    refunds = [{"minor": row.minor, "state": row.state} for row in await shop.rows(tables.refunds)]
    kept = [{name: value for name, value in row._mapping.items() if name not in PASSING} for row in rows]
    return sorted([*kept, *refunds], key=repr)


async def test_orders_come_back(shop: ImportedShop, tmp_path: Path) -> None:
    """An export of imported orders, and of paid orders of the shop itself, changes nothing."""
    rows = [ORDER, ORDER | {"Lineitem name": "Cup"}, ORDER | {"Name": "#2", "Financial Status": "refunded"}]
    rows += [ORDER | {"Name": "#3", "Fulfillment Status": "unfulfilled", "Currency": "JPY", "Lineitem price": "500"}]
    rows += [ORDER | {"Name": "#4", "Cancelled at": "2010-03-02 10:00:00", "Email": ""}]
    await _import(shop, table(rows), tmp_path)
    own = sa.update(tables.orders).where(tables.orders.c.name == "#1").values(source="storefront")
    await shop.api.change(own)
    before = await shop.rows(tables.orders)
    report = await _import(shop, await _exported(shop), tmp_path)
    assert (report.outcomes[Outcome.UNCHANGED], report.rejected) == (4, 0)
    assert await shop.rows(tables.orders) == before
    assert {row.source for row in before} == {SOURCE, "storefront"}


async def test_an_empty_shop_gets_orders_with_all_their_parts(shop: ImportedShop, tmp_path: Path) -> None:
    """Money, codes, destination, note, refunds and lines, field by field; also of a credit note."""
    second = {"Name": "#1", "Lineitem quantity": "1", "Lineitem name": "Cup", "Lineitem price": "0.00"}
    note = ORDER | {"Name": "#2", "Cancelled at": "2010-03-02 10:00:00", "Lineitem quantity": "-2"}
    paid = FULL | {"Name": "#3", "Fulfillment Status": "unfulfilled", "Taxes": "1.00", "Total": "20.95"}
    refunded = FULL | {"Name": "#4", "Financial Status": "refunded", "Refunded Amount": ""}
    await _import(shop, table([FULL, second, note, paid, refunded]), tmp_path)
    assert shop.reasons == []
    before, export = await _lasting(shop), await _exported(shop)
    await _without_orders(shop)
    report = await _import(shop, export, tmp_path)
    assert (report.outcomes[Outcome.CREATED], shop.reasons) == (4, [])
    assert await _lasting(shop) == before
    assert await _exported(shop) == export
    statuses = {row["Name"]: row["Financial Status"] for row in csv.DictReader(StringIO(export)) if row["Total"] != ""}
    assert statuses == {"#1": "partially_refunded", "#3": "partially_refunded", "#4": "refunded"}


@pytest.mark.parametrize("status", ["PENDING_PAYMENT", "PAYMENT_FAILED", "EXPIRED", "EXCEPTION"])
async def test_orders_that_were_not_paid_are_not_exported(shop: ImportedShop, tmp_path: Path, status: str) -> None:
    """An import would refuse them."""
    await _import(shop, table([ORDER, ORDER | {"Name": "#2"}]), tmp_path)
    await shop.api.change(sa.update(tables.orders).where(tables.orders.c.name == "#2").values(status=status))
    export = await _exported(shop)
    assert [row["Name"] for row in csv.DictReader(StringIO(export))] == ["#1"]


async def test_a_cancelled_order_stays_refunded(shop: ImportedShop, tmp_path: Path) -> None:
    """Its money went back after it was cancelled; the file must not say that it is cancelled only."""
    await _import(shop, table([ORDER | {"Cancelled at": "2010-03-02 10:00:00"}]), tmp_path)
    await shop.api.change(sa.update(tables.orders).values(status="REFUNDED", source="storefront"))
    report = await _import(shop, await _exported(shop), tmp_path)
    assert (report.outcomes[Outcome.UNCHANGED], report.rejected) == (1, 0)


async def test_an_export_fits_the_limits_of_an_import(shop: ImportedShop, tmp_path: Path) -> None:
    """More codes and attributes than a cell may hold are left out; an attribute stays one line."""
    await _import(shop, table([ORDER]), tmp_path)
    codes = [f"{number}-{'x' * 60}" for number in range(9)]
    attributes = [["a:b", "one\ntwo"], *([str(number), "y" * 900] for number in range(9))]
    await shop.api.change(
        sa.update(tables.orders).values(discount_codes=codes, attributes=attributes, note="n" * 5_000)
    )
    export = await _exported(shop)
    await _without_orders(shop)
    assert (await _import(shop, export, tmp_path)).rejected == 0
    (order,) = await shop.rows(tables.orders)
    assert order.discount_codes == codes[:4]
    assert order.attributes[:2] == [["a b", "one two"], attributes[1]]
    assert len(order.attributes) == 6


async def test_a_refunded_order_of_which_no_amount_is_known_is_unchanged(shop: ImportedShop, tmp_path: Path) -> None:
    """All of its money went back: the export says how much, and an import of it records no second refund."""
    await _import(shop, table([ORDER | {"Financial Status": "refunded"}]), tmp_path)
    await shop.api.change(sa.delete(tables.refunds))
    export = await _exported(shop)
    (row,) = csv.DictReader(StringIO(export))
    assert row["Refunded Amount"] == row["Total"] != "0.00"
    report = await _import(shop, export, tmp_path)
    assert report.outcomes[Outcome.UNCHANGED] == 1
    assert not await shop.rows(tables.refunds)


@pytest.mark.slow
async def test_orders_of_the_demo_shop_come_back(shop: ImportedShop, tmp_path: Path) -> None:
    """Each of them is unchanged, and the refunded ones have their refunds."""
    stores = shop.api.stores
    orders = past_orders(drafts(stores.territories), stores.territories, date(2026, 6, 30))
    await PastOrderWriter(stores.database, stores.territories).write(orders)
    refunded = [order for order in orders if order.status is OrderStatus.REFUNDED]
    assert refunded and len(await shop.rows(tables.refunds)) == len(refunded)
    report = await _import(shop, await _exported(shop), tmp_path)
    assert report.outcomes[Outcome.UNCHANGED] == len(orders)


async def test_an_order_that_was_sent_in_part_comes_back(shop: ImportedShop, tmp_path: Path) -> None:
    """Also one that was imported before anything was sent; the report names the columns that are not kept."""
    row = ORDER | {"Fulfillment Status": "unfulfilled", "Lineitem fulfillment status": "pending", "Tags": "vip"}
    second = {"Name": "#1", "Lineitem quantity": "3", "Lineitem name": "Cup", "Lineitem price": "4"}
    report = await _import(shop, table([row, second]), tmp_path)
    assert (report.dropped, "Lineitem fulfillment status" in report.columns) == (("Tags",), True)
    sent = row | {"Fulfillment Status": "partial", "Lineitem fulfillment status": "fulfilled"}
    for outcome in (Outcome.UPDATED, Outcome.UNCHANGED):
        assert (await _import(shop, table([sent, second]), tmp_path)).outcomes[outcome] == 1
    (order,) = await shop.rows(tables.orders)
    (life,) = await OrderLives(shop.api.stores.database).by_order([order.id])
    assert life is not None and life.fulfillment_status is FulfillmentStatus.PARTIALLY_FULFILLED
    export = await _exported(shop)
    assert [each["Lineitem fulfillment status"] for each in csv.DictReader(StringIO(export))] == [
        "fulfilled",
        "pending",
    ]
    assert (await _import(shop, export, tmp_path)).outcomes[Outcome.UNCHANGED] == 1
    await _without_orders(shop)
    assert (await _import(shop, export, tmp_path)).outcomes[Outcome.CREATED] == 1
    assert await _exported(shop) == export
