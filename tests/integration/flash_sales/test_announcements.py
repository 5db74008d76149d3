"""When shoppers may see planned sales, on every relational store; also those that an older version planned."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bff.stores.migrate import migrate_relational
from datasources.flash_sales.sales import FlashSales
from datasources.kit.database import Database, Tx
from domain.kit.paging import PageRequest
from services.kit.clock import utc_now
from tests.kit.flash_sales import Stall
from tests.kit.order_desk import TERRITORIES

_OLDER = """INSERT INTO flash_sales (id, title, starts_at, ends_at, location_id, created_at)
  VALUES (1, 'Older', :starts_at, :ends_at, 9, :created_at)"""
_PLACE = "INSERT INTO locations (id, name, kind, created_at) VALUES (9, 'Older', 'FLASH_SALE', :created_at)"


async def _listed(reads: FlashSales, *, only_public: bool = True) -> list[int]:
    page = await reads.open_page(PageRequest(9), reverse=False, only_public=only_public)
    assert all(sale.is_public for sale in page.items) or not only_public
    return [sale.id for sale in page.items]


async def test_shoppers_see_a_sale_from_its_announcement_or_else_from_its_start(stall: Stall) -> None:
    """By the database's clock, the same in a list and by id."""
    announced = await stall.plan(1, starts_in=3_600, ends_in=5_400, announced_in=600)
    silent = await stall.plan(1, starts_in=7_200, ends_in=9_000, announced_in=None)
    assert await _listed(stall.reads) == []
    assert await _listed(stall.reads, only_public=False) == [announced, silent]
    await stall.announce(announced)
    assert await _listed(stall.reads) == [announced]
    await stall.pass_time(silent, starts_in=-1, ends_in=60)
    assert await _listed(stall.reads) == [silent, announced]
    public = [sale is not None and sale.is_public for sale in await stall.reads.by_id([announced, silent])]
    assert public == [True, True]


@pytest.mark.slow
async def test_sales_of_an_older_version_stay_public(empty_relational_url: str) -> None:
    """Shoppers have seen them. What that version plans while this one starts beside it is secret until its start."""
    await migrate_relational(empty_relational_url, "0016")
    database = Database(empty_relational_url, deadline=60)
    now = utc_now().replace(tzinfo=None)
    row = {"starts_at": now + timedelta(hours=1), "ends_at": now + timedelta(hours=2), "created_at": now}

    async def plan(tx: Tx) -> None:
        await tx.run(sa.text(_PLACE).bindparams(created_at=now))
        await tx.run(sa.text(_OLDER).bindparams(**row))

    await database.transact(plan)
    await migrate_relational(empty_relational_url)
    reads = FlashSales(database, TERRITORIES)
    assert await _listed(reads) == [1]
    (sale,) = await reads.by_id([1])
    assert sale is not None
    assert (sale.is_public, await reads.due(9)) == (True, [])
    await database.close()
