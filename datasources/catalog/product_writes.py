"""Writes the rows of products, many at a time, and counts the units sold.

Keys are generated before the rows are written, so that a whole batch takes one statement per table.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.catalog.shown_prices import ListOrders, keys_of
from datasources.kit.database import Database, Row, Tx
from datasources.tables import order_lines, orders, prices, product_exclusions, products, variants
from domain.catalog.drafts import ProductDraft
from domain.catalog.records import ProductStatus
from domain.orders import life
from domain.territories.markets import Territories

SOLD = tuple(status.value for status in life.SOLD)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A stored product: its key, the digest of its draft, the time of the last write, and the columns of its row.

    `status` is the one that counts, `own_status` the one before publication. It is None for products of earlier
    versions, which stored what was not published as a draft.
    """

    id: int
    fingerprint: str
    updated_at: datetime
    status: ProductStatus
    own_status: ProductStatus | None
    is_published: bool
    is_gift_card: bool
    title: str
    vendor: str
    product_type: str

    @property
    def is_draft_for_unknown_reason(self) -> bool:
        """Whether it may be a draft only because the file of an earlier version did not publish it."""
        return self.own_status is None and self.status is ProductStatus.DRAFT


@dataclass(frozen=True, slots=True)
class Planned:
    """A draft that may differ from the stored product, with the key it has or will have."""

    id: int
    draft: ProductDraft
    fingerprint: str
    stored: StoredProduct | None

    @property
    def is_new(self) -> bool:
        """Whether the product is not stored yet."""
        return self.stored is None

    @property
    def appears_or_goes(self) -> bool:
        """Whether the status of a stored product changes: shoppers start or stop seeing it."""
        return self.stored is not None and self.stored.status is not self.draft.shown_status

    @property
    def keeps_type(self) -> bool:
        """Whether the product is stored with the type that the draft has."""
        return self.stored is not None and self.stored.product_type == self.draft.product_type

    @property
    def keeps_row(self) -> bool:
        """Whether the product is stored, and its row says what the draft says."""
        stored, draft = self.stored, self.draft
        return stored is not None and (
            *(stored.title, stored.vendor, stored.product_type, stored.is_published, stored.is_gift_card),
            *(stored.status.value, None if stored.own_status is None else stored.own_status.value),
        ) == (
            *(draft.title, draft.vendor, draft.product_type, draft.published, draft.is_gift_card),
            *(draft.shown_status.value, self.own_status),
        )

    @property
    def own_status(self) -> str | None:
        """The status before publication; still unknown where it was and the draft says nothing about it."""
        is_unknown = self.stored is not None and self.stored.is_draft_for_unknown_reason
        return None if is_unknown and {"status", "published"} <= self.draft.absent else self.draft.status.value


class Overtaken(Exception):
    """Another writer changed a product after it was read: its row and its document may disagree."""


