"""Stock levels and their ledger on every relational backend."""

import asyncio

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.inventory import levels as inventory
from datasources.kit.database import Database, Tx
from domain.inventory import DEFAULT_LOCATION, Movement, StockLevel
from domain.kit.refusals import RefusalCode, Refused, refuse
from tests.kit.factories import catalog
from tests.kit.factories.catalog import NOW, at_main


async def _stocked(database: Database, stock: int, sells_out: bool = True, variants: int = 1) -> tuple[int, ...]:
    async def add(tx: Tx) -> tuple[int, ...]:
        names = [f"V{number}" for number in range(variants)]
        return (await catalog.add_product(tx, stock=stock, sells_out=sells_out, variants=names)).variant_ids

    return await database.transact(add)


async def _move(database: Database, kind: Movement, units: dict[int, int], order_id: int | None = None) -> None:
    async def move(tx: Tx) -> None:
        if await inventory.move(tx, kind, at_main(units), NOW, "test", "test", order_id) is not None:
            raise refuse(RefusalCode.OUT_OF_STOCK, "")

    await database.transact(move)


async def _level(database: Database, variant_id: int) -> StockLevel | None:
    return (await database.transact(lambda tx: inventory.levels(tx, [(variant_id, DEFAULT_LOCATION)])))[0]


async def _ledger(database: Database, variant_id: int) -> StockLevel:
    ledger = tables.stock_movements.c
    sums = sa.select(sa.func.sum(ledger.available), sa.func.sum(ledger.reserved), sa.func.sum(ledger.sold))
    row = await database.one(sums.where(ledger.variant_id == variant_id))
    assert row is not None
    return StockLevel(variant_id, DEFAULT_LOCATION, *(int(total) for total in row))


async def test_an_order_moves_units_from_available_to_reserved_to_sold(database: Database) -> None:
    """A reservation and its sale keep the sum of the three counters."""
    (variant,) = await _stocked(database, 10)
    await _move(database, Movement.RESERVATION, {variant: 4}, order_id=1)
    assert await _level(database, variant) == StockLevel(variant, DEFAULT_LOCATION, 6, 4, 0)
    await _move(database, Movement.SALE, {variant: 4}, order_id=1)
    assert await _level(database, variant) == StockLevel(variant, DEFAULT_LOCATION, 6, 0, 4)
    assert await _ledger(database, variant) == StockLevel(variant, DEFAULT_LOCATION, 6, 0, 4)


async def test_a_release_gives_reserved_units_back(database: Database) -> None:
    """After a release the level is what it was before the reservation."""
    (variant,) = await _stocked(database, 10)
    await _move(database, Movement.RESERVATION, {variant: 4}, order_id=1)
    await _move(database, Movement.RELEASE, {variant: 4}, order_id=1)
    assert await _level(database, variant) == StockLevel(variant, DEFAULT_LOCATION, 10, 0, 0)
    assert await _ledger(database, variant) == StockLevel(variant, DEFAULT_LOCATION, 10, 0, 0)


@pytest.mark.parametrize(
    ("kind", "count"), [(Movement.RESERVATION, 4), (Movement.ADJUSTMENT, -4), (Movement.SALE, 1), (Movement.RELEASE, 1)]
)
async def test_no_movement_takes_a_counter_below_zero(database: Database, kind: Movement, count: int) -> None:
    """Three available and none reserved: each movement that needs more is refused and leaves no trace."""
    (variant,) = await _stocked(database, 3)
    with pytest.raises(Refused):
        await _move(database, kind, {variant: count}, order_id=1)
    assert await _level(database, variant) == StockLevel(variant, DEFAULT_LOCATION, 3, 0, 0)
    assert await _ledger(database, variant) == StockLevel(variant, DEFAULT_LOCATION, 3, 0, 0)


