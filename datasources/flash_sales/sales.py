"""Flash sales and the units left of them. The database's clock decides each time whether a sale is live.

A change of a sale locks its row, then the stock of its variants. Code that sells locks no row here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.keyset import key_of, keyset
from datasources.kit.rows import aligned, clock, grouped, inserted_key, seconds_from_now
from datasources.tables import flash_sale_items, flash_sales, stock_levels
from domain.flash_sales import FlashSale, FlashSaleItem, is_public_at, status_at
from domain.inventory import StockKey
from domain.kit.money import Money
from domain.kit.paging import Page, PageRequest, page_of
from domain.territories.markets import Territories, Territory

_SAME_SALE = flash_sale_items.c.sale_id == flash_sales.c.id


def is_live(dialect: str) -> sa.ColumnElement[bool]:
    """Sales that sell now."""
    now, sale = seconds_from_now(dialect, 0), flash_sales.c
    return sale.cancelled_at.is_(None) & (sale.starts_at <= now) & (sale.ends_at > now)


def is_over(dialect: str) -> sa.ColumnElement[bool]:
    """Sales that will never sell again."""
    return flash_sales.c.cancelled_at.is_not(None) | (flash_sales.c.ends_at <= seconds_from_now(dialect, 0))


def is_public(dialect: str) -> sa.ColumnElement[bool]:
    """Sales that shoppers may see, as `domain.flash_sales.is_public_at` says."""
    now, sale = seconds_from_now(dialect, 0), flash_sales.c
    seen = (sale.starts_at <= now) | (sale.announced_at <= now)
    cancelled_unseen = (sale.cancelled_at < sale.starts_at) & (
        sale.announced_at.is_(None) | (sale.cancelled_at < sale.announced_at)
    )
    return seen & (sale.cancelled_at.is_(None) | sa.not_(cancelled_unseen))


class FlashSales:
    """Reads of sales in batches."""

    def __init__(self, database: Database, territories: Territories) -> None:
        self._database = database
        self._default = territories.default

    async def by_id(self, ids: Sequence[int]) -> list[FlashSale | None]:
        """Sales in the order of `ids`."""
        rows = await self._database.all(self._sales().where(flash_sales.c.id.in_(ids)))
        return aligned({row.id: _sale(row) for row in rows}, ids)

    async def open_page(self, asked: PageRequest, reverse: bool, *, only_public: bool = True) -> Page[FlashSale]:
        """One page of the sales that are live or will be, by their start."""
        start, dialect = flash_sales.c.starts_at, self._database.dialect
        query = self._sales().where(sa.not_(is_over(dialect)))
        if only_public:
            query = query.where(is_public(dialect))
        rows = await self._database.all(keyset(query, start, flash_sales.c.id, asked, reverse))
        page = page_of([(row, _sale(row)) for row in rows], asked, lambda pair: key_of(pair[0], start.key))
        return page.map(lambda pair: pair[1])

    def _sales(self) -> sa.Select[Any]:
        return sa.select(flash_sales, clock(self._database.dialect).label("now_"))

    async def items_by_sale(self, ids: Sequence[int], territory: Territory) -> list[tuple[FlashSaleItem, ...]]:
        """Items of each sale by variant, priced in the territory, with the units that are left."""
        item, level = flash_sale_items.c, stock_levels.c
        pool = (level.variant_id == item.variant_id) & (level.location_id == flash_sales.c.location_id)
        query = (
            sa.select(flash_sale_items, level.available)
            .join(flash_sales, _SAME_SALE)
            .join(stock_levels, pool)
            .where(item.sale_id.in_(ids))
            .order_by(item.sale_id, item.variant_id)
        )
        rows = await self._database.all(query)
        return grouped(((row.sale_id, self._item(row, territory)) for row in rows), ids)

    def _item(self, row: Row, territory: Territory) -> FlashSaleItem:
        minor = territory.exchanged(row.minor, self._default)
        price = Money(minor, territory.currency)
        return FlashSaleItem(row.sale_id, row.variant_id, price, row.units, row.available, row.per_customer)

    async def due(self, limit: int) -> list[int]:
        """Sales whose announcement, start or end has passed without an event, the earliest first."""
        dialect, sale = self._database.dialect, flash_sales.c
        starts = sale.start_told_at.is_(None) & is_live(dialect)
        has_news = sale.announcement_told_at.is_(None) & (sale.announced_at <= seconds_from_now(dialect, 0))
        query = sa.select(sale.id).where(sale.end_told_at.is_(None), has_news | starts | is_over(dialect))
        rows = await self._database.all(query.order_by(sale.starts_at, sale.id).limit(limit))
        return [row.id for row in rows]


@dataclass(frozen=True, slots=True)
class Locked:
    """A sale with its row locked, the clock at that moment, and which of its events were written."""

    sale: FlashSale
    now: datetime
    announcement_told: bool
    start_told: bool
    end_told: bool


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """A variant of a sale as stored: minor units of the shop's currency, and the warehouse that its units come from."""

    variant_id: int
    minor: int
    units: int
    per_customer: int | None
    source_id: int


