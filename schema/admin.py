"""What staff changes, under the names of the Admin API. Services refuse everybody else."""

from typing import Annotated

import strawberry
from strawberry import Parent

from domain.catalog import ProductChanges, Seo
from domain.ids import global_id, key_of
from domain.inventory import AdjustQuantities, StockLevel
from resolvers import admin as resolve
from resolvers.arguments import Arg
from resolvers.context import Info
from schema.catalog.products import Product
from schema.common import user_errors
from schema.enums import ProductStatus

Field = strawberry.field


@strawberry.input(description="What search engines are shown.")
class SEOInput:
    """Becomes `domain.catalog.Seo`."""

    title: str | None = Field(default=None, description="The title.")
    description: str | None = Field(default=None, description="The description.")


@strawberry.input(description="Changes of a product; what is not given stays as it is.")
class ProductUpdateInput:
    """Becomes `domain.catalog.ProductChanges`."""

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
    """A view over `resolvers.admin.ProductOutcome`."""

    product: Product | None = Field(description="The product as it is now.")
    user_errors = user_errors()


@strawberry.input(description="Units to be added to a variant; negative to remove some.")
class InventoryChangeInput:
    """Becomes a (variant id, delta) pair."""

    variant_id: strawberry.ID = Field(description="The variant.")
    delta: int = Field(description="Units to add.")


@strawberry.input(description="Changes of stock with their reason.")
class InventoryAdjustQuantitiesInput:
    """Becomes `domain.inventory.AdjustQuantities`."""

    reason: str = Field(description="Why; kept in the ledger.")
    changes: list[InventoryChangeInput] = Field(description="The changes, 250 at most; all are made or none.")

    def command(self) -> AdjustQuantities:
        """The adjustment as the domain knows it; an id that names no variant is as unknown as any other."""
        changes = tuple((key_of(change.variant_id, "ProductVariant") or 0, change.delta) for change in self.changes)
        return AdjustQuantities(changes, self.reason)


def variant_id(root: Parent[StockLevel]) -> strawberry.ID:
    """The variant of a stock level."""
    return strawberry.ID(global_id("ProductVariant", root.variant_id))


@strawberry.type(description="Stock of one variant.")
class InventoryLevel:
    """A view over `domain.inventory.StockLevel`."""

    variant_id = Field(resolver=variant_id, description="The variant.", graphql_type=strawberry.ID)
    available: int = Field(description="Units for sale.")
    reserved: int = Field(description="Units held by orders that wait for their payment.")
    sold: int = Field(description="Units sold.")


@strawberry.type(description="What adjusting stock came to.")
class InventoryAdjustQuantitiesPayload:
    """A view over `resolvers.admin.InventoryOutcome`."""

    inventory_levels = Field(
        resolver=lambda root: root.levels, description="Stock as it is now.", graphql_type=list[InventoryLevel]
    )
    user_errors = user_errors()


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

    @strawberry.mutation(
        description="Adds or removes stock. Staff with the permission INVENTORY only.",
        graphql_type=InventoryAdjustQuantitiesPayload | None,
    )
    async def inventory_adjust_quantities(
        self, info: Info, input: Annotated[InventoryAdjustQuantitiesInput, Arg(description="The changes.")]
    ) -> resolve.InventoryOutcome:
        """Stock never falls below zero."""
        return await resolve.adjust_quantities(info.context, input.command())
