"""What staff changes of variants, under the names of the Admin API. Services refuse everybody else."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.catalog.records import LimitVariant, VariantLimits
from domain.kit.ids import key_of
from resolvers.catalog import changes as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.catalog.products import Product, ProductVariant
from schema.kit.common import user_errors
from schema.kit.paths import Arguments

Field = strawberry.field
_ARGUMENTS = Arguments(
    names={
        "variants.*.variant_id": "variants.*.id",
        "variants.*.max_per_order": "variants.*.quantityRule.maximum",
        "variants.*.max_per_customer": "variants.*.maximumPerCustomer",
    }
)


@strawberry.input(description="How many units one order may have.")
class QuantityRuleInput:
    """The most units of one order."""

    maximum: int | None = Field(default=UNSET, description="The most units; null for any number.")


@strawberry.input(description="Changes of a variant; what is not given stays as it is.")
class ProductVariantsBulkInput:
    """Becomes `domain.catalog.records.LimitVariant`."""

    id: strawberry.ID = Field(description="The variant.")
    quantity_rule: QuantityRuleInput | None = Field(default=None, description="How many units one order may have.")
    maximum_per_customer: int | None = Field(
        default=UNSET,
        description="The most units of one buyer, counted from when there is such a limit; null for any number.",
    )

    def change(self) -> LimitVariant:
        """The change as the domain knows it; an id that names no variant is as unknown as any other."""
        limits = VariantLimits()
        if self.quantity_rule is not None and self.quantity_rule.maximum is not UNSET:
            limits["max_per_order"] = self.quantity_rule.maximum
        if self.maximum_per_customer is not UNSET:
            limits["max_per_customer"] = self.maximum_per_customer
        return LimitVariant(key_of(self.id, "ProductVariant") or 0, limits)


@strawberry.type(description="What changing variants came to.")
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
        product_id: Annotated[strawberry.ID, Arg(description="The product that they belong to.")],
        variants: Annotated[
            list[ProductVariantsBulkInput],
            Arg(description="The changes, 250 at most, each variant once; all are made or none."),
        ],
    ) -> resolve.VariantsOutcome:
        """Orders that were placed before stay as they are."""
        changes = [variant.change() for variant in variants]
        return await resolve.limit_variants(info.context, key_of(product_id, "Product"), changes)
