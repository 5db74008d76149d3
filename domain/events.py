"""What has happened, in the past tense. Events carry keys, not state: a handler reads the newest truth itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProductsChanged:
    """Products were written: content, prices, status or membership of collections."""

    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AvailabilityChanged:
    """Stock of variants of these products changed by hand, or a variant sold out or came back."""

    product_ids: tuple[int, ...]


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
    """An order was ended by staff: it does not count as a sale."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OrderRefunded:
    """All the money of an order went back: it does not count as a sale any more."""

    order_id: int


@dataclass(frozen=True, slots=True)
class EventsLost:
    """Redis lost its memory and events with it: what follows from events about these products is to be done anew."""

    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OrdersImported:
    """Past orders came in: best sellers are to be counted again."""

    count: int


@dataclass(frozen=True, slots=True)
class FlashSaleStarted:
    """A sale went live: these products have other prices and units now."""

    sale_id: int
    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FlashSaleEnded:
    """A sale is over, in time or cancelled: these products have their own prices and units again."""

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
    | AvailabilityChanged
    | OrderPlaced
    | OrderPaid
    | OrderReleased
    | OrderCancelled
    | OrderRefunded
    | EventsLost
    | OrdersImported
    | FlashSaleStarted
    | FlashSaleEnded
    | HomepagePublished
    | HomepageMissing
)
EVENT_TYPES: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        ProductsChanged,
        AvailabilityChanged,
        OrderPlaced,
        OrderPaid,
        OrderReleased,
        OrderCancelled,
        OrderRefunded,
        EventsLost,
        OrdersImported,
        FlashSaleStarted,
        FlashSaleEnded,
        HomepagePublished,
        HomepageMissing,
    )
}
