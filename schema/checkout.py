"""Submitting a cart."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import Parent

from domain.checkout import commands as records
from resolvers import checkout as resolve
from resolvers.cart.access import cart_key
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from resolvers.orders import payments as resolve_payments
from schema.cart.types import Cart, checkout_url
from schema.kit.common import MoneyInput, MoneyV2, is_record
from schema.kit.paths import Arguments
from schema.kit.scalars import URL
from schema.kit.user_errors import user_errors
from schema.orders.payments import PaymentAction
from schema.orders.types import Order

Field = strawberry.field
_CART = {"cart": "cartId"}
_PREPARE = Arguments(records=_CART)
_PAYMENT = {"payment_token": "payment.token", "payment_method": "payment.method", "payment_code": "payment.code"}
_RETRY = Arguments(names=_PAYMENT)
_SUBMIT = Arguments(names=_PAYMENT | {"expected": "expectedTotal"}, records=_CART)


@strawberry.input(description="The payment for the order.")
class CartPaymentInput:
    """The token that the client got from the provider's own form. The shop never receives card numbers."""

    token: str = Field(description="The payment provider's token.")
    method: str | None = Field(
        default=None,
        description="The handle of one of `Cart.availablePaymentMethods`; by default the first of them, or for a retry "
        "that of the payment before.",
    )
    code: str | None = Field(
        default=None,
        description="The 6 digits that the buyer reads off the app of the bank, for a method of the kind CODE.",
    )


@strawberry.type(description="The submit created an order. Its status tells whether it is already paid.")
class SubmitSuccess:
    """A view over `domain.checkout.commands.Submitted`."""

    is_type_of = is_record(records.Submitted)

    order: Order = Field(description="The order.")
    replayed: bool = Field(description="Whether this attempt already had this answer before.")


@strawberry.type(
    description="The order exists and holds its units, but the buyer must confirm the payment: do what `action` says. "
    "Afterwards `Order.status` and `Order.paymentAction` say whether the payment came through."
)
class SubmitActionRequired:
    """A view over `domain.checkout.commands.ActionRequired`."""

    is_type_of = is_record(records.ActionRequired)

    order: Order = Field(description="The order, which waits for its payment.")
    action = Field(
        resolver=resolve_payments.required_action,
        description="What the buyer must do; null if it was done in the meantime.",
        graphql_type=PaymentAction | None,
    )
    replayed: bool = Field(description="Whether this attempt already had this answer before.")


@strawberry.type(
    description="The submit created no order, or the payment was declined. The cart is open again, unless there is a "
    "`waitingOrder`."
)
class SubmitFailed:
    """A view over `domain.checkout.commands.SubmitRefused`."""

    is_type_of = is_record(records.SubmitRefused)

    errors = user_errors(_SUBMIT, "Why.", of="refusals")
    waiting_order = Field(
        resolver=resolve.waiting_order,
        description="The order that still holds its units after a declined payment: pay it by another method with "
        "`orderPaymentRetry`, or give it up with `orderPaymentAbandon`.",
        graphql_type=Order | None,
    )
    total_amount = Field(
        resolver=resolve.new_total,
        description="The current total, if it is the reason. Agree to it with `expectedTotal`, or prepare again.",
        graphql_type=MoneyV2 | None,
    )


@strawberry.type(description="Another attempt had already turned the cart into an order.")
class SubmitAlreadyAccepted:
    """A view over `domain.checkout.commands.AlreadyAccepted`."""

    is_type_of = is_record(records.AlreadyAccepted)

    order: Order = Field(description="The order.")


@strawberry.type(description="Too many buyers are submitting carts now; nothing was done.")
class SubmitThrottled:
    """A view over `domain.checkout.commands.Throttled`."""

    is_type_of = is_record(records.Throttled)

    poll_after = Field(
        resolver=resolve.poll_after,
        description="When to try again with the same token.",
        graphql_type=datetime,
    )


CartSubmitForCompletionResult = Annotated[
    SubmitSuccess | SubmitActionRequired | SubmitFailed | SubmitAlreadyAccepted | SubmitThrottled,
    strawberry.union("CartSubmitForCompletionResult", description="The possible outcomes of submitting a cart."),
]


def ready_url(root: Parent[records.CartReady], info: Info) -> URL:
    """The URL of the storefront's checkout page for the cart."""
    return checkout_url(root.cart, info)


@strawberry.type(description="The cart can be bought as it is, for the total in this answer.")
class CartStatusReady:
    """A view over `domain.checkout.commands.CartReady`."""

    is_type_of = is_record(records.CartReady)

    cart: Cart | None = Field(description="The cart.")
    checkout_url = Field(
        name="checkoutURL",
        resolver=ready_url,
        description="The URL of the checkout page.",
        graphql_type=URL | None,
    )


