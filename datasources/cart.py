"""Carts: two statements read them with all their lines; writes lock the cart's row."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.rows import aligned, grouped, pairs_of, seconds_from_now
from datasources.tables import cart_lines, carts, orders
from domain.cart import Attributes, BuyerChanges, Cart, CartLine, CartPreferences, NewCart
from domain.kit.metafields import AttachedMetafield
from domain.kit.money import Money
from domain.orders.life import OrderStatus
from domain.territories.delivery import Address, CartAddress

_TIMES = ("created_at", "updated_at")


class Carts:
    """Reads of carts by their secret ids."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def carts_by_id(self, ids: Sequence[str]) -> list[Cart | None]:
        """Carts with their lines in the order of `ids`."""
        return await carts_by_id(self._database, ids)


async def carts_by_id(source: Database | Tx, ids: Sequence[str]) -> list[Cart | None]:
    """Carts with their lines, read from the database or inside a transaction."""
    rows = await source.all(sa.select(carts).where(carts.c.id.in_(ids)))
    lines = await source.all(sa.select(cart_lines).where(cart_lines.c.cart_id.in_(ids)).order_by(cart_lines.c.id))
    by_cart = dict(zip(ids, grouped(((row.cart_id, _line(row)) for row in lines), ids), strict=True))
    return aligned({row.id: _cart(row, by_cart[row.id]) for row in rows if row.id in by_cart}, ids)


async def lock(tx: Tx, cart_id: str, now: datetime) -> Cart | None:
    """The cart with its row locked until the transaction ends; None when the cart does not exist.

    The UPDATE takes the lock on every database; SQLite silently ignores FOR UPDATE.
    """
    touched = await tx.run(sa.update(carts).where(carts.c.id == cart_id).values(updated_at=now))
    if touched.rowcount == 0:
        return None
    return (await carts_by_id(tx, [cart_id]))[0]


async def lock_all(tx: Tx, ids: Sequence[str], now: datetime) -> dict[str, Cart]:
    """Locks many carts at once as `lock` does; unknown ids are left out."""
    await tx.run(sa.update(carts).where(carts.c.id.in_(ids)).values(updated_at=now))
    found = await carts_by_id(tx, ids)
    return {cart.id: cart for cart in found if cart is not None}


async def insert(tx: Tx, cart_id: str, territory: str, new: NewCart) -> None:
    """Adds a cart without lines and addresses."""
    now = datetime.now(UTC)
    row: dict[str, Any] = {"id": cart_id, "territory": territory, "note": new.note, "attributes": new.attributes}
    row |= {"discount_codes": new.discount_codes, **_buyer(new.buyer)}
    await tx.run(sa.insert(carts), {**row, "created_at": now, "updated_at": now})


async def set_buyer(tx: Tx, cart_id: str, buyer: BuyerChanges) -> None:
    """Changes the given parts of the buyer's identity."""
    if buyer:
        await tx.run(sa.update(carts).where(carts.c.id == cart_id).values(_buyer(buyer)))


async def set_note(tx: Tx, cart_id: str, note: str) -> None:
    """Replaces the note."""
    await tx.run(sa.update(carts).where(carts.c.id == cart_id).values(note=note))


async def set_attributes(tx: Tx, cart_id: str, attributes: Attributes) -> None:
    """Replaces all attributes."""
    await tx.run(sa.update(carts).where(carts.c.id == cart_id).values(attributes=attributes))


async def set_codes(tx: Tx, cart_id: str, codes: tuple[str, ...]) -> None:
    """Replaces all discount codes."""
    await tx.run(sa.update(carts).where(carts.c.id == cart_id).values(discount_codes=codes))


async def set_addresses(tx: Tx, cart_id: str, addresses: Sequence[CartAddress]) -> None:
    """Replaces all addresses."""
    rows = [asdict(address) for address in addresses]
    await tx.run(sa.update(carts).where(carts.c.id == cart_id).values(addresses=rows))


async def set_metafields(tx: Tx, cart_id: str, metafields: Sequence[AttachedMetafield]) -> None:
    """Replaces all metafields."""
    rows = [{**asdict(one), **{name: getattr(one, name).isoformat() for name in _TIMES}} for one in metafields]
    await tx.run(sa.update(carts).where(carts.c.id == cart_id).values(metafields=rows))


async def set_delivery(tx: Tx, cart_id: str, handle: str) -> None:
    """Chooses a delivery option."""
    await tx.run(sa.update(carts).where(carts.c.id == cart_id).values(delivery_handle=handle))


