"""Topics of outgoing webhooks, named as in Shopify's documentation; `cache/invalidate` is the shop's own."""

from enum import StrEnum

from domain.accounts import Permission


class WebhookTopic(StrEnum):
    """What a subscription is about."""

    CACHE_INVALIDATE = "cache/invalidate"
    CARTS_CREATE = "carts/create"
    CARTS_UPDATE = "carts/update"
    COLLECTIONS_CREATE = "collections/create"
    COLLECTIONS_DELETE = "collections/delete"
    COLLECTIONS_UPDATE = "collections/update"
    CUSTOMERS_CREATE = "customers/create"
    CUSTOMERS_UPDATE = "customers/update"
    FULFILLMENTS_CREATE = "fulfillments/create"
    FULFILLMENTS_UPDATE = "fulfillments/update"
    INVENTORY_LEVELS_UPDATE = "inventory_levels/update"
    ORDERS_CANCELLED = "orders/cancelled"
    ORDERS_CREATE = "orders/create"
    ORDERS_FULFILLED = "orders/fulfilled"
    ORDERS_PAID = "orders/paid"
    ORDERS_UPDATED = "orders/updated"
    PRODUCTS_CREATE = "products/create"
    PRODUCTS_DELETE = "products/delete"
    PRODUCTS_UPDATE = "products/update"
    REFUNDS_CREATE = "refunds/create"

    @property
    def tells_state(self) -> bool:
        """Whether it reports the newest state of an object, so that one delivery stands for several changes."""
        return self in _OF_STATES

    @property
    def permission(self) -> Permission | None:
        """The permission that staff need besides WEBHOOKS, because the bodies hold personal data."""
        return _PERSONAL.get(self.partition("/")[0])


_OF_STATES = frozenset(
    {
        WebhookTopic.CACHE_INVALIDATE,
        WebhookTopic.CARTS_UPDATE,
        WebhookTopic.COLLECTIONS_UPDATE,
        WebhookTopic.CUSTOMERS_UPDATE,
        WebhookTopic.FULFILLMENTS_UPDATE,
        WebhookTopic.INVENTORY_LEVELS_UPDATE,
        WebhookTopic.ORDERS_UPDATED,
        WebhookTopic.PRODUCTS_UPDATE,
    }
)
_PERSONAL = {
    "carts": Permission.ORDERS,
    "customers": Permission.CUSTOMERS,
    "fulfillments": Permission.ORDERS,
    "orders": Permission.ORDERS,
    "refunds": Permission.ORDERS,
}
