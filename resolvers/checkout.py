"""Preparing and submitting carts."""

from dataclasses import dataclass

from strawberry import Parent

from domain.checkout.commands import (
    AlreadyAccepted,
    NotReady,
    PriceChanged,
    Ready,
    SubmitCart,
    SubmitRefused,
    Submitted,
    Throttled,
)
from domain.kit.money import Money, minor_units
from domain.kit.refusals import Refusal, RefusalCode, Refused, refuse
from resolvers.context import Context

Submission = Submitted | SubmitRefused | AlreadyAccepted | Throttled


@dataclass(frozen=True, slots=True)
class Preparation:
    """Whether a cart can be bought, or why nobody could tell."""

    result: Ready | NotReady | Throttled | None = None
    user_errors: tuple[Refusal, ...] = ()


async def prepare(context: Context, cart_id: str) -> Preparation:
    """Looks at a cart and quotes it; refusals become data."""
    viewer = await context.signed_in()
    try:
        return Preparation(await context.services.cart_delivery.prepare(viewer, context.territory, cart_id))
    except Refused as refused:
        return Preparation(user_errors=refused.refusals)
    finally:
        context.written()


async def submit(
    context: Context, cart_id: str, attempt_token: str, payment_token: str, expected: tuple[str, str] | None
) -> Submission:
    """Turns a cart into an order; refusals become a member of the union."""
    viewer = await context.signed_in()
    if context.refused_submit:
        return SubmitRefused(context.refused_submit)
    try:
        agreed = None if expected is None else _money(*expected)
        command = SubmitCart(cart_id, attempt_token, payment_token, context.territory.code, agreed)
        return await context.services.checkout.submit(viewer, command)
    except Refused as refused:
        return SubmitRefused(refused.refusals)
    finally:
        context.written()


def new_total(root: Parent[SubmitRefused]) -> Money | None:
    """What the cart costs now, when that is why it was refused."""
    return next((refusal.total for refusal in root.refusals if isinstance(refusal, PriceChanged)), None)


def _money(amount: str, currency: str) -> Money:
    try:
        return Money(minor_units(amount, currency), currency)
    except ValueError:
        raise refuse(RefusalCode.INVALID, "That is not an amount of this currency.", "expected") from None
