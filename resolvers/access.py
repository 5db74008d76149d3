"""Who may see what. A cart or order of somebody else answers exactly like a missing one.

The viewer is checked before anything is looked up: an ended token must not tell what exists either.
"""

import hmac

from domain.accounts import Permission
from domain.cart import Cart, may_use
from domain.kit.ids import key_of, split_global_id
from domain.orders.records import Order
from resolvers.context import Context


def cart_key(gid: str) -> str:
    """The secret in a cart's global id; what is none names no cart."""
    parts = split_global_id(gid)
    return parts[1] if parts is not None and parts[0] == "Cart" else ""


async def visible_cart(context: Context, gid: str) -> Cart | None:
    """A cart for whoever holds its id, unless it belongs to another signed-in shopper."""
    viewer = await context.signed_in()
    cart = await context.loaders.cart.load(cart_key(gid)[:64])
    return cart if cart is not None and may_use(viewer, cart) else None


async def visible_order(context: Context, gid: str, token: str | None) -> Order | None:
    """An order for its customer, for a guest who holds its secret token, or for staff with the permission ORDERS."""
    viewer = await context.signed_in()
    key = key_of(gid, "Order")
    order = None if key is None else await context.loaders.order.load(key)
    if order is None:
        return None
    if token is not None and hmac.compare_digest(order.token.encode(), token.encode(errors="replace")):
        return order
    if viewer.customer_id is not None and viewer.customer_id == order.customer_id:
        return order
    return order if await context.is_staff(Permission.ORDERS) else None