async def set_quote(tx: Tx, cart_id: str, total: Money) -> None:
    """Stores the total that the answer shows to the buyer."""
    told = {"quoted_minor": total.minor, "quoted_currency": total.currency}
    await tx.run(sa.update(carts).where(carts.c.id == cart_id).values(told))


async def put_line(tx: Tx, cart_id: str, variant_id: int, quantity: int, attributes: Attributes) -> None:
    """Adds a line."""
    row = {"cart_id": cart_id, "variant_id": variant_id, "quantity": quantity, "attributes": attributes}
    await tx.run(sa.insert(cart_lines), {**row, "attribute_key": attribute_key(attributes)})


async def change_line(tx: Tx, line: CartLine) -> None:
    """Rewrites a line."""
    await tx.run(
        sa.update(cart_lines)
        .where(cart_lines.c.id == line.id)
        .values(
            variant_id=line.variant_id,
            quantity=line.quantity,
            attributes=line.attributes,
            attribute_key=attribute_key(line.attributes),
        )
    )


async def remove_lines(tx: Tx, cart_id: str, line_ids: Sequence[int]) -> None:
    """Deletes lines of this cart; lines of other carts stay."""
    if line_ids:
        mine = (cart_lines.c.cart_id == cart_id) & cart_lines.c.id.in_(line_ids)
        await tx.run(sa.delete(cart_lines).where(mine))


async def release(tx: Tx, order_id: int) -> None:
    """Reopens the cart of an order that was not paid.

    Finds it by key: a search by `order_id` would lock other carts.
    """
    cart_id = sa.select(orders.c.cart_id).where(orders.c.id == order_id).scalar_subquery()
    bound = (carts.c.id == cart_id) & (carts.c.order_id == order_id)
    await tx.run(sa.update(carts).where(bound).values(order_id=None))


async def end_old(tx: Tx, older_than_seconds: int, limit: int) -> int:
    """Deletes the carts that changed longest ago, at least some seconds ago; returns how many.

    Carts whose order waits for its payment stay.
    """
    waiting = sa.exists().where(orders.c.id == carts.c.order_id, orders.c.status == OrderStatus.PENDING_PAYMENT.value)
    past = carts.c.updated_at <= seconds_from_now(tx.dialect, -older_than_seconds)
    query = sa.select(carts.c.id).where(past, ~waiting).order_by(carts.c.updated_at).limit(limit)
    ids = [row.id for row in await tx.all(query.with_for_update(of=carts))]
    if ids:
        await tx.run(sa.delete(cart_lines).where(cart_lines.c.cart_id.in_(ids)))
        await tx.run(sa.delete(carts).where(carts.c.id.in_(ids)))
    return len(ids)


def attribute_key(attributes: Attributes) -> str:
    """A digest of attributes, equal for equal attributes in any order.

    >>> attribute_key((("a", "1"), ("b", "2"))) == attribute_key((("b", "2"), ("a", "1")))
    True
    """
    return hashlib.sha256(json.dumps(sorted(attributes)).encode()).hexdigest()[:32]


def _buyer(buyer: BuyerChanges) -> dict[str, Any]:
    """The columns of the given parts."""
    row: dict[str, Any] = {**buyer}
    if (preferences := buyer.get("preferences")) is not None:
        row["preferences"] = asdict(preferences)
    return row


def _line(row: Row) -> CartLine:
    return CartLine(row.id, row.variant_id, row.quantity, pairs_of(row.attributes))


def _cart(row: Row, lines: tuple[CartLine, ...]) -> Cart:
    return Cart(
        id=row.id,
        customer_id=row.customer_id,
        email=row.email,
        phone=row.phone,
        country=row.country,
        note=row.note,
        attributes=pairs_of(row.attributes),
        discount_codes=tuple(row.discount_codes),
        order_id=row.order_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        lines=lines,
        addresses=tuple(map(_address, row.addresses or ())),
        delivery_handle=row.delivery_handle,
        quote=None if row.quoted_minor is None else Money(row.quoted_minor, row.quoted_currency),
        territory=row.territory,
        metafields=tuple(map(_metafield, row.metafields or ())),
        preferences=None if row.preferences is None else _preferences(row.preferences),
    )


def _metafield(stored: dict[str, Any]) -> AttachedMetafield:
    return AttachedMetafield(**{**stored, **{name: datetime.fromisoformat(stored[name]) for name in _TIMES}})


def _preferences(stored: dict[str, Any]) -> CartPreferences:
    given = {name: None if value is None else tuple(value) for name, value in stored.items()}
    return CartPreferences(**cast("dict[str, Any]", given))


def _address(stored: dict[str, Any]) -> CartAddress:
    return CartAddress(**{**stored, "address": Address(**stored["address"])})
