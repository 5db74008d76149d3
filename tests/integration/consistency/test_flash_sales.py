"""The reconciler sees flash sales whose units are not where they should be, on every relational store."""

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.kit.database import Database
from datasources.kit.rows import seconds_from_now
from tests.kit.flash_sales import Stall, open_stall


@pytest.fixture
async def stall(database: Database) -> Stall:
    """A stall with one sale that lives."""
    return await open_stall(database)


async def test_sales_in_order_have_nothing_to_tell(stall: Stall) -> None:
    """Live with units held and sold, over, cancelled and still to come."""
    over = await stall.plan(3)
    await stall.buy(1)
    await stall.pass_time(over, ends_in=-3_600)
    await stall.sweep.turn()
    await stall.sales.cancel(stall.planner, await stall.plan(1, starts_in=600))
    await stall.plan(3)
    await stall.buy(1)
    await stall.buy(1, token="lost")
    await stall.plan(1, starts_in=7_200, ends_in=9_000)
    assert await stall.desk.contradictions() == []


async def test_units_that_are_not_those_set_apart(stall: Stall) -> None:
    """The units of a sale are for sale, held, sold or given back."""
    sale_id = await stall.plan(4)
    await stall.desk.change(sa.update(tables.flash_sale_items).values(units=5))
    assert await stall.desk.contradictions() == [
        f"Flash sale {sale_id} set 5 units of variant {stall.mug.variant_id} apart, but 4 are at its location and "
        "0 were given back."
    ]
    await stall.pass_time(sale_id, ends_in=0)
    await stall.sweep.turn()
    assert await stall.desk.contradictions() == [
        f"Flash sale {sale_id} set 5 units of variant {stall.mug.variant_id} apart, but 0 are at its location and "
        "4 were given back."
    ]


@pytest.mark.slow
async def test_units_that_nobody_gave_back(stall: Stall) -> None:
    """A minute after a sale is over, in time or cancelled, nothing is left of it."""
    ended, cancelled = await stall.plan(4), await stall.plan(1, variant_id=stall.mug.variant_ids[1])
    sale, past = tables.flash_sales, seconds_from_now(stall.desk.database.dialect, -90)
    await stall.pass_time(ended, ends_in=-30)
    assert await stall.desk.contradictions() == []
    await stall.pass_time(ended, ends_in=-90)
    await stall.desk.change(sa.update(sale).where(sale.c.id == cancelled).values(cancelled_at=past))
    assert await stall.desk.contradictions() == [
        f"Flash sale {ended} is over, but 4 units of variant {stall.mug.variant_id} were not given back.",
        f"Flash sale {cancelled} is over, but 1 units of variant {stall.mug.variant_ids[1]} were not given back.",
    ]
    await stall.sweep.turn()
    assert await stall.desk.contradictions() == []


async def test_a_variant_in_two_sales_at_once(stall: Stall) -> None:
    """Its price and units would be those of either."""
    one = await stall.plan(1)
    other = await stall.plan(1, starts_in=7_200, ends_in=9_000)
    await stall.pass_time(other, starts_in=-5, ends_in=60)
    assert await stall.desk.contradictions() == [
        f"Variant {stall.mug.variant_id} is in flash sales {one} and {other} at the same time."
    ]
    await stall.sales.cancel(stall.planner, other)
    assert await stall.desk.contradictions() == []
