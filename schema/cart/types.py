"""Carts, under the names of the Storefront API."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import Parent

from domain import cart as records
from domain.accounts import Customer as CustomerRecord
from resolvers.cart import delivery as resolve_delivery
from resolvers.cart import discounts as resolve_discounts
from resolvers.cart import lines as resolve
from resolvers.cart import payments as resolve_payments
from resolvers.cart.access import order_in_payment
from resolvers.context import Info
from schema.accounts.types import Customer
from schema.cart.applied_gift_cards import AppliedGiftCard
from schema.cart.delivery import CartDelivery, CartDeliveryGroupConnection
from schema.cart.discounts import BaseCartDiscountApplication, CartDiscountAllocation
from schema.cart.lines import BaseCartLineConnection
from schema.cart.payments import PaymentMethod
from schema.cart.preferences import CartPreferences
from schema.catalog.metafields import HasMetafields
from schema.enums import CountryCode, enum_of
from schema.kit.common import Attribute, MoneyV2, Node, always, id_field, is_record
from schema.kit.scalars import URL
from schema.orders.types import Order
from schema.territories import MailingAddress

Field = strawberry.field
_WARNINGS = {
    "DELIVERY_NOT_AVAILABLE": "The shop does not deliver to the country of the address.",
    "DISCOUNT_CURRENTLY_INACTIVE": "The discount has not started, has ended or is switched off.",
    "DISCOUNT_CUSTOMER_USAGE_LIMIT_REACHED": "The buyer has reached the limit of uses per customer.",
    "DISCOUNT_ELIGIBLE_CUSTOMER_MISSING": "The discount has a limit per customer, and the buyer is unknown.",
    "DISCOUNT_INCOMPATIBLE": "The discount cannot be combined with an earlier code of the cart.",
    "DISCOUNT_NOT_FOUND": "There is no such discount code.",
    "DISCOUNT_PURCHASE_NOT_IN_RANGE": "The purchase is below the minimum of the discount.",
    "DISCOUNT_USAGE_LIMIT_REACHED": "The discount has reached its limit of uses.",
    "MERCHANDISE_NOT_AVAILABLE": "The product is no longer for sale.",
    "MERCHANDISE_NOT_ENOUGH_STOCK": "Fewer units are available than the line contains.",
    "MERCHANDISE_OUT_OF_STOCK": "The product is sold out.",
}
CartWarningCode = enum_of("CartWarningCode", "Reasons for warnings.", _WARNINGS)


_DUTIES = "Duties; always null or false in this shop."


@strawberry.type(description="The cost of a cart. A submit charges the same amounts, by the same computation.")
class CartCost:
    """A view over `domain.checkout.pricing.CartPrice`."""

    subtotal_amount = Field(
        resolver=lambda root: root.subtotal,
        description="Price of all lines before discounts, without tax where prices do not contain it.",
        graphql_type=MoneyV2,
    )
    total_amount = Field(
        resolver=lambda root: root.total,
        description="What the buyer pays: lines minus discounts, plus delivery once the destination is known, plus "
        "taxes where prices do not contain them.",
        graphql_type=MoneyV2,
    )
    checkout_charge_amount = Field(
        resolver=lambda root: root.subtotal,
        description="What is due at checkout before taxes and discounts. The shop defers no payment, so it equals "
        "`subtotalAmount`; `totalAmount` is what a submit charges.",
        graphql_type=MoneyV2,
    )
    total_discount_amount = Field(
        resolver=lambda root: root.discount,
        description="The amount that discounts take off lines and delivery.",
        graphql_type=MoneyV2,
    )
    total_shipping_amount = Field(
        resolver=lambda root: None if root.delivery is None else root.shipping,
        description="The price of delivery before discounts; null until the destination is known.",
        graphql_type=MoneyV2 | None,
    )
    total_tax_amount = Field(
        resolver=lambda root: root.tax,
        description="Taxes: contained in the prices, or added to them, as `taxesIncluded` says.",
        graphql_type=MoneyV2 | None,
    )
    taxes_included: bool = Field(description="Whether the prices contain the taxes.")
    subtotal_amount_estimated = always(False, bool, "Whether checkout may find another subtotal; never in this shop.")
    total_amount_estimated = Field(
        resolver=lambda root: bool(root.options) and root.delivery is None,
        description="Whether the price of delivery is still missing in the total.",
        graphql_type=bool,
    )
    total_duty_amount = always(None, MoneyV2 | None, _DUTIES, "This shop charges no duties.")
    total_duty_amount_estimated = always(False, bool, _DUTIES, "This shop charges no duties.")
    total_tax_amount_estimated = always(
        False, bool, "Whether checkout may find other taxes; never in this shop.", "Taxes are always final."
    )


@strawberry.type(description="The cost of a cart, in older names.")
class CartEstimatedCost:
    """A view over `domain.checkout.pricing.CartPrice`."""

    checkout_charge_amount = Field(
        resolver=lambda root: root.subtotal, description="The same as `subtotalAmount`.", graphql_type=MoneyV2
    )
    subtotal_amount = Field(
        resolver=lambda root: root.subtotal, description="Price of all lines before discounts.", graphql_type=MoneyV2
    )
    total_amount = Field(resolver=lambda root: root.total, description="What the buyer pays.", graphql_type=MoneyV2)
    total_duty_amount = always(None, MoneyV2 | None, _DUTIES)
    total_tax_amount = Field(resolver=lambda root: root.tax, description="Taxes.", graphql_type=MoneyV2 | None)


WARNED = (
    "Lines that cannot be bought now and are left out of the purchase, units that are not in stock, a country without "
    "delivery, and codes that take nothing off, in the order of `discountCodes`."
)


async def buyer_customer(root: Parent[records.Cart], info: Info) -> CustomerRecord | None:
    """The buyer's account, for who proves to be that buyer: by the request's token or one in its arguments."""
    viewer = await info.context.signed_in()
    if root.customer_id is None or root.customer_id not in {viewer.customer_id, *info.context.proven}:
        return None
    return await info.context.loaders.customer.load(root.customer_id)


# A union with one member, so that later kinds of addresses can join without breaking clients.
DeliveryAddress = Annotated[
    MailingAddress, strawberry.union("DeliveryAddress", description="A delivery address of a buyer, of any kind.")
]


@strawberry.type(description="The buyer.")
class CartBuyerIdentity:
    """A view over `domain.cart.Cart`."""

    email: str | None = Field(description="E-mail address.")
    phone: str | None = Field(description="Phone number.")
    country_code = Field(
        resolver=lambda root: root.country,
        description="Country. Its territory determines the prices.",
        graphql_type=CountryCode | None,
    )
    customer = Field(resolver=buyer_customer, description="The account.", graphql_type=Customer | None)
    preferences = Field(
        resolver=lambda root: root.preferences,
        description="How the buyer likes to get and to pay for things.",
        graphql_type=CartPreferences | None,
    )
    delivery_address_preferences = Field(
        resolver=lambda root: [each.address for each in root.addresses],
        description="The delivery addresses.",
        graphql_type=list[DeliveryAddress],
        deprecation_reason="Use `Cart.delivery` instead.",
    )


@strawberry.type(description="A discount code of a cart.")
class CartDiscountCode:
    """A view over `domain.checkout.pricing.CodeEffect`."""

    code: str = Field(description="The code as the buyer entered it.")
    applicable = Field(
        resolver=lambda root: root.problem is None,
        description="Whether it reduces the price of this cart. Otherwise the warnings of cart mutations say why.",
        graphql_type=bool,
    )


def checkout_url(root: Parent[records.Cart], info: Info) -> URL:
    """The URL of the checkout page for this cart."""
    return URL(info.context.urls.cart(root.id))


@strawberry.type(description="A problem of a cart that does not keep it from being saved.")
class CartWarning:
    """A view over `resolvers.cart.lines.CartWarning`."""

    code = Field(resolver=lambda root: root.code, description="The reason, for programs.", graphql_type=CartWarningCode)
    message: str = Field(description="The reason, for people.")
    target: strawberry.ID = Field(description="The line or cart that it is about.")


@strawberry.type(description="What a shopper intends to buy. Anyone with its id can use it.")
class Cart(Node, HasMetafields):
    """A view over `domain.cart.Cart`."""

    is_type_of = is_record(records.Cart)

    id = id_field("Cart")
    created_at: datetime = Field(description="When it was created.")
    updated_at: datetime = Field(description="When it last changed.")
    total_quantity = Field(
        resolver=resolve.total_quantity, description="The number of units over all lines.", graphql_type=int
    )
    note: str | None = Field(description="A note for the merchant.")
    attributes: list[Attribute] = Field(description="Custom attributes.")
    lines = Field(resolver=resolve.lines, description="The lines.", graphql_type=BaseCartLineConnection)
    cost = Field(resolver=resolve.price, description="The current cost.", graphql_type=CartCost)
    checkout_url = Field(resolver=checkout_url, description="The URL of the checkout page.", graphql_type=URL)
    buyer_identity = Field(resolver=lambda root: root, description="The buyer.", graphql_type=CartBuyerIdentity)
    discount_codes = Field(
        resolver=resolve.discount_codes,
        description="Codes that the buyer entered.",
        graphql_type=list[CartDiscountCode],
    )
    discount_allocations = Field(
        resolver=resolve_discounts.of_cart,
        description="The amounts that discounts take off, one for each code that has an effect.",
        graphql_type=list[CartDiscountAllocation],
    )
    discount_applications = Field(
        resolver=resolve_discounts.applications,
        description="The discounts that reduce the price.",
        graphql_type=list[BaseCartDiscountApplication],
    )
    applied_gift_cards = always([], list[AppliedGiftCard], "The gift cards; this shop has none.")
    attribute = Field(
        resolver=resolve.cart_attribute,
        description="The custom attribute with that key.",
        graphql_type=Attribute | None,
    )
    estimated_cost = Field(
        resolver=resolve.price,
        description="The current cost.",
        graphql_type=CartEstimatedCost,
        deprecation_reason="Use `cost` instead.",
    )
    warnings = Field(
        resolver=resolve.warnings,
        description=WARNED,
        graphql_type=list[CartWarning],
    )
    available_payment_methods = Field(
        resolver=resolve_payments.available_methods,
        description="How the cart can be paid in its territory, the default method first.",
        graphql_type=list[PaymentMethod],
    )
    order = Field(
        resolver=order_in_payment,
        description="The order that this cart has become, while its payment is open. A paid cart is null.",
        graphql_type=Order | None,
    )
    delivery = Field(resolver=lambda root: root, description="The delivery addresses.", graphql_type=CartDelivery)
    delivery_groups = Field(
        resolver=resolve_delivery.groups,
        description="The delivery groups: one with everything that needs shipping, or none if nothing does.",
        graphql_type=CartDeliveryGroupConnection,
    )
