"""Queries and mutations of discounts by staff, under the names of the Admin API. Services refuse everybody else."""

from typing import Annotated

import strawberry

from domain.discounts.rules import DiscountFamily
from resolvers import discounts as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg, GlobalId
from schema.discounts.inputs import DiscountCodeBasicInput, DiscountCodeFreeShippingInput
from schema.discounts.types import DiscountCodeNode, DiscountCodeNodeConnection
from schema.kit.paths import Arguments
from schema.kit.user_errors import user_errors

Field = strawberry.field
Basic = Annotated[DiscountCodeBasicInput, Arg(description="The discount.")]
FreeShipping = Annotated[DiscountCodeFreeShippingInput, Arg(description="The discount.")]
_SWITCH = Arguments(names={"discount_id": "id"})
BASIC, FREE_SHIPPING = DiscountFamily.BASIC, DiscountFamily.FREE_SHIPPING


def _given(argument: str) -> Arguments:
    """The names that the mutations use for the parts of a discount given as `argument`."""
    named = {
        "total_limit": "usageLimit",
        "customer_limit": "usageLimitPerCustomer",
        "once_per_customer": "appliesOncePerCustomer",
        "minimum": "minimumRequirement.subtotal.greaterThanOrEqualToSubtotal",
        "value": "customerGets.value",
        "percentage": "customerGets.value.percentage",
        "amount": "customerGets.value.discountAmount.amount",
    }
    names = {term: f"{argument}.{name}" for term, name in named.items()}
    return Arguments(argument, {"discount_id": "id"} | names)


_BASIC = _given("basicCodeDiscount")
_FREE_SHIPPING = _given("freeShippingCodeDiscount")


@strawberry.type(description="The outcome of creating, changing or switching a discount.")
class DiscountPayload:
    """A view over `resolvers.discounts.DiscountOutcome`."""

    code_discount_node = Field(
        resolver=lambda root: root.discount,
        description="The discount as it is now.",
        graphql_type=DiscountCodeNode | None,
    )


@strawberry.type(description="The outcome of creating a discount.")
class DiscountCodeBasicCreatePayload(DiscountPayload):
    """For a percentage or an amount."""

    user_errors = user_errors(_BASIC)


@strawberry.type(description="The outcome of changing a discount.")
class DiscountCodeBasicUpdatePayload(DiscountPayload):
    """For a percentage or an amount."""

    user_errors = user_errors(_BASIC)


@strawberry.type(description="The outcome of creating a discount.")
class DiscountCodeFreeShippingCreatePayload(DiscountPayload):
    """For free shipping."""

    user_errors = user_errors(_FREE_SHIPPING)


@strawberry.type(description="The outcome of changing a discount.")
class DiscountCodeFreeShippingUpdatePayload(DiscountPayload):
    """For free shipping."""

    user_errors = user_errors(_FREE_SHIPPING)


@strawberry.type(description="The outcome of switching a discount on.")
class DiscountCodeActivatePayload(DiscountPayload):
    """For a discount of any kind."""

    user_errors = user_errors(_SWITCH)


@strawberry.type(description="The outcome of switching a discount off.")
class DiscountCodeDeactivatePayload(DiscountPayload):
    """For a discount of any kind."""

    user_errors = user_errors(_SWITCH)


@strawberry.type
class DiscountsQuery:
    """Reading discounts."""

    code_discount_nodes = Field(
        resolver=resolve.discounts,
        description="All discounts in order of creation. Staff with the permission DISCOUNTS only.",
        graphql_type=DiscountCodeNodeConnection | None,
    )
    code_discount_node = Field(
        resolver=resolve.discount,
        description="The discount with that id. Staff with the permission DISCOUNTS only.",
        graphql_type=DiscountCodeNode | None,
    )
    code_discount_node_by_code = Field(
        resolver=resolve.discount_by_code,
        description="The discount with that code. Staff with the permission DISCOUNTS only.",
        graphql_type=DiscountCodeNode | None,
    )


@strawberry.type
class DiscountsMutation:
    """Mutations for staff with the permission DISCOUNTS."""

    @strawberry.mutation(
        description="Creates a discount of a percentage or an amount. Staff with the permission DISCOUNTS only.",
        graphql_type=DiscountCodeBasicCreatePayload | None,
    )
    async def discount_code_basic_create(self, info: Info, basic_code_discount: Basic) -> resolve.DiscountOutcome:
        """Buyers can use it at once, unless it starts later."""
        return await resolve.create(info.context, BASIC, basic_code_discount.changes())

    @strawberry.mutation(
        description="Changes a discount of a percentage or an amount. Staff with the permission DISCOUNTS only.",
        graphql_type=DiscountCodeBasicUpdatePayload | None,
    )
    async def discount_code_basic_update(
        self, info: Info, id: GlobalId, basic_code_discount: Basic
    ) -> resolve.DiscountOutcome:
        """Earlier orders keep their discount."""
        return await resolve.update(info.context, id, BASIC, basic_code_discount.changes())

    @strawberry.mutation(
        description="Creates a discount of free shipping. Staff with the permission DISCOUNTS only.",
        graphql_type=DiscountCodeFreeShippingCreatePayload | None,
    )
    async def discount_code_free_shipping_create(
        self, info: Info, free_shipping_code_discount: FreeShipping
    ) -> resolve.DiscountOutcome:
        """Buyers can use it at once, unless it starts later."""
        return await resolve.create(info.context, FREE_SHIPPING, free_shipping_code_discount.changes())

    @strawberry.mutation(
        description="Changes a discount of free shipping. Staff with the permission DISCOUNTS only.",
        graphql_type=DiscountCodeFreeShippingUpdatePayload | None,
    )
    async def discount_code_free_shipping_update(
        self, info: Info, id: GlobalId, free_shipping_code_discount: FreeShipping
    ) -> resolve.DiscountOutcome:
        """Earlier orders keep their discount."""
        return await resolve.update(info.context, id, FREE_SHIPPING, free_shipping_code_discount.changes())

    @strawberry.mutation(
        description="Switches a discount on without changing its times. Staff with the permission DISCOUNTS only.",
        graphql_type=DiscountCodeActivatePayload | None,
    )
    async def discount_code_activate(self, info: Info, id: GlobalId) -> resolve.DiscountOutcome:
        """A discount whose end has passed stays ended."""
        return await resolve.set_active(info.context, id, is_active=True)

    @strawberry.mutation(
        description="Switches a discount off. Staff with the permission DISCOUNTS only.",
        graphql_type=DiscountCodeDeactivatePayload | None,
    )
    async def discount_code_deactivate(self, info: Info, id: GlobalId) -> resolve.DiscountOutcome:
        """Earlier orders keep their discount."""
        return await resolve.set_active(info.context, id, is_active=False)
