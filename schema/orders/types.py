"""Orders as their buyers see them."""

from datetime import datetime

import strawberry
from strawberry import Parent

from domain.kit.ids import global_id
from domain.orders import records
from resolvers.context import Info
from resolvers.orders import access
from resolvers.orders import life as resolve_life
from resolvers.orders import payments as resolve_payments
from resolvers.orders import reads as resolve
from schema.catalog.products import ProductVariant
from schema.enums import CurrencyCode, FinancialStatus, FulfillmentStatus, OrderStatus
from schema.kit.common import Attribute, Connection, MoneyV2, Node, id_field, is_record
from schema.kit.scalars import URL
from schema.orders.payments import OrderDisputeSummary, PaymentAction
from schema.territories import MailingAddress

Field = strawberry.field


async def line_variant(root: Parent[records.OrderLine], info: Info) -> object:
    """The variant as it is sold now."""
    if root.variant_id is None:
        return None
    return await info.context.loaders.variant.load((root.variant_id, info.context.territory))


def line_id(root: Parent[records.OrderLine]) -> strawberry.ID:
    """Unique among all lines of all orders."""
    return strawberry.ID(global_id("OrderLineItem", f"{root.order_id}-{root.position}"))


@strawberry.type(description="A line of an order, as it was bought.")
class OrderLineItem:
    """A view over `domain.orders.records.OrderLine`."""

    id = Field(resolver=line_id, description="A globally unique id.", graphql_type=strawberry.ID)
    title: str = Field(description="The product's name at that time.")
    variant_title: str = Field(description="The variant's name at that time.")
    sku: str | None = Field(description="Stock keeping unit at that time.")
    quantity: int = Field(description="The number of units; negative in imported returns.")
    unit_price: MoneyV2 = Field(description="Price of one unit.")
    total_price = Field(
        resolver=lambda root: root.total, description="Price of all units before discounts.", graphql_type=MoneyV2
    )
    original_total_price = Field(
        resolver=lambda root: root.total, description="Equal to `totalPrice`.", graphql_type=MoneyV2
    )
    discounted_total_price = Field(
        resolver=lambda root: root.discounted,
        description="Price of all units after discounts, without tax where prices do not contain it.",
        graphql_type=MoneyV2,
    )
    custom_attributes = Field(
        resolver=lambda root: root.attributes, description="Custom attributes.", graphql_type=list[Attribute]
    )
    variant = Field(
        resolver=line_variant,
        description="The variant as it is sold now; null if it no longer exists.",
        graphql_type=ProductVariant | None,
    )


@strawberry.type(description="A page of order lines.")
class OrderLineItemConnection(Connection[OrderLineItem]):
    """Lines."""


@strawberry.type(description="A step in the life of an order.")
class OrderEvent:
    """A view over `domain.orders.after_payment.OrderEvent`."""

    status: OrderStatus = Field(description="The state of the order after the step.")
    at: datetime = Field(description="When it happened.")
    reason: str = Field(description="Why.")
    actor = Field(resolver=resolve_life.actor, description="Who caused it; for staff only.", graphql_type=str | None)
    note = Field(resolver=resolve_life.note, description="A note of staff; for staff only.", graphql_type=str | None)


@strawberry.type(description="A page of steps.")
class OrderEventConnection(Connection[OrderEvent]):
    """Steps."""


@strawberry.type(description="Tracking information of a parcel.")
class FulfillmentTrackingInfo:
    """A view over `domain.orders.after_payment.Tracking`."""

    number: str | None = Field(description="The tracking number.")
    url: URL | None = Field(description="The tracking page of the carrier.")


@strawberry.type(description="Units of a line in a parcel.")
class FulfillmentLineItem:
    """A view over a (line, quantity) pair."""

    line_item = Field(resolver=lambda root: root[0], description="The line.", graphql_type=OrderLineItem)
    quantity = Field(resolver=lambda root: root[1], description="Units in the parcel.", graphql_type=int)


@strawberry.type(description="A page of the lines in a parcel.")
class FulfillmentLineItemConnection(Connection[FulfillmentLineItem]):
    """Units of lines."""


@strawberry.type(description="A parcel that was sent.")
class Fulfillment:
    """A view over `domain.orders.after_payment.Fulfillment`."""

    id = id_field("Fulfillment")
    created_at: datetime = Field(description="When it was sent.")
    tracking_company = Field(
        resolver=lambda root: root.tracking.company, description="The carrier.", graphql_type=str | None
    )
    tracking_info = Field(
        resolver=resolve_life.tracking_info,
        description="The tracking information.",
        graphql_type=list[FulfillmentTrackingInfo],
    )
    fulfillment_line_items = Field(
        resolver=resolve_life.fulfillment_line_items,
        description="The units in it.",
        graphql_type=FulfillmentLineItemConnection,
    )


