"""Products, variants and collections as records: exact parts (MySQL) and content parts (MongoDB)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from domain.flash_sales import FlashPrice
from domain.kit.metafields import AttachedMetafield
from domain.kit.money import Money

# Prefix of the handles of collections that lay out a storefront.
HIDDEN = "hidden-"


class ProductStatus(StrEnum):
    """Lists, collections and search show ACTIVE products. Whoever knows the handle also sees and buys UNLISTED ones."""

    ACTIVE = "ACTIVE"
    DRAFT = "DRAFT"
    ARCHIVED = "ARCHIVED"
    UNLISTED = "UNLISTED"


class ProductSort(StrEnum):
    """Orders of a product list; equal keys are ordered by id."""

    BEST_SELLING = "BEST_SELLING"
    CREATED_AT = "CREATED_AT"
    ID = "ID"
    MANUAL = "MANUAL"
    PRICE = "PRICE"
    PRODUCT_TYPE = "PRODUCT_TYPE"
    TITLE = "TITLE"
    UPDATED_AT = "UPDATED_AT"
    VENDOR = "VENDOR"


class CollectionSort(StrEnum):
    """Orders of the list of collections."""

    ID = "ID"
    TITLE = "TITLE"
    UPDATED_AT = "UPDATED_AT"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, by URL, with its size in pixels if known."""

    id: str
    url: str
    alt_text: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Seo:
    """What search engines show; empty fields fall back to title and description of the object itself."""

    title: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ProductOption:
    """A property that variants differ in (`Size`), with its values in the order of the variants."""

    product_id: int
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SelectedOption:
    """One option of one variant: `Size` is `M`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Product:
    """The exact part of a product, a row of `products`. `min_minor` is its lowest price in the default territory."""

    id: int
    handle: str
    title: str
    vendor: str
    product_type: str
    status: ProductStatus
    options: tuple[ProductOption, ...]
    min_minor: int
    units_sold: int
    published_at: datetime
    created_at: datetime
    updated_at: datetime

    @property
    def is_listed(self) -> bool:
        """Whether search has it, if shoppers see it: `datasources.catalog.products.listed` is the same in SQL."""
        return self.status is ProductStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class ProductContent:
    """The content part of a product, a document: `html` is sanitised, `description` its plain text.

    `only_of_variants` are addresses of pictures that the product has only because a variant has them.
    """

    product_id: int
    html: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    seo: Seo = Seo()
    only_of_variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """A product in one choice of its options: a row of `variants` with its price in one territory and its live stock.

    `available` is units for sale now; `sells_out` is False if stock is not `tracked` or may go below zero.
    `max_per_order` and `max_per_customer` limit the units of one order, and of one buyer in total; None means no limit.

    During a flash sale of the variant, price and units are those of the sale.
    """

    id: int
    product_id: int
    sku: str | None
    title: str
    position: int
    options: tuple[SelectedOption, ...]
    price: Money
    compare_at: Money | None
    available: int
    sells_out: bool = True
    tracked: bool = True
    grams: int = 0
    taxable: bool = True
    requires_shipping: bool = True
    barcode: str | None = None
    image_url: str | None = None
    max_per_order: int | None = None
    max_per_customer: int | None = None
    flash: FlashPrice | None = None

    @property
    def available_for_sale(self) -> bool:
        """Whether one unit can be bought now."""
        return not self.sells_out or self.available > 0


@dataclass(frozen=True, slots=True)
class Collection:
    """A named list of products."""

    id: int
    handle: str
    title: str
    created_at: datetime
    updated_at: datetime

    @property
    def is_listed(self) -> bool:
        """Whether best sellers, search and recommendations show it. The list of all collections always does.

        `datasources.catalog.collections.listed` is the same condition in SQL.
        """
        return not self.handle.startswith(HIDDEN)


@dataclass(frozen=True, slots=True)
class CollectionContent:
    """The content part of a collection, a document."""

    collection_id: int
    html: str = ""
    description: str = ""
    image: Image | None = None
    seo: Seo = Seo()
    metafields: tuple[AttachedMetafield, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductChanges:
    """Changes of staff to a product; None leaves a field as it is, also of `seo`, where an empty text clears.

    `html` is the input, not yet sanitized.
    """

    title: str | None = None
    vendor: str | None = None
    product_type: str | None = None
    status: ProductStatus | None = None
    html: str | None = None
    tags: tuple[str, ...] | None = None
    seo: Seo | None = None

    @property
    def concern_content(self) -> bool:
        """Whether they change the document too."""
        return not (self.html is None and self.tags is None and self.seo is None)


class VariantLimits(TypedDict, total=False):
    """Maximum units of one order, and of one buyer in total. Omitted limits stay as they are; None removes a limit."""

    max_per_order: int | None
    max_per_customer: int | None


@dataclass(frozen=True, slots=True)
class LimitVariant:
    """Staff limits how many units of a variant may be bought."""

    variant_id: int
    limits: VariantLimits


def shown_status(status: ProductStatus, published: bool) -> ProductStatus:
    """The status of a product that is published or not.

    >>> shown_status(ProductStatus.UNLISTED, False).value, shown_status(ProductStatus.ARCHIVED, False).value
    ('DRAFT', 'ARCHIVED')
    """
    seen = status in (ProductStatus.ACTIVE, ProductStatus.UNLISTED)
    return ProductStatus.DRAFT if seen and not published else status


def variant_title(values: tuple[str, ...]) -> str:
    """The title of a variant from its option values.

    >>> variant_title(("Red", "M"))
    'Red / M'
    """
    return " / ".join(values) or "Default Title"
