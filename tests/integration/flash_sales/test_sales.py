"""Flash sales on every relational store: set apart, sold alone while the clock says so, given back afterwards."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.catalog.drafts import ProductDraft, VariantDraft
from domain.catalog.records import ProductContent, ProductStatus
from domain.events import AvailabilityChanged, FlashSaleEnded, FlashSaleStarted
from domain.kit.money import Money
from domain.kit.refusals import Refused
from domain.orders.after_payment import RefundedLine, RestockType
from domain.orders.commands import CancelOrder, CancelReason, RefundOrder
from services.imports.writes import ProductWriter
from tests.kit.flash_sales import Stall
from tests.kit.order_desk import GB, TERRITORIES, US

CANCEL = CancelOrder(CancelReason.CUSTOMER, restock=True, refund=True)


async def test_units_are_set_apart_when_a_sale_is_planned(stall: Stall) -> None:
    """Until the start, shoppers see and buy the remaining units of the warehouse, at the regular price."""
    await stall.plan(4, starts_in=600)
    assert await stall.stock() == ((6, 0, 0), (4, 0, 0))
    variant = await stall.shown()
    assert (variant.price, variant.compare_at, variant.available, variant.flash) == (Money(1_000, "GBP"), None, 6, None)
    order_id = await stall.buy(6)
    assert await stall.minor(order_id) == 6_000
    assert await stall.stock() == ((0, 0, 6), (4, 0, 0))
    with pytest.raises(Refused, match="OUT_OF_STOCK"):
        await stall.buy()
    assert await stall.desk.contradictions() == []


async def test_a_live_sale_sells_its_own_units_at_its_own_price(stall: Stall) -> None:
    """The clock alone makes it live, without any worker."""
    sale_id = await stall.plan(4, starts_in=600)
    await stall.pass_time(sale_id, starts_in=0, ends_in=600)
    variant = await stall.shown()
    assert (variant.price, variant.compare_at, variant.available) == (Money(600, "GBP"), Money(1_000, "GBP"), 4)
    assert variant.flash is not None
    assert (variant.flash.sale_id, variant.flash.units_left, variant.flash.per_customer) == (sale_id, 4, 9)
    order_id = await stall.buy(3)
    assert await stall.minor(order_id) == 1_800
    assert await stall.stock() == ((6, 0, 0), (1, 0, 3))
    assert await stall.desk.contradictions() == []


@pytest.mark.parametrize("sells_out", [True, False])
async def test_a_sold_out_sale_stays_sold_out(stall: Stall, sells_out: bool) -> None:
    """The warehouse still has the mug, and keeps it until the sale is over; even if it sells without end."""
    of_mug = tables.variants.c.id == stall.mug.variant_id
    levels = tables.stock_levels.c.variant_id == stall.mug.variant_id
    await stall.desk.change(
        sa.update(tables.variants).where(of_mug).values(sells_out=sells_out),
        sa.update(tables.stock_levels).where(levels).values(sells_out=sells_out),
    )
    sale_id = await stall.plan(2)
    await stall.buy(2)
    assert await stall.told() == [AvailabilityChanged((stall.mug.product_id,))]
    assert not (await stall.shown()).available_for_sale
    with pytest.raises(Refused, match="OUT_OF_STOCK"):
        await stall.buy()
    assert await stall.stock() == ((8, 0, 0), (0, 0, 2))
    await stall.pass_time(sale_id, ends_in=0)
    assert await stall.minor(await stall.buy()) == 1_000
    assert await stall.stock() == ((7, 0, 1), (0, 0, 2))


async def test_nothing_is_sold_from_a_sale_that_is_over(stall: Stall) -> None:
    """The clock ends it, before any worker has returned the remaining units."""
    sale_id = await stall.plan(4)
    await stall.pass_time(sale_id, ends_in=0)
    variant = await stall.shown()
    assert (variant.price, variant.available, variant.flash) == (Money(1_000, "GBP"), 6, None)
    with pytest.raises(Refused, match="OUT_OF_STOCK"):
        await stall.buy(7)
    await stall.buy(6)
    assert await stall.stock() == ((0, 0, 6), (4, 0, 0))


async def test_start_and_end_are_told_once_and_the_rest_goes_back(stall: Stall) -> None:
    """This holds however many workers sweep at once, and however often."""
    sale_id = await stall.plan(4, starts_in=600)
    product = (stall.mug.product_id,)
    await stall.sweep.turn()
    assert await stall.told() == []
    await stall.pass_time(sale_id, starts_in=0, ends_in=600)
    await asyncio.gather(*(stall.sweep.turn() for _ in range(4)))
    assert await stall.told() == [FlashSaleStarted(sale_id, product)]
    await stall.buy(1)
    await stall.pass_time(sale_id, ends_in=0)
    await asyncio.gather(*(stall.sweep.turn() for _ in range(4)))
    await stall.sweep.turn()
    assert await stall.told() == [FlashSaleEnded(sale_id, product)]
    assert await stall.stock() == ((9, 0, 0), (0, 0, 1))
    assert await stall.desk.contradictions() == []


async def test_a_sale_that_nobody_swept_while_it_was_live_is_told_whole(stall: Stall) -> None:
    """The event of its start comes before that of its end."""
    sale_id = await stall.plan(4)
    await stall.pass_time(sale_id, ends_in=0)
    await stall.sweep.turn()
    product = (stall.mug.product_id,)
    assert await stall.told() == [FlashSaleStarted(sale_id, product), FlashSaleEnded(sale_id, product)]


@pytest.mark.parametrize("is_swept", [True, False])
async def test_units_held_at_the_end_come_back_to_the_warehouse(stall: Stall, is_swept: bool) -> None:
    """This holds whether the hold ends before or after the sweep."""
    sale_id = await stall.plan(4)
    held = await stall.buy(3, token="lost")
    assert await stall.stock() == ((6, 0, 0), (1, 3, 0))
    await stall.pass_time(sale_id, ends_in=0)
    if is_swept:
        await stall.sweep.turn()
        assert await stall.stock() == ((7, 0, 0), (0, 3, 0))
    past = sa.update(tables.orders).where(tables.orders.c.id == held)
    await stall.desk.change(past.values(hold_expires_at=tables.orders.c.created_at))
    assert await stall.desk.orders.expire(held)
    await stall.sweep.turn()
    assert await stall.stock() == ((10, 0, 0), (0, 0, 0))
    assert await stall.desk.contradictions() == []


async def test_units_held_while_a_sale_is_live_come_back_to_it(stall: Stall) -> None:
    """The sale was sold out, and an event announces that it is available again."""
    await stall.plan(2)
    held = await stall.buy(2, token="lost")
    await stall.told()
    await stall.desk.life.cancel(stall.desk.staff, held, CANCEL)
    assert await stall.stock() == ((8, 0, 0), (2, 0, 0))
    assert await stall.told() == [AvailabilityChanged((stall.mug.product_id,))]
    assert await stall.desk.contradictions() == []


async def test_units_refunded_after_the_end_go_to_the_warehouse(stall: Stall) -> None:
    """They return in parts, and the buyer gets the paid price back."""
    sale_id = await stall.plan(4)
    order_id = await stall.buy(3)
    await stall.pass_time(sale_id, ends_in=0)
    await stall.sweep.turn()
    for units, left in ((1, ((8, 0, 0), (0, 0, 2))), (2, ((10, 0, 0), (0, 0, 0)))):
        line = RefundedLine(0, units, RestockType.CANCEL)
        await stall.desk.life.refund(stall.desk.staff, order_id, RefundOrder(None, None, (line,)))
        assert await stall.stock() == left
    assert sum(stall.desk.till.refunds.values()) == 1_800
    assert await stall.desk.contradictions() == []


async def test_a_live_sale_that_is_cancelled_gives_back_at_once(stall: Stall) -> None:
    """It needs no worker, orders keep their units, and a second cancellation is refused."""
    sale_id = await stall.plan(4)
    await stall.buy(1)
    await stall.told()
    await stall.sales.cancel(stall.planner, sale_id)
    assert await stall.stock() == ((9, 0, 0), (0, 0, 1))
    product = (stall.mug.product_id,)
    assert await stall.told() == [FlashSaleStarted(sale_id, product), FlashSaleEnded(sale_id, product)]
    assert (await stall.shown()).price == Money(1_000, "GBP")
    with pytest.raises(Refused, match="FLASH_SALE_OVER"):
        await stall.sales.cancel(stall.planner, sale_id)
    await stall.sweep.turn()
    assert await stall.told() == []
    assert await stall.desk.contradictions() == []


async def test_each_territory_pays_in_its_own_currency(stall: Stall) -> None:
    """The price of the sale is converted as other prices are."""
    sale_id = await stall.plan(4)
    dear = replace(US, rate=US.rate * 2)
    (items,) = await stall.reads.items_by_sale([sale_id], dear)
    assert [(item.price, item.units, item.units_left) for item in items] == [(Money(1_200, "USD"), 4, 4)]
    variant = await stall.shown(dear)
    assert (variant.price, variant.compare_at) == (Money(1_200, "USD"), Money(2_000, "USD"))


@pytest.mark.slow
async def test_buyers_of_a_sale_that_is_cancelled_meanwhile(stall: Stall) -> None:
    """Each pays the price of the source of the units, and no unit is lost between sale and warehouse."""
    sale_id = await stall.plan(5)

    async def buy(number: int) -> int:
        if number == 10:
            return await stall.sales.cancel(stall.planner, sale_id)
        try:
            return await stall.minor(await stall.buy())
        except Refused as refused:
            # A buyer with a quote at the sale price never pays the regular price.
            assert refused.refusals[0].code in ("OUT_OF_STOCK", "PRICE_CHANGED")
            return 0

    paid = Counter(await asyncio.gather(*(buy(number) for number in range(21))))
    (here, apart) = await stall.stock()
    assert sum(here) + sum(apart) == 10
    assert apart == (0, 0, paid[600])
    assert here == (10 - paid[600] - paid[1_000], 0, paid[1_000])
    assert await stall.desk.contradictions() == []


class NoContents:
    """A store that discards the content of products."""

    async def products(self, ids: Sequence[int]) -> list[ProductContent]:
        """Nothing is kept."""
        return [ProductContent(key) for key in ids]

    async def put_products(self, contents: Mapping[int, ProductContent]) -> None:
        """Discards them."""


async def test_an_import_leaves_the_units_of_a_sale_alone(stall: Stall) -> None:
    """They sell out even though the mug now sells without end."""
    await stall.plan(2)
    blue, red = (VariantDraft(None, (name,), 1_000, continues=True) for name in ("Blue", "Red"))
    draft = ProductDraft(stall.mug.handle, "Mug", "Acme", "Mugs", ProductStatus.ACTIVE, ("Title",), (blue, red))
    await ProductWriter(stall.desk.database, NoContents(), TERRITORIES).write([draft])
    rows = [row for row in await stall.desk.rows(tables.stock_levels) if row.variant_id == stall.mug.variant_id]
    assert [(row.available, row.sells_out) for row in rows] == [(8, False), (2, True)]


async def test_territories_see_the_same_units(stall: Stall) -> None:
    """One pool serves all, whatever warehouses serve them."""
    await stall.plan(4)
    await stall.desk.buy((stall.mug.variant_id, 2), where=US, email="ada@example.com")
    await stall.desk.buy((stall.mug.variant_id, 2), where=GB, email="bob@example.com")
    assert await stall.stock() == ((6, 0, 0), (0, 0, 4))