def fingerprint(draft: ProductDraft, territory: str) -> str:
    """A digest of what a draft writes to an existing product: everything except the initial stock of its variants."""
    without_stock = tuple(replace(variant, inventory=0, units_unknown="") for variant in draft.variants)
    content = asdict(replace(draft, variants=without_stock, lines=())) | {"absent": sorted(draft.absent)}
    told = json.dumps([territory, content], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


async def known(database: Database, handles: Sequence[str]) -> dict[str, StoredProduct]:
    """Stored products by handle, whatever their status."""
    rows = await database.all(sa.select(products).where(products.c.handle.in_(handles)))
    return {row.handle: _stored(row) for row in rows}


def _stored(row: Row) -> StoredProduct:
    return StoredProduct(
        id=row.id,
        fingerprint=row.fingerprint,
        updated_at=row.updated_at,
        status=ProductStatus(row.status),
        own_status=ProductStatus(row.own_status) if row.own_status else None,
        is_published=row.is_published,
        is_gift_card=row.is_gift_card,
        title=row.title,
        vendor=row.vendor,
        product_type=row.product_type,
    )


async def write_rows(tx: Tx, planned: Sequence[Planned], now: datetime) -> None:
    """Writes the rows of products, except the columns that `finish_rows` writes.

    Raises `sqlalchemy.exc.IntegrityError` when another writer created one of the products first, and `Overtaken` when
    one changed after it was read.
    """
    if rows := [_row(plan, now) | _first(plan, now) for plan in planned if plan.is_new]:
        await tx.run(sa.insert(products), rows)
    # In key order, so that two imports of the same products wait for each other instead of deadlocking.
    changed = sorted(planned, key=lambda plan: plan.id)
    if rows := [
        _row(plan, now) | {"key": plan.id, "read_at": plan.stored.updated_at}
        for plan in changed
        if plan.stored is not None
    ]:
        as_read = (products.c.id == sa.bindparam("key")) & (products.c.updated_at == sa.bindparam("read_at"))
        if (await tx.run(sa.update(products).where(as_read), rows)).rowcount != len(rows):
            raise Overtaken


def _row(plan: Planned, now: datetime) -> dict[str, Any]:
    return {
        "title": plan.draft.title,
        "vendor": plan.draft.vendor,
        "product_type": plan.draft.product_type,
        **keys_of(plan.draft.title, plan.draft.vendor, plan.draft.product_type),
        "status": plan.draft.shown_status.value,
        "own_status": plan.own_status,
        "is_published": plan.draft.published,
        "is_gift_card": plan.draft.is_gift_card,
        "fingerprint": plan.fingerprint,
        "updated_at": now,
    }


def _first(plan: Planned, now: datetime) -> dict[str, Any]:
    """The columns that only a new product gets; `finish_rows` replaces options and lowest price."""
    return {
        "id": plan.id,
        "handle": plan.draft.handle,
        "options": [],
        "min_minor": 0,
        "published_at": now,
        "created_at": now,
    }


async def keep_times(tx: Tx, unchanged: Sequence[Planned]) -> None:
    """Gives the products that a write did not change the time of their last change back."""
    rows = [{"key": plan.id, "before": plan.stored.updated_at} for plan in unchanged if plan.stored is not None]
    if rows:
        one = sa.update(products).where(products.c.id == sa.bindparam("key"))
        await tx.run(one.values(updated_at=sa.bindparam("before")), rows)


async def finish_rows(tx: Tx, options: Mapping[int, list[dict[str, Any]]], territories: Territories) -> None:
    """Writes the options, by product id, and the lowest prices, once the variants are written."""
    lowest = (
        sa.select(sa.func.coalesce(sa.func.min(prices.c.minor), 0))
        .join(variants, variants.c.id == prices.c.variant_id)
        .where(variants.c.product_id == products.c.id, prices.c.territory == territories.default.code)
        .correlate(products)
        .scalar_subquery()
    )
    statement = sa.update(products).where(products.c.id == sa.bindparam("key")).values(min_minor=lowest)
    await tx.run(statement, [{"key": key, "options": value} for key, value in sorted(options.items())])
    await ListOrders(tx.dialect, territories).write(tx, sorted(options))


async def set_exclusions(tx: Tx, planned: Sequence[Planned]) -> None:
    """Says of products in which territories they are for sale, where their drafts say so."""
    named = [{"item": plan.id, "place": territory} for plan in planned for territory, _ in plan.draft.included]
    out = [
        {"product_id": plan.id, "territory": territory}
        for plan in planned
        for territory, is_included in plan.draft.included
        if not is_included
    ]
    exclusion = product_exclusions.c
    if named:
        this = (exclusion.product_id == sa.bindparam("item")) & (exclusion.territory == sa.bindparam("place"))
        await tx.run(sa.delete(product_exclusions).where(this), named)
    if out:
        await tx.run(sa.insert(product_exclusions), out)


async def all_ids(tx: Tx) -> list[int]:
    """The keys of all products, ascending."""
    return [row.id for row in await tx.all(sa.select(products.c.id).order_by(products.c.id))]


async def recount_units_sold(tx: Tx, product_ids: Sequence[int] | None = None) -> list[int]:
    """Sets the units sold of products (by default all) to the sum of their paid orders; returns the changed ones.

    The count that is written was taken with the rows of the products locked, so the later of two concurrent counts sees
    more.
    """
    changed: list[int] = []
    for ids in batches(list(await _miscounted(tx, product_ids))):
        these = products.c.id.in_(ids)
        await tx.run(sa.update(products).where(these).values(units_sold=products.c.units_sold))
        if units := await _miscounted(tx, ids):
            counted = sa.case(units, value=products.c.id, else_=products.c.units_sold)
            await tx.run(sa.update(products).where(products.c.id.in_(list(units))).values(units_sold=counted))
        changed += units
    return changed


async def _miscounted(tx: Tx, product_ids: Sequence[int] | None) -> dict[int, int]:
    """Units sold by product key, ascending, for products whose stored count differs."""
    counted = (
        sa.select(variants.c.product_id, sa.func.sum(order_lines.c.quantity).label("units"))
        .join(orders, orders.c.id == order_lines.c.order_id)
        .join(variants, variants.c.id == order_lines.c.variant_id)
        .where(orders.c.status.in_(SOLD))
        .where(*(() if product_ids is None else (variants.c.product_id.in_(product_ids),)))
        .group_by(variants.c.product_id)
        .subquery()
    )
    units = sa.func.coalesce(counted.c.units, 0)
    differing = (
        sa.select(products.c.id, units.label("units"))
        .outerjoin(counted, counted.c.product_id == products.c.id)
        .where(products.c.units_sold != units)
        .where(*(() if product_ids is None else (products.c.id.in_(product_ids),)))
        .order_by(products.c.id)
    )
    return {row.id: int(row.units) for row in await tx.all(differing)}


def batches(ids: Sequence[int]) -> Iterable[tuple[int, ...]]:
    """Keys in tuples small enough for one event."""
    return (tuple(ids[start : start + _BATCH]) for start in range(0, len(ids), _BATCH))
