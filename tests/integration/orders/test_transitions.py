"""States of orders: the database allows exactly the transitions in the table."""

from itertools import product

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.kit.database import Database, Tx
from datasources.kit.rows import seconds_from_now
from datasources.orders import transitions
from datasources.orders.reads import orders_by_id
from datasources.orders.transitions import PastTransition
from domain.orders.life import OrderStatus, may_become
from tests.kit.factories.catalog import NOW
from tests.kit.factories.orders import add_order


async def test_an_order_moves_exactly_where_the_table_says(database: Database) -> None:
    """Of all pairs of states only the legal ones move, and no other order changes."""

    async def tried(tx: Tx) -> dict[tuple[OrderStatus, OrderStatus], tuple[bool, OrderStatus]]:
        outcomes = {}
        for source, target in product(OrderStatus, OrderStatus):
            order_id = await add_order(tx, status=source)
            moved = await transitions.become(tx, order_id, target, NOW)
            (order,) = await orders_by_id(tx, [order_id])
            assert order is not None
            outcomes[source, target] = moved, order.status
        return outcomes

    outcomes = await database.transact(tried)
    assert outcomes == {
        (source, target): (True, target) if may_become(source, target) else (False, source)
        for source, target in outcomes
    }
    assert len(outcomes) == len(OrderStatus) ** 2


async def test_an_imported_order_that_moved_on_stays(database: Database) -> None:
    """A step from a state that the order has left changes nothing; an illegal step is an error."""

    async def stepped(tx: Tx) -> list[OrderStatus]:
        moved = await add_order(tx, status=OrderStatus.REFUNDED)
        waits = await add_order(tx, status=OrderStatus.PAID)
        steps = [PastTransition(key, OrderStatus.PAID, OrderStatus.CANCELLED, NOW) for key in (moved, waits)]
        await transitions.catch_up(tx, steps, NOW)
        illegal = PastTransition(waits, OrderStatus.CANCELLED, OrderStatus.PAID, None)
        with pytest.raises(ValueError, match="may not become PAID"):
            await transitions.catch_up(tx, [illegal], NOW)
        return [order.status for order in await orders_by_id(tx, [moved, waits]) if order]

    assert await database.transact(stepped) == [OrderStatus.REFUNDED, OrderStatus.CANCELLED]


@pytest.mark.parametrize(
    ("status", "seconds", "is_shortened"),
    [
        (OrderStatus.PENDING_PAYMENT, 600, True),
        (OrderStatus.PENDING_PAYMENT, 30, False),
        (OrderStatus.PAID, 600, False),
    ],
)
async def test_a_hold_only_gets_shorter(
    database: Database, status: OrderStatus, seconds: int, is_shortened: bool
) -> None:
    """That of an order that waits for its payment, and of no other order."""
    orders, dialect = tables.orders, database.dialect

    async def shortened(tx: Tx) -> tuple[int, int]:
        order_id, other_id = await add_order(tx, status=status), await add_order(tx)
        held = {"hold_expires_at": seconds_from_now(dialect, seconds)}
        await tx.run(sa.update(orders).where(orders.c.id.in_([order_id, other_id])).values(held))
        await transitions.shorten_hold(tx, order_id, 60)
        return order_id, other_id

    order_id, other_id = await database.transact(shortened)
    soon = orders.c.hold_expires_at <= seconds_from_now(dialect, 60)
    found = await database.all(sa.select(orders.c.id).where(soon))
    expected = {order_id} if is_shortened else {order_id, other_id} if seconds < 60 else set()
    assert {row.id for row in found} == expected
