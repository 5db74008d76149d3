"""Subscriptions: existing clients select them, this shop has none."""

import strawberry

from domain.kit.paging import Page
from resolvers.content.outage import NOTHING
from resolvers.kit.arguments import After, Before, First, Last, Reverse
from schema.kit.common import Connection, MoneyV2

Field = strawberry.field


@strawberry.type(description="A choice of a selling plan; this shop has none.")
class SellingPlanOption:
    """Existing clients select it; the shop never returns one."""

    name: str | None = Field(description="The name.")
    value: str | None = Field(description="The value.")


@strawberry.type(description="How a product is sold again and again; this shop has no such plans.")
class SellingPlan:
    """Existing clients select it; the shop never returns one."""

    id: strawberry.ID = Field(description="A globally unique id.")
    name: str = Field(description="The name.")
    description: str | None = Field(description="A description.")
    options: list[SellingPlanOption] = Field(description="The choices.")
    recurring_deliveries: bool = Field(description="Whether it delivers several times.")


@strawberry.type(description="Prices under a selling plan; this shop has none.")
class SellingPlanAllocationPriceAdjustment:
    """Existing clients select it; the shop never returns one."""

    compare_at_price: MoneyV2 = Field(description="The price without the plan.")
    per_delivery_price: MoneyV2 = Field(description="The price of each delivery.")
    price: MoneyV2 = Field(description="The price with the plan.")
    unit_price: MoneyV2 | None = Field(description="The price per unit of measure.")


@strawberry.type(description="A variant under a selling plan; this shop has none.")
class SellingPlanAllocation:
    """Existing clients select it; the shop never returns one."""

    checkout_charge_amount: MoneyV2 = Field(description="What is due at checkout.")
    price_adjustments: list[SellingPlanAllocationPriceAdjustment] = Field(description="The prices.")
    remaining_balance_charge_amount: MoneyV2 = Field(description="What is due later.")
    selling_plan: SellingPlan = Field(description="The plan.")


@strawberry.type(description="A page of variants under selling plans.")
class SellingPlanAllocationConnection(Connection[SellingPlanAllocation]):
    """Always empty."""


@strawberry.type(description="A page of selling plans.")
class SellingPlanConnection(Connection[SellingPlan]):
    """Always empty."""


@strawberry.type(description="A choice of a group of selling plans; this shop has none.")
class SellingPlanGroupOption:
    """Existing clients select it; the shop never returns one."""

    name: str = Field(description="The name.")
    values: list[str] = Field(description="The values.")


def nothing(
    first: First = None, after: After = None, last: Last = None, before: Before = None, reverse: Reverse = False
) -> Page[None]:
    """An empty page, whatever is selected."""
    del first, after, last, before, reverse
    return NOTHING


@strawberry.type(description="A group of selling plans; this shop has none.")
class SellingPlanGroup:
    """Existing clients select it; the shop never returns one."""

    app_name: str | None = Field(description="Who made it.")
    name: str = Field(description="The name.")
    options: list[SellingPlanGroupOption] = Field(description="The choices.")
    selling_plans = Field(resolver=nothing, description="The plans.", graphql_type=SellingPlanConnection)


@strawberry.type(description="A page of groups of selling plans.")
class SellingPlanGroupConnection(Connection[SellingPlanGroup]):
    """Always empty."""
