"""Flash sales. Everybody may see them; services refuse changes by anybody except staff."""

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
from schema.kit.common import Connection, MoneyV2, id_field
from schema.kit.paths import Arguments
from schema.kit.user_errors import user_errors

Field = strawberry.field
_ARGUMENTS = Arguments("input", {"sale_id": "id", "items.*.source_id": "input.items.*.locationId"})


@strawberry.type(description="A variant that a flash sale sells.")
class FlashSaleItem:
    """A view over `resolvers.flash_sales.ShownItem`."""

    variant: ProductVariant = Field(description="The variant as it is for sale now.")
    price = Field(
        resolver=lambda root: root.item.price,
        description="The price of one unit during the sale, in the visitor's territory.",
        graphql_type=MoneyV2,
    )
    units = Field(
        resolver=lambda root: root.item.units, description="The number of units in the sale.", graphql_type=int
    )
    units_left = Field(
        resolver=lambda root: root.item.units_left,
        description="Units still available; 0 when the sale is over.",
        graphql_type=int,
    )
    per_customer = Field(
        resolver=lambda root: root.item.per_customer,
        description="The maximum number of units per buyer; null for no limit.",
        graphql_type=int | None,
    )


@strawberry.type(
    description="Units sold at a special price for a time. Once sold out, they stay sold out until the sale ends."
)
class FlashSale:
    """A view over `domain.flash_sales.FlashSale`."""

    id = id_field("FlashSale")
    title: str = Field(description="The title.")
    status: FlashSaleStatus = Field(description="Whether it is live, by the shop's clock.")
    starts_at: datetime = Field(description="When the sale starts.")
    ends_at: datetime = Field(description="When the sale ends.")
    announced_at: datetime | None = Field(
        description="When shoppers may see the sale for the first time; null if that is when it starts."
    )
    items = Field(resolver=resolve.items, description="The items of the sale.", graphql_type=list[FlashSaleItem])


@strawberry.type(description="A page of flash sales.")
class FlashSaleConnection(Connection[FlashSale]):
    """Flash sales."""


@strawberry.input(description="Units of a variant to set apart for a flash sale.")
class FlashSaleItemInput:
    """Becomes `domain.flash_sales.NewFlashSaleItem`."""

    variant_id: strawberry.ID = Field(description="The variant.")
    price: Decimal = Field(description="The price of one unit, in the currency of the shop.")
    units: int = Field(description="The number of units. The warehouse must have all of them now.")
    per_customer: int | None = Field(
        default=None, description="The maximum number of units per buyer; null for no limit."
    )
    location_id: strawberry.ID | None = Field(default=None, description="The warehouse; the first one by default.")

    def item(self) -> records.NewFlashSaleItem:
        """The item as the domain knows it. An id of another kind gives a key that nothing has."""
        source = DEFAULT_LOCATION if self.location_id is None else key_of(self.location_id, "Location") or 0
        variant_id = key_of(self.variant_id, "ProductVariant") or 0
        return records.NewFlashSaleItem(variant_id, str(self.price), self.units, self.per_customer, source)


@strawberry.input(description="A flash sale to plan.")
class FlashSaleCreateInput:
    """Becomes `domain.flash_sales.NewFlashSale`."""

    title: str = Field(description="The title.")
    starts_at: datetime = Field(description="When the sale starts. A time in the past means now.")
    ends_at: datetime = Field(description="When the sale ends; at most 31 days after the start.")
    items: list[FlashSaleItemInput] = Field(description="The items: at most 250 variants, each once.")
    announced_at: datetime | None = Field(
        default=None,
        description="When shoppers may see the sale, at the latest at its start. By default they see it when it "
        "starts. A time in the past means now. Until then only staff with the permission FLASH_SALES see it.",
    )

    def sale(self) -> records.NewFlashSale:
        """The sale as the domain knows it."""
        items = tuple(item.item() for item in self.items)
        return records.NewFlashSale(self.title, self.starts_at, self.ends_at, items, self.announced_at)


@strawberry.input(description="Changes to a flash sale. Omitted fields stay as they are.")
class FlashSaleUpdateInput:
    """Becomes `domain.flash_sales.FlashSaleChanges`."""

    title: str | None = Field(default=None, description="The title.")
    ends_at: datetime | None = Field(default=None, description="When the sale ends. Must be in the future.")
    announced_at: datetime | None = Field(
        default=None,
        description="When shoppers may see the sale, at the latest at its start. It cannot change once they may.",
    )


@strawberry.type(description="The outcome of planning a flash sale.")
class FlashSaleCreatePayload:
    """A view over `resolvers.flash_sales.FlashSaleOutcome`."""

    flash_sale: FlashSale | None = Field(description="The sale.")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type(description="The outcome of changing a flash sale.")
class FlashSaleUpdatePayload:
    """A view over `resolvers.flash_sales.FlashSaleOutcome`."""

    flash_sale: FlashSale | None = Field(description="The sale as it is now.")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type(description="The outcome of ending a flash sale.")
class FlashSaleCancelPayload:
    """A view over `resolvers.flash_sales.FlashSaleOutcome`."""

    flash_sale: FlashSale | None = Field(description="The sale as it is now.")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type
class FlashSalesQuery:
    """Reading flash sales."""

    flash_sale = Field(
        resolver=resolve.flash_sale,
        description="A flash sale by id. Null before it is announced, except for staff.",
        graphql_type=FlashSale | None,
    )
    flash_sales = Field(
        resolver=resolve.flash_sales,
        description="Live and upcoming flash sales, by start. Those not announced yet are listed for staff only.",
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
        """The sale starts and ends on its own."""
        return await resolve.create(info.context, input.sale())

    @strawberry.mutation(
        description="Changes a flash sale that is not over. Staff with the permission FLASH_SALES only.",
        graphql_type=FlashSaleUpdatePayload | None,
    )
    async def flash_sale_update(
        self, info: Info, id: GlobalId, input: Annotated[FlashSaleUpdateInput, Arg(description="The changes.")]
    ) -> resolve.FlashSaleOutcome:
        """Units and prices cannot change, because buyers have already seen them."""
        changes = records.FlashSaleChanges(input.title, input.ends_at, input.announced_at)
        return await resolve.update(info.context, key_of(id, "FlashSale") or 0, changes)

    @strawberry.mutation(
        description="Ends a flash sale at once. Staff with the permission FLASH_SALES only.",
        graphql_type=FlashSaleCancelPayload | None,
    )
    async def flash_sale_cancel(self, info: Info, id: GlobalId) -> resolve.FlashSaleOutcome:
        """Orders keep the units that they have."""
        return await resolve.cancel(info.context, key_of(id, "FlashSale") or 0)
