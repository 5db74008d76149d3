"""Carts as shown, under the names of the Storefront API."""

from collections.abc import Mapping
from datetime import datetime

import strawberry
from strawberry import Parent

from domain import cart as records
from domain.accounts import Customer as CustomerRecord
from resolvers.cart import delivery as resolve_delivery
from resolvers.cart import lines as resolve
from resolvers.context import Info
from schema.accounts.types import Customer
from schema.cart.delivery import CartDelivery, CartDeliveryGroupConnection
from schema.cart.lines import BaseCartLineConnection, CartDiscountAllocation
from schema.enums import CountryCode, enum_of
from schema.kit.common import Attribute, MoneyV2, Node, id_field, is_record, user_errors
from schema.kit.paths import Arguments
from schema.kit.scalars import URL

Field = strawberry.field
_WARNINGS = {
    "DISCOUNT_CURRENTLY_INACTIVE": "The discount has not begun, is over or was switched off.",
    "DISCOUNT_CUSTOMER_USAGE_LIMIT_REACHED": "The buyer has used the discount as often as one customer may.",
    "DISCOUNT_ELIGIBLE_CUSTOMER_MISSING": "The discount is counted per customer, and nobody knows yet who buys.",
    "DISCOUNT_INCOMPATIBLE": "An earlier code of the cart takes its place.",
    "DISCOUNT_NOT_FOUND": "There is no such discount code.",
    "DISCOUNT_PURCHASE_NOT_IN_RANGE": "The purchase is too small for the discount.",
    "DISCOUNT_USAGE_LIMIT_REACHED": "The discount was used as often as it may be.",
    "MERCHANDISE_NOT_AVAILABLE": "The product is no longer for sale.",
    "MERCHANDISE_NOT_ENOUGH_STOCK": "There are fewer units than the line asks for.",
    "MERCHANDISE_OUT_OF_STOCK": "The product is sold out.",
}
CartWarningCode = enum_of("CartWarningCode", "Reasons for warnings.", _WARNINGS)


@strawberry.type(description="What a cart costs: what a submit charges, by the same computation.")
class CartCost:
    """A view over `domain.checkout.pricing.CartPrice`."""

    subtotal_amount = Field(
        resolver=lambda root: root.subtotal, description="Price of all lines before discounts.", graphql_type=MoneyV2
    )
    total_amount = Field(
        resolver=lambda root: root.total,
        description="Lines, less discounts, with delivery as soon as it is known whereto, and with taxes.",
        graphql_type=MoneyV2,
    )
    checkout_charge_amount = Field(
        resolver=lambda root: root.total, description="What checkout will charge.", graphql_type=MoneyV2
    )
    total_discount_amount = Field(
        resolver=lambda root: root.discount,
        description="What discounts take off lines and delivery.",
        graphql_type=MoneyV2,
    )
    total_shipping_amount = Field(
        resolver=lambda root: None if root.delivery is None else root.shipping,
        description="What delivery costs before discounts; null until it is known whereto.",
        graphql_type=MoneyV2 | None,
    )
    total_tax_amount = Field(
        resolver=lambda root: root.tax,
        description="Taxes: contained in the prices, or added to them, as `taxesIncluded` says.",
        graphql_type=MoneyV2 | None,
    )
    taxes_included: bool = Field(description="Whether the prices contain the taxes.")


async def buyer_customer(root: Parent[records.Cart], info: Info) -> CustomerRecord | None:
    """The account of the buyer, told to that buyer alone."""
    viewer = await info.context.signed_in()
    if root.customer_id is None or viewer.customer_id != root.customer_id:
        return None
    return await info.context.loaders.customer.load(root.customer_id)


@strawberry.type(description="Who will buy.")
class CartBuyerIdentity:
    """A view over `domain.cart.Cart`."""

    email: str | None = Field(description="E-mail address.")
    phone: str | None = Field(description="Phone number.")
    country_code = Field(
        resolver=lambda root: root.country,
        description="Country; prices are those of its territory.",
        graphql_type=CountryCode | None,
    )
    customer = Field(resolver=buyer_customer, description="The account.", graphql_type=Customer | None)


@strawberry.type(description="A code that may reduce prices.")
class CartDiscountCode:
    """A view over `domain.checkout.pricing.CodeEffect`."""

    code: str = Field(description="The code as the buyer entered it.")
    applicable = Field(
        resolver=lambda root: root.problem is None,
        description="Whether it reduces this cart; the warnings of cart mutations say why not.",
        graphql_type=bool,
    )


def checkout_url(root: Parent[records.Cart], info: Info) -> URL:
    """Where the storefront's own page for buying this cart is."""
    return URL(info.context.own_url(f"/cart/{root.id}"))


