"""What has happened, in the past tense. Events carry keys, not state: a handler reads the current state itself."""

from dataclasses import dataclass
from typing import get_args


@dataclass(frozen=True, slots=True)
class ProductsChanged:
    """Products were written: content, prices, status or membership of collections."""

    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProductsCreated:
    """Products are new. `ProductsChanged` follows."""

    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProductsDeleted:
    """Products no longer exist."""

    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SalesCounted:
    """The number of units sold changed for these products; nothing else about them changed."""

    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CollectionsChanged:
    """Collections, by handle, whose products or visible products changed."""

    handles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CollectionsCreated:
    """Collections are new. `CollectionsChanged` follows."""

    handles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CollectionsDeleted:
    """Collections no longer exist. Their pages have the tags of `CollectionsChanged`, which comes too."""

    collection_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MenuChanged:
    """A menu was written."""

    handle: str


@dataclass(frozen=True, slots=True)
class AvailabilityChanged:
    """Staff changed the stock of variants of these products, or a variant sold out or is for sale again."""

    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LevelsChanged:
    """Staff changed the units for sale of levels: pairs of variant and location."""

    levels: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """An order holds its stock and waits for payment."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """The payment of an order was captured."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderReleased:
    """An unpaid order gave its stock back: the payment failed or the hold expired."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """Staff ended an order: it does not count as a sale."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderRefunded:
    """All the money of an order was refunded: it no longer counts as a sale."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderFulfilled:
    """Everything of an order was sent."""

    order_id: int


@dataclass(frozen=True, slots=True)
class FulfillmentCreated:
    """A parcel of an order was sent."""

    order_id: int
    fulfillment_id: int


@dataclass(frozen=True, slots=True)
class RefundCreated:
    """Money or units of an order go back; the provider may still refuse the money."""

    order_id: int
    refund_id: int


@dataclass(frozen=True, slots=True)
class RefundSettled:
    """The provider paid the money of a refund back, or refused to."""

    order_id: int
    refund_id: int


@dataclass(frozen=True, slots=True)
class CustomersChanged:
    """Accounts were written. `customer_ids` includes new ones."""

    customer_ids: tuple[int, ...]
    created_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CartChanged:
    """A shopper made a cart or changed it."""

    cart_id: str
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class EventsLost:
    """Redis lost its data, and events with it.

    Handlers repeat everything that follows from events about these products.
    """

    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OrdersImported:
    """An import wrote past orders: the best sellers must be counted again."""

    count: int


@dataclass(frozen=True, slots=True)
class DislikesChanged:
    """An account hid things, or shows them again."""

    customer_id: int


@dataclass(frozen=True, slots=True)
class TrendingComputed:
    """The best sellers of a territory changed, or their order did."""

    territory: str


@dataclass(frozen=True, slots=True)
class FlashSaleChanged:
    """Staff planned a sale, or changed its title, announcement or end; or shoppers may see it from now on."""

    sale_id: int


@dataclass(frozen=True, slots=True)
class FlashSaleStarted:
    """A flash sale has begun: its products have their sale prices, and only its own units are sold."""

    sale_id: int
    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FlashSaleEnded:
    """A flash sale ended or was cancelled: its products have their former prices again."""

    sale_id: int
    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HomepagePublished:
    """A page has a new published version."""

    territory: str
    platform: str


@dataclass(frozen=True, slots=True)
class HomepageMissing:
    """A visitor asked for a page that has no record."""

    territory: str
    platform: str


Event = (
    ProductsChanged
    | SalesCounted
    | ProductsCreated
    | ProductsDeleted
    | CollectionsChanged
    | CollectionsCreated
    | CollectionsDeleted
    | MenuChanged
    | AvailabilityChanged
    | LevelsChanged
    | OrderPlaced
    | OrderPaid
    | OrderReleased
    | OrderCancelled
    | OrderRefunded
    | OrderFulfilled
    | FulfillmentCreated
    | RefundCreated
    | RefundSettled
    | CustomersChanged
    | CartChanged
    | EventsLost
    | OrdersImported
    | DislikesChanged
    | TrendingComputed
    | FlashSaleChanged
    | FlashSaleStarted
    | FlashSaleEnded
    | HomepagePublished
    | HomepageMissing
)
EVENT_TYPES: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}
