"""Mutations of products by staff, under the names of the Admin API. Services refuse everybody else."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.catalog.records import ProductChanges, Seo
from domain.kit.ids import key_of
from resolvers.catalog import changes as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.catalog.products import Product
from schema.enums import ProductStatus
from schema.kit.common import cleared
from schema.kit.paths import Arguments
from schema.kit.user_errors import user_errors

Field = strawberry.field
_ARGUMENTS = Arguments("product", {"product_id": "product.id", "html": "product.descriptionHtml"})


@strawberry.input(description="Title and description for search engines.")
class SEOInput:
    """Becomes `domain.catalog.records.Seo`."""

    title: str | None = Field(default=UNSET, description="The title; null for that of the product.")
    description: str | None = Field(default=UNSET, description="The description; null for that of the product.")

    def changes(self) -> Seo:
        """As `domain.catalog.records.ProductChanges` has it."""
        return Seo(cleared(self.title), cleared(self.description))


@strawberry.input(description="Changes to a product. Omitted fields stay; null clears all but title and status.")
class ProductUpdateInput:
    """Becomes `domain.catalog.records.ProductChanges`."""

    id: strawberry.ID = Field(description="The product.")
    title: str | None = Field(default=None, description="The name.")
    vendor: str | None = Field(default=UNSET, description="The vendor.")
    product_type: str | None = Field(default=UNSET, description="The product type.")
    status: ProductStatus | None = Field(default=None, description="Whether shoppers see it.")
    description_html: str | None = Field(default=UNSET, description="The description as HTML; the shop sanitizes it.")
    tags: list[str] | None = Field(default=UNSET, description="All tags of the product.")
    seo: SEOInput | None = Field(default=UNSET, description="Title and description for search engines.")

    def changes(self) -> ProductChanges:
        """The changes as the domain knows them."""
        return ProductChanges(
            title=self.title,
            vendor=cleared(self.vendor),
            product_type=cleared(self.product_type),
            status=self.status,
            html=cleared(self.description_html),
            tags=None if self.tags is UNSET else tuple(self.tags or ()),
            seo=None if self.seo is UNSET else (self.seo or SEOInput(title=None, description=None)).changes(),
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