async def now(tx: Tx) -> datetime:
    """The database's clock."""
    row = await tx.one(sa.select(clock(tx.dialect).label("now_")))
    assert row is not None
    told: datetime = row.now_
    return told


async def lock(tx: Tx, sale_id: int) -> Locked | None:
    """A sale, its row locked until the transaction ends."""
    await tx.one(sa.select(flash_sales.c.id).where(flash_sales.c.id == sale_id).with_for_update())
    # The clock is read after the wait for the lock.
    row = await tx.one(sa.select(flash_sales, clock(tx.dialect).label("now_")).where(flash_sales.c.id == sale_id))
    if row is None:
        return None
    told = (row.announcement_told_at, row.start_told_at, row.end_told_at)
    return Locked(_sale(row), row.now_, *(time is not None for time in told))


async def items(tx: Tx, sale_id: int) -> list[PlannedItem]:
    """What a sale sells, by variant."""
    item = flash_sale_items.c
    rows = await tx.all(sa.select(flash_sale_items).where(item.sale_id == sale_id).order_by(item.variant_id))
    return [PlannedItem(row.variant_id, row.minor, row.units, row.per_customer, row.source_id) for row in rows]


async def insert(
    tx: Tx,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    location_id: int,
    sold: Sequence[PlannedItem],
    created_at: datetime,
    announced_at: datetime | None = None,
) -> int:
    """Adds a sale and returns its key."""
    row: dict[str, object] = {"title": title, "starts_at": starts_at, "ends_at": ends_at, "location_id": location_id}
    if announced_at is not None:
        # The event of the plan tells of an announcement at once.
        row |= {
            "announced_at": announced_at,
            "announcement_told_at": created_at if announced_at <= created_at else None,
        }
    sale_id = inserted_key(await tx.run(sa.insert(flash_sales).values(row | {"created_at": created_at})))
    rows = [
        {
            "sale_id": sale_id,
            "variant_id": item.variant_id,
            "minor": item.minor,
            "units": item.units,
            "per_customer": item.per_customer,
            "source_id": item.source_id,
        }
        for item in sold
    ]
    await tx.run(sa.insert(flash_sale_items), rows)
    return sale_id


async def change(tx: Tx, sale_id: int, **values: object) -> None:
    """Writes columns of a locked sale."""
    await tx.run(sa.update(flash_sales).where(flash_sales.c.id == sale_id).values(values))


async def overlapping(
    tx: Tx, variant_ids: Collection[int], starts_at: datetime, ends_at: datetime, but: int = 0
) -> list[int]:
    """Which of these variants another sale sells in that window. The caller holds the locks of their stock."""
    sale, item = flash_sales.c, flash_sale_items.c
    query = (
        sa.select(item.variant_id)
        .join_from(flash_sale_items, flash_sales, _SAME_SALE)
        .where(item.variant_id.in_(variant_ids), sale.id != but, sale.cancelled_at.is_(None))
        .where(sale.starts_at < ends_at, sale.ends_at > starts_at)
        .distinct()
        .order_by(item.variant_id)
    )
    return [row.variant_id for row in await tx.all(query)]


async def home_warehouses(tx: Tx, pools: Collection[StockKey]) -> dict[StockKey, int]:
    """The warehouses to which units of ended sales go back, by the keys of their pools."""
    sale, item = flash_sales.c, flash_sale_items.c
    query = (
        sa.select(item.variant_id, sale.location_id, item.source_id)
        .join_from(flash_sale_items, flash_sales, _SAME_SALE)
        .where(sale.location_id.in_({location_id for _, location_id in pools}), is_over(tx.dialect))
    )
    found = {(row.variant_id, row.location_id): row.source_id for row in await tx.all(query)}
    return {key: found[key] for key in pools if key in found}


def _sale(row: Row) -> FlashSale:
    return FlashSale(
        id=row.id,
        title=row.title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        cancelled_at=row.cancelled_at,
        location_id=row.location_id,
        status=status_at(row.now_, row.starts_at, row.ends_at, row.cancelled_at),
        announced_at=row.announced_at,
        is_public=is_public_at(row.now_, row.announced_at, row.starts_at, row.cancelled_at),
    )
