"""Discounts by code and in pages. The database's clock decides whether a discount is active now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.keyset import keyset
from datasources.kit.rows import aligned, inserted_key, seconds_from_now
from datasources.tables import discounts
from domain.discounts.rules import Discount, DiscountKind, DiscountState, normal_code
from domain.kit.paging import Page, PageRequest, page_of


class Discounts:
    """Reads of discounts for staff."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def discounts_by_id(self, ids: Sequence[int]) -> list[Discount | None]:
        """Discounts in the order of `ids`, whatever their state."""
        rows = await self._database.all(_select(self._database.dialect).where(discounts.c.id.in_(ids)))
        return aligned({row.id: _discount(row) for row in rows}, ids)

    async def discounts_by_code(self, codes: Sequence[str]) -> list[Discount | None]:
        """Discounts in the order of normal codes, whatever their state."""
        return aligned(await by_codes(self._database, codes), codes)

    async def discount_by_code(self, code: str) -> Discount | None:
        """The discount with a code, whatever its state."""
        return (await by_codes(self._database, [code])).get(normal_code(code))

    async def page(self, asked: PageRequest, reverse: bool) -> Page[Discount]:
        """One page of all discounts, oldest first unless reversed."""
        query = keyset(_select(self._database.dialect), discounts.c.created_at, discounts.c.id, asked, reverse)
        pairs = [(row, _discount(row)) for row in await self._database.all(query)]
        page = page_of(pairs, asked, lambda pair: (pair[0].created_at.isoformat(), pair[1].id))
        return page.map(lambda pair: pair[1])


async def by_codes(source: Database | Tx, codes: Sequence[str]) -> dict[str, Discount]:
    """Discounts by normal code, whatever their state; unknown codes are left out. One statement."""
    wanted = sorted({normal_code(code) for code in codes})
    if not wanted:
        return {}
    rows = await source.all(_select(source.dialect).where(discounts.c.code.in_(wanted)))
    return {row.code: _discount(row) for row in rows}


async def lock(tx: Tx, discount_id: int, now: datetime) -> Discount | None:
    """A discount with its row locked until the transaction ends; None when it does not exist."""
    touched = await tx.run(sa.update(discounts).where(discounts.c.id == discount_id).values(updated_at=now))
    if touched.rowcount == 0:
        return None
    row = await tx.one(_select(tx.dialect).where(discounts.c.id == discount_id))
    return None if row is None else _discount(row)


async def insert(tx: Tx, discount: Discount, now: datetime) -> int:
    """Adds a discount under a new key; its `id` and `state` are ignored.

    Raises `sqlalchemy.exc.IntegrityError` when its code was taken meanwhile.
    """
    limits = {"highest_total_limit": discount.total_limit, "highest_customer_limit": discount.customer_limit}
    row = _values(discount) | limits | {"created_at": now, "updated_at": now}
    return inserted_key(await tx.run(sa.insert(discounts).values(row)))


async def update(tx: Tx, discount: Discount, now: datetime) -> None:
    """Rewrites a discount whose row is locked. Raises as `insert` does."""
    limits = {
        "highest_total_limit": _highest(discounts.c.highest_total_limit, discount.total_limit),
        "highest_customer_limit": _highest(discounts.c.highest_customer_limit, discount.customer_limit),
    }
    changed = sa.update(discounts).where(discounts.c.id == discount.id)
    await tx.run(changed.values(_values(discount) | limits | {"updated_at": now}))


def _highest(column: sa.Column[Any], limit: int | None) -> sa.ColumnElement[Any] | None:
    """The higher of two limits; no limit if either has none."""
    return None if limit is None else sa.case((column < limit, limit), else_=column)


def _select(dialect: str) -> sa.Select[Any]:
    now, discount = seconds_from_now(dialect, 0), discounts.c
    state = sa.case(
        (discount.is_active.is_(False), DiscountState.DEACTIVATED.value),
        (discount.starts_at > now, DiscountState.SCHEDULED.value),
        (discount.ends_at <= now, DiscountState.EXPIRED.value),
        else_=DiscountState.ACTIVE.value,
    )
    return sa.select(discounts, state.label("state"))


def _values(discount: Discount) -> dict[str, Any]:
    return {
        "code": discount.code,
        "title": discount.title,
        "kind": discount.kind.value,
        "basis_points": discount.basis_points,
        "minor": discount.minor,
        "minimum_minor": discount.minimum_minor,
        "starts_at": discount.starts_at,
        "ends_at": discount.ends_at,
        "total_limit": discount.total_limit,
        "customer_limit": discount.customer_limit,
        "is_active": discount.is_active,
    }


def _discount(row: Row) -> Discount:
    return Discount(
        id=row.id,
        code=row.code,
        title=row.title,
        kind=DiscountKind(row.kind),
        basis_points=row.basis_points,
        minor=row.minor,
        minimum_minor=row.minimum_minor,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        total_limit=row.total_limit,
        customer_limit=row.customer_limit,
        is_active=row.is_active,
        state=DiscountState(row.state),
    )
