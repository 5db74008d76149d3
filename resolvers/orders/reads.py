"""Orders as their buyers see them."""

from typing import Annotated

import strawberry
from strawberry import Parent

from domain.kit.paging import Page, page_request, slice_of
from domain.orders.records import Order, OrderLine
from resolvers.context import Info
from resolvers.kit.arguments import After, Arg, Before, First, Last, OptionalId, Reverse
from resolvers.orders.access import order_of_cart, visible_order


async def order(
    info: Info,
    id: OptionalId = None,
    token: Annotated[str | None, Arg(description="The secret token of the order, for guests.")] = None,
    cart_id: Annotated[
        strawberry.ID | None, Arg(description="Instead of `id`: a cart, for the order that it has become.")
    ] = None,
) -> Order | None:
    """An order by id, for its customer or the holder of its token; or by cart, for whoever may use the cart."""
    if id is None:
        return None if cart_id is None else await order_of_cart(info.context, cart_id)
    return await visible_order(info.context, id, token)


async def line_items(
    root: Parent[Order],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
) -> Page[OrderLine]:
    """A page of the lines by position."""
    every = await info.context.loaders.order_lines.load(root.id)
    return slice_of(every, page_request(first, after, last, before, 100), reverse)


async def total_quantity(root: Parent[Order], info: Info) -> int:
    """Units over all lines."""
    return sum(line.quantity for line in await info.context.loaders.order_lines.load(root.id))