@strawberry.type(description="The cart cannot be bought as it is.")
class CartStatusNotReady:
    """A view over `domain.checkout.commands.CartNotReady`."""

    is_type_of = is_record(records.CartNotReady)

    cart: Cart | None = Field(description="The cart.")
    errors = user_errors(_PREPARE, "Why.", of="refusals")


@strawberry.type(description="Too many buyers are submitting carts now.")
class CartThrottled:
    """A view over `domain.checkout.commands.Throttled`."""

    is_type_of = is_record(records.Throttled)

    poll_after = Field(resolver=resolve.poll_after, description="When to try again.", graphql_type=datetime)


CartPrepareForCompletionResult = Annotated[
    CartStatusReady | CartStatusNotReady | CartThrottled,
    strawberry.union("CartPrepareForCompletionResult", description="Whether a cart can be bought."),
]


@strawberry.type(description="The outcome of preparing a cart.")
class CartPrepareForCompletionPayload:
    """A view over `resolvers.checkout.Preparation`."""

    result: CartPrepareForCompletionResult | None = Field(description="Whether it can be bought.")
    user_errors = user_errors(_PREPARE, "Why the shop could not find out, such as a cart that does not exist.")


@strawberry.type(description="The outcome of giving up a payment.")
class OrderPaymentAbandonPayload:
    """A view over `resolvers.checkout.Abandonment`."""

    order: Order | None = Field(
        description="The order as it is now. PAYMENT_FAILED: its units are back, and its cart is open again. PAID: the "
        "payment had come through before."
    )
    user_errors = user_errors(_RETRY, "Why the payment was not given up.")


@strawberry.type
class CheckoutMutation:
    """Buying."""

    @strawberry.mutation(
        description="Checks whether a cart can be bought as it is. Returns its total and every reason against it. "
        "The next submit charges that total or nothing.",
        graphql_type=CartPrepareForCompletionPayload | None,
    )
    async def cart_prepare_for_completion(
        self, info: Info, cart_id: Annotated[strawberry.ID, Arg(description="The cart.")]
    ) -> resolve.Preparation:
        """Reserves no stock."""
        return await resolve.prepare(info.context, cart_key(cart_id))

    @strawberry.mutation(
        description="Turns a cart into an order: reserves the stock, then charges the buyer. Safe to repeat with the "
        "same attempt token: the answer is the same, and nothing is bought twice.",
        graphql_type=CartSubmitForCompletionResult | None,
    )
    async def cart_submit_for_completion(
        self,
        info: Info,
        cart_id: Annotated[strawberry.ID, Arg(description="The cart.")],
        attempt_token: Annotated[
            str, Arg(description="A new token from the client for each attempt, at most 255 characters.")
        ],
        payment: Annotated[CartPaymentInput, Arg(description="The payment.")],
        expected_total: Annotated[
            MoneyInput | None,
            Arg(
                description="The total that the buyer agrees to; by default the total in the answer to the last change "
                "or preparation of the cart. A submit for any other total is refused with PRICE_CHANGED."
            ),
        ] = None,
    ) -> resolve.Submission:
        """The submit uses current prices. It never charges a total that the buyer did not agree to."""
        context = info.context
        return await resolve.submit(
            context,
            cart_key(cart_id),
            attempt_token,
            payment,
            None if expected_total is None else expected_total.pair(),
        )

    @strawberry.mutation(
        description="Pays an order that waits for its payment by another method, for the same units: after a payment "
        "was declined, or instead of one that the buyer has not confirmed, which ends at once. Safe to repeat with the "
        "same attempt token. The answer is `SubmitAlreadyAccepted` if the earlier payment has come through.",
        graphql_type=CartSubmitForCompletionResult | None,
    )
    async def order_payment_retry(
        self,
        info: Info,
        order_id: Annotated[strawberry.ID, Arg(description="The order.")],
        attempt_token: Annotated[
            str, Arg(description="A new token from the client for each attempt, at most 255 characters.")
        ],
        payment: Annotated[CartPaymentInput, Arg(description="The payment.")],
        order_token: Annotated[str | None, Arg(description="The secret token of the order, for guests.")] = None,
    ) -> resolve.Submission:
        """The total is that of the order."""
        return await resolve.retry(info.context, order_id, order_token, attempt_token, payment)

    @strawberry.mutation(
        description="Gives up the payment of an order at once: the order ends, its units are back for sale, and its "
        "cart is open again. An order that does not wait for its payment stays as it is.",
        graphql_type=OrderPaymentAbandonPayload | None,
    )
    async def order_payment_abandon(
        self,
        info: Info,
        order_id: Annotated[strawberry.ID, Arg(description="The order.")],
        order_token: Annotated[str | None, Arg(description="The secret token of the order, for guests.")] = None,
    ) -> resolve.Abandonment:
        """The provider ends the charge first, so that no money comes afterwards."""
        return await resolve.abandon(info.context, order_id, order_token)
