"""The ISO lists of countries, currencies and languages, and enums over domain values, with descriptions."""

from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

import strawberry
from babel import Locale
from babel.core import get_global
from babel.numbers import list_currencies

from domain.catalog.records import ProductStatus
from domain.discounts.rules import DiscountState
from domain.flash_sales import FlashSaleStatus
from domain.homepage.editing import HomepageAction
from domain.homepage.keys import Platform
from domain.homepage.sources import SoldOut as HomepageSoldOut
from domain.orders.after_payment import FulfillmentStatus, RefundState, RestockType
from domain.orders.commands import CancelReason
from domain.orders.life import FinancialStatus, OrderStatus
from domain.payments.disputes import DisputeState as DisputeStatus
from domain.personal.records import EventType as ShopperEventType
from domain.webhooks.records import DeliveryState as WebhookDeliveryState
from domain.webhooks.topics import WebhookTopic as WebhookSubscriptionTopic

__all__ = [
    "CancelReason",
    "CountryCode",
    "CurrencyCode",
    "DiscountState",
    "DisputeStatus",
    "FinancialStatus",
    "FlashSaleStatus",
    "FulfillmentStatus",
    "HomepageAction",
    "HomepageSoldOut",
    "LanguageCode",
    "OrderStatus",
    "Platform",
    "ProductStatus",
    "RefundState",
    "RestockType",
    "ShopperEventType",
    "WebhookDeliveryState",
    "WebhookSubscriptionTopic",
]

_ENGLISH = Locale("en")
# Scripts and regions that Storefront clients distinguish.
_REGIONAL = {
    "PT_BR": "Portuguese (Brazil)",
    "PT_PT": "Portuguese (Portugal)",
    "ZH_CN": "Chinese (Simplified)",
    "ZH_TW": "Chinese (Traditional)",
}


def enum_of(name: str, description: str, members: dict[str, str]) -> Any:
    """A GraphQL enum from names and descriptions; its values are the names."""
    values = {code: strawberry.enum_value(code, description=text) for code, text in sorted(members.items())}
    # The members come from data: there are up to 250.
    made: Any = Enum(name, values)  # type: ignore[misc]  # the type checker wants literals
    return strawberry.enum(made, description=description)


def _countries() -> dict[str, str]:
    names = {code: name for code, name in _ENGLISH.territories.items() if len(code) == 2 and code.isalpha()}
    return {code: name for code, name in names.items() if code not in {"EU", "EZ", "UN", "XA", "XB", "QO"}}


def _currencies() -> dict[str, str]:
    """Currencies that are legal tender today."""
    current = {
        entry[0] for entries in get_global("territory_currencies").values() for entry in entries if entry[2] is None
    }
    return {code: _ENGLISH.currencies.get(code, code) for code in list_currencies() if code in current}


def _languages() -> dict[str, str]:
    names = {code.upper(): name for code, name in _ENGLISH.languages.items() if len(code) == 2}
    return names | _REGIONAL


if TYPE_CHECKING:
    # Their members come from data: the type checker knows only that they have values.
    CountryCode: TypeAlias = Any
    CurrencyCode: TypeAlias = Any
    LanguageCode: TypeAlias = Any
else:
    CountryCode = enum_of("CountryCode", "ISO 3166 codes of countries; `ZZ` is unknown.", _countries())
    CurrencyCode = enum_of("CurrencyCode", "ISO 4217 codes of currencies.", _currencies())
    LanguageCode = enum_of("LanguageCode", "ISO 639 codes of languages.", _languages())


def described(kind: type[Enum], name: str, description: str, members: dict[str, str]) -> None:
    """Makes a domain enum a GraphQL enum; a member without a description is a programming error."""
    strawberry.enum(kind, name=name, description=description)
    for value in kind.__strawberry_definition__.values:  # type: ignore[attr-defined]  # set by the line above
        value.description = members[value.name]


