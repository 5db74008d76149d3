"""Money, goods and steps of an order, for its buyer and for staff."""

from collections.abc import Sequence
from typing import Annotated

from strawberry import Parent

from domain.accounts import Permission
from domain.kit.paging import MAX_PAGE, Page, page_request, slice_of
from domain.orders.after_payment import Fulfillment, FulfillmentStatus, OrderEvent, OrderLife, Tracking
from domain.orders.records import Order, OrderLine
from domain.payments.disputes import Dispute
from resolvers.context import Info
from resolvers.kit.arguments import After, Arg, Before, First, Last, Reverse

MAX_FULFILLMENTS = 250


async def _life(root: Order, info: Info) -> OrderLife:
    life = await info.context.loaders.order_life.load(root.id)
    if life is None:
        raise LookupError(f"there is no order {root.id}")
    return life


async def fulfillment_status(root: Parent[Order], info: Info) -> FulfillmentStatus:
    """The fulfillment status."""
    return (await _life(root, info)).fulfillment_status


async def events(
    root: Parent[Order], info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> Page[OrderEvent]:
    """A page of the steps, oldest first."""
    every = await info.context.loaders.order_events.load(root.id)
    return slice_of(every, page_request(first, after, last, before, 100))


async def successful_fulfillments(
    root: Parent[Order],
    info: Info,
    first: Annotated[int | None, Arg(description="Returns up to the first `n` parcels, at most 250.")] = None,
) -> Sequence[Fulfillment]:
    """The first parcels."""
    every = await info.context.loaders.order_fulfillments.load(root.id)
    return slice_of(every, page_request(first, None, None, None, MAX_FULFILLMENTS)).items


def fulfillment_line_items(
    root: Parent[Fulfillment],
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
) -> Page[tuple[OrderLine, int]]:
    """A page of the lines in a parcel."""
    return slice_of(root.lines, page_request(first, after, last, before, 100), reverse)


def tracking_info(
    root: Parent[Fulfillment],
    first: Annotated[int | None, Arg(description="Returns up to the first `n` elements of the list.")] = None,
) -> Sequence[Tracking]:
    """One at most."""
    tracking = root.tracking
    known = [tracking] if tracking.number is not None or tracking.url is not None else []
    return slice_of(known, page_request(first, None, None, None, MAX_PAGE)).items


async def actor(root: Parent[OrderEvent], info: Info) -> str | None:
    """Who caused the step; for staff only."""
    return root.actor if await info.context.is_staff(Permission.ORDERS) else None


async def disputes(root: Parent[Order], info: Info) -> Sequence[Dispute]:
    """The disputes of its payment; for staff only."""
    if not await info.context.is_staff(Permission.ORDERS):
        return ()
    return await info.context.loaders.order_disputes.load(root.id)


async def note(root: Parent[OrderEvent], info: Info) -> str | None:
    """The note of the step; for staff only."""
    return root.note if await info.context.is_staff(Permission.ORDERS) else None
