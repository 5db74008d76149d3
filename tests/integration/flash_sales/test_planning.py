"""Flash sales planned, moved and called off by staff."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from datasources import tables
from domain.accounts import ANONYMOUS, Viewer
from domain.events import AvailabilityChanged
from domain.flash_sales import FlashSaleChanges, FlashSaleStatus
from domain.kit.refusals import AccessDenied, Refused
from tests.kit.flash_sales import Stall
from tests.kit.order_desk import code


async def test_a_sale_that_is_cancelled_before_it_starts_never_was(stall: Stall) -> None:
    """There is no event of a start or an end, only one that units are back."""
    sale_id = await stall.plan(4, starts_in=600)
    await stall.sales.cancel(stall.planner, sale_id)
    await stall.sweep.turn()
    assert await stall.told() == [AvailabilityChanged((stall.mug.product_id,))]
    assert await stall.stock() == ((10, 0, 0), (0, 0, 0))
    await stall.plan(10)  # at the same time


async def test_sales_planned_at_once_never_overlap(stall: Stall) -> None:
    """Of six for the same hour one is planned; one for the hour after it does not overlap."""
    tries = await asyncio.gather(*(stall.plan(1) for _ in range(6)), return_exceptions=True)
    assert sorted(map(code, tries)) == [""] + ["FLASH_SALE_OVERLAPS"] * 5
    assert await stall.stock() == ((9, 0, 0), (1, 0, 0))
    await stall.plan(1, starts_in=3_600, ends_in=7_200)
    assert await stall.desk.contradictions() == []


async def test_what_the_warehouse_has_not_is_not_promised(stall: Stall) -> None:
    """A refused sale leaves no trace; a variant that is made to order has a limit, too."""
    with pytest.raises(Refused, match="NOT_ENOUGH_STOCK"):
        await stall.plan(11)
    assert await stall.stock() == ((10, 0, 0), (0, 0, 0))
    assert await stall.desk.rows(tables.flash_sales) == []
    assert len(await stall.desk.rows(tables.locations)) == 1


async def test_the_end_of_a_sale_is_moved(stall: Stall) -> None:
    """Earlier and later, never into another sale, and not when it is over."""
    sale_id = await stall.plan(2)
    later = await stall.plan(2, starts_in=7_200, ends_in=10_800)

    async def end(seconds: int, which: int = sale_id) -> None:
        ends_at = datetime.now(UTC) + timedelta(seconds=seconds)
        await stall.sales.update(stall.planner, which, FlashSaleChanges("Mugs", ends_at))

    await end(60)
    await end(7_000)
    for seconds, why in ((8_000, "FLASH_SALE_OVERLAPS"), (-1, "INVALID"), (86_400 * 32, "INVALID")):
        with pytest.raises(Refused, match=why):
            await end(seconds)
    (sale,) = await stall.reads.by_id([sale_id])
    assert sale is not None
    assert (sale.title, sale.status) == ("Mugs", FlashSaleStatus.LIVE)
    assert timedelta(seconds=6_900) < sale.ends_at - datetime.now(UTC) < timedelta(seconds=7_001)
    await stall.pass_time(sale_id, ends_in=0)
    with pytest.raises(Refused, match="FLASH_SALE_OVER"):
        await end(60)
    await end(10_000, later)


async def test_a_sale_extended_at_its_last_moment_is_not_given_back(stall: Stall) -> None:
    """The sweep that saw its end waits for the change, and finds it live."""
    sale_id = await stall.plan(4)
    await stall.pass_time(sale_id, ends_in=0)
    due = await stall.reads.due(10)
    await stall.pass_time(sale_id, ends_in=600)
    for each in due:
        await stall.sales.settle(each)
    assert due == [sale_id]
    assert await stall.stock() == ((6, 0, 0), (4, 0, 0))


async def test_only_staff_with_the_permission_plans_sales(stall: Stall) -> None:
    """Nobody else, not even staff for orders."""
    sale_id = await stall.plan(1)
    for viewer in (ANONYMOUS, stall.desk.staff, Viewer(stall.desk.staff.customer_id)):
        with pytest.raises(AccessDenied):
            await stall.sales.cancel(viewer, sale_id)
    assert await stall.stock() == ((9, 0, 0), (1, 0, 0))
