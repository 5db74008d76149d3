"""How carts can be paid."""

import strawberry

from domain import payments as records
from schema.kit.common import is_record

Field = strawberry.field


@strawberry.type(description="A way to pay.")
class PaymentMethod:
    """A view over `domain.payments.PaymentMethod`."""

    is_type_of = is_record(records.PaymentMethod)

    handle: str = Field(description="What `payment.method` of a submit names.")
    title: str = Field(description="The name for buyers.")
    provider: str = Field(description="Whose form gives the token of the payment, such as `stripe`.")