described(
    DisputeStatus,
    "DisputeStatus",
    "Where a dispute is.",
    {
        "NEEDS_RESPONSE": "The shop must answer.",
        "UNDER_REVIEW": "The bank decides.",
        "WON": "The shop keeps the money.",
        "LOST": "The money went back to the buyer.",
    },
)
described(
    Platform,
    "Platform",
    "The client that displays the shop.",
    {
        "WEB": "A browser.",
        "IOS": "The app for iPhone and iPad.",
        "ANDROID": "The app for Android.",
    },
)
described(
    ShopperEventType,
    "ShopperEventType",
    "What a shopper did.",
    {
        "VIEW": "Looked at it.",
        "SEARCH": "Searched for it.",
        "ADD_TO_CART": "Added it to the cart.",
        "NOT_INTERESTED": "Does not want to see it.",
    },
)
described(
    ProductStatus,
    "ProductStatus",
    "The visibility of a product.",
    {
        "ACTIVE": "Shoppers see it.",
        "DRAFT": "It is being prepared.",
        "ARCHIVED": "It is no longer shown.",
        "UNLISTED": "Shoppers see it by its handle or id; no list, collection or search has it.",
    },
)
described(
    HomepageSoldOut,
    "HomepageSoldOut",
    "How a section treats sold-out products.",
    {"HIDE": "They are not shown.", "SHOW": "They are shown as sold out."},
)
described(
    HomepageAction,
    "HomepageAction",
    "A change of a homepage.",
    {
        "PUBLISHED": "A version was published.",
        "ROLLED_BACK": "An earlier version was published again.",
        "SCHEDULED": "A draft was scheduled for publication.",
        "UNSCHEDULED": "A schedule was removed.",
        "PUBLISHED_ON_SCHEDULE": "A scheduled draft was published.",
    },
)
described(
    OrderStatus,
    "OrderStatus",
    "The state of an order.",
    {
        "PENDING_PAYMENT": "Stock is reserved and the payment is pending.",
        "PAID": "The payment was captured.",
        "FULFILLED": "Everything was sent.",
        "PAYMENT_FAILED": "The payment was declined; nothing was bought.",
        "EXPIRED": "No payment came in time; nothing was bought.",
        "CANCELLED": "It was cancelled.",
        "REFUNDED": "The money was refunded.",
        "EXCEPTION": "The payment came too late and is being refunded.",
    },
)
described(
    FlashSaleStatus,
    "FlashSaleStatus",
    "The state of a flash sale, by the shop's clock.",
    {
        "UPCOMING": "It will start.",
        "LIVE": "It is selling now.",
        "ENDED": "Its time is over.",
        "CANCELLED": "It was ended by staff.",
    },
)
described(
    FinancialStatus,
    "OrderFinancialStatus",
    "The financial status of an order.",
    {
        "PENDING": "The payment is pending.",
        "AUTHORIZED": "The money is reserved at the buyer's bank; each parcel takes its part.",
        "PARTIALLY_PAID": "A part of the money was taken; the rest is reserved until its parcels are sent.",
        "PAID": "The payment was captured.",
        "PARTIALLY_REFUNDED": "A part of the money was refunded.",
        "REFUNDED": "All the money was refunded.",
        "VOIDED": "Nothing was charged.",
    },
)
described(
    FulfillmentStatus,
    "OrderFulfillmentStatus",
    "The fulfillment status of an order.",
    {
        "UNFULFILLED": "Nothing was sent.",
        "PARTIALLY_FULFILLED": "A part was sent.",
        "FULFILLED": "Everything was sent.",
        "RESTOCKED": "Everything was put back for sale before it was sent.",
    },
)
described(
    RefundState,
    "RefundStatus",
    "The state of a refund.",
    {
        "PENDING": "The payment provider has not confirmed it yet.",
        "DONE": "It is back.",
        "FAILED": "The payment provider refused it.",
    },
)
described(
    RestockType,
    "RefundLineItemRestockType",
    "What happens to refunded units.",
    {
        "NO_RESTOCK": "They are not put back for sale.",
        "CANCEL": "They were not sent and are put back for sale.",
        "RETURN": "They were sent and returned, and are put back for sale.",
    },
)
described(
    CancelReason,
    "OrderCancelReason",
    "The reason for cancelling an order.",
    {
        "CUSTOMER": "The customer asked for it.",
        "DECLINED": "The payment was declined.",
        "FRAUD": "The order may be fraudulent.",
        "INVENTORY": "The goods are not in stock.",
        "STAFF": "A member of staff made a mistake.",
        "OTHER": "Another reason.",
    },
)
described(
    DiscountState,
    "DiscountStatus",
    "The state of a discount.",
    {
        "ACTIVE": "It can be used now, unless it is used up.",
        "SCHEDULED": "It has not started yet.",
        "EXPIRED": "It has ended.",
        "DEACTIVATED": "It was switched off.",
    },
)
described(
    WebhookDeliveryState,
    "WebhookDeliveryState",
    "The state of a delivery.",
    {
        "WAITING": "It is being sent, or will be.",
        "DONE": "The endpoint took it.",
        "FAILED": "The endpoint did not take it within two days.",
    },
)
described(
    WebhookSubscriptionTopic,
    "WebhookSubscriptionTopic",
    "What a subscription is about.",
    {
        "CACHE_INVALIDATE": "Cache tags of what has changed.",
        "CARTS_CREATE": "A cart is new.",
        "CARTS_UPDATE": "A cart has changed.",
        "COLLECTIONS_CREATE": "A collection is new.",
        "COLLECTIONS_DELETE": "A collection no longer exists.",
        "COLLECTIONS_UPDATE": "A collection has other products, or shoppers see others of them.",
        "CUSTOMERS_CREATE": "An account is new.",
        "CUSTOMERS_UPDATE": "An account has changed.",
        "FULFILLMENTS_CREATE": "A parcel was sent.",
        "FULFILLMENTS_UPDATE": "A parcel has changed. The shop changes none yet.",
        "INVENTORY_LEVELS_UPDATE": "The units for sale of a variant at a location have changed.",
        "ORDERS_CANCELLED": "A paid order was cancelled.",
        "ORDERS_CREATE": "An order was paid, and exists for others from now on.",
        "ORDERS_FULFILLED": "Everything of an order was sent.",
        "ORDERS_PAID": "An order was paid.",
        "ORDERS_UPDATED": "A paid order has changed in any way.",
        "PRODUCTS_CREATE": "A product is new.",
        "PRODUCTS_DELETE": "A product no longer exists.",
        "PRODUCTS_UPDATE": "A product, its prices or its availability have changed.",
        "REFUNDS_CREATE": "Money or units of an order go back.",
    },
)
