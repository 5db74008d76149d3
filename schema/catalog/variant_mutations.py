"""Mutations of variants by staff, under the names of the Admin API. Services refuse everybody else."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.catalog.records import LimitVariant, VariantLimits
from domain.kit.ids import key_of
from resolvers.catalog import changes as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.catalog.products import Product, ProductVariant
from schema.kit.paths import Arguments
from schema.kit.user_errors import user_errors

Field = strawberry.field
_ARGUMENTS = Arguments(
    names={
        "variants.*.variant_id": "variants.*.id",
        "variants.*.max_per_order": "variants.*.quantityRule.maximum",
        "variants.*.max_per_customer": "variants.*.maximumPerCustomer",
    }
)


@strawberry.input(description="How many units one order may contain.")
class QuantityRuleInput:
    """The limit of units in one order."""

    maximum: int | None = Field(default=UNSET, description="The maximum number of units; null removes the limit.")


@strawberry.input(description="Changes to a variant. Omitted fields stay as they are.")
class ProductVariantsBulkInput:
    """Becomes `domain.catalog.records.LimitVariant`."""

    id: strawberry.ID = Field(description="The variant.")
    quantity_rule: QuantityRuleInput | None = Field(default=None, description="How many units one order may contain.")
    maximum_per_customer: int | None = Field(
        default=UNSET,
        description="The maximum number of units per buyer. Counting starts when the limit is set; null removes it.",
    )

    def change(self) -> LimitVariant:
        """The change as the domain knows it. An id of another kind gives a key that no variant has."""
        limits = VariantLimits()
        if self.quantity_rule is not None and self.quantity_rule.maximum is not UNSET:
            limits["max_per_order"] = self.quantity_rule.maximum
        if self.maximum_per_customer is not UNSET:
            limits["max_per_customer"] = self.maximum_per_customer
        return LimitVariant(key_of(self.id, "ProductVariant") or 0, limits)


@strawberry.type(description="The outcome of changing variants.")
class ProductVariantsBulkUpdatePayload:
    """A view over `resolvers.catalog.changes.VariantsOutcome`."""

    product: Product | None = Field(description="The product.")
    product_variants: list[ProductVariant] | None = Field(description="The changed variants that have a price.")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type
class VariantsAdminMutation:
    """Mutations for staff with the permission PRODUCTS."""

    @strawberry.mutation(
        description="Limits the units of variants that may be bought. Staff with the permission PRODUCTS only.",
        graphql_type=ProductVariantsBulkUpdatePayload | None,
    )
    async def product_variants_bulk_update(
        self,
        info: Info,
        product_id: Annotated[strawberry.ID, Arg(description="The product of the variants.")],
        variants: Annotated[
            list[ProductVariantsBulkInput],
            Arg(description="At most 250 changes, each variant once. All of them apply, or none."),
        ],
    ) -> resolve.VariantsOutcome:
        """Earlier orders stay as they are."""
        changes = [variant.change() for variant in variants]
        return await resolve.limit_variants(info.context, key_of(product_id, "Product"), changes)
