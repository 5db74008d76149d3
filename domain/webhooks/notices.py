"""What subscriptions hear after each event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.events import (
    AvailabilityChanged,
    CartChanged,
    CollectionsChanged,
    CollectionsCreated,
    CollectionsDeleted,
    CustomersChanged,
    Event,
    EventsLost,
    FlashSaleEnded,
    FlashSaleStarted,
    FulfillmentCreated,
    LevelsChanged,
    OrderCancelled,
    OrderFulfilled,
    OrderPaid,
    OrderPlaced,
    OrderRefunded,
    OrderReleased,
    ProductsChanged,
    ProductsCreated,
    ProductsDeleted,
    RefundCreated,
    RefundSettled,
)
from domain.inventory import StockKey
from domain.webhooks.records import Notice
from domain.webhooks.tags import tags_of
from domain.webhooks.topics import WebhookTopic

CACHE, CARTS = "cache", "carts/"


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What notices need beside the events; read only as far as somebody has subscribed to it.

    `handles` of products and `collection_ids` by handle; `sold` are orders that were paid; levels are those whose units
    for sale an order or a refund moved.
    """

    handles: Mapping[int, str] = field(default_factory=dict)
    collection_ids: Mapping[str, int] = field(default_factory=dict)
    sold: frozenset[int] = frozenset()
    of_orders: Mapping[int, Sequence[StockKey]] = field(default_factory=dict)
    of_refunds: Mapping[int, Sequence[StockKey]] = field(default_factory=dict)


def notices_of(event: Event, facts: NoticeFacts) -> list[Notice]:
    """Everything that subscriptions hear of an event, in the order in which it happened."""
    notices = [*_of_catalog(event, facts), *_of_orders(event, facts), *_of_stock(event, facts)]
    if tags := tags_of(event, facts.handles):
        notices.append(Notice(WebhookTopic.CACHE_INVALIDATE, CACHE, tags=tags))
    return notices


def _of_catalog(event: Event, facts: NoticeFacts) -> Iterable[Notice]:
    match event:
        case ProductsCreated():
            return [_once(WebhookTopic.PRODUCTS_CREATE, f"products/{key}", key) for key in event.product_ids]
        case ProductsDeleted():
            return [_once(WebhookTopic.PRODUCTS_DELETE, f"products/{key}", key) for key in event.product_ids]
        case ProductsChanged() | AvailabilityChanged() | FlashSaleStarted() | FlashSaleEnded() | EventsLost():
            return [Notice(WebhookTopic.PRODUCTS_UPDATE, f"products/{key}") for key in event.product_ids]
        case CollectionsCreated():
            known = [facts.collection_ids[handle] for handle in event.handles if handle in facts.collection_ids]
            return [_once(WebhookTopic.COLLECTIONS_CREATE, f"collections/{key}", key) for key in known]
        case CollectionsDeleted():
            return [_once(WebhookTopic.COLLECTIONS_DELETE, f"collections/{key}", key) for key in event.collection_ids]
        case CollectionsChanged():
            known = [facts.collection_ids[handle] for handle in event.handles if handle in facts.collection_ids]
            return [Notice(WebhookTopic.COLLECTIONS_UPDATE, f"collections/{key}") for key in known]
        case CartChanged():
            return [_cart(event.cart_id, event.is_new)]
        case CustomersChanged():
            created = set(event.created_ids)
            return [_customer(key, is_new=key in created) for key in event.customer_ids]
        case _:
            return ()


def _of_orders(event: Event, facts: NoticeFacts) -> Iterable[Notice]:
    """An order that was never paid is none to others: Shopify has no order before the checkout is complete."""
    match event:
        case OrderPaid():
            first = (WebhookTopic.ORDERS_CREATE, WebhookTopic.ORDERS_PAID)
            return (*(_of_order(topic, event.order_id) for topic in first), _changed(event.order_id))
        case OrderCancelled() if event.order_id in facts.sold:
            return (_of_order(WebhookTopic.ORDERS_CANCELLED, event.order_id), _changed(event.order_id))
        case OrderFulfilled():
            return (_of_order(WebhookTopic.ORDERS_FULFILLED, event.order_id), _changed(event.order_id))
        case FulfillmentCreated():
            return (
                _part(WebhookTopic.FULFILLMENTS_CREATE, event.order_id, event.fulfillment_id),
                _changed(event.order_id),
            )
        case RefundCreated() if event.order_id in facts.sold:
            return (_part(WebhookTopic.REFUNDS_CREATE, event.order_id, event.refund_id), _changed(event.order_id))
        case RefundSettled() | OrderRefunded() if event.order_id in facts.sold:
            return (_changed(event.order_id),)
        case _:
            return ()


def _of_stock(event: Event, facts: NoticeFacts) -> Iterable[Notice]:
    match event:
        case OrderPlaced() | OrderReleased():
            return map(_level, facts.of_orders.get(event.order_id, ()))
        case RefundCreated():
            return map(_level, facts.of_refunds.get(event.refund_id, ()))
        case LevelsChanged():
            return map(_level, event.levels)
        case _:
            return ()


def _once(topic: WebhookTopic, object_key: str, key: int) -> Notice:
    return Notice(topic, object_key, f"{topic}:{key}")


def _cart(cart_id: str, is_new: bool) -> Notice:
    topic = WebhookTopic.CARTS_CREATE if is_new else WebhookTopic.CARTS_UPDATE
    return Notice(topic, f"{CARTS}{cart_id}", f"{topic}:{cart_id}" if is_new else None)


def _customer(key: int, is_new: bool) -> Notice:
    if is_new:
        return _once(WebhookTopic.CUSTOMERS_CREATE, f"customers/{key}", key)
    return Notice(WebhookTopic.CUSTOMERS_UPDATE, f"customers/{key}")


def _of_order(topic: WebhookTopic, order_id: int) -> Notice:
    return _once(topic, f"orders/{order_id}", order_id)


def _changed(order_id: int) -> Notice:
    return Notice(WebhookTopic.ORDERS_UPDATED, f"orders/{order_id}")


def _part(topic: WebhookTopic, order_id: int, key: int) -> Notice:
    """A parcel or refund of an order."""
    return Notice(topic, f"orders/{order_id}/{key}", f"{topic}:{key}")


def _level(key: StockKey) -> Notice:
    return Notice(WebhookTopic.INVENTORY_LEVELS_UPDATE, f"inventory_levels/{key[0]}-{key[1]}")
