"""Who may see a cart. The answer for somebody else's cart is the same as for a missing one."""

from domain.cart import Cart, may_use
from domain.kit.ids import split_global_id
from resolvers.context import Context


def cart_key(gid: str) -> str:
    """The secret in a cart's global id. An id of another kind names no cart."""
    parts = split_global_id(gid)
    return parts[1] if parts is not None and parts[0] == "Cart" else ""


async def visible_cart(context: Context, gid: str) -> Cart | None:
    """A cart by its secret id, unless it belongs to another signed-in shopper."""
    viewer = await context.signed_in()
    cart = await context.loaders.cart.load(cart_key(gid)[:64])
    return cart if cart is not None and may_use(viewer, cart) else None
