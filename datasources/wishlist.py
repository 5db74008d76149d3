"""Wishlists: batch reads of lists and of their items; writes lock the list's row."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.rows import aligned, grouped, seconds_from_now
from datasources.tables import customers, variants, wishlist_items, wishlists
from domain.wishlist import MAX_COUNTED, MAX_WISHLISTS, Awaited, Wishlist, WishlistItem

_COUNTED_AT_ONCE = 100


class Wishlists:
    """Reads of wishlists, for any viewer: the resolver checks access."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_id(self, ids: Sequence[str]) -> list[Wishlist | None]:
        """Lists by their secret ids."""
        rows = await self._database.all(sa.select(wishlists).where(wishlists.c.id.in_(ids)))
        return aligned({row.id: _wishlist(row) for row in rows}, ids)

    async def by_share_token(self, tokens: Sequence[str]) -> list[Wishlist | None]:
        """Shared lists by their tokens."""
        rows = await self._database.all(sa.select(wishlists).where(wishlists.c.share_token.in_(tokens)))
        return aligned({row.share_token: _wishlist(row) for row in rows}, tokens)

    async def by_customer(self, ids: Sequence[int]) -> list[tuple[Wishlist, ...]]:
        """The lists of accounts, the oldest first."""
        mine = sa.select(wishlists).where(wishlists.c.customer_id.in_(ids))
        rows = await self._database.all(mine.order_by(wishlists.c.created_at, wishlists.c.id))
        return grouped(((row.customer_id, _wishlist(row)) for row in rows), ids)

    async def items(self, ids: Sequence[str]) -> list[tuple[WishlistItem, ...]]:
        """The items of lists in the order in which they were added."""
        return await items_of(self._database, ids)

    async def counts_by_product(self, ids: Sequence[int]) -> list[int]:
        """How many lists have each product: at most `MAX_COUNTED`, so that nothing loved by all takes long."""
        found: list[int] = []
        for start in range(0, len(ids), _COUNTED_AT_ONCE):
            rows = await self._database.all(sa.union_all(*map(_count, ids[start : start + _COUNTED_AT_ONCE])))
            counts = {row.product_id: row.lists for row in rows}
            found += [counts[key] for key in ids[start : start + _COUNTED_AT_ONCE]]
        return found

    async def awaited(self, product_id: int, after: int, limit: int) -> list[Awaited]:
        """Items of accounts that want to hear of a product, by key, from the first one after a key."""
        item, of_account = wishlist_items.c, wishlists.c.customer_id.is_not(None)
        query = (
            sa.select(item.id, item.product_id, item.variant_id, wishlists.c.customer_id)
            .join(wishlists, wishlists.c.id == item.wishlist_id)
            .where(item.product_id == product_id, item.notify, item.id > after, of_account)
        )
        rows = await self._database.all(query.order_by(item.id).limit(limit))
        return [Awaited(row.id, row.customer_id, row.product_id, row.variant_id) for row in rows]


async def items_of(source: Database | Tx, ids: Sequence[str]) -> list[tuple[WishlistItem, ...]]:
    """The items of lists, read from the database or inside a transaction."""
    query = sa.select(wishlist_items).where(wishlist_items.c.wishlist_id.in_(ids)).order_by(wishlist_items.c.id)
    return grouped(((row.wishlist_id, _item(row)) for row in await source.all(query)), ids)


async def lock(tx: Tx, wishlist_id: str, now: datetime) -> Wishlist | None:
    """The list with its row locked until the transaction ends; None when it does not exist."""
    mine = wishlists.c.id == wishlist_id
    if (await tx.run(sa.update(wishlists).where(mine).values(updated_at=now))).rowcount == 0:
        return None
    row = await tx.one(sa.select(wishlists).where(mine))
    return _wishlist(row) if row is not None and row.id == wishlist_id else None


async def has_room(tx: Tx, customer_id: int) -> bool:
    """Whether an account may have one more list. Its row stays locked, so that the answer stays true."""
    await tx.all(sa.select(customers.c.id).where(customers.c.id == customer_id).with_for_update())
    mine = sa.select(sa.func.count()).select_from(wishlists).where(wishlists.c.customer_id == customer_id)
    row = await tx.one(mine)
    return row is not None and row[0] < MAX_WISHLISTS


async def insert(tx: Tx, wishlist_id: str, customer_id: int | None, name: str) -> Wishlist:
    """Adds an empty list."""
    now = datetime.now(UTC)
    row = {"id": wishlist_id, "customer_id": customer_id, "name": name, "created_at": now, "updated_at": now}
    await tx.run(sa.insert(wishlists), row)
    return Wishlist(wishlist_id, customer_id, name, None, now, now)


