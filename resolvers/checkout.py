"""Submitting carts."""

from domain.checkout import AlreadyAccepted, SubmitCart, SubmitRefused, Submitted, Throttled
from domain.refusals import Refused
from resolvers.context import Context

Submission = Submitted | SubmitRefused | AlreadyAccepted | Throttled


async def submit(context: Context, command: SubmitCart) -> Submission:
    """Turns a cart into an order; refusals become a member of the union."""
    viewer = await context.signed_in()
    if context.refused_submit:
        return SubmitRefused(context.refused_submit)
    try:
        return await context.services.checkout.submit(viewer, command)
    except Refused as refused:
        return SubmitRefused(refused.refusals)
    finally:
        context.written()
