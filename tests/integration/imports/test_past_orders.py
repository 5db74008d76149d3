"""Past orders imported from other shops: written once, with their customers, without moving stock."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.consistency import order_life as life_rules
from datasources.consistency import orders as order_rules
from datasources.consistency.rule import all_broken
from datasources.kit.database import Database
from datasources.orders.lives import OrderLives
from domain.events import OrdersImported, SalesCounted
from domain.imports import Outcome
from domain.orders.after_payment import OrderLife
from domain.orders.life import FinancialStatus, OrderStatus
from domain.orders.records import PastDetails, PastOrder
from domain.territories.delivery import Address
from services.imports.writes import PastOrderWriter, ProductWriter
from tests.kit.events import taken_events
from tests.kit.imports import MARKETS, MUG, ORDER, stored_product, stored_rows, stored_variants


@pytest.fixture
def past(database: Database) -> PastOrderWriter:
    """Writes past orders."""
    return PastOrderWriter(database, MARKETS)


async def test_past_orders_come_with_their_customers_and_move_no_stock(
    database: Database, writer: ProductWriter, past: PastOrderWriter
) -> None:
    """Lines refer to the variant with their SKU, the country determines the territory, and sold units count."""
    await writer.write([MUG])
    await taken_events(database)
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
    found = await stored_variants(database)
    lines = await database.all(sa.select(tables.order_lines).where(tables.order_lines.c.order_id == rows["#1"].id))
    assert [(line.variant_id, line.title, line.quantity) for line in lines] == [
        (found["S"].id, "Mug", 2),
        (None, "Postage", 1),
    ]
    product = await stored_product(database)
    assert (product.units_sold, found["S"].available) == (6, 7)
    assert await taken_events(database) == [SalesCounted((product.id,)), OrdersImported(3)]


async def test_the_same_orders_again_touch_no_row(
    database: Database, writer: ProductWriter, past: PastOrderWriter
) -> None:
    """Names identify orders; a second import writes no event either."""
    await writer.write([MUG])
    await past.write([ORDER])
    await past.finish(1)
    before = await stored_rows(database)
    assert [one.outcome for one in await past.write([ORDER])] == [Outcome.UNCHANGED]
    assert await past.finish(0) == 0
    assert await stored_rows(database) == before


async def test_a_later_export_moves_an_order_on_and_never_back(
    database: Database, writer: ProductWriter, past: PastOrderWriter
) -> None:
    """A refund in a newer file is imported and no longer counts as sold; the older file does not undo it."""
    await writer.write([MUG])
    await past.write([ORDER])
    await past.finish(1)
    refunded = replace(ORDER, status=OrderStatus.REFUNDED)
    assert [one.outcome for one in await past.write([refunded])] == [Outcome.UPDATED]
    assert await past.finish(1) == 1
    assert (await stored_product(database)).units_sold == 0
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
    """The sold variant is ambiguous."""
    await writer.write([MUG, replace(MUG, handle="cup")])
    await past.write([ORDER])
    assert [row.variant_id for row in await database.all(sa.select(tables.order_lines.c.variant_id))] == [None, None]


async def test_an_import_that_broke_off_is_counted_by_the_next_one(
    database: Database, writer: ProductWriter, past: PastOrderWriter
) -> None:
    """An import without new orders counts the orders of an interrupted one, with the events."""
    await writer.write([MUG])
    await past.write([ORDER])
    await taken_events(database)
    assert await past.finish(0) == 1
    assert await taken_events(database) == [SalesCounted(((await stored_product(database)).id,)), OrdersImported(0)]


DETAILS = PastDetails(
    discount_minor=235,
    shipping_minor=395,
    tax_minor=351,
    taxes_included=False,
    refunded_minor=500,
    discount_codes=("TENTH",),
    address=Address("US", last_name="Lee", address1="1 Street", city="Boston"),
    delivery_title="Mail",
    note="Ring twice",
    attributes=(("gift", "yes"),),
)
FULL = replace(ORDER, details=DETAILS, lines=(replace(ORDER.lines[0], discount_minor=100), ORDER.lines[1]))


async def shown(database: Database) -> OrderLife:
    """The order as it is read."""
    (row,) = await database.all(sa.select(tables.orders.c.id))
    (life,) = await OrderLives(database).by_order([row.id])
    assert life is not None
    return life


async def contradictions(database: Database) -> tuple[str, ...]:
    """What the reconciler finds wrong with orders."""
    return (await all_broken(database, (*order_rules.RULES, *life_rules.RULES))).sentences


async def test_an_imported_order_is_shown_as_it_was(database: Database, past: PastOrderWriter) -> None:
    """Its parts add up to its total, and its money says what was paid back."""
    await past.write([FULL])
    life = await shown(database)
    order = life.order
    assert order.total.minor == 2_350 - 235 + 395 + 351
    assert (order.discount_minor, order.shipping_minor, order.tax_minor, order.taxes_included) == (235, 395, 351, False)
    assert (order.address, order.delivery_title, order.note) == (DETAILS.address, "Mail", "Ring twice")
    assert (order.discount_codes, order.attributes) == (("TENTH",), (("gift", "yes"),))
    assert [line.line.discount_minor for line in life.lines] == [100, 0]
    assert (order.total_refunded.minor, order.financial_status) == (500, FinancialStatus.PARTIALLY_REFUNDED)
    assert await contradictions(database) == ()


@pytest.mark.parametrize(
    ("status", "refunded", "financial"),
    [
        (OrderStatus.FULFILLED, 0, FinancialStatus.PAID),
        (OrderStatus.PAID, 100, FinancialStatus.PARTIALLY_REFUNDED),
        (OrderStatus.REFUNDED, 2_350, FinancialStatus.REFUNDED),
        (OrderStatus.CANCELLED, 2_350, FinancialStatus.REFUNDED),
        (OrderStatus.CANCELLED, 100, FinancialStatus.PARTIALLY_REFUNDED),
        (OrderStatus.CANCELLED, 0, FinancialStatus.VOIDED),
    ],
)
async def test_the_financial_status_of_an_imported_order(
    database: Database, past: PastOrderWriter, status: OrderStatus, refunded: int, financial: FinancialStatus
) -> None:
    """It follows from the state and the money that was paid back."""
    await past.write([replace(ORDER, status=status, details=PastDetails(refunded_minor=refunded))])
    order = (await shown(database)).order
    assert (order.financial_status, order.total_refunded.minor) == (financial, refunded)
    assert await contradictions(database) == ()


async def test_a_later_file_adds_refunds_and_what_an_earlier_one_did_not_say(
    database: Database, past: PastOrderWriter
) -> None:
    """An order from a file of lines alone; the file after the next refunded more. Nothing is taken back."""
    told = replace(FULL, lines=ORDER.lines)
    more = replace(told, details=replace(DETAILS, refunded_minor=800))
    for order, outcome in (
        (ORDER, Outcome.CREATED),
        (told, Outcome.UPDATED),
        (told, Outcome.UNCHANGED),
        (more, Outcome.UPDATED),
        (told, Outcome.UNCHANGED),
        (ORDER, Outcome.UNCHANGED),
    ):
        assert [one.outcome for one in await past.write([order])] == [outcome]
    kept = (await shown(database)).order
    assert (kept.total.minor, kept.shipping_minor, kept.refunded_minor) == (2_861, 395, 800)
    assert sorted(row.minor for row in await database.all(sa.select(tables.refunds))) == [300, 500]
    assert await contradictions(database) == ()
