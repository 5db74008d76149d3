"""What pages show of flash sales, on every relational store."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from datasources.flash_sales.listings import ShownSales
from datasources.kit.database import Database
from domain.events import FlashSaleChanged
from domain.flash_sales import NewFlashSale, NewFlashSaleItem
from domain.homepage.sales import Sale, SaleItem
from domain.inventory import DEFAULT_LOCATION
from domain.kit.money import Money
from domain.territories.markets import Territories, Territory
from tests.kit.events import taken_events
from tests.kit.factories.catalog import add_product
from tests.kit.flash_sales import Stall, open_stall
from tests.kit.order_desk import GB

US = Territory("US", "United States", "USD", rate=Decimal("1.5"))


@pytest.fixture
async def stall(relational_url: str) -> AsyncIterator[Stall]:
    """A stall on each relational store."""
    database = Database(relational_url, deadline=60)
    yield await open_stall(database)
    await database.close()


async def shown(stall: Stall, sale_id: int | None, territory: Territory = GB) -> Sale | None:
    """What pages of a territory are given."""
    return await ShownSales(stall.desk.database, Territories((GB, US))).sale(sale_id, territory)


async def test_pages_show_the_live_sale_else_the_next(stall: Stall) -> None:
    """By the database's clock; a sale that is over or was called off is not shown, even where it is named."""
    assert await shown(stall, None) is None
    other = await stall.desk.database.transact(add_product)
    later = await stall.plan(1, starts_in=7_200, ends_in=9_000, variant_id=other.variant_id)
    soon = await stall.plan(1, starts_in=3_600, ends_in=5_400)

    async def first() -> int | None:
        sale = await shown(stall, None)
        return None if sale is None else sale.id

    assert await first() == soon
    await stall.pass_time(later, starts_in=-10, ends_in=600)
    assert await first() == later
    await stall.pass_time(later, ends_in=0)
    assert await first() == soon
    assert await shown(stall, later) is None
    await stall.sales.cancel(stall.planner, soon)
    assert await first() is None
    assert await shown(stall, soon) is None


async def test_pages_show_no_sale_before_its_announcement(stall: Stall) -> None:
    """Neither by its name nor as the next one, after which the next announced one comes first."""
    other = await stall.desk.database.transact(add_product)
    secret = await stall.plan(1, starts_in=3_600, ends_in=5_400, announced_in=1_800)
    silent = await stall.plan(1, starts_in=5_400, ends_in=5_500, announced_in=None)
    known = await stall.plan(1, starts_in=7_200, ends_in=9_000, variant_id=other.variant_id)

    async def first() -> int | None:
        sale = await shown(stall, None)
        return None if sale is None else sale.id

    assert await first() == known
    assert [await shown(stall, sale_id) for sale_id in (secret, silent)] == [None, None]
    await stall.announce(secret)
    assert await first() == secret
    await stall.pass_time(silent, starts_in=-1, ends_in=60)
    assert await first() == silent


async def test_an_announcement_changes_pages_once(stall: Stall) -> None:
    """Those that shoppers may see at once were announced by their plan."""
    await stall.plan(1)
    later = await stall.plan(1, starts_in=7_200, ends_in=9_000, announced_in=3_600)
    await stall.sweep.turn()
    await stall.announce(later)
    for _ in range(2):
        await stall.sweep.turn()
    events = await taken_events(stall.desk.database)
    assert [event.sale_id for event in events if isinstance(event, FlashSaleChanged)] == [later]


async def test_a_product_has_its_lowest_price_and_the_units_of_all_its_variants(stall: Stall) -> None:
    """In the currency of the territory; units bought in the sale no longer count as left."""
    tee = await stall.desk.database.transact(lambda tx: add_product(tx, variants=("S", "M")))
    items = [(tee.variant_ids[0], "8.00", 3), (tee.variant_ids[1], "7.00", 2), (stall.mug.variant_id, "6.00", 4)]
    now = datetime.now(UTC)
    plan = NewFlashSale(
        "Midnight",
        now - timedelta(seconds=60),
        now + timedelta(hours=1),
        tuple(NewFlashSaleItem(variant_id, price, units, None, DEFAULT_LOCATION) for variant_id, price, units in items),
    )
    sale_id = await stall.sales.create(stall.planner, plan)
    await stall.buy(3)
    sale = await shown(stall, sale_id)
    assert sale is not None
    assert (sale.id, sale.title, sale.ends_at) == (sale_id, "Midnight", plan.ends_at)
    assert {item.product_id: item for item in sale.items} == {
        tee.product_id: SaleItem(tee.product_id, Money(700, "GBP"), 5),
        stall.mug.product_id: SaleItem(stall.mug.product_id, Money(600, "GBP"), 1),
    }
    abroad = await shown(stall, sale_id, US)
    assert abroad is not None
    assert {item.product_id: item.price for item in abroad.items} == {
        tee.product_id: Money(1_050, "USD"),
        stall.mug.product_id: Money(900, "USD"),
    }
