"""Flash sales. Everybody may see them; services refuse changes of everybody but staff."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain import flash_sales as records
from domain.inventory import DEFAULT_LOCATION
from domain.kit.ids import key_of
from resolvers import flash_sales as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg, GlobalId
from schema.catalog.products import ProductVariant
from schema.enums import FlashSaleStatus
from schema.kit.common import Connection, MoneyV2, id_field, user_errors
from schema.kit.paths import Arguments

Field = strawberry.field
_ARGUMENTS = Arguments("input", {"sale_id": "id", "items.*.source_id": "input.items.*.locationId"})


@strawberry.type(description="A variant that a flash sale sells.")
class FlashSaleItem:
    """A view over `resolvers.flash_sales.ShownItem`."""

    variant: ProductVariant = Field(description="The variant, as it is sold now.")
    price = Field(
        resolver=lambda root: root.item.price,
        description="What one unit costs during the sale, where the visitor shops.",
        graphql_type=MoneyV2,
    )
    units = Field(resolver=lambda root: root.item.units, description="Units of the sale.", graphql_type=int)
    units_left = Field(
        resolver=lambda root: root.item.units_left,
        description="Units that nobody has taken; none when the sale is over.",
        graphql_type=int,
    )
    per_customer = Field(
        resolver=lambda root: root.item.per_customer,
        description="The most units of one buyer; null for no limit.",
        graphql_type=int | None,
    )


@strawberry.type(description="Units sold at another price for a while; once they are sold out, they are until it ends.")
class FlashSale:
    """A view over `domain.flash_sales.FlashSale`."""

    id = id_field("FlashSale")
    title: str = Field(description="Its name.")
    status: FlashSaleStatus = Field(description="Whether it is live, by the shop's clock.")
    starts_at: datetime = Field(description="From when it sells.")
    ends_at: datetime = Field(description="From when it sells no more.")
    items = Field(resolver=resolve.items, description="What it sells.", graphql_type=list[FlashSaleItem])


@strawberry.type(description="A page of flash sales.")
class FlashSaleConnection(Connection[FlashSale]):
    """Flash sales."""


@strawberry.input(description="Units of a variant to be set apart for a flash sale.")
class FlashSaleItemInput:
    """Becomes `domain.flash_sales.NewFlashSaleItem`."""

    variant_id: strawberry.ID = Field(description="The variant.")
    price: Decimal = Field(description="What one unit costs, in the currency of the shop.")
    units: int = Field(description="Units, all of which the warehouse must have now.")
    per_customer: int | None = Field(default=None, description="The most units of one buyer; null for no limit.")
    location_id: strawberry.ID | None = Field(
        default=None, description="The warehouse; the first one when it is not given."
    )

    def item(self) -> records.NewFlashSaleItem:
        """The item as the domain knows it; an id that names nothing is as unknown as any other."""
        source = DEFAULT_LOCATION if self.location_id is None else key_of(self.location_id, "Location") or 0
        variant_id = key_of(self.variant_id, "ProductVariant") or 0
        return records.NewFlashSaleItem(variant_id, str(self.price), self.units, self.per_customer, source)


@strawberry.input(description="A flash sale to be planned.")
class FlashSaleCreateInput:
    """Becomes `domain.flash_sales.NewFlashSale`."""

    title: str = Field(description="Its name.")
    starts_at: datetime = Field(description="From when it sells; at once when that has passed.")
    ends_at: datetime = Field(description="From when it sells no more; 31 days after the start at most.")
    items: list[FlashSaleItemInput] = Field(description="What it sells: 250 variants at most, each once.")

    def sale(self) -> records.NewFlashSale:
        """The sale as the domain knows it."""
        items = tuple(item.item() for item in self.items)
        return records.NewFlashSale(self.title, self.starts_at, self.ends_at, items)


@strawberry.input(description="Changes of a flash sale; what is not given stays as it is.")
class FlashSaleUpdateInput:
    """Becomes `domain.flash_sales.FlashSaleChanges`."""

    title: str | None = Field(default=None, description="Its name.")
    ends_at: datetime | None = Field(default=None, description="From when it sells no more; later than now.")


@strawberry.type(description="What planning a flash sale came to.")
class FlashSaleCreatePayload:
    """A view over `resolvers.flash_sales.FlashSaleOutcome`."""

    flash_sale: FlashSale | None = Field(description="The sale.")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type(description="What changing a flash sale came to.")
class FlashSaleUpdatePayload:
    """A view over `resolvers.flash_sales.FlashSaleOutcome`."""

    flash_sale: FlashSale | None = Field(description="The sale as it is now.")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type(description="What ending a flash sale came to.")
class FlashSaleCancelPayload:
    """A view over `resolvers.flash_sales.FlashSaleOutcome`."""

    flash_sale: FlashSale | None = Field(description="The sale as it is now.")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type
class FlashSalesQuery:
    """Reading flash sales."""

    flash_sale = Field(resolver=resolve.flash_sale, description="A flash sale by id.", graphql_type=FlashSale | None)
    flash_sales = Field(
        resolver=resolve.flash_sales,
        description="Flash sales that are live or will be, by their start.",
        graphql_type=FlashSaleConnection,
    )


@strawberry.type
class FlashSalesMutation:
    """Mutations for staff with the permission FLASH_SALES."""

    @strawberry.mutation(
        description="Plans a flash sale and sets its units apart. Staff with the permission FLASH_SALES only.",
        graphql_type=FlashSaleCreatePayload | None,
    )
    async def flash_sale_create(
        self, info: Info, input: Annotated[FlashSaleCreateInput, Arg(description="The sale.")]
    ) -> resolve.FlashSaleOutcome:
        """It starts and ends by itself."""
        return await resolve.create(info.context, input.sale())

    @strawberry.mutation(
        description="Changes a flash sale that is not over. Staff with the permission FLASH_SALES only.",
        graphql_type=FlashSaleUpdatePayload | None,
    )
    async def flash_sale_update(
        self, info: Info, id: GlobalId, input: Annotated[FlashSaleUpdateInput, Arg(description="The changes.")]
    ) -> resolve.FlashSaleOutcome:
        """Its units and prices stay: buyers were told of them."""
        changes = records.FlashSaleChanges(input.title, input.ends_at)
        return await resolve.update(info.context, key_of(id, "FlashSale") or 0, changes)

    @strawberry.mutation(
        description="Ends a flash sale at once. Staff with the permission FLASH_SALES only.",
        graphql_type=FlashSaleCancelPayload | None,
    )
    async def flash_sale_cancel(self, info: Info, id: GlobalId) -> resolve.FlashSaleOutcome:
        """Orders that have its units keep them."""
        return await resolve.cancel(info.context, key_of(id, "FlashSale") or 0)
