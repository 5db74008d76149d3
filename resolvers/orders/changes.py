"""Changes of orders by staff. The services check the authority."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from domain.accounts import Permission
from domain.kit.ids import split_global_id
from domain.kit.paging import Page, page_request
from domain.kit.refusals import Refusal, RefusalCode, Refused
from domain.orders.after_payment import Fulfillment, Refund, RefundState
from domain.orders.commands import CancelOrder, FulfilOrder, RefundOrder, ReturnUnits
from domain.orders.life import OrderStatus
from domain.orders.records import Order
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Arg, Before, First, Last, Reverse

T = TypeVar("T")
_POSITION_DIGITS = 9
# A position that no order has, for ids that are not of this order.
_NOWHERE = -1


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """The current order, or the reasons for a refusal."""

    order: Order | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """The refund with its current order, or the reasons for a refusal."""

    refund: Refund | None = None
    order: Order | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class FulfillmentOutcome:
    """The parcel with its current order, or the reasons for a refusal."""

    fulfillment: Fulfillment | None = None
    order: Order | None = None
    user_errors: tuple[Refusal, ...] = ()


def position_of(gid: str, order_id: int) -> int:
    """The position in the global id of a line of this order; for other ids, a position that no order has."""
    parts = split_global_id(gid)
    if parts is None or parts[0] != "OrderLineItem":
        return _NOWHERE
    order, _, position = parts[1].partition("-")
    is_mine = order == str(order_id) and position.isascii() and position.isdigit()
    return int(position) if is_mine and len(position) <= _POSITION_DIGITS else _NOWHERE


async def orders(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
    status: Annotated[OrderStatus | None, Arg(description="Only orders in this state.")] = None,
) -> Page[Order]:
    """A page of all orders, oldest first by default, for staff with the permission ORDERS."""
    await info.context.require_staff(Permission.ORDERS)
    asked = page_request(first, after, last, before)
    return await info.context.reads.order_lives.page(asked, bool(reverse), status)


async def cancel(context: Context, order_id: int, command: CancelOrder) -> OrderOutcome:
    """Cancels an order."""
    made = await _attempt(context, context.services.order_life.cancel(context.viewer, order_id, command))
    if isinstance(made, tuple):
        return OrderOutcome(None, made)
    given_back = None if made is None else await context.reads.refunds.refund(made)
    return OrderOutcome(await _order(context, order_id), _refused(given_back, "order_id"))


async def refund(context: Context, order_id: int, command: RefundOrder) -> RefundOutcome:
    """Gives money back."""
    made = await _attempt(context, context.services.order_life.refund(context.viewer, order_id, command))
    if isinstance(made, tuple):
        return RefundOutcome(user_errors=made)
    given_back = await context.reads.refunds.refund(made)
    return RefundOutcome(given_back, await _order(context, order_id), _refused(given_back))


async def fulfil(context: Context, order_id: int, command: FulfilOrder) -> FulfillmentOutcome:
    """Records a parcel."""
    made = await _attempt(context, context.services.order_life.fulfil(context.viewer, order_id, command))
    if isinstance(made, tuple):
        return FulfillmentOutcome(user_errors=made)
    parcels = await context.loaders.order_fulfillments.load(order_id)
    parcel = next((parcel for parcel in parcels if parcel.id == made), None)
    return FulfillmentOutcome(parcel, await _order(context, order_id))


async def take_back(context: Context, order_id: int, command: ReturnUnits) -> OrderOutcome:
    """Records a return."""
    made = await _attempt(context, context.services.order_life.take_back(context.viewer, order_id, command))
    return OrderOutcome(None, made) if isinstance(made, tuple) else OrderOutcome(await _order(context, order_id))


def _refused(given_back: Refund | None, *path: str) -> tuple[Refusal, ...]:
    """The refusal of a refund that the provider did not make. What else the mutation did stays done."""
    if given_back is None or given_back.state is not RefundState.FAILED:
        return ()
    amount = f"{given_back.amount.decimal} {given_back.amount.currency}"
    message = f"The payment provider refused to refund {amount}. No money went back."
    return (Refusal(RefusalCode.REFUND_REFUSED, message, path),)


async def _attempt(context: Context, work: Awaitable[T]) -> T | tuple[Refusal, ...]:
    """The result of the work, or the reasons for a refusal. Later reads of the request see the new state."""
    try:
        return await work
    except Refused as refused:
        return refused.refusals
    finally:
        context.written()


async def _order(context: Context, order_id: int) -> Order | None:
    return await context.loaders.order.load(order_id)
