"""Submitting a cart."""

from typing import Annotated

import strawberry

from domain import checkout as records
from resolvers import checkout as resolve
from resolvers.access import cart_key
from resolvers.arguments import Arg
from resolvers.context import Info
from schema.common import UserError, is_record
from schema.orders import Order

Field = strawberry.field


@strawberry.input(description="How the order is paid.")
class CartPaymentInput:
    """What the provider's own form gave the client; card numbers never come here."""

    token: str = Field(description="The payment provider's token.")


@strawberry.type(description="The order was made. Its status tells whether the payment has come already.")
class SubmitSuccess:
    """A view over `domain.checkout.Submitted`."""

    is_type_of = is_record(records.Submitted)

    order: Order = Field(description="The order.")
    replayed: bool = Field(description="Whether this attempt had been answered before.")


@strawberry.type(description="No order was made, or the payment was declined; the cart is open again.")
class SubmitFailed:
    """A view over `domain.checkout.SubmitRefused`."""

    is_type_of = is_record(records.SubmitRefused)

    errors = Field(resolver=lambda root: root.refusals, description="Why.", graphql_type=list[UserError])


@strawberry.type(description="The cart had become an order by another attempt.")
class SubmitAlreadyAccepted:
    """A view over `domain.checkout.AlreadyAccepted`."""

    is_type_of = is_record(records.AlreadyAccepted)

    order: Order = Field(description="That order.")


@strawberry.type(description="Too many are buying at this moment; nothing was done.")
class SubmitThrottled:
    """A view over `domain.checkout.Throttled`."""

    is_type_of = is_record(records.Throttled)

    poll_after: float = Field(description="Seconds after which to try again with the same token.")


CartSubmitForCompletionResult = Annotated[
    SubmitSuccess | SubmitFailed | SubmitAlreadyAccepted | SubmitThrottled,
    strawberry.union("CartSubmitForCompletionResult", description="What submitting a cart can come to."),
]


@strawberry.type
class CheckoutMutation:
    """Buying."""

    @strawberry.mutation(
        description="Turns a cart into an order: takes the stock, then the payment. Safe to repeat with the same "
        "attempt token: the answer is the same and nothing is bought twice.",
        graphql_type=CartSubmitForCompletionResult,
    )
    async def cart_submit_for_completion(
        self,
        info: Info,
        cart_id: Annotated[strawberry.ID, Arg(description="The cart.")],
        attempt_token: Annotated[str, Arg(description="Chosen by the client, once per attempt; 255 characters.")],
        payment: Annotated[CartPaymentInput, Arg(description="How it is paid.")],
    ) -> resolve.Submission:
        """Prices are those of this moment, whatever the client had shown."""
        context = info.context
        command = records.SubmitCart(cart_key(cart_id), attempt_token, payment.token, context.territory.code)
        return await resolve.submit(context, command)
