"""The small parts of products and variants, which refer to nothing larger."""

from datetime import datetime

import strawberry

from domain.kit.ids import global_id
from schema.catalog.media import Image
from schema.content.media import Media
from schema.enums import enum_of
from schema.kit.common import Connection, MoneyV2, PageInfo, always, edges_of
from schema.kit.scalars import Color

Field = strawberry.field
CountPrecision = enum_of(
    "CountPrecision", "How exact a number is.", {"AT_LEAST": "There may be more.", "EXACT": "It is exact."}
)


@strawberry.type(description="One option of one variant.")
class SelectedOption:
    """A view over `domain.catalog.records.SelectedOption`."""

    name: str = Field(description="Name of the option, such as `Size`.")
    value: str = Field(description="Value of the option, such as `M`.")


@strawberry.type(description="How many units one order may contain.")
class QuantityRule:
    """A view over `domain.catalog.records.Variant`."""

    minimum = always(1, int, "The minimum number of units; always 1 in this shop.")
    increment = always(1, int, "The step between valid numbers of units; always 1 in this shop.")
    maximum = Field(
        resolver=lambda root: root.max_per_order,
        description="The maximum number of units in one order; null without a limit.",
        graphql_type=int | None,
    )


@strawberry.type(description="The live flash sale of a variant.")
class VariantFlashSale:
    """A view over `domain.flash_sales.FlashPrice`."""

    id = Field(
        resolver=lambda root: global_id("FlashSale", root.sale_id),
        description="The id of the sale.",
        graphql_type=strawberry.ID,
    )
    ends_at: datetime = Field(description="When the sale ends and the variant has its own price again.")
    units_left: int = Field(description="Units still available.")
    per_customer: int | None = Field(description="The maximum number of units per buyer; null without a limit.")


@strawberry.type(description="The swatch of an option value; this shop has none.")
class ProductOptionValueSwatch:
    """The color or picture of an option value."""

    color: Color | None = Field(description="A color.")
    image: Media | None = Field(description="A picture.")


@strawberry.type(description="Lowest and highest price of the variants of a product.")
class ProductPriceRange:
    """A view over `resolvers.catalog.products.PriceRange`."""

    min_variant_price: MoneyV2 = Field(description="The lowest price.")
    max_variant_price: MoneyV2 = Field(description="The highest price.")


@strawberry.type(description="A page of pictures.")
class ImageConnection(Connection[Image]):
    """Pictures."""


@strawberry.type(description="The number of items in a list.")
class Count:
    """A view over an integer."""

    count = Field(resolver=lambda root: root, description="The number.", graphql_type=int)
    precision = always("EXACT", CountPrecision, "Always exact.")


@strawberry.type(description="A text with its cursor.")
class StringEdge:
    """Relay's edge."""

    node: str = Field(description="The text.")
    cursor: str = Field(description="The position of the text in the list.")


@strawberry.type(description="A page of texts.")
class StringConnection:
    """A view over `domain.kit.paging.Page`."""

    nodes = Field(resolver=lambda root: root.items, description="The texts.", graphql_type=list[str])
    edges = Field(resolver=edges_of, description="The texts with their cursors.", graphql_type=list[StringEdge])
    page_info = Field(
        resolver=lambda root: root, description="The position of the page in the list.", graphql_type=PageInfo
    )