async def test_the_first_variant_in_the_way_is_named(database: Database) -> None:
    """`move` answers the variant whose stock does not allow it."""
    first, second = await _stocked(database, 3, variants=2)

    async def move(tx: Tx) -> None:
        lacking = await inventory.move(tx, Movement.RESERVATION, at_main({first: 1, second: 4}), NOW, "test", "test")
        assert lacking == (second, DEFAULT_LOCATION)
        raise refuse(RefusalCode.OUT_OF_STOCK, "")

    with pytest.raises(Refused):
        await database.transact(move)
    assert await _level(database, first) == StockLevel(first, DEFAULT_LOCATION, 3, 0, 0)


async def test_a_variant_that_never_sells_out_may_fall_below_zero(database: Database) -> None:
    """Made to order: the counter goes negative and the ledger agrees."""
    (variant,) = await _stocked(database, 1, sells_out=False)
    await _move(database, Movement.RESERVATION, {variant: 5}, order_id=1)
    assert await _level(database, variant) == StockLevel(variant, DEFAULT_LOCATION, -4, 5, 0)
    assert await _ledger(database, variant) == StockLevel(variant, DEFAULT_LOCATION, -4, 5, 0)


async def test_one_order_cannot_move_the_same_variant_twice_alike(database: Database) -> None:
    """The ledger refuses a second reservation of one order, and with it the change of the level."""
    (variant,) = await _stocked(database, 10)
    await _move(database, Movement.RESERVATION, {variant: 1}, order_id=7)
    with pytest.raises(sa.exc.IntegrityError):
        await _move(database, Movement.RESERVATION, {variant: 1}, order_id=7)
    assert await _level(database, variant) == StockLevel(variant, DEFAULT_LOCATION, 9, 1, 0)


async def test_forty_buyers_of_ten_units_leave_ten_sales(database: Database) -> None:
    """Simultaneous reservations never oversell: ten succeed, thirty are refused."""
    (variant,) = await _stocked(database, 10)
    attempts = (_move(database, Movement.RESERVATION, {variant: 1}, order_id=number) for number in range(1, 41))
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert outcomes.count(None) == 10
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 30
    assert await _level(database, variant) == StockLevel(variant, DEFAULT_LOCATION, 0, 10, 0)
    assert await _ledger(database, variant) == StockLevel(variant, DEFAULT_LOCATION, 0, 10, 0)


async def test_variants_of_many_orders_move_together_or_not_at_all(database: Database) -> None:
    """With any counts: levels of equal count share a statement, and one shortage undoes all."""
    one, two, three = await _stocked(database, stock=5, variants=3)

    async def reserve(tx: Tx, units: dict[int, dict[int, int]]) -> None:
        keyed = {order_id: at_main(each) for order_id, each in units.items()}
        if await inventory.move_orders(tx, Movement.RESERVATION, keyed, NOW, "checkout") is not None:
            raise refuse(RefusalCode.OUT_OF_STOCK, "")

    await database.transact(lambda tx: reserve(tx, {1: {one: 1, two: 2}, 2: {two: 1, three: 1}}))
    assert [await _level(database, key) for key in (one, two, three)] == [
        StockLevel(one, DEFAULT_LOCATION, 4, 1, 0),
        StockLevel(two, DEFAULT_LOCATION, 2, 3, 0),
        StockLevel(three, DEFAULT_LOCATION, 4, 1, 0),
    ]
    for short in ({3: {one: 3, two: 3}}, {3: {one: 3}, 4: {two: 3}}, {3: {one: 1}, 4: {two: 3}}):
        with pytest.raises(Refused):
            await database.transact(lambda tx, short=short: reserve(tx, short))  # type: ignore[misc]  # binds now
    assert [await _level(database, key) for key in (one, two)] == [
        StockLevel(one, DEFAULT_LOCATION, 4, 1, 0),
        StockLevel(two, DEFAULT_LOCATION, 2, 3, 0),
    ]
    for key in (one, two, three):
        assert await _ledger(database, key) == await _level(database, key)
