"""Inputs for discounts. An omitted field stays as it is; null removes an optional one."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import strawberry
from strawberry import UNSET

from domain.discounts.rules import DiscountChanges

Field = strawberry.field


@strawberry.input(description="An amount off an order.")
class DiscountAmountInput:
    """An amount of the default territory's currency."""

    amount: Decimal = Field(description="The amount, in the currency of the default territory.")


@strawberry.input(description="What the discount takes off: either a percentage or an amount.")
class DiscountCustomerGetsValueInput:
    """The value of a basic discount."""

    percentage: float | None = Field(
        default=None, description="A percentage as a fraction: 0.1 is 10 %. At most four decimal places."
    )
    discount_amount: DiscountAmountInput | None = Field(default=None, description="An amount.")


@strawberry.input(description="What the buyer gets.")
class DiscountCustomerGetsInput:
    """The value of a basic discount."""

    value: DiscountCustomerGetsValueInput = Field(description="What the discount takes off the products of an order.")


@strawberry.input(description="The minimum subtotal of the products of an order.")
class DiscountMinimumSubtotalInput:
    """An amount of the default territory's currency."""

    greater_than_or_equal_to_subtotal: Decimal = Field(
        description="The subtotal, in the currency of the default territory."
    )


@strawberry.input(description="The minimum of an order.")
class DiscountMinimumRequirementInput:
    """The minimum of a discount."""

    subtotal: DiscountMinimumSubtotalInput | None = Field(default=None, description="The subtotal of its products.")

    @property
    def minimum(self) -> Decimal | None:
        """The subtotal; None for no minimum."""
        return None if self.subtotal is None else self.subtotal.greater_than_or_equal_to_subtotal


@strawberry.input(description="A discount for free shipping.")
class DiscountCodeFreeShippingInput:
    """Becomes `domain.discounts.rules.DiscountChanges`."""

    title: str | None = Field(default=None, description="The name for staff; the code by default.")
    code: str | None = Field(
        default=None, description="The code that buyers enter, in any case. Unique, at most 255 characters."
    )
    starts_at: datetime | None = Field(default=None, description="When the discount starts; now by default.")
    ends_at: datetime | None = Field(default=UNSET, description="When the discount ends; null for never.")
    usage_limit: int | None = Field(default=UNSET, description="The maximum number of orders; null for no limit.")
    usage_limit_per_customer: int | None = Field(
        default=UNSET, description="The maximum number of orders per buyer; null for no limit."
    )
    applies_once_per_customer: bool | None = Field(
        default=None, description="Whether each buyer can use it only once; another way to limit uses per customer."
    )
    minimum_requirement: DiscountMinimumRequirementInput | None = Field(
        default=UNSET, description="The minimum of an order; null for no minimum."
    )

    def changes(self) -> DiscountChanges:
        """The changes as the domain knows them."""
        never_null = {
            "title": self.title,
            "code": self.code,
            "starts_at": self.starts_at,
            "once_per_customer": self.applies_once_per_customer,
        }
        nullable = {
            "ends_at": self.ends_at,
            "total_limit": self.usage_limit,
            "customer_limit": self.usage_limit_per_customer,
            "minimum": self.minimum_requirement and self.minimum_requirement.minimum,
        }
        changes: Any = {name: value for name, value in never_null.items() if value is not None}
        changes |= {name: value for name, value in nullable.items() if value is not UNSET}
        made: DiscountChanges = changes
        return made


@strawberry.input(description="A discount that takes a percentage or an amount off the products of an order.")
class DiscountCodeBasicInput(DiscountCodeFreeShippingInput):
    """Becomes `domain.discounts.rules.DiscountChanges`."""

    customer_gets: DiscountCustomerGetsInput | None = Field(default=None, description="What the buyer gets.")

    def changes(self) -> DiscountChanges:
        """The changes, including what the buyer gets."""
        changes = super().changes()
        if self.customer_gets is not None:
            value = self.customer_gets.value
            if value.percentage is not None:
                changes["percentage"] = Decimal(str(value.percentage))
            if value.discount_amount is not None:
                changes["amount"] = value.discount_amount.amount
        return changes
