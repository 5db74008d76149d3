"""What staff changes, under the names of the Admin API. Services refuse everybody else."""

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


@strawberry.input(description="What search engines are shown.")
class SEOInput:
    """Becomes `domain.catalog.records.Seo`."""

    title: str | None = Field(default=None, description="The title.")
    description: str | None = Field(default=None, description="The description.")


@strawberry.input(description="Changes of a product; what is not given stays as it is.")
class ProductUpdateInput:
    """Becomes `domain.catalog.records.ProductChanges`."""

    id: strawberry.ID = Field(description="The product.")
    title: str | None = Field(default=None, description="Its name.")
    vendor: str | None = Field(default=None, description="Who makes it.")
    product_type: str | None = Field(default=None, description="What kind of product it is.")
    status: ProductStatus | None = Field(default=None, description="Whether shoppers see it.")
    description_html: str | None = Field(default=None, description="The text as HTML; it is sanitised.")
    tags: list[str] | None = Field(default=None, description="All its tags.")
    seo: SEOInput | None = Field(default=None, description="What search engines are shown.")

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


@strawberry.type(description="What changing a product came to.")
class ProductUpdatePayload:
    """A view over `resolvers.catalog.changes.ProductOutcome`."""

    product: Product | None = Field(description="The product as it is now.")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type
class AdminMutation:
    """Mutations for staff with the permission that each names."""

    @strawberry.mutation(
        description="Changes a product. Staff with the permission PRODUCTS only.",
        graphql_type=ProductUpdatePayload | None,
    )
    async def product_update(
        self, info: Info, product: Annotated[ProductUpdateInput, Arg(description="The changes.")]
    ) -> resolve.ProductOutcome:
        """The search index and homepages follow within seconds."""
        return await resolve.update_product(info.context, key_of(product.id, "Product"), product.changes())
