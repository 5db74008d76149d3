"""Discounts and their windows on every relational backend."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.discounts import codes as discounts
from datasources.discounts.codes import Discounts
from datasources.kit.database import Database
from domain.discounts.rules import Discount, DiscountState
from domain.kit.paging import PageRequest
from tests.kit.factories.catalog import NOW
from tests.kit.factories.discounts import a_discount, add_discount

HOUR = timedelta(hours=1)


async def _add(database: Database, discount: Discount) -> Discount:
    return await database.transact(lambda tx: add_discount(tx, discount))


async def test_a_discount_is_read_as_it_was_written(database: Database) -> None:
    """By any spelling of its code, within one statement."""
    end = datetime(2999, 1, 1, tzinfo=UTC)
    discount = a_discount(minimum_minor=2_000, starts_at=NOW, ends_at=end, total_limit=5, customer_limit=1)
    added = await _add(database, discount)
    before = database.statements
    assert await discounts.by_codes(database, [" ten", "TEN", "nine"]) == {"TEN": added}
    assert database.statements - before == 1
    assert await database.transact(lambda tx: discounts.by_codes(tx, ["Ten"])) == {"TEN": added}


@pytest.mark.parametrize(
    ("starts", "ends", "is_active", "state"),
    [
        (-HOUR, None, True, DiscountState.ACTIVE),
        (-HOUR, HOUR, True, DiscountState.ACTIVE),
        (HOUR, None, True, DiscountState.SCHEDULED),
        (-2 * HOUR, -HOUR, True, DiscountState.EXPIRED),
        (-HOUR, HOUR, False, DiscountState.DEACTIVATED),
    ],
)
async def test_the_state_of_a_discount_is_told_by_the_clock_of_the_database(
    database: Database, starts: timedelta, ends: timedelta | None, is_active: bool, state: DiscountState
) -> None:
    """Before, within and after its window; deactivated in any window."""
    now = datetime.now(UTC)
    until = None if ends is None else now + ends
    await _add(database, a_discount(starts_at=now + starts, ends_at=until, is_active=is_active))
    assert (await discounts.by_codes(database, ["TEN"]))["TEN"].state is state


async def test_a_code_is_taken_once(database: Database) -> None:
    """The database refuses a second discount of the same code."""
    await _add(database, a_discount())
    with pytest.raises(sa.exc.IntegrityError):
        await _add(database, a_discount())


async def test_pages_of_discounts_hold_each_once(database: Database) -> None:
    """Oldest first, or last when reversed."""
    added = [await _add(database, a_discount(code=f"CODE{number}")) for number in range(5)]
    reads = Discounts(database)
    first = await reads.page(PageRequest(3), reverse=False)
    rest = await reads.page(PageRequest(3, after=first.keys[-1]), reverse=False)
    assert [*first.items, *rest.items] == added
    assert (first.has_next, rest.has_next) == (True, False)
    assert list((await reads.page(PageRequest(5), reverse=True)).items) == added[::-1]
    assert await reads.discounts_by_id([added[1].id, 0]) == [added[1], None]


async def test_the_highest_limit_is_kept(database: Database) -> None:
    """Uses are compared with it: lowering a limit takes nothing away; once the limit is removed, nothing is limited."""
    added = await _add(database, a_discount(total_limit=5, customer_limit=2))
    kept = []
    for total, customer in ((3, 4), (7, None), (6, 1)):
        changed = replace(added, total_limit=total, customer_limit=customer)
        await database.transact(lambda tx, changed=changed: discounts.update(tx, changed, NOW))  # type: ignore[misc]
        row = await database.one(sa.select(tables.discounts))
        assert row is not None
        kept.append((row.total_limit, row.highest_total_limit, row.customer_limit, row.highest_customer_limit))
    assert kept == [(3, 5, 4, 4), (7, 7, None, None), (6, 7, 1, None)]
