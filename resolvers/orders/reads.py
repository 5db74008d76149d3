"""Orders as their buyers see them."""

from typing import Annotated

from strawberry import Parent

from domain.kit.paging import Page, page_request, slice_of
from domain.orders.records import Order, OrderLine
from resolvers.context import Info
from resolvers.kit.arguments import After, Arg, Before, First, GlobalId, Last
from resolvers.orders.access import visible_order


async def order(
    info: Info,
    id: GlobalId,
    token: Annotated[str | None, Arg(description="The secret token of the order, for guests.")] = None,
) -> Order | None:
    """An order by id, for its customer or the holder of its token."""
    return await visible_order(info.context, id, token)


async def line_items(
    root: Parent[Order], info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> Page[OrderLine]:
    """A page of the lines by position."""
    every = await info.context.loaders.order_lines.load(root.id)
    return slice_of(every, page_request(first, after, last, before, 100))


async def total_quantity(root: Parent[Order], info: Info) -> int:
    """Units over all lines."""
    return sum(line.quantity for line in await info.context.loaders.order_lines.load(root.id))
