"""Who may see an order. The answer for somebody else's order is the same as for a missing one."""

import hmac

from strawberry import Parent

from domain.accounts import Permission, Viewer
from domain.cart import may_use
from domain.kit.ids import key_of
from domain.orders.records import Order
from domain.territories.delivery import Address
from resolvers.cart.access import cart_key
from resolvers.context import Context, Info


async def visible_order(context: Context, gid: str, token: str | None) -> Order | None:
    """An order, for its customer, a guest with its secret token, or staff with the permission ORDERS."""
    viewer = await context.signed_in()
    key = key_of(gid, "Order")
    order = None if key is None else await context.loaders.order.load(key)
    if order is None:
        return None
    if _is_buyer(order, viewer, token):
        return order
    return order if await context.is_staff(Permission.ORDERS) else None


async def order_of_cart(context: Context, gid: str) -> Order | None:
    """What a cart has become, for whoever may use the cart.

    Knowing the cart does not prove access to the account that bought it.
    """
    viewer = await context.signed_in()
    cart = await context.loaders.cart.load(cart_key(gid)[:64])
    if cart is None or cart.order_id is None or not may_use(viewer, cart):
        return None
    order = await context.loaders.order.load(cart.order_id)
    return order if order is not None and order.customer_id in (None, viewer.customer_id) else None


async def payable_order(context: Context, gid: str, token: str | None) -> Order | None:
    """An order as it is now, for its customer or a guest with its secret token: staff pay for nobody."""
    viewer = await context.signed_in()
    key = key_of(gid, "Order")
    order = None if key is None else await context.loaders.order.load(key)
    return order if order is not None and _is_buyer(order, viewer, token) else None


def _is_buyer(order: Order, viewer: Viewer, token: str | None) -> bool:
    if token is not None and hmac.compare_digest(order.token.encode(), token.encode(errors="replace")):
        return True
    return viewer.customer_id is not None and viewer.customer_id == order.customer_id


async def email(root: Parent[Order], info: Info) -> str | None:
    """The e-mail address for messages about the order.

    The order of an account shows it to the account and to staff only: a token for the order is passed on more easily.
    """
    return root.email if await _reaches(info.context, root) else None


async def phone(root: Parent[Order], info: Info) -> str | None:
    """The phone number of the buyer, shown as the e-mail address is."""
    return root.phone if await _reaches(info.context, root) else None


async def shipping_address(root: Parent[Order], info: Info) -> Address | None:
    """The destination, shown as the e-mail address is."""
    return root.address if await _reaches(info.context, root) else None


async def _reaches(context: Context, order: Order) -> bool:
    viewer = await context.signed_in()
    return order.customer_id in (None, viewer.customer_id) or await context.is_staff(Permission.ORDERS)
