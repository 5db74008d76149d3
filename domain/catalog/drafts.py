"""Products as files describe them."""

from dataclasses import dataclass, field

from domain.catalog.handles import handle_of
from domain.catalog.metafields import MetafieldCell
from domain.catalog.records import HIDDEN, Image, ProductStatus, Seo, shown_status
from domain.territories.markets import Price


@dataclass(frozen=True, slots=True)
class MarketPrice:
    """One cell of a price list: sets `minor` or `compare_at_minor` of a territory; None removes it."""

    territory: str
    column: str
    value: int | None


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A variant to write. Prices are in minor units of the shop's currency; `inventory` is the initial stock.

    Without `has_price` a new variant is not for sale and a stored one keeps its price. Stock that is tracked sells out
    unless the variant `continues` to sell without it. `option_values` is empty where the source does not say them.
    """

    sku: str | None
    option_values: tuple[str, ...]
    price_minor: int
    compare_at_minor: int | None = None
    inventory: int = 0
    tracked: bool = True
    continues: bool = False
    grams: int = 0
    taxable: bool = True
    requires_shipping: bool = True
    barcode: str | None = None
    image_url: str | None = None
    prices: tuple[tuple[str, Price], ...] = ()
    market_prices: tuple[MarketPrice, ...] = ()
    metafields: tuple[MetafieldCell, ...] = ()
    has_price: bool = True
    # What to say of a new variant whose units the source does not say.
    units_unknown: str = field(default="", compare=False)

    @property
    def sells_out(self) -> bool:
        """Whether nobody can buy it without stock."""
        return self.tracked and not self.continues


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A whole product to write, identified by its handle. `collections` are (handle, title) pairs.

    `included` says of territories whether they have the product; those that it does not name stay as they are.

    `absent` names the fields, also those of the variants, that the source does not have: a stored product keeps its own
    values, a new one gets those of the draft. `rows` is among them where some could not be read: a stored product keeps
    the pictures and collections that they may have named. With `is_partial`, stored variants that the draft lacks stay
    as they are. `lines` are those of its source.
    """

    handle: str
    title: str
    vendor: str
    product_type: str
    status: ProductStatus
    option_names: tuple[str, ...]
    variants: tuple[VariantDraft, ...]
    html: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    seo: Seo = Seo()
    only_of_variants: tuple[str, ...] = ()
    collections: tuple[tuple[str, str], ...] = ()
    published: bool = True
    is_gift_card: bool = False
    metafields: tuple[MetafieldCell, ...] = ()
    included: tuple[tuple[str, bool], ...] = ()
    absent: frozenset[str] = field(default=frozenset(), repr=False)
    is_partial: bool = False
    lines: tuple[int, ...] = field(default=(), compare=False)

    @property
    def shown_status(self) -> ProductStatus:
        """The status that counts: what is not published is a draft, and so are gift cards, which the shop lacks."""
        return shown_status(self.status, self.published and not self.is_gift_card)


def collection_of_type(product_type: str) -> tuple[tuple[str, str], ...]:
    """Handle and title of the collection of all products of a type; empty where the type makes no handle.

    No type makes a collection that only lays out a storefront.

    >>> collection_of_type("Hidden gems")
    (('all-hidden-gems', 'Hidden gems'),)
    """
    if not (handle := handle_of(product_type)):
        return ()
    return ((f"all-{handle}" if handle.startswith(HIDDEN) else handle, product_type),)
