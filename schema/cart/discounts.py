"""What discounts take off a cart, under the names of the Storefront API."""

from typing import Annotated

import strawberry
from strawberry import Parent

from domain.kit.money import Money
from resolvers.cart import discounts as resolve
from schema.enums import enum_of
from schema.kit.common import MoneyV2, is_record

Field = strawberry.field
DiscountApplicationAllocationMethod = enum_of(
    "DiscountApplicationAllocationMethod",
    "How a discount is spread.",
    {"ACROSS": "Over everything that it applies to.", "EACH": "To each thing.", "ONE": "To one thing."},
)
DiscountApplicationTargetSelection = enum_of(
    "DiscountApplicationTargetSelection",
    "What of its target a discount applies to.",
    {"ALL": "Everything.", "ENTITLED": "What the discount names.", "EXPLICIT": "What somebody chose."},
)
DiscountApplicationTargetType = enum_of(
    "DiscountApplicationTargetType",
    "What a discount applies to.",
    {"LINE_ITEM": "Lines.", "SHIPPING_LINE": "Delivery."},
)


@strawberry.type(description="A share of a price.")
class PricingPercentageValue:
    """A view over `resolvers.cart.discounts.PercentOff`."""

    is_type_of = is_record(resolve.PercentOff)

    percentage: float = Field(description="Percent, such as 10.")


PricingValue = Annotated[
    MoneyV2 | PricingPercentageValue,
    strawberry.union("PricingValue", description="An amount or a share of a price."),
]


class _PricingMoney(Money):
    """Money that tells a union its type: a check of each amount of each answer would cost more."""

    __as_strawberry_type__ = MoneyV2


def value(root: Parent[resolve.Application]) -> Money | resolve.PercentOff:
    """What the discount is worth."""
    worth = root.value
    return _PricingMoney(worth.minor, worth.currency) if isinstance(worth, Money) else worth


@strawberry.type
class _Applied:
    """The fields that all kinds of applications have: views over `resolvers.cart.discounts.Application`."""

    allocation_method = Field(
        resolver=lambda: "ACROSS",
        description="How the discount is spread.",
        graphql_type=DiscountApplicationAllocationMethod,
    )
    target_selection = Field(
        resolver=lambda: "ALL",
        description="What of its target the discount applies to.",
        graphql_type=DiscountApplicationTargetSelection,
    )
    target_type = Field(
        resolver=lambda root: root.target,
        description="Whether it reduces lines or delivery.",
        graphql_type=DiscountApplicationTargetType,
    )
    value = Field(resolver=value, description="What it is worth.", graphql_type=PricingValue)


@strawberry.type(description="How a discount applies to a cart.")
class CartDiscountApplication(_Applied):
    """The older form of `BaseCartDiscountApplication`."""


@strawberry.interface(description="A discount that applies to a cart.")
class BaseCartDiscountApplication(_Applied):
    """A view over `resolvers.cart.discounts.Application`."""

    total_allocated_amount = Field(
        resolver=lambda root: root.amount, description="What it takes off the whole cart.", graphql_type=MoneyV2
    )


@strawberry.type(description="A discount by a code that the buyer entered.")
class CartCodeDiscountApplication(BaseCartDiscountApplication):
    """A view over `resolvers.cart.discounts.Application`."""

    is_type_of = is_record(resolve.Application)

    code: str = Field(description="The code as the buyer entered it.")


@strawberry.type(description="A discount that applies by itself; this shop has none.")
class CartAutomaticDiscountApplication(BaseCartDiscountApplication):
    """Existing clients select it; the shop never returns one."""

    is_type_of = is_record(())

    title: str = Field(description="The name of the discount.")


@strawberry.type(description="A discount that staff gave; this shop has none.")
class CartCustomDiscountApplication(BaseCartDiscountApplication):
    """Existing clients select it; the shop never returns one."""

    is_type_of = is_record(())

    title: str = Field(description="The name of the discount.")


@strawberry.interface(description="The amount that a discount takes off a line, off delivery or off the whole cart.")
class CartDiscountAllocation:
    """A view over `resolvers.cart.discounts.Allocation`."""

    discounted_amount = Field(resolver=lambda root: root.amount, description="The amount.", graphql_type=MoneyV2)
    discount_application = Field(
        resolver=lambda root: root.application,
        description="The discount.",
        graphql_type=CartDiscountApplication,
        deprecation_reason="Use `sourceDiscountApplication` instead.",
    )
    source_discount_application = Field(
        resolver=lambda root: root.application, description="The discount.", graphql_type=BaseCartDiscountApplication
    )
    target_type = Field(
        resolver=lambda root: root.application.target,
        description="Whether it reduces lines or delivery.",
        graphql_type=DiscountApplicationTargetType,
    )


@strawberry.type(description="The amount that a code takes off.")
class CartCodeDiscountAllocation(CartDiscountAllocation):
    """A view over `resolvers.cart.discounts.Allocation`."""

    is_type_of = is_record(resolve.Allocation)

    code = Field(
        resolver=lambda root: root.application.code,
        description="The code as the buyer entered it.",
        graphql_type=str,
    )


@strawberry.type(description="The amount that an automatic discount takes off; this shop has none.")
class CartAutomaticDiscountAllocation(CartDiscountAllocation):
    """Existing clients select it; the shop never returns one."""

    is_type_of = is_record(())

    title: str = Field(description="The name of the discount.")


@strawberry.type(description="The amount that a discount of staff takes off; this shop has none.")
class CartCustomDiscountAllocation(CartDiscountAllocation):
    """Existing clients select it; the shop never returns one."""

    is_type_of = is_record(())

    title: str = Field(description="The name of the discount.")


# Reached only through their interfaces.
DISCOUNT_TYPES = [
    CartAutomaticDiscountAllocation,
    CartAutomaticDiscountApplication,
    CartCodeDiscountAllocation,
    CartCodeDiscountApplication,
    CartCustomDiscountAllocation,
    CartCustomDiscountApplication,
]