@strawberry.type(description="What somebody means to buy. Who knows its id holds it.")
class Cart(Node):
    """A view over `domain.cart.Cart`."""

    is_type_of = is_record(records.Cart)

    id = id_field("Cart")
    created_at: datetime = Field(description="When it was created.")
    updated_at: datetime = Field(description="When it last changed.")
    total_quantity: int = Field(description="Units over all lines.")
    note: str | None = Field(description="A note for the merchant.")
    attributes: list[Attribute] = Field(description="Free attributes.")
    lines = Field(resolver=resolve.lines, description="What is in it.", graphql_type=BaseCartLineConnection)
    cost = Field(resolver=resolve.price, description="What it costs at this moment.", graphql_type=CartCost)
    checkout_url = Field(resolver=checkout_url, description="Where it is bought.", graphql_type=URL)
    buyer_identity = Field(resolver=lambda root: root, description="Who will buy.", graphql_type=CartBuyerIdentity)
    discount_codes = Field(
        resolver=resolve.discount_codes,
        description="Codes that the buyer entered.",
        graphql_type=list[CartDiscountCode],
    )
    discount_allocations = Field(
        resolver=resolve.cart_discounts,
        description="What discounts take off, one entry for each code that does.",
        graphql_type=list[CartDiscountAllocation],
    )
    delivery = Field(resolver=lambda root: root, description="Where it may go.", graphql_type=CartDelivery)
    delivery_groups = Field(
        resolver=resolve_delivery.groups,
        description="How it is sent: one group of all that is to be sent, none when nothing is.",
        graphql_type=CartDeliveryGroupConnection,
    )


@strawberry.type(description="Something about a cart that does not stop it from being kept.")
class CartWarning:
    """A view over `resolvers.cart.lines.CartWarning`."""

    code = Field(resolver=lambda root: root.code, description="The reason, for programs.", graphql_type=CartWarningCode)
    message: str = Field(description="The reason, for people.")
    target: strawberry.ID = Field(description="The line, or the cart, that it is about.")


def payload(name: str, change: str, arguments: Mapping[str, str] | None = None, *, within: str = "") -> type:
    """A payload of the usual shape under the name that clients expect; `arguments` as the `names` of `Arguments`."""
    placed = Arguments(within, arguments or {}, {"cart": within or "cartId"})

    class Payload:
        """A view over `resolvers.cart.lines.CartOutcome`."""

        cart: Cart | None = Field(description="The cart as it is now.")
        user_errors = user_errors(placed)
        warnings = Field(
            resolver=resolve.warnings,
            description="What will stop the purchase, and codes that take nothing off.",
            graphql_type=list[CartWarning],
        )

    Payload.__name__ = name
    return strawberry.type(Payload, name=name, description=f"What {change} came to.")


def _of_lines(lines: str) -> dict[str, str]:
    return {"lines.*.variant_id": f"{lines}.*.merchandiseId", "lines.*.line_id": f"{lines}.*.id"}


def _of_buyer(buyer: str) -> dict[str, str]:
    return {"buyer": buyer, "buyer.token": f"{buyer}.customerAccessToken"}


def _of_addresses(addresses: str) -> dict[str, str]:
    address = f"{addresses}.*.address"
    return {
        "addresses": addresses,
        "addresses.*.address": f"{address}.deliveryAddress",
        "addresses.*.address.country": f"{address}.deliveryAddress.countryCode",
        "addresses.*.address.province": f"{address}.deliveryAddress.provinceCode",
        "addresses.*.copied_from": f"{address}.copyFromCustomerAddressId",
    }


CartCreatePayload = payload(
    "CartCreatePayload",
    "creating a cart",
    _of_lines("input.lines") | _of_buyer("input.buyerIdentity") | _of_addresses("input.delivery.addresses"),
    within="input",
)
CartLinesAddPayload = payload("CartLinesAddPayload", "adding lines", _of_lines("lines"))
CartLinesUpdatePayload = payload("CartLinesUpdatePayload", "changing lines", _of_lines("lines"))
CartLinesRemovePayload = payload(
    "CartLinesRemovePayload", "removing lines", {"lines": "lineIds", "lines.*.line_id": "lineIds.*"}
)
CartBuyerIdentityUpdatePayload = payload(
    "CartBuyerIdentityUpdatePayload", "changing the buyer", _of_buyer("buyerIdentity")
)
CartNoteUpdatePayload = payload("CartNoteUpdatePayload", "changing the note")
CartAttributesUpdatePayload = payload("CartAttributesUpdatePayload", "changing attributes")
CartDiscountCodesUpdatePayload = payload("CartDiscountCodesUpdatePayload", "changing discount codes")
CartDeliveryAddressesAddPayload = payload(
    "CartDeliveryAddressesAddPayload", "adding addresses", _of_addresses("addresses")
)
CartDeliveryAddressesUpdatePayload = payload(
    "CartDeliveryAddressesUpdatePayload", "changing addresses", _of_addresses("addresses")
)
CartDeliveryAddressesRemovePayload = payload(
    "CartDeliveryAddressesRemovePayload",
    "removing addresses",
    {"addresses": "addressIds", "addresses.*.id": "addressIds.*"},
)
CartSelectedDeliveryOptionsUpdatePayload = payload(
    "CartSelectedDeliveryOptionsUpdatePayload",
    "choosing the delivery",
    {"options": "selectedDeliveryOptions", "handle": "selectedDeliveryOptions.0.deliveryOptionHandle"},
)
