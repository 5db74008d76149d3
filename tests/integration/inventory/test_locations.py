"""Stock in several warehouses: where orders take it from and return it to, on every relational store."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.catalog.reads import Catalog
from datasources.inventory.locations import Locations
from datasources.kit.database import Database
from domain.accounts import Permission, Viewer
from domain.events import AvailabilityChanged
from domain.inventory import (
    DEFAULT_LOCATION,
    AdjustQuantities,
    LocationChanges,
    LocationPriority,
    MoveQuantities,
    UnitsMoved,
)
from domain.kit.refusals import Refused
from domain.orders.after_payment import RefundedLine, RestockType
from domain.orders.commands import CancelOrder, CancelReason, RefundOrder
from services.inventory.levels import InventoryService
from services.inventory.locations import LocationService
from services.orders.payment_outcomes import OrderService
from tests.kit.events import taken_events
from tests.kit.factories.accounts import add_customer
from tests.kit.factories.catalog import Added
from tests.kit.order_desk import GB, TERRITORIES, US, Desk

CANCEL = CancelOrder(CancelReason.CUSTOMER, restock=True, refund=True)


class Depot:
    """Two warehouses with stock of a mug: the main one with ten units, and a near one that serves GB first."""

    def __init__(self, desk: Desk, mug: Added, near: int, keeper: Viewer) -> None:
        self.desk, self.mug, self.near, self.keeper = desk, mug, near, keeper
        self.stock = InventoryService(desk.database)
        self.locations = LocationService(desk.database, TERRITORIES)

    async def deliver(self, units: int, variant_id: int | None = None) -> None:
        """Puts units into the near warehouse."""
        change = ((variant_id or self.mug.variant_id, self.near), units)
        await self.stock.adjust(self.keeper, AdjustQuantities((change,), "delivery"))

    async def levels(self) -> dict[int, tuple[int, int, int]]:
        """Available, reserved and sold units of the mug by location."""
        level = tables.stock_levels.c
        rows = await self.desk.database.all(
            sa.select(tables.stock_levels).where(level.variant_id == self.mug.variant_id)
        )
        return {row.location_id: (row.available, row.reserved, row.sold) for row in rows}

    async def available(self) -> int:
        """Units of the mug as shoppers see them."""
        (variant,) = await Catalog(self.desk.database, TERRITORIES).variants.by_id([self.mug.variant_id], GB)
        assert variant is not None
        return variant.available

    async def came_back(self) -> list[tuple[int, ...]]:
        """Products of the unpublished availability events; deletes these events."""
        events = await taken_events(self.desk.database)
        return [event.product_ids for event in events if isinstance(event, AvailabilityChanged)]


@pytest.fixture
async def database(relational_url: str) -> AsyncIterator[Database]:
    """Long timeouts: many buyers on a slow machine wait longer for connections than one request would."""
    database = Database(relational_url, deadline=60)
    yield database
    await database.close()


@pytest.fixture
async def depot(database: Database) -> Depot:
    """A depot on each relational store."""
    desk = Desk(database)
    mug = await desk.open()
    granted = (Permission.INVENTORY,)
    keeper_id = await database.transact(lambda tx: add_customer(tx, permissions=granted))
    keeper = Viewer(keeper_id, permissions=frozenset(granted))
    near = await LocationService(database, TERRITORIES).add(keeper, "Leeds", (LocationPriority("GB", 0),))
    return Depot(desk, mug, near, keeper)


async def test_each_territory_is_served_by_its_own_warehouse_first(depot: Depot) -> None:
    """The same mug leaves Leeds for a buyer in GB, and the main warehouse for one in the US."""
    await depot.deliver(5)
    assert await depot.available() == 15
    await depot.desk.buy((depot.mug.variant_id, 2), where=GB)
    await depot.desk.buy((depot.mug.variant_id, 3), where=US)
    assert await depot.levels() == {DEFAULT_LOCATION: (7, 0, 3), depot.near: (3, 0, 2)}
    assert await depot.available() == 10
    assert await depot.desk.contradictions() == []


async def test_an_order_is_split_when_one_warehouse_has_too_few(depot: Depot) -> None:
    """The next warehouse provides the missing units; an order above the total is refused and takes nothing."""
    await depot.deliver(3)
    with pytest.raises(Refused, match="OUT_OF_STOCK"):
        await depot.desk.buy((depot.mug.variant_id, 14))
    assert await depot.levels() == {DEFAULT_LOCATION: (10, 0, 0), depot.near: (3, 0, 0)}
    await depot.desk.buy((depot.mug.variant_id, 13))
    assert await depot.levels() == {DEFAULT_LOCATION: (0, 0, 10), depot.near: (0, 0, 3)}
    assert await depot.available() == 0
    assert await depot.desk.contradictions() == []


async def test_a_held_order_gives_its_units_back_where_they_were(depot: Depot) -> None:
    """A split order that is cancelled unpaid restores both warehouses; one event announces the mug as available."""
    await depot.deliver(3)
    held = await depot.desk.buy((depot.mug.variant_id, 13), token="lost")
    assert await depot.levels() == {DEFAULT_LOCATION: (0, 10, 0), depot.near: (0, 3, 0)}
    await depot.came_back()
    await depot.desk.life.cancel(depot.desk.staff, held, CANCEL)
    assert await depot.levels() == {DEFAULT_LOCATION: (10, 0, 0), depot.near: (3, 0, 0)}
    assert await depot.came_back() == [(depot.mug.product_id,)]
    assert await depot.desk.contradictions() == []


async def test_units_of_one_warehouse_coming_back_are_no_news_while_another_sells(depot: Depot) -> None:
    """An event announces a product only if it was unavailable before."""
    await depot.deliver(3)
    held = await depot.desk.buy((depot.mug.variant_id, 3), token="lost")
    await depot.came_back()
    await depot.desk.life.cancel(depot.desk.staff, held, CANCEL)
    assert await depot.came_back() == []


async def test_refunded_units_go_back_where_they_were_sold_from(depot: Depot) -> None:
    """Over several partial refunds, no warehouse gets more than it sold."""
    await depot.deliver(2)
    order_id = await depot.desk.buy((depot.mug.variant_id, 5))
    assert await depot.levels() == {DEFAULT_LOCATION: (7, 0, 3), depot.near: (0, 0, 2)}
    seen = []
    for units in (1, 3, 1):
        line = RefundedLine(0, units, RestockType.CANCEL)
        await depot.desk.life.refund(depot.desk.staff, order_id, RefundOrder(None, None, (line,)))
        seen.append(await depot.levels())
    assert seen == [
        {DEFAULT_LOCATION: (8, 0, 2), depot.near: (0, 0, 2)},
        {DEFAULT_LOCATION: (10, 0, 0), depot.near: (1, 0, 1)},
        {DEFAULT_LOCATION: (10, 0, 0), depot.near: (2, 0, 0)},
    ]
    assert await depot.desk.contradictions() == []


async def test_a_cancelled_paid_order_goes_back_whole(depot: Depot) -> None:
    """Both warehouses have their initial stock again."""
    await depot.deliver(2)
    order_id = await depot.desk.buy((depot.mug.variant_id, 5), (depot.mug.variant_ids[1], 1))
    await depot.desk.life.cancel(depot.desk.staff, order_id, CANCEL)
    assert await depot.levels() == {DEFAULT_LOCATION: (10, 0, 0), depot.near: (2, 0, 0)}
    assert await depot.desk.contradictions() == []


async def test_transfers_keep_the_sum(depot: Depot) -> None:
    """Units that leave one warehouse reach the other; missing units cannot leave."""
    moved = MoveQuantities((UnitsMoved(depot.mug.variant_id, DEFAULT_LOCATION, depot.near, 4),), "to Leeds")
    await depot.stock.move(depot.keeper, moved)
    assert await depot.levels() == {DEFAULT_LOCATION: (6, 0, 0), depot.near: (4, 0, 0)}
    too_many = MoveQuantities((UnitsMoved(depot.mug.variant_id, depot.near, DEFAULT_LOCATION, 5),), "back")
    with pytest.raises(Refused, match="NEGATIVE_QUANTITY"):
        await depot.stock.move(depot.keeper, too_many)
    assert await depot.levels() == {DEFAULT_LOCATION: (6, 0, 0), depot.near: (4, 0, 0)}
    assert await depot.available() == 10
    assert await depot.desk.contradictions() == []


async def test_deliveries_at_once_open_one_level(depot: Depot) -> None:
    """Eight first deliveries to a warehouse add up in one row."""
    await asyncio.gather(*(depot.deliver(1) for _ in range(8)))
    assert await depot.levels() == {DEFAULT_LOCATION: (10, 0, 0), depot.near: (8, 0, 0)}
    assert await depot.desk.contradictions() == []


@pytest.mark.slow
async def test_buyers_of_two_territories_never_oversell_two_warehouses(depot: Depot) -> None:
    """Forty buyers want two units each of sixteen, while units move to and fro and unpaid orders end."""
    await depot.deliver(6)
    variant_id = depot.mug.variant_id

    async def buy(number: int) -> str:
        token = "lost" if number % 5 == 0 else "CAPTURED"
        try:
            order_id = await depot.desk.buy((variant_id, 2), token=token, where=GB if number % 2 else US)
        except Refused as refused:
            return refused.refusals[0].code
        if token == "lost":
            await depot.desk.life.cancel(depot.desk.staff, order_id, CANCEL)
        return token

    async def move() -> None:
        for origin, destination in ((depot.near, DEFAULT_LOCATION), (DEFAULT_LOCATION, depot.near)):
            change = UnitsMoved(variant_id, origin, destination, 1)
            try:
                await depot.stock.move(depot.keeper, MoveQuantities((change,), "to and fro"))
            except Refused as refused:
                assert refused.refusals[0].code == "NEGATIVE_QUANTITY"

    outcomes = await asyncio.gather(*(buy(number) for number in range(40)), move(), move())
    told = Counter(outcome for outcome in outcomes if outcome is not None)
    levels = await depot.levels()
    assert sum(map(sum, levels.values())) == 16
    assert sum(sold for _, _, sold in levels.values()) == 2 * told["CAPTURED"]
    assert sum(reserved for _, reserved, _ in levels.values()) == 0
    assert set(told) <= {"CAPTURED", "lost", "OUT_OF_STOCK"}
    assert await depot.desk.contradictions() == []


async def test_what_never_sells_out_is_taken_below_zero_where_it_is_served_first(depot: Depot) -> None:
    """Made to order: the first warehouse of the territory goes below zero."""
    endless = tables.stock_levels.c.variant_id == depot.mug.variant_id
    await depot.desk.change(
        sa.update(tables.variants).where(tables.variants.c.id == depot.mug.variant_id).values(sells_out=False),
        sa.update(tables.stock_levels).where(endless).values(sells_out=False),
    )
    await depot.deliver(1)
    await depot.desk.buy((depot.mug.variant_id, 20))
    assert await depot.levels() == {DEFAULT_LOCATION: (0, 0, 10), depot.near: (-9, 0, 10)}
    assert await depot.desk.contradictions() == []


async def test_a_warehouse_changes_its_priorities_as_a_whole(depot: Depot) -> None:
    """A change of the name keeps them; given priorities replace all."""
    reads = Locations(depot.desk.database)
    await depot.locations.edit(depot.keeper, depot.near, LocationChanges(name="York"))
    await depot.locations.edit(depot.keeper, DEFAULT_LOCATION, LocationChanges(priorities=(LocationPriority("GB", 5),)))
    (near, main) = await reads.by_id([depot.near, DEFAULT_LOCATION])
    assert near is not None and main is not None
    assert (near.name, near.priorities) == ("York", (LocationPriority("GB", 0),))
    assert (main.name, main.priorities) == ("Main warehouse", (LocationPriority("GB", 5),))
    await depot.locations.edit(depot.keeper, depot.near, LocationChanges(priorities=(LocationPriority("US", 0),)))
    await depot.deliver(1)
    await depot.desk.buy((depot.mug.variant_id, 1), where=GB)
    await depot.desk.buy((depot.mug.variant_id, 1), where=US)
    assert await depot.levels() == {DEFAULT_LOCATION: (9, 0, 1), depot.near: (0, 0, 1)}


async def test_holds_that_expire_go_back_to_their_warehouses(depot: Depot) -> None:
    """An order that ends by the clock returns its units like any other."""
    await depot.deliver(1)
    held = await depot.desk.buy((depot.mug.variant_id, 2), token="lost")
    past = sa.update(tables.orders).where(tables.orders.c.id == held)
    await depot.desk.change(past.values(hold_expires_at=tables.orders.c.created_at))
    assert await OrderService(depot.desk.database).expire(held)
    assert await depot.levels() == {DEFAULT_LOCATION: (10, 0, 0), depot.near: (1, 0, 0)}
