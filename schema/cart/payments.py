"""How carts can be paid."""

import strawberry

from domain.payments import records
from schema.enums import enum_of
from schema.kit.common import is_record
from schema.kit.scalars import URL

Field = strawberry.field
PaymentMethodKind = enum_of(
    "PaymentMethodKind",
    "How a client gets the token of a payment.",
    {
        "CARD": "From the form of the provider, which makes it of a card.",
        "REDIRECT": "It is `token`: the page of the provider asks for everything else.",
        "CODE": "It is `token`, and `payment.code` is what the buyer reads off the app of the bank, and then confirms "
        "there.",
    },
)


@strawberry.type(description="A way to pay.")
class PaymentMethod:
    """A view over `domain.payments.records.PaymentMethod`."""

    is_type_of = is_record(records.PaymentMethod)

    handle: str = Field(description="What `payment.method` of a submit names.")
    title: str = Field(description="The name for buyers.")
    provider: str = Field(description="Whose form gives the token of the payment, such as `stripe`.")
    kind = Field(
        resolver=lambda root: root.kind.value,
        description="How the token of a payment comes about.",
        graphql_type=PaymentMethodKind,
    )
    token_url: URL | None = Field(
        description="Where the browser of the buyer sends the card to the sandbox, as JSON with its `number`; the "
        "answer has a `token`. Null for providers with forms of their own."
    )
    publishable_key: str | None = Field(
        description="The key with which the script of the provider, such as Stripe.js, makes a token of a card in the "
        "browser. Null for methods without such a form."
    )
    token: str | None = Field(description="The token of a method that needs nothing from the buyer before the submit.")
