"""The open payment of an order, as its buyer sees it."""

from datetime import datetime

import strawberry

from resolvers.orders import payments as resolve
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