async def rename(tx: Tx, wishlist: Wishlist, name: str) -> Wishlist:
    """Replaces the name."""
    await tx.run(sa.update(wishlists).where(wishlists.c.id == wishlist.id).values(name=name))
    return replace(wishlist, name=name)


async def set_owner(tx: Tx, wishlist: Wishlist, customer_id: int) -> Wishlist:
    """Gives the list to an account."""
    await tx.run(sa.update(wishlists).where(wishlists.c.id == wishlist.id).values(customer_id=customer_id))
    return replace(wishlist, customer_id=customer_id)


async def set_share_token(tx: Tx, wishlist: Wishlist, token: str | None) -> Wishlist:
    """Shares the list, or ends that."""
    await tx.run(sa.update(wishlists).where(wishlists.c.id == wishlist.id).values(share_token=token))
    return replace(wishlist, share_token=token)


async def delete(tx: Tx, ids: Sequence[str]) -> None:
    """Deletes lists with their items."""
    await tx.run(sa.delete(wishlist_items).where(wishlist_items.c.wishlist_id.in_(ids)))
    await tx.run(sa.delete(wishlists).where(wishlists.c.id.in_(ids)))


async def add_items(tx: Tx, wishlist_id: str, items: Sequence[WishlistItem]) -> None:
    """Adds items, in one batch; they get their keys here."""
    same = {"wishlist_id": wishlist_id, "created_at": datetime.now(UTC)}
    rows = [
        {**same, **_values(item), "product_id": item.product_id, "variant_id": item.variant_id}
        | {"variant_key": item.variant_id or 0}
        for item in items
    ]
    if rows:
        await tx.run(sa.insert(wishlist_items), rows)


async def change_items(tx: Tx, items: Sequence[WishlistItem]) -> None:
    """Rewrites what may change of items, in one batch."""
    if items:
        changed = sa.update(wishlist_items).where(wishlist_items.c.id == sa.bindparam("item_id"))
        await tx.run(changed, [{"item_id": item.id, **_values(item)} for item in items])


async def remove_items(tx: Tx, wishlist_id: str, item_ids: Sequence[int]) -> None:
    """Deletes items of this list; items of other lists stay."""
    if item_ids:
        mine = (wishlist_items.c.wishlist_id == wishlist_id) & wishlist_items.c.id.in_(item_ids)
        await tx.run(sa.delete(wishlist_items).where(mine))


async def products_of(tx: Tx, variant_ids: Sequence[int]) -> dict[int, int]:
    """The product of each variant that exists."""
    if not variant_ids:
        return {}
    query = sa.select(variants.c.id, variants.c.product_id).where(variants.c.id.in_(variant_ids))
    return {row.id: row.product_id for row in await tx.all(query)}


async def only_variants(tx: Tx, product_ids: Sequence[int]) -> dict[int, int]:
    """The variant of each product that has one alone."""
    if not product_ids:
        return {}
    key = variants.c.product_id
    query = sa.select(key, sa.func.min(variants.c.id).label("variant_id")).where(key.in_(product_ids)).group_by(key)
    return {row.product_id: row.variant_id for row in await tx.all(query.having(sa.func.count() == 1))}


async def end_old(tx: Tx, older_than_seconds: int, limit: int) -> int:
    """Deletes the lists of guests that changed longest ago, at least some seconds ago; returns how many."""
    past = wishlists.c.updated_at <= seconds_from_now(tx.dialect, -older_than_seconds)
    query = sa.select(wishlists.c.id).where(wishlists.c.customer_id.is_(None), past)
    ids = [row.id for row in await tx.all(query.order_by(wishlists.c.updated_at).limit(limit).with_for_update())]
    if ids:
        await delete(tx, ids)
    return len(ids)


def _count(product_id: int) -> sa.Select[int, int]:
    lists = sa.select(wishlist_items.c.wishlist_id).where(wishlist_items.c.product_id == product_id)
    some = lists.distinct().limit(MAX_COUNTED).subquery()
    return sa.select(sa.literal(product_id).label("product_id"), sa.func.count().label("lists")).select_from(some)


def _values(item: WishlistItem) -> dict[str, object]:
    return {name: getattr(item, name) for name in ("quantity", "note", "note_is_private", "notify")}


def _wishlist(row: Row) -> Wishlist:
    return Wishlist(row.id, row.customer_id, row.name, row.share_token, row.created_at, row.updated_at)


def _item(row: Row) -> WishlistItem:
    return WishlistItem(
        id=row.id,
        product_id=row.product_id,
        variant_id=row.variant_id,
        quantity=row.quantity,
        note=row.note,
        note_is_private=row.note_is_private,
        notify=row.notify,
        created_at=row.created_at,
    )
