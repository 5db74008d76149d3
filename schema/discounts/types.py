"""Discounts as views over their records."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from domain.discounts import rules as records
from resolvers import discounts as resolve
from schema.enums import DiscountState
from schema.kit.common import Connection, MoneyV2, id_field, is_record

Field = strawberry.field


@strawberry.type(description="A code that buyers enter.")
class DiscountRedeemCode:
    """A view over `domain.discounts.rules.Discount`."""

    id = id_field("DiscountRedeemCode")
    code: str = Field(description="The code. Buyers may enter it in any case.")


@strawberry.type(description="A page of codes.")
class DiscountRedeemCodeConnection(Connection[DiscountRedeemCode]):
    """Codes of one discount."""


@strawberry.type(description="A percentage off the price of the products.")
class DiscountPercentage:
    """A view over `resolvers.discounts.Percentage`."""

    is_type_of = is_record(resolve.Percentage)

    percentage: float = Field(description="The percentage as a fraction: 0.1 is 10 %.")


@strawberry.type(description="An amount off the price of the products.")
class DiscountAmount:
    """A view over `resolvers.discounts.Amount`."""

    is_type_of = is_record(resolve.Amount)

    amount: MoneyV2 = Field(description="The amount. Where prices are in another currency, it is converted.")


@strawberry.type(description="The minimum subtotal of an order before the discount.")
class DiscountMinimumSubtotal:
    """A view over `resolvers.discounts.Subtotal`."""

    greater_than_or_equal_to_subtotal: MoneyV2 = Field(description="The minimum subtotal of all products.")


DiscountCustomerGetsValue = Annotated[
    DiscountPercentage | DiscountAmount,
    strawberry.union("DiscountCustomerGetsValue", description="What the discount takes off the products of an order."),
]


@strawberry.type(description="What the buyer gets.")
class DiscountCustomerGets:
    """A view over `domain.discounts.rules.Discount`."""

    value = Field(
        resolver=resolve.value,
        description="What the discount takes off the products of an order.",
        graphql_type=DiscountCustomerGetsValue,
    )


@strawberry.type(description="The fields of all discounts.")
class DiscountTerms:
    """Fields of `domain.discounts.rules.Discount` that do not depend on its kind."""

    title: str = Field(description="The name for staff.")
    status = Field(resolver=lambda root: root.state, description="Whether it can be used.", graphql_type=DiscountState)
    codes = Field(resolver=resolve.codes, description="The code.", graphql_type=DiscountRedeemCodeConnection)
    starts_at: datetime = Field(description="When the discount starts.")
    ends_at: datetime | None = Field(description="When the discount ends; null for never.")
    usage_limit = Field(
        resolver=lambda root: root.total_limit,
        description="The maximum number of orders; null for no limit.",
        graphql_type=int | None,
    )
    usage_limit_per_customer = Field(
        resolver=lambda root: root.customer_limit,
        description="The maximum number of orders per buyer; null for no limit.",
        graphql_type=int | None,
    )
    applies_once_per_customer = Field(
        resolver=lambda root: root.customer_limit == 1,
        description="Whether each buyer can use it for only one order.",
        graphql_type=bool,
    )
    async_usage_count = Field(
        resolver=resolve.uses,
        description="The number of orders that used it, except unpaid ones that ended.",
        graphql_type=int,
    )
    minimum_requirement = Field(
        resolver=resolve.minimum,
        description="The minimum of an order; null for no minimum.",
        graphql_type=DiscountMinimumSubtotal | None,
    )


def _is_of(family: records.DiscountFamily) -> Any:
    return staticmethod(lambda record, _info: isinstance(record, records.Discount) and record.family is family)


@strawberry.type(description="A percentage or an amount off the products of an order.")
class DiscountCodeBasic(DiscountTerms):
    """A view over `domain.discounts.rules.Discount`."""

    is_type_of = _is_of(records.DiscountFamily.BASIC)

    customer_gets = Field(
        resolver=lambda root: root, description="What the buyer gets.", graphql_type=DiscountCustomerGets
    )


@strawberry.type(description="Free shipping for an order.")
class DiscountCodeFreeShipping(DiscountTerms):
    """A view over `domain.discounts.rules.Discount`."""

    is_type_of = _is_of(records.DiscountFamily.FREE_SHIPPING)


DiscountCode = Annotated[
    DiscountCodeBasic | DiscountCodeFreeShipping,
    strawberry.union("DiscountCode", description="A discount by what it takes off."),
]


@strawberry.type(description="A discount that buyers use with a code.")
class DiscountCodeNode:
    """A view over `domain.discounts.rules.Discount`."""

    id = id_field("DiscountCodeNode")
    code_discount = Field(resolver=lambda root: root, description="The discount.", graphql_type=DiscountCode)


@strawberry.type(description="A page of discounts.")
class DiscountCodeNodeConnection(Connection[DiscountCodeNode]):
    """Discounts."""
