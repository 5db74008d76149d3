"""States of orders: the database allows exactly the transitions in the table."""

from itertools import product

import pytest

from datasources.kit.database import Database, Tx
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
