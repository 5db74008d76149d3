"""Every relational table, by domain. Migrations create exactly these."""

from datasources.tables.accounts import customer_addresses, customers, dislikes, staff_permissions
from datasources.tables.cart import cart_lines, carts
from datasources.tables.catalog import (
    collection_products,
    collections,
    metafields,
    prices,
    product_exclusions,
    product_prices,
    products,
    variants,
)
from datasources.tables.checkout import attempts
from datasources.tables.columns import Key, Time, code, long_text, metadata, text
from datasources.tables.discounts import discounts, order_usages, usages
from datasources.tables.flash_sales import flash_sale_items, flash_sales
from datasources.tables.inventory import location_priorities, locations, stock_levels, stock_movements
from datasources.tables.mail import mails
from datasources.tables.orders import (
    fulfillment_lines,
    fulfillments,
    order_events,
    order_lines,
    orders,
    refund_lines,
    refunds,
)
from datasources.tables.outbox import outbox
from datasources.tables.payments import (
    TAKEN,
    authorizations,
    captures,
    disputes,
    payments,
    replaced_charges,
    webhook_events,
)
from datasources.tables.webhooks import webhook_deliveries, webhook_subscriptions
from datasources.tables.wishlist import wishlist_items, wishlists

__all__ = [
    "TAKEN",
    "Key",
    "Time",
    "attempts",
    "authorizations",
    "captures",
    "cart_lines",
    "carts",
    "code",
    "collection_products",
    "collections",
    "customer_addresses",
    "customers",
    "discounts",
    "dislikes",
    "disputes",
    "flash_sale_items",
    "flash_sales",
    "fulfillment_lines",
    "fulfillments",
    "location_priorities",
    "locations",
    "long_text",
    "mails",
    "metadata",
    "metafields",
    "order_events",
    "order_lines",
    "order_usages",
    "orders",
    "outbox",
    "payments",
    "prices",
    "product_exclusions",
    "product_prices",
    "products",
    "refund_lines",
    "refunds",
    "replaced_charges",
    "staff_permissions",
    "stock_levels",
    "stock_movements",
    "text",
    "usages",
    "variants",
    "webhook_deliveries",
    "webhook_events",
    "webhook_subscriptions",
    "wishlist_items",
    "wishlists",
]
