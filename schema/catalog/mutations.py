"""Mutations of products by staff, under the names of the Admin API. Services refuse everybody else."""

from typing import Annotated

import strawberry

from domain.catalog.records import ProductChanges, Seo
from domain.kit.ids import key_of
from resolvers.catalog import changes as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.catalog.products import Product
from schema.enums import ProductStatus
from schema.kit.common import user_errors
from schema.kit.paths import Arguments

Field = strawberry.field
_ARGUMENTS = Arguments("product", {"product_id": "product.id", "html": "product.descriptionHtml"})


@strawberry.input(description="Title and description for search engines.")
class SEOInput:
    """Becomes `domain.catalog.records.Seo`."""

    title: str | None = Field(default=None, description="The title.")
    description: str | None = Field(default=None, description="The description.")


@strawberry.input(description="Changes to a product. Omitted fields stay as they are.")
class ProductUpdateInput:
    """Becomes `domain.catalog.records.ProductChanges`."""

    id: strawberry.ID = Field(description="The product.")
    title: str | None = Field(default=None, description="The name.")
    vendor: str | None = Field(default=None, description="The vendor.")
    product_type: str | None = Field(default=None, description="The product type.")
    status: ProductStatus | None = Field(default=None, description="Whether shoppers see it.")
    description_html: str | None = Field(default=None, description="The description as HTML; the shop sanitizes it.")
    tags: list[str] | None = Field(default=None, description="All tags of the product.")
    seo: SEOInput | None = Field(default=None, description="Title and description for search engines.")

    def changes(self) -> ProductChanges:
        """The changes as the domain knows them."""
        return ProductChanges(
            title=self.title,
            vendor=self.vendor,
            product_type=self.product_type,
            status=self.status,
            html=self.description_html,
            tags=None if self.tags is None else tuple(self.tags),
            seo=None if self.seo is None else Seo(self.seo.title, self.seo.description),
        )


@strawberry.type(description="The outcome of changing a product.")
class ProductUpdatePayload:
    """A view over `resolvers.catalog.changes.ProductOutcome`."""

    product: Product | None = Field(description="The product as it is now.")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type
class AdminMutation:
    """Mutations for staff with the permission that each description names."""

    @strawberry.mutation(
        description="Changes a product. Staff with the permission PRODUCTS only.",
        graphql_type=ProductUpdatePayload | None,
    )
    async def product_update(
        self, info: Info, product: Annotated[ProductUpdateInput, Arg(description="The changes.")]
    ) -> resolve.ProductOutcome:
        """The search index and homepages update within seconds."""
        return await resolve.update_product(info.context, key_of(product.id, "Product"), product.changes())
