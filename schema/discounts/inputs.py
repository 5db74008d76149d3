"""What staff gives of a discount. A field that is left out stays as it is, null takes it away where that can be."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import strawberry
from strawberry import UNSET

from domain.discounts.rules import DiscountChanges

Field = strawberry.field


@strawberry.input(description="A sum off an order.")
class DiscountAmountInput:
    """An amount of the default territory's currency."""

    amount: Decimal = Field(description="The sum, in the currency of the default territory.")


@strawberry.input(description="What is taken off: a percentage or an amount, never both.")
class DiscountCustomerGetsValueInput:
    """The value of a basic discount."""

    percentage: float | None = Field(default=None, description="A part of 1: 0.1 is 10 %. Four decimal places.")
    discount_amount: DiscountAmountInput | None = Field(default=None, description="A sum.")


@strawberry.input(description="What a buyer gets.")
class DiscountCustomerGetsInput:
    """The value of a basic discount."""

    value: DiscountCustomerGetsValueInput = Field(description="What is taken off the products of an order.")


@strawberry.input(description="The least price of all products of an order together.")
class DiscountMinimumSubtotalInput:
    """An amount of the default territory's currency."""

    greater_than_or_equal_to_subtotal: Decimal = Field(description="The price, in the default territory's currency.")


@strawberry.input(description="What an order must come to.")
class DiscountMinimumRequirementInput:
    """The minimum of a discount."""

    subtotal: DiscountMinimumSubtotalInput | None = Field(default=None, description="The price of its products.")

    @property
    def minimum(self) -> Decimal | None:
        """The price, None for none."""
        return None if self.subtotal is None else self.subtotal.greater_than_or_equal_to_subtotal


@strawberry.input(description="A discount that makes shipping free.")
class DiscountCodeFreeShippingInput:
    """Becomes `domain.discounts.rules.DiscountChanges`."""

    title: str | None = Field(default=None, description="Its name for staff; the code unless given.")
    code: str | None = Field(default=None, description="What buyers enter, in any case; unique, 255 characters.")
    starts_at: datetime | None = Field(default=None, description="Since when it can be used; now unless given.")
    ends_at: datetime | None = Field(default=UNSET, description="From when it can be used no more; null for never.")
    usage_limit: int | None = Field(default=UNSET, description="Orders that can use it; null for any number.")
    usage_limit_per_customer: int | None = Field(
        default=UNSET, description="Orders of one buyer that can use it; null for any number."
    )
    applies_once_per_customer: bool | None = Field(
        default=None, description="Whether a buyer can use it once only; another way to limit uses per customer."
    )
    minimum_requirement: DiscountMinimumRequirementInput | None = Field(
        default=UNSET, description="What an order must come to; null for anything."
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


@strawberry.input(description="A discount that takes a percentage or a sum off the products of an order.")
class DiscountCodeBasicInput(DiscountCodeFreeShippingInput):
    """Becomes `domain.discounts.rules.DiscountChanges`."""

    customer_gets: DiscountCustomerGetsInput | None = Field(default=None, description="What a buyer gets.")

    def changes(self) -> DiscountChanges:
        """The changes with what a buyer gets."""
        changes = super().changes()
        if self.customer_gets is not None:
            value = self.customer_gets.value
            if value.percentage is not None:
                changes["percentage"] = Decimal(str(value.percentage))
            if value.discount_amount is not None:
                changes["amount"] = value.discount_amount.amount
        return changes
