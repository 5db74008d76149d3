"""Gift cards as carts show them; this shop has none."""

import strawberry

from schema.kit.common import MoneyV2, Node, is_record

Field = strawberry.field
_AMOUNT = "What the cart takes from it."


@strawberry.type(description="A gift card of a cart; this shop has none.")
class AppliedGiftCard(Node):
    """Existing clients select it; the shop never returns one."""

    is_type_of = is_record(())

    amount_used: MoneyV2 = Field(description=_AMOUNT)
    amount_used_v2: MoneyV2 = Field(
        name="amountUsedV2", description=_AMOUNT, deprecation_reason="Use `amountUsed` instead."
    )
    balance: MoneyV2 = Field(description="What is left on it.")
    balance_v2: MoneyV2 = Field(
        name="balanceV2", description="What is left on it.", deprecation_reason="Use `balance` instead."
    )
    last_characters: str = Field(description="The end of its code.")
    presentment_amount_used: MoneyV2 = Field(description=_AMOUNT)
