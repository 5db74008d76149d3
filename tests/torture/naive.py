"""Checkouts with mistakes, to prove that the torture test finds them. The shop never runs them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import sqlalchemy as sa

from datasources import tables
from datasources.cart import carts_by_id
from datasources.inventory import levels as inventory
from datasources.kit.database import Tx
from datasources.orders import batches as order_batches
from datasources.orders.batches import NewOrder
from domain.accounts import Viewer
from domain.cart import Cart, units_by_variant
from domain.checkout.commands import AlreadyAccepted, SubmitCart, Submitted, Throttled
from domain.inventory import DEFAULT_LOCATION, Movement
from domain.kit.ids import new_id, new_secret
from domain.kit.money import Money
from domain.kit.refusals import RefusalCode, refuse
from domain.orders.life import OrderStatus
from domain.orders.records import Order, OrderLine, order_name
from domain.payments.keys import charge_key
from services.checkout.submit import CheckoutService
from services.kit.clock import utc_now

Submit: TypeAlias = Callable[
    [CheckoutService, Viewer, SubmitCart, str], Awaitable[Submitted | AlreadyAccepted | Throttled]
]
Take: TypeAlias = Callable[[Tx, int, Mapping[int, int], Mapping[int, tuple[int, int]]], Awaitable[None]]


async def read_decide_write(
    shop: CheckoutService, viewer: Viewer, command: SubmitCart, _address: str = ""
) -> Submitted:
    """Reads the stock, checks that it is enough, and writes the difference."""
    return await _submit(shop, viewer, command, command.attempt_token, _write_what_is_left)


async def without_idempotency(
    shop: CheckoutService, viewer: Viewer, command: SubmitCart, _address: str = ""
) -> Submitted:
    """Takes the stock correctly, but stores nothing to recognize a repeated call."""
    return await _submit(shop, viewer, command, new_secret(), _take_guarded)


VARIANTS: dict[str, Submit] = {
    "read_decide_write": read_decide_write,
    "without_idempotency": without_idempotency,
}


async def _submit(shop: CheckoutService, viewer: Viewer, command: SubmitCart, token: str, take: Take) -> Submitted:
    database = shop._database
    (cart,) = await carts_by_id(database, [command.cart_id])
    if cart is None:
        raise refuse(RefusalCode.CART_NOT_FOUND, "The specified cart does not exist.", "cartId")
    units = units_by_variant(cart.lines)
    levels = tables.stock_levels.c
    seen = {
        row.variant_id: (int(row.available), int(row.reserved))
        for row in await database.all(
            sa.select(levels.variant_id, levels.available, levels.reserved).where(levels.variant_id.in_(list(units)))
        )
    }
    if any(seen[key][0] < count for key, count in units.items()):
        raise refuse(RefusalCode.OUT_OF_STOCK, "There are not enough units left.", "cartId")
    prices = {
        row.variant_id: int(row.minor)
        for row in await database.all(sa.select(tables.prices).where(tables.prices.c.territory == command.territory))
    }
    buyer = f"cart:{cart.id}" if viewer.customer_id is None else f"customer:{viewer.customer_id}"
    order, lines = _order(cart, viewer, prices)
    await asyncio.sleep(0.01)  # a shop with more checks takes longer

    async def write(tx: Tx) -> None:
        await take(tx, order.id, units, seen)
        new = NewOrder(order, lines, cart.id, command.territory, buyer, token, "", charge_key(order.id), "sandbox")
        await order_batches.insert(tx, [new], 600)

    await database.transact(write)
    outcome = await shop._payments.charge(order, command.payment_token, command.base)
    if outcome.status is OrderStatus.PAYMENT_FAILED:
        raise refuse(RefusalCode.PAYMENT_DECLINED, "The payment was declined.", "payment")
    return Submitted(order)


def _order(cart: Cart, viewer: Viewer, prices: Mapping[int, int]) -> tuple[Order, list[OrderLine]]:
    order_id = new_id()
    lines = [
        OrderLine(
            order_id, position, line.variant_id, None, "", "", line.quantity, Money(prices[line.variant_id], "GBP")
        )
        for position, line in enumerate(cart.lines, 1)
    ]
    total = Money(sum(line.total.minor for line in lines), "GBP")
    order = Order(
        order_id, order_name(order_id), new_secret(), viewer.customer_id, None, None,
        OrderStatus.PENDING_PAYMENT, total, total, utc_now(),
    )  # fmt: skip
    return order, lines


async def _write_what_is_left(
    tx: Tx, order_id: int, units: Mapping[int, int], seen: Mapping[int, tuple[int, int]]
) -> None:
    levels = tables.stock_levels
    for variant_id, count in units.items():
        available, reserved = seen[variant_id]
        left = {"available": available - count, "reserved": reserved + count}
        await tx.run(sa.update(levels).where(levels.c.variant_id == variant_id).values(left))
    await _keep_movements(tx, order_id, units)


async def _keep_movements(tx: Tx, order_id: int, units: Mapping[int, int]) -> None:
    rows = [
        {
            "variant_id": variant_id, "kind": Movement.RESERVATION.value, "available": -count, "reserved": count,
            "sold": 0, "order_id": order_id, "actor": "naive", "reason": "checkout", "created_at": utc_now(),
        }
        for variant_id, count in units.items()
    ]  # fmt: skip
    await tx.run(sa.insert(tables.stock_movements), rows)


async def _take_guarded(tx: Tx, order_id: int, units: Mapping[int, int], _seen: Mapping[int, tuple[int, int]]) -> None:
    there = {(variant_id, DEFAULT_LOCATION): count for variant_id, count in units.items()}
    lacking = await inventory.move(tx, Movement.RESERVATION, there, utc_now(), "naive", "checkout", order_id)
    if lacking is not None:
        raise refuse(RefusalCode.OUT_OF_STOCK, "There are not enough units left.", "cartId")