def status_url(root: Parent[records.Order], info: Info) -> URL:
    """The URL of the page that shows the order."""
    return URL(info.context.urls.order(root.id, root.token))


@strawberry.type(description="A purchase.")
class Order(Node):
    """A view over `domain.orders.records.Order`."""

    is_type_of = is_record(records.Order)

    id = id_field("Order")
    name: str = Field(description="The order number.")
    token: str = Field(description="The secret that lets a guest read the order. Do not share it.")
    status: OrderStatus = Field(description="Its state.")
    status_url = Field(
        resolver=status_url,
        description="The page that shows the order to whoever knows this URL.",
        graphql_type=URL,
    )
    email = Field(
        resolver=access.email,
        description="The e-mail address for messages about the order. An account's order shows it to that account.",
        graphql_type=str | None,
    )
    phone = Field(
        resolver=access.phone,
        description="The phone number of the buyer. An account's order shows it to that account.",
        graphql_type=str | None,
    )
    processed_at = Field(
        resolver=lambda root: root.created_at, description="When it was placed.", graphql_type=datetime
    )
    cancelled_at = Field(
        resolver=lambda root: root.cancelled_at, description="When it was cancelled.", graphql_type=datetime | None
    )
    currency_code = Field(
        resolver=lambda root: root.total.currency, description="The currency of its prices.", graphql_type=CurrencyCode
    )
    subtotal_price = Field(
        resolver=lambda root: root.subtotal, description="Price of all lines before discounts.", graphql_type=MoneyV2
    )
    total_discounts = Field(
        resolver=lambda root: root.discount, description="The discount on lines and delivery.", graphql_type=MoneyV2
    )
    total_shipping_price = Field(
        resolver=lambda root: root.shipping, description="The price of delivery before discounts.", graphql_type=MoneyV2
    )
    total_tax = Field(resolver=lambda root: root.tax, description="Taxes.", graphql_type=MoneyV2)
    taxes_included: bool = Field(description="Whether the prices include the taxes.")
    discount_codes: list[str] = Field(description="The codes that reduced the price.")
    shipping_address = Field(
        resolver=access.shipping_address,
        description="The destination. A token alone does not show it for the order of an account.",
        graphql_type=MailingAddress | None,
    )
    shipping_title = Field(
        resolver=lambda root: root.delivery_title, description="The delivery option.", graphql_type=str | None
    )
    note: str | None = Field(description="The buyer's note for the merchant.")
    custom_attributes = Field(
        resolver=lambda root: root.attributes, description="Custom attributes.", graphql_type=list[Attribute]
    )
    total_price = Field(resolver=lambda root: root.total, description="The amount charged.", graphql_type=MoneyV2)
    total_quantity = Field(
        resolver=resolve.total_quantity, description="The number of units over all lines.", graphql_type=int
    )
    line_items = Field(resolver=resolve.line_items, description="The lines.", graphql_type=OrderLineItemConnection)
    financial_status: FinancialStatus = Field(description="The financial status.")
    fulfillment_status = Field(
        resolver=resolve_life.fulfillment_status, description="The fulfillment status.", graphql_type=FulfillmentStatus
    )
    total_refunded: MoneyV2 = Field(description="The amount that was refunded.")
    payment_action = Field(
        resolver=resolve_payments.payment_action,
        description="The open payment of an order that waits for it, for whoever may pay it; null for any other order.",
        graphql_type=PaymentAction | None,
    )
    disputes = Field(
        resolver=resolve_life.disputes,
        description="Disputes of its payment, oldest first; for staff only, empty for everyone else.",
        graphql_type=list[OrderDisputeSummary],
    )
    events = Field(
        resolver=resolve_life.events,
        description="The steps of the order, oldest first.",
        graphql_type=OrderEventConnection,
    )
    successful_fulfillments = Field(
        resolver=resolve_life.successful_fulfillments,
        description="The parcels that were sent.",
        graphql_type=list[Fulfillment],
    )


@strawberry.type(description="A page of orders.")
class OrderConnection(Connection[Order]):
    """Orders."""


@strawberry.type
class OrdersQuery:
    """Reading orders."""

    order = Field(
        resolver=resolve.order,
        description="An order, for its customer, holders of its token and staff; null for everyone else.",
        graphql_type=Order | None,
    )
