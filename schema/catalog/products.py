"""Products and their variants, under the names of the Storefront API."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import Parent

from domain.catalog import records
from domain.kit.ids import global_id
from resolvers.catalog import products as resolve
from resolvers.catalog import variants as resolve_variants
from schema.catalog.media import SEO, Image
from schema.catalog.metafields import HasMetafields
from schema.content.types import Media
from schema.enums import ProductStatus
from schema.kit.common import Connection, MoneyV2, Node, always, id_field, is_record
from schema.kit.scalars import HTML, Color

if TYPE_CHECKING:
    from schema.catalog.collections import CollectionConnection

Field = strawberry.field
Collections = Annotated["CollectionConnection", strawberry.lazy("schema.catalog.collections")]


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


@strawberry.type(description="A product in one choice of its options; this is what the shop sells.")
class ProductVariant(Node, HasMetafields):
    """A view over `domain.catalog.records.Variant`."""

    is_type_of = is_record(records.Variant)

    id = id_field("ProductVariant")
    title: str = Field(description="The option values, such as `Red / M`.")
    sku: str | None = Field(description="The merchant's stock keeping unit.")
    barcode: str | None = Field(description="The barcode, if any.")
    price: MoneyV2 = Field(description="The price of one unit in the visitor's territory.")
    compare_at_price = Field(
        resolver=lambda root: root.compare_at,
        description="The price of one unit before a reduction.",
        graphql_type=MoneyV2 | None,
    )
    unit_price = always(None, MoneyV2 | None, "Price per unit of measure; always null in this shop.")
    available_for_sale: bool = Field(description="Whether one unit can be bought now.")
    currently_not_in_stock = Field(
        resolver=lambda root: root.available <= 0 and root.available_for_sale,
        description="Whether it can be bought when it is out of stock.",
        graphql_type=bool,
    )
    quantity_available = Field(
        resolver=lambda root: max(root.available, 0) if root.tracked else None,
        description="Units for sale now; null if stock is not tracked.",
        graphql_type=int | None,
    )
    quantity_rule = Field(
        resolver=lambda root: root, description="How many units one order may contain.", graphql_type=QuantityRule
    )
    maximum_per_customer = Field(
        resolver=lambda root: root.max_per_customer,
        description="The maximum number of units per buyer over all orders; null without a limit.",
        graphql_type=int | None,
    )
    flash_sale = Field(
        resolver=lambda root: root.flash,
        description="The live flash sale of the variant, with the price and the units of the sale.",
        graphql_type=VariantFlashSale | None,
    )
    selected_options = Field(
        resolver=lambda root: root.options,
        description="The options that identify this variant.",
        graphql_type=list[SelectedOption],
    )
    requires_shipping: bool = Field(description="Whether it needs shipping.")
    taxable: bool = Field(description="Whether taxes apply.")
    weight = Field(resolver=lambda root: float(root.grams), description="Weight in grams.", graphql_type=float | None)
    image = Field(
        resolver=resolve_variants.variant_image,
        description="The picture of the variant, else the first picture of the product.",
        graphql_type=Image | None,
    )
    product = Field(
        resolver=resolve_variants.variant_product,
        description="The product.",
        graphql_type=Annotated["Product", strawberry.lazy("schema.catalog.products")],
    )


@strawberry.type(description="The swatch of an option value; this shop has none.")
class ProductOptionValueSwatch:
    """The color or picture of an option value."""

    color: Color | None = Field(description="A color.")
    image: Media | None = Field(description="A picture.")


def option_value_id(root: Parent[resolve.OptionValue]) -> strawberry.ID:
    """Unique among all option values."""
    return strawberry.ID(global_id("ProductOptionValue", f"{root.product_id}-{root.option}-{root.name}"))


@strawberry.type(description="One value of a product option.")
class ProductOptionValue:
    """A view over `resolvers.catalog.products.OptionValue`."""

    id = Field(resolver=option_value_id, description="A globally unique id.", graphql_type=strawberry.ID)
    name: str = Field(description="The name of the value.")
    first_selectable_variant = Field(
        resolver=resolve_variants.first_selectable,
        description="The first available variant with this value, else the first variant with it.",
        graphql_type=ProductVariant | None,
    )
    swatch = always(None, ProductOptionValueSwatch | None, "The swatch; always null in this shop.")


def option_id(root: Parent[records.ProductOption]) -> strawberry.ID:
    """Unique among all options of all products."""
    return strawberry.ID(global_id("ProductOption", f"{root.product_id}-{root.name}"))


@strawberry.type(description="A way in which the variants of a product differ.")
class ProductOption:
    """A view over `domain.catalog.records.ProductOption`."""

    id = Field(resolver=option_id, description="A globally unique id.", graphql_type=strawberry.ID)
    name: str = Field(description="The name, such as `Size`.")
    option_values = Field(
        resolver=resolve.option_values, description="The values.", graphql_type=list[ProductOptionValue]
    )
    values: list[str] = Field(description="The names of the values.", deprecation_reason="Use `optionValues` instead.")


@strawberry.type(description="Lowest and highest price of the variants of a product.")
class ProductPriceRange:
    """A view over `resolvers.catalog.products.PriceRange`."""

    min_variant_price: MoneyV2 = Field(description="The lowest price.")
    max_variant_price: MoneyV2 = Field(description="The highest price.")


@strawberry.type(description="A page of pictures.")
class ImageConnection(Connection[Image]):
    """Pictures."""


@strawberry.type(description="A page of variants.")
class ProductVariantConnection(Connection[ProductVariant]):
    """Variants."""


@strawberry.type(description="The number of items in a list.")
class Count:
    """A view over an integer."""

    count = Field(resolver=lambda root: root, description="The number.", graphql_type=int)


@strawberry.type(description="Something the shop sells, in one or more variants.")
class Product(Node, HasMetafields):
    """A view over `domain.catalog.records.Product`; content comes from the document store in batches."""

    is_type_of = is_record(records.Product)

    id = id_field("Product")
    handle: str = Field(description="The name in URLs.")
    title: str = Field(description="The name.")
    vendor: str = Field(description="The vendor.")
    product_type: str = Field(description="The product type.")
    status: ProductStatus = Field(description="Whether shoppers see it. Staff may also see other products.")
    created_at: datetime = Field(description="When it was created.")
    updated_at: datetime = Field(description="When it last changed.")
    published_at: datetime = Field(description="When it became visible to shoppers.")
    options = Field(
        resolver=resolve.options,
        description="The ways in which its variants differ.",
        graphql_type=list[ProductOption],
    )
    description = Field(resolver=resolve.description, description="The description as plain text.", graphql_type=str)
    description_html = Field(
        resolver=resolve.description_html, description="The description as HTML.", graphql_type=HTML
    )
    tags = Field(resolver=resolve.tags, description="The tags.", graphql_type=list[str])
    seo = Field(resolver=resolve.seo, description="Title and description for search engines.", graphql_type=SEO)
    images = Field(resolver=resolve.images, description="The pictures.", graphql_type=ImageConnection)
    featured_image = Field(resolver=resolve.featured_image, description="The first picture.", graphql_type=Image | None)
    variants = Field(
        resolver=resolve.variants, description="The variants by position.", graphql_type=ProductVariantConnection
    )
    variants_count = Field(
        resolver=resolve.variants_count, description="The number of variants.", graphql_type=Count | None
    )
    available_for_sale = Field(
        resolver=resolve.available_for_sale, description="Whether any variant can be bought now.", graphql_type=bool
    )
    total_inventory = Field(
        resolver=resolve.total_inventory, description="Units for sale over all variants.", graphql_type=int | None
    )
    price_range = Field(
        resolver=resolve.price_range, description="Lowest and highest price.", graphql_type=ProductPriceRange
    )
    compare_at_price_range = Field(
        resolver=resolve.compare_at_range,
        description="Lowest and highest price before reductions; zero if nothing is reduced.",
        graphql_type=ProductPriceRange,
    )
    collections = Field(
        resolver=resolve.product_collections,
        description="The collections that it is in.",
        graphql_type=Collections,
    )
    selected_or_first_available_variant = Field(
        resolver=resolve_variants.selected_or_first_available,
        description="The variant with the given options, else the first available one.",
        graphql_type=ProductVariant | None,
    )
    adjacent_variants = Field(
        resolver=resolve_variants.adjacent_variants,
        description="Variants that differ from the selected one in exactly one option.",
        graphql_type=list[ProductVariant],
    )
    variant_by_selected_options = Field(
        resolver=resolve_variants.variant_by_options,
        description="The variant with exactly these options.",
        graphql_type=ProductVariant | None,
    )
    encoded_variant_existence = always(
        None, str | None, "Encoded combinations of options that exist; always null in this shop."
    )
    encoded_variant_availability = always(
        None, str | None, "Encoded combinations of options that can be bought; always null in this shop."
    )
    tracking_parameters = always(None, str | None, "Parameters for analytics; this shop needs none.")
    is_gift_card = always(False, bool, "Whether it is a gift card; this shop has none.")


@strawberry.type(description="A page of products.")
class ProductConnection(Connection[Product]):
    """Products."""
