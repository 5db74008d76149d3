"""Submitting a cart."""

from typing import Annotated

import strawberry
from strawberry import Parent

from domain.checkout import commands as records
from resolvers import checkout as resolve
from resolvers.cart.access import cart_key
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.cart.types import Cart, checkout_url
from schema.kit.common import MoneyInput, MoneyV2, is_record, user_errors
from schema.kit.paths import Arguments
from schema.kit.scalars import URL
from schema.orders.types import Order

Field = strawberry.field
_CART = {"cart": "cartId"}
_PREPARE = Arguments(records=_CART)
_SUBMIT = Arguments(names={"payment_token": "payment.token", "expected": "expectedTotal"}, records=_CART)


@strawberry.input(description="How the order is paid.")
class CartPaymentInput:
    """What the provider's own form gave the client; card numbers never come here."""

    token: str = Field(description="The payment provider's token.")


@strawberry.type(description="The order was made. Its status tells whether the payment has come already.")
class SubmitSuccess:
    """A view over `domain.checkout.commands.Submitted`."""

    is_type_of = is_record(records.Submitted)

    order: Order = Field(description="The order.")
    replayed: bool = Field(description="Whether this attempt had been answered before.")


@strawberry.type(description="No order was made, or the payment was declined; the cart is open again.")
class SubmitFailed:
    """A view over `domain.checkout.commands.SubmitRefused`."""

    is_type_of = is_record(records.SubmitRefused)

    errors = user_errors(_SUBMIT, "Why.", of="refusals")
    total_amount = Field(
        resolver=resolve.new_total,
        description="What the cart costs now, when that is the reason; agree to it by `expectedTotal` or prepare anew.",
        graphql_type=MoneyV2 | None,
    )


@strawberry.type(description="The cart had become an order by another attempt.")
class SubmitAlreadyAccepted:
    """A view over `domain.checkout.commands.AlreadyAccepted`."""

    is_type_of = is_record(records.AlreadyAccepted)

    order: Order = Field(description="That order.")


@strawberry.type(description="Too many are buying at this moment; nothing was done.")
class SubmitThrottled:
    """A view over `domain.checkout.commands.Throttled`."""

    is_type_of = is_record(records.Throttled)

    poll_after: float = Field(description="Seconds after which to try again with the same token.")


CartSubmitForCompletionResult = Annotated[
    SubmitSuccess | SubmitFailed | SubmitAlreadyAccepted | SubmitThrottled,
    strawberry.union("CartSubmitForCompletionResult", description="What submitting a cart can come to."),
]


def ready_url(root: Parent[records.Ready], info: Info) -> URL:
    """Where the storefront's own page for buying the cart is."""
    return checkout_url(root.cart, info)


@strawberry.type(description="The cart can be bought as it is, for the total that it is shown with.")
class CartStatusReady:
    """A view over `domain.checkout.commands.Ready`."""

    is_type_of = is_record(records.Ready)

    cart: Cart | None = Field(description="The cart.")
    checkout_url = Field(
        name="checkoutURL",
        resolver=ready_url,
        description="Where it is bought.",
        graphql_type=URL | None,
    )


@strawberry.type(description="The cart cannot be bought as it is.")
class CartStatusNotReady:
    """A view over `domain.checkout.commands.NotReady`."""

    is_type_of = is_record(records.NotReady)

    cart: Cart | None = Field(description="The cart.")
    errors = user_errors(_PREPARE, "Why.", of="refusals")


@strawberry.type(description="Too many are buying at this moment.")
class CartThrottled:
    """A view over `domain.checkout.commands.Throttled`."""

    is_type_of = is_record(records.Throttled)

    poll_after: float = Field(description="Seconds after which to try again.")


CartPrepareForCompletionResult = Annotated[
    CartStatusReady | CartStatusNotReady | CartThrottled,
    strawberry.union("CartPrepareForCompletionResult", description="Whether a cart can be bought."),
]


@strawberry.type(description="What preparing a cart came to.")
class CartPrepareForCompletionPayload:
    """A view over `resolvers.checkout.Preparation`."""

    result: CartPrepareForCompletionResult | None = Field(description="Whether it can be bought.")
    user_errors = user_errors(_PREPARE, "Why nobody could tell, such as a cart that does not exist.")


@strawberry.type
class CheckoutMutation:
    """Buying."""

    @strawberry.mutation(
        description="Tells whether a cart can be bought as it is, every reason why not, and what it costs: the next "
        "submit charges that or nothing.",
        graphql_type=CartPrepareForCompletionPayload | None,
    )
    async def cart_prepare_for_completion(
        self, info: Info, cart_id: Annotated[strawberry.ID, Arg(description="The cart.")]
    ) -> resolve.Preparation:
        """Takes no stock and holds nothing."""
        return await resolve.prepare(info.context, cart_key(cart_id))

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
        expected_total: Annotated[
            MoneyInput | None,
            Arg(
                description="The total that the buyer agrees to; without it, the one that the last change or "
                "preparation of the cart was answered with. Any other total is refused with PRICE_CHANGED."
            ),
        ] = None,
    ) -> resolve.Submission:
        """Prices are those of this moment; a total that the buyer did not agree to is never charged."""
        context = info.context
        return await resolve.submit(
            context,
            cart_key(cart_id),
            attempt_token,
            payment.token,
            None if expected_total is None else expected_total.pair(),
        )
