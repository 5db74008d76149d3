"""The open payment of an order, as its buyer sees it, and disputes, as staff see them."""

from datetime import datetime

import strawberry

from domain.payments import disputes
from resolvers.orders import payments as resolve
from schema.cart.payments import PaymentMethod
from schema.enums import DisputeStatus
from schema.kit.common import MoneyV2, is_record
from schema.kit.scalars import URL

Field = strawberry.field


@strawberry.type(
    description="The open payment of an order. With `redirectUrl`, send the buyer there; with `clientSecret` alone, "
    "give it to the script of the payment provider, then go on to `returnUrl`. Otherwise read the order again at "
    "`pollAfter`."
)
class PaymentAction:
    """A view over `resolvers.orders.payments.PaymentStep`."""

    is_type_of = is_record(resolve.PaymentStep)

    redirect_url: URL | None = Field(
        description="A page of the buyer's bank or of the payment provider. It leads back to this shop, which records "
        "the outcome and shows the order's status page. The order is also completed if the buyer never comes back."
    )
    client_secret: str | None = Field(description="What the script of the payment provider needs to go on by itself.")
    return_url: URL | None = Field(
        description="Where the buyer goes after the script has used the `clientSecret`: this shop records the outcome "
        "there and leads on to the order's status page. Null without a `clientSecret`."
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
    available_methods: list[PaymentMethod] = Field(description="The methods for `orderPaymentRetry`.")
    expires_at: datetime = Field(description="When the order ends and gives its units back, if it is not paid.")


@strawberry.type(description="The buyer asks the bank for the money back. Staff answer at the payment provider.")
class OrderDisputeSummary:
    """A view over `domain.payments.disputes.Dispute`."""

    is_type_of = is_record(disputes.Dispute)

    id: strawberry.ID = Field(description="The provider's id of the dispute.")
    status = Field(resolver=lambda root: root.state, description="Where it is.", graphql_type=DisputeStatus)
    reason: str = Field(description="The bank's reason, as the provider names it.")
    amount: MoneyV2 = Field(description="The disputed amount.")
    initiated_at = Field(resolver=lambda root: root.created_at, description="When it began.", graphql_type=datetime)
