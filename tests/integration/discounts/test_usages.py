"""Uses of limited things on every relational backend: never more than the limit, given back once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping

import pytest
import sqlalchemy as sa

from datasources.discounts import usages
from datasources.kit.database import Database, Tx
from datasources.tables import order_usages
from domain.discounts.usages import UsageKey, discount_usage, variant_usage
from domain.kit.refusals import RefusalCode, Refused, refuse
from tests.kit.factories.orders import add_order

ALL = discount_usage(7)
MINE = discount_usage(7, "customer:1")
MUGS = variant_usage(9, "customer:1")


@pytest.fixture
async def database(relational_url: str) -> AsyncIterator[Database]:
    """Patient: a crowd on a slow machine waits for connections longer than one request of a shop would."""
    database = Database(relational_url, deadline=60)
    yield database
    await database.close()


async def _order(database: Database) -> int:
    return await database.transact(add_order)


async def _take(database: Database, order_id: int, units: Mapping[UsageKey, int], limits: dict[UsageKey, int]) -> str:
    """Empty when all was taken, else the subject in the way."""

    async def take(tx: Tx) -> None:
        await usages.lock(tx, units)
        if lacking := await usages.take(tx, {order_id: units}, limits):
            raise refuse(RefusalCode.CUSTOMER_LIMIT_REACHED, "", lacking.subject)

    try:
        await database.transact(take)
    except Refused as refused:
        return str(refused.refusals[0].path[0])
    return ""


async def _give_back(database: Database, order_id: int) -> None:
    await database.transact(lambda tx: usages.give_back(tx, order_id))


async def _taken(database: Database) -> dict[UsageKey, int]:
    """What the rows of orders add up to."""
    row = order_usages.c
    sums = sa.select(row.subject, row.buyer, sa.func.sum(row.units).label("units")).group_by(row.subject, row.buyer)
    return {UsageKey(found.subject, found.buyer): int(found.units) for found in await database.all(sums)}


async def test_what_orders_use_is_counted_and_limited(database: Database) -> None:
    """A limit of two is used twice; the third order learns which limit stopped it and leaves no trace."""
    orders = [await _order(database) for _ in range(3)]
    limits = {ALL: 2, MUGS: 5}
    outcomes = [await _take(database, order, {ALL: 1, MINE: 1, MUGS: 2}, limits) for order in orders]
    assert outcomes == ["", "", "discount:7"]
    assert await usages.used(database, [MUGS, ALL, discount_usage(8)]) == {MUGS: 4, ALL: 2, discount_usage(8): 0}
    assert await _taken(database) == {ALL: 2, MINE: 2, MUGS: 4}


async def test_units_beyond_a_limit_are_refused_whole(database: Database) -> None:
    """Of a limit of five, four used, two more do not fit but one does."""
    one, two, three = [await _order(database) for _ in range(3)]
    outcomes = [await _take(database, order, {MUGS: n}, {MUGS: 5}) for order, n in ((one, 4), (two, 2), (three, 1))]
    assert outcomes == ["", "variant:9", ""]
    assert await usages.used(database, [MUGS]) == {MUGS: 5}


async def test_orders_of_one_transaction_are_counted_together(database: Database) -> None:
    """One UPDATE per key: two orders of a limit of one are both refused, the first key in the way is named."""
    one, two = await _order(database), await _order(database)

    async def take(tx: Tx) -> UsageKey | None:
        assert await usages.lock(tx, [MUGS, ALL, ALL]) == {ALL: 0, MUGS: 0}
        return await usages.take(tx, {one: {ALL: 1}, two: {MUGS: 1, ALL: 1}}, {ALL: 1})

    assert await database.transact(take) == ALL


async def test_a_limit_below_what_was_used_lets_nobody_in(database: Database) -> None:
    """Lowering a limit takes nothing away from those who came before."""
    one, two = await _order(database), await _order(database)
    assert await _take(database, one, {ALL: 3}, {}) == ""
    assert await _take(database, two, {ALL: 1}, {ALL: 2}) == "discount:7"
    assert await usages.used(database, [ALL]) == {ALL: 3}


@pytest.mark.timeout(300)
async def test_fifty_orders_at_once_of_a_limit_of_one_are_one(database: Database) -> None:
    """The first order makes the row; one order has the use, all others are refused."""
    orders = [await _order(database) for _ in range(50)]
    tries = (_take(database, order, {ALL: 1, discount_usage(7, f"customer:{order}"): 1}, {ALL: 1}) for order in orders)
    assert Counter(await asyncio.gather(*tries)) == {"": 1, "discount:7": 49}
    assert await usages.used(database, [ALL]) == {ALL: 1}
    assert (await _taken(database))[ALL] == 1


@pytest.mark.timeout(300)
async def test_keys_in_opposite_orders_lock_alike(database: Database) -> None:
    """Forty orders of two keys, named in either order, all get through."""
    orders = [await _order(database) for _ in range(40)]
    units = [{ALL: 1, MUGS: 1}, {MUGS: 1, ALL: 1}]
    tries = (_take(database, order, units[n % 2], {ALL: 40, MUGS: 40}) for n, order in enumerate(orders))
    assert Counter(await asyncio.gather(*tries)) == {"": 40}
    assert await usages.used(database, [ALL, MUGS]) == {ALL: 40, MUGS: 40}


async def test_what_was_given_back_twice_is_back_once(database: Database) -> None:
    """Also when both come at the same time; what others used stays used."""
    one, two = await _order(database), await _order(database)
    for order in (one, two):
        assert await _take(database, order, {ALL: 1, MUGS: 3}, {}) == ""
    await asyncio.gather(*(_give_back(database, one) for _ in range(8)))
    await _give_back(database, one)
    assert await usages.used(database, [ALL, MUGS]) == {ALL: 1, MUGS: 3}
    assert await _taken(database) == {ALL: 1, MUGS: 3}


async def test_a_use_that_came_back_can_be_taken_again(database: Database) -> None:
    """The limit counts uses, not tries."""
    one, two = await _order(database), await _order(database)
    assert await _take(database, one, {ALL: 1}, {ALL: 1}) == ""
    await _give_back(database, one)
    assert await _take(database, two, {ALL: 1}, {ALL: 1}) == ""


async def test_nothing_to_count_asks_nothing(database: Database) -> None:
    """Orders of nothing limited cost no statement."""

    async def take(tx: Tx) -> None:
        before = database.statements
        assert await usages.lock(tx, []) == {}
        assert await usages.take(tx, {1: {}}, {}) is None
        assert await usages.used(tx, []) == {}
        assert database.statements == before

    await database.transact(take)
