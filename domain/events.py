"""What has happened, in the past tense. Events carry keys, not state: a handler reads the newest truth itself."""

from dataclasses import dataclass
from typing import get_args


@dataclass(frozen=True, slots=True)
class ProductsChanged:
    """Products were written: content, prices, status or membership of collections."""

    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SalesCounted:
    """Units sold of these products are another number now; nothing else of them changed."""

    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CollectionsChanged:
    """Collections, by handle, hold other products now, or products that shoppers see or no longer see."""

    handles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MenuChanged:
    """A menu was written."""

    handle: str


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
class TrendingComputed:
    """The best sellers of a territory are others now, or in another order."""

    territory: str


@dataclass(frozen=True, slots=True)
class FlashSaleChanged:
    """A sale was planned, or has another title or end."""

    sale_id: int


@dataclass(frozen=True, slots=True)
class FlashSaleStarted:
    """A flash sale has begun: its products cost less and are sold from its own units."""

    sale_id: int
    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FlashSaleEnded:
    """A flash sale is over, or was called off: its products cost what they cost before."""

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
    | CollectionsChanged
    | MenuChanged
    | AvailabilityChanged
    | OrderPlaced
    | OrderPaid
    | OrderReleased
    | OrderCancelled
    | OrderRefunded
    | EventsLost
    | OrdersImported
    | TrendingComputed
    | FlashSaleChanged
    | FlashSaleStarted
    | FlashSaleEnded
    | HomepagePublished
    | HomepageMissing
)
EVENT_TYPES: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}
