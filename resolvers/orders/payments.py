"""What a buyer has to do for the payment of an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from strawberry import Parent

from domain.checkout.commands import ActionRequired
from domain.orders.life import OrderStatus
from domain.orders.records import Order
from domain.payments.records import OpenPayment, PaymentMethod
from resolvers.context import Context, Info
from services.kit.clock import utc_now

# How long a page waits before it reads the order again.
POLL = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class PaymentStep:
    """An open payment for its buyer. `poll_after` is None when nothing happens without the buyer."""

    redirect_url: str | None
    client_secret: str | None
    return_url: str | None
    poll_after: datetime | None
    is_declined: bool
    may_retry: bool
    expires_at: datetime
    available_methods: Sequence[PaymentMethod]


async def payment_action(root: Parent[Order], info: Info) -> PaymentStep | None:
    """The open payment of an order, for whoever may pay it; an order of an account shows it to that account."""
    viewer = await info.context.signed_in()
    if root.status is not OrderStatus.PENDING_PAYMENT or root.customer_id not in (None, viewer.customer_id):
        return None
    return await _step(info.context, root.id)


async def required_action(root: Parent[ActionRequired], info: Info) -> PaymentStep | None:
    """What the buyer of a submitted cart must do; None if it was done meanwhile."""
    return await _step(info.context, root.order.id)


async def _step(context: Context, order_id: int) -> PaymentStep | None:
    payment = await context.loaders.open_payment.load(order_id)
    if payment is None:
        return None
    back = context.services.retries.return_url(order_id, context.public_url)
    return _of(payment, context.shop.territories.of_code(payment.territory).payment_methods, back)


def _of(payment: OpenPayment, methods: Sequence[PaymentMethod], return_url: str) -> PaymentStep:
    action = None if payment.is_declined else payment.action
    secret = None if action is None else action.client_secret
    return PaymentStep(
        redirect_url=None if action is None else action.redirect_url,
        client_secret=secret,
        return_url=return_url or None if secret else None,
        poll_after=None if payment.is_declined else utc_now() + POLL,
        is_declined=payment.is_declined,
        may_retry=payment.may_retry,
        expires_at=payment.expires_at,
        available_methods=methods,
    )
