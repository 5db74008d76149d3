"""Who may see a cart. The answer for somebody else's cart is the same as for a missing one."""

from strawberry import Parent

from domain.cart import Cart, may_use
from domain.kit.ids import split_global_id
from domain.orders.life import OrderStatus
from domain.orders.records import Order
from resolvers.context import Context, Info

_OPEN = (OrderStatus.PENDING_PAYMENT, OrderStatus.PAYMENT_FAILED, OrderStatus.EXPIRED)


def cart_key(gid: str) -> str:
    """The secret in a cart's global id. An id of another kind names no cart."""
    parts = split_global_id(gid)
    return parts[1] if parts is not None and parts[0] == "Cart" else ""


async def visible_cart(context: Context, gid: str) -> Cart | None:
    """A cart by its secret id, unless it belongs to another signed-in shopper or its order is paid."""
    viewer = await context.signed_in()
    cart = await context.loaders.cart.load(cart_key(gid)[:64])
    if cart is None or not may_use(viewer, cart):
        return None
    order = await _order_of(context, cart)
    # The order may have failed after the cart was read: then the cart is the shopper's again.
    return cart if order is None or order.status in _OPEN else None


async def order_in_payment(root: Parent[Cart], info: Info) -> Order | None:
    """The order that the cart has become, while its payment is open.

    Knowing the cart does not prove access to the account that bought it.
    """
    order, viewer = await _order_of(info.context, root), await info.context.signed_in()
    if order is None or order.status is not OrderStatus.PENDING_PAYMENT:
        return None
    return order if order.customer_id in (None, viewer.customer_id) else None


async def _order_of(context: Context, cart: Cart) -> Order | None:
    return None if cart.order_id is None else await context.loaders.order.load(cart.order_id)
