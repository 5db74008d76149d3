"""The open payment of an order, as its buyer sees it."""

from datetime import datetime

import strawberry

from domain.payments import PaymentMethod
from resolvers.context import Info
from resolvers.orders import payments as resolve
from schema.enums import enum_of
from schema.kit.common import is_record
from schema.kit.scalars import URL

Field = strawberry.field


@strawberry.type(
    description="The open payment of an order. With `redirectUrl`, send the buyer there; with `clientSecret` alone, "
    "give it to the script of the payment provider. Otherwise read the order again at `pollAfter`."
)
class PaymentAction:
    """A view over `resolvers.orders.payments.PaymentStep`."""

    is_type_of = is_record(resolve.PaymentStep)

    redirect_url: URL | None = Field(
        description="A page of the buyer's bank or of the payment provider. It leads back to this shop, which records "
        "the outcome and shows the order's status page. The order is also completed if the buyer never comes back."
    )
    client_secret: str | None = Field(
        description="What the script of the payment provider needs to go on by itself. Read the order afterwards."
    )
    poll_after: datetime | None = Field(
        description="When to read the order again. Null after a declined payment: nothing happens without the buyer."
    )
    is_declined: bool = Field(
        description="Whether the last payment was declined. The order keeps its units, and `orderPaymentRetry` pays it "
        "by another method."
    )
    may_retry: bool = Field(
        description="Whether `orderPaymentRetry` may be called now, which ends the payment that is open."
    )
    expires_at: datetime = Field(description="When the order ends and gives its units back, if it is not paid.")


PaymentMethodKind = enum_of(
    "PaymentMethodKind",
    "What a client does to pay by a method.",
    {
        "CARD": "Send the card to `tokenUrl`, which answers with a payment token.",
        "REDIRECT": "Submit with `token`; the page of the provider asks for the rest.",
    },
)


@strawberry.type(description="A way to pay. Of this shop alone, not of Shopify's API.")
class PaymentMethodOption:
    """A view over `domain.payments.PaymentMethod`."""

    handle: str = Field(description="Its name for programs.")
    title: str = Field(description="Its name for people.")
    kind = Field(resolver=lambda root: root.kind.value, description="How to use it.", graphql_type=PaymentMethodKind)
    token_url: URL | None = Field(
        description="Where the browser of the buyer sends the card, as JSON with its `number`; the answer has a `token`. "
        "The shop itself never receives a card."
    )
    token: str | None = Field(description="The payment token of a method that needs nothing from the buyer here.")


def available_methods(info: Info) -> tuple[PaymentMethod, ...]:
    """The same for every cart and order: one provider serves all territories."""
    return info.context.shop.payment_methods
