"""A stall with flash sales over one database: time passes by moving windows; the database keeps its clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from datasources import tables
from datasources.catalog.reads import Catalog
from datasources.flash_sales.sales import FlashSales
from datasources.kit.database import Database
from datasources.kit.rows import seconds_from_now
from domain.accounts import Permission, Viewer
from domain.catalog.records import Variant
from domain.events import AvailabilityChanged, Event, FlashSaleEnded, FlashSaleStarted
from domain.flash_sales import NewFlashSale, NewFlashSaleItem
from domain.inventory import DEFAULT_LOCATION
from domain.kit.ids import new_secret
from domain.territories.markets import Territory
from services.flash_sales.planning import FlashSaleService
from tests.kit.events import taken_events
from tests.kit.factories.accounts import add_customer
from tests.kit.factories.catalog import Added
from tests.kit.order_desk import GB, TERRITORIES, Desk
from workers.flash_sales import FlashSaleSweep

Counts = tuple[int, int, int]


class Stall:
    """A mug at 10.00 GBP, ten in the warehouse, and a member of staff who plans sales of it."""

    def __init__(self, desk: Desk, mug: Added, planner: Viewer) -> None:
        self.desk, self.mug, self.planner = desk, mug, planner
        self.sales = FlashSaleService(desk.database, "GBP")
        self.reads = FlashSales(desk.database, TERRITORIES)
        self.sweep = FlashSaleSweep(self.reads, self.sales)

    async def plan(
        self,
        units: int = 4,
        price: str = "6.00",
        *,
        starts_in: int = -60,
        ends_in: int = 3_600,
        announced_in: int | None = -60,
        variant_id: int = 0,
    ) -> int:
        """A sale of the mug, live and announced by default; its events so far are deleted."""
        item = NewFlashSaleItem(variant_id or self.mug.variant_id, price, units, 9, DEFAULT_LOCATION)
        now = datetime.now(UTC)
        starts_at, ends_at = (now + timedelta(seconds=seconds) for seconds in (starts_in, ends_in))
        announced_at = None if announced_in is None else now + timedelta(seconds=min(announced_in, starts_in))
        new = NewFlashSale("Hour of mugs", starts_at, ends_at, (item,), announced_at)
        sale_id = await self.sales.create(self.planner, new)
        await self.told()
        return sale_id

    async def pass_time(self, sale_id: int, *, starts_in: int = -7_200, ends_in: int) -> None:
        """Moves the window of a sale as if time had passed."""
        sale, dialect = tables.flash_sales, self.desk.database.dialect
        window = {
            "starts_at": seconds_from_now(dialect, starts_in),
            "ends_at": seconds_from_now(dialect, ends_in),
        }
        await self.desk.change(sa.update(sale).where(sale.c.id == sale_id).values(window))

    async def announce(self, sale_id: int) -> None:
        """Lets the time of an announcement come."""
        sale, past = tables.flash_sales, seconds_from_now(self.desk.database.dialect, -1)
        await self.desk.change(sa.update(sale).where(sale.c.id == sale_id).values(announced_at=past))

    async def buy(self, units: int = 1, token: str = "CAPTURED") -> int:
        """An order of mugs."""
        return await self.desk.buy((self.mug.variant_id, units), token=token, email=f"{new_secret()}@example.com")

    async def minor(self, order_id: int) -> int:
        """What an order costs."""
        return (await self.desk.look(order_id)).order.total.minor

    async def shown(self, territory: Territory = GB) -> Variant:
        """The mug as shoppers see it."""
        (variant,) = await Catalog(self.desk.database, TERRITORIES).variants.by_id([self.mug.variant_id], territory)
        assert variant is not None
        return variant

    async def stock(self) -> tuple[Counts, Counts]:
        """Available, reserved and sold mugs: in the warehouse, and in all sales together."""
        level = tables.stock_levels.c
        rows = await self.desk.rows(tables.stock_levels)
        mine = [row for row in rows if row.variant_id == self.mug.variant_id]
        here = [row for row in mine if row.location_id == DEFAULT_LOCATION]
        apart = [row for row in mine if row.location_id != DEFAULT_LOCATION]
        names = (level.available.name, level.reserved.name, level.sold.name)
        warehouse, pools = (tuple(sum(getattr(row, name) for row in some) for name in names) for some in (here, apart))
        return _three(warehouse), _three(pools)

    async def told(self) -> list[Event]:
        """Events about sales and availability since the last call, in their order."""
        kinds = (AvailabilityChanged, FlashSaleStarted, FlashSaleEnded)
        return [event for event in await taken_events(self.desk.database) if isinstance(event, kinds)]


def _three(counts: Sequence[int]) -> Counts:
    available, reserved, sold = counts
    return available, reserved, sold


async def open_stall(database: Database, stock: int = 10) -> Stall:
    """The stall with its staff."""
    desk = Desk(database)
    mug = await desk.open(stock)
    granted = (Permission.FLASH_SALES,)
    planner = await database.transact(lambda tx: add_customer(tx, permissions=granted))
    return Stall(desk, mug, Viewer(planner, permissions=frozenset(granted)))
