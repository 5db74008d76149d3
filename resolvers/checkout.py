"""Preparing and submitting carts."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from strawberry import Parent

from domain.checkout.commands import (
    ActionRequired,
    AlreadyAccepted,
    CartNotReady,
    CartReady,
    PaymentDeclined,
    PriceChanged,
    RetryPayment,
    SubmitCart,
    SubmitRefused,
    Submitted,
    Throttled,
)
from domain.kit.money import Money, currency_digits, minor_units
from domain.kit.refusals import INPUT, Refusal, RefusalCode, Refused, refuse
from domain.orders.records import Order
from resolvers.context import Context
from resolvers.orders.access import payable_order
from services.checkout.submit import payment_token_of
from services.kit.clock import utc_now

_NO_ORDER = Refusal(RefusalCode.NOT_FOUND, "The order does not exist.", ("order_id",))
Submission = Submitted | ActionRequired | SubmitRefused | AlreadyAccepted | Throttled


class Payment(Protocol):
    """A payment as the client gives it."""

    token: str
    method: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Preparation:
    """Whether a cart can be bought, or why the shop could not find out."""

    result: CartReady | CartNotReady | Throttled | None = None
    user_errors: tuple[Refusal, ...] = ()


def poll_after(root: Parent[Throttled]) -> datetime:
    """A moment from which a throttled request may be sent again, in whole seconds, not the same one for all."""
    moment = utc_now() + timedelta(seconds=root.poll_after + random.random())  # noqa: S311  # no secret
    return moment.replace(microsecond=0) + timedelta(seconds=1)


async def prepare(context: Context, cart_id: str) -> Preparation:
    """Checks a cart and quotes its total; refusals become data."""
    viewer = await context.signed_in()
    try:
        result = await context.services.cart_delivery.prepare(viewer, context.territory, cart_id)
    except Refused as refused:
        return Preparation(user_errors=refused.refusals)
    finally:
        context.written()
    if not isinstance(result, Throttled):
        context.keep_offer(result.offer)
    return Preparation(result)


async def submit(
    context: Context,
    cart_id: str,
    attempt_token: str,
    payment: Payment,
    expected: tuple[str, str] | None,
) -> Submission:
    """Turns a cart into an order; refusals become a member of the union."""
    viewer = await context.signed_in()
    if context.refused_submit:
        return SubmitRefused(context.refused_submit)
    try:
        agreed = None if expected is None else _money(*expected)
        token = payment_token_of(payment.token, payment.code) if payment.code else payment.token
        where, base = context.territory.code, context.public_url
        command = SubmitCart(cart_id, attempt_token, token, where, agreed, base, payment.method)
        return await context.services.checkout.submit(viewer, command, context.address)
    except Refused as refused:
        return SubmitRefused(refused.refusals)
    finally:
        context.written()


@dataclass(frozen=True, slots=True)
class Abandonment:
    """The order whose payment was given up, or why it was not."""

    order: Order | None = None
    user_errors: tuple[Refusal, ...] = ()


async def retry(
    context: Context, order_id: str, order_token: str | None, attempt_token: str, payment: Payment
) -> Submission:
    """Pays an order that waits for its payment by another method."""
    order = await payable_order(context, order_id, order_token)
    if order is None:
        return SubmitRefused((_NO_ORDER,))
    try:
        token = payment_token_of(payment.token, payment.code) if payment.code else payment.token
        command = RetryPayment(attempt_token, token, context.public_url, payment.method)
        return await context.services.retries.retry(context.viewer, order, command, context.address)
    except Refused as refused:
        return SubmitRefused(refused.refusals)
    finally:
        context.written()


async def abandon(context: Context, order_id: str, order_token: str | None) -> Abandonment:
    """Gives up the payment of an order."""
    order = await payable_order(context, order_id, order_token)
    if order is None:
        return Abandonment(user_errors=(_NO_ORDER,))
    try:
        return Abandonment(await context.services.retries.abandon(order))
    except Refused as refused:
        return Abandonment(user_errors=refused.refusals)
    finally:
        context.written()


def waiting_order(root: Parent[SubmitRefused]) -> Order | None:
    """The order that still holds its units for another payment, after one was declined."""
    return next((refusal.order for refusal in root.refusals if isinstance(refusal, PaymentDeclined)), None)


def new_total(root: Parent[SubmitRefused]) -> Money | None:
    """The current total of the cart, if a changed price is why the submit was refused."""
    return next((refusal.total for refusal in root.refusals if isinstance(refusal, PriceChanged)), None)


def _money(amount: str, currency: str) -> Money:
    try:
        return Money(minor_units(amount, currency), currency)
    except ValueError:
        message = f"{INPUT} must be an amount of {currency} with at most {currency_digits(currency)} decimal places."
        raise refuse(RefusalCode.INVALID, message, "expected") from None
