"""Products, their variants and collections, under the names of the Storefront API."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import Parent

from domain.catalog import records
from domain.kit.ids import global_id
from resolvers.catalog import collections as of_collections
from resolvers.catalog import products as resolve
from resolvers.catalog import variants as resolve_variants
from resolvers.content import addresses
from schema.catalog.extras import ProductExtras, VariantExtras
from schema.catalog.media import SEO, Image
from schema.catalog.metafields import HasMetafields
from schema.catalog.parts import (
    Count,
    ImageConnection,
    ProductOptionValueSwatch,
    ProductPriceRange,
    QuantityRule,
    SelectedOption,
    VariantFlashSale,
)
from schema.enums import ProductStatus
from schema.kit.common import Connection, MoneyV2, Node, always, id_field, is_record
from schema.kit.scalars import HTML, URL, UnsignedInt64
from schema.kit.storefront import OnlineStorePublishable, Trackable

Field = strawberry.field
TOTAL = "The sum of `quantityAvailable` over all variants whose stock is tracked. It may be below zero, as they may."
# Variants, products and collections lead to each other, so they are in one module.
_HERE = strawberry.lazy(__name__)


@strawberry.type(description="A product in one choice of its options; this is what the shop sells.")
class ProductVariant(VariantExtras, Node, HasMetafields):
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
    available_for_sale: bool = Field(description="Whether one unit can be bought now.")
    currently_not_in_stock = Field(
        resolver=lambda root: root.tracked and root.available <= 0 and root.available_for_sale,
        description="Whether it is out of stock but can still be bought; false if stock is not tracked.",
        graphql_type=bool,
    )
    quantity_available = Field(
        resolver=lambda root: root.available if root.tracked else None,
        description=(
            "Units for sale now; null if stock is not tracked. Below zero when a variant that can be bought without "
            "stock has sold more than there was."
        ),
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
        graphql_type=Annotated["Product", _HERE],
    )


def option_value_id(root: Parent[resolve.OptionValue]) -> strawberry.ID:
    """Unique among all option values."""
    return strawberry.ID(global_id("ProductOptionValue", f"{root.product_id}-{root.option}-{root.name}"))


@strawberry.type(description="One value of a product option.")
class ProductOptionValue(Node):
    """A view over `resolvers.catalog.products.OptionValue`."""

    is_type_of = is_record(resolve.OptionValue)

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
class ProductOption(Node):
    """A view over `domain.catalog.records.ProductOption`."""

    is_type_of = is_record(records.ProductOption)

    id = Field(resolver=option_id, description="A globally unique id.", graphql_type=strawberry.ID)
    name: str = Field(description="The name, such as `Size`.")
    option_values = Field(
        resolver=resolve.option_values, description="The values.", graphql_type=list[ProductOptionValue]
    )
    values: list[str] = Field(description="The names of the values.", deprecation_reason="Use `optionValues` instead.")


@strawberry.type(description="A page of variants.")
class ProductVariantConnection(Connection[ProductVariant]):
    """Variants."""


@strawberry.type(description="Something the shop sells, in one or more variants.")
class Product(ProductExtras, Node, HasMetafields, OnlineStorePublishable, Trackable):
    """A view over `domain.catalog.records.Product`; content comes from the document store in batches."""

    is_type_of = is_record(records.Product)

    id = id_field("Product")
    handle: str = Field(description="The name in URLs.")
    title: str = Field(description="The name.")
    vendor: str = Field(description="The vendor.")
    product_type: str = Field(description="The product type.")
    status: ProductStatus = Field(
        description="Whether shoppers see it. Staff see other products in the answers of mutations."
    )
    created_at: datetime = Field(description="When it was created.")
    updated_at: datetime = Field(description="When it last changed.")
    published_at: datetime = Field(description="When it became visible to shoppers.")
    online_store_url = Field(
        resolver=addresses.of_product, description="Its page in the storefront.", graphql_type=URL | None
    )
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
    total_inventory = Field(resolver=resolve.total_inventory, description=TOTAL, graphql_type=int | None)
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
        graphql_type=Annotated["CollectionConnection", _HERE],
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
    is_gift_card = always(False, bool, "Whether it is a gift card; this shop has none.")


@strawberry.type(description="A page of products.")
class ProductConnection(Connection[Product]):
    """Products."""


@strawberry.type(description="A named list of products.")
class Collection(Node, HasMetafields, OnlineStorePublishable, Trackable):
    """A view over `domain.catalog.records.Collection`."""

    is_type_of = is_record(records.Collection)

    id = id_field("Collection")
    handle: str = Field(description="The name in URLs.")
    title: str = Field(description="The name.")
    updated_at: datetime = Field(description="When it last changed.")
    description = Field(
        resolver=of_collections.collection_description, description="The description as plain text.", graphql_type=str
    )
    description_html = Field(
        resolver=of_collections.collection_html, description="The description as HTML.", graphql_type=HTML
    )
    image = Field(
        resolver=of_collections.collection_image,
        description="The picture of the collection.",
        graphql_type=Image | None,
    )
    seo = Field(
        resolver=of_collections.collection_seo,
        description="Title and description for search engines.",
        graphql_type=SEO,
    )
    products = Field(
        resolver=of_collections.collection_products,
        description="The products in the collection.",
        graphql_type=ProductConnection,
    )
    online_store_url = Field(
        resolver=addresses.of_collection, description="Its page in the storefront.", graphql_type=URL | None
    )


@strawberry.type(description="A page of collections.")
class CollectionConnection(Connection[Collection]):
    """Collections."""

    total_count = Field(
        resolver=of_collections.total_count, description="How many there are in all.", graphql_type=UnsignedInt64
    )
