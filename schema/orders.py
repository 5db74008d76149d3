"""Orders as their buyers see them."""

from datetime import datetime

import strawberry
from strawberry import Parent

from domain import orders as records
from domain.ids import global_id
from resolvers import orders as resolve
from resolvers.context import Info
from schema.catalog.products import ProductVariant
from schema.common import Connection, MoneyV2, Node, id_field, is_record
from schema.enums import CurrencyCode, OrderStatus

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
    """A view over `domain.orders.OrderLine`."""

    id = Field(resolver=line_id, description="A globally unique id.", graphql_type=strawberry.ID)
    title: str = Field(description="The product's name at that time.")
    variant_title: str = Field(description="The variant's name at that time.")
    sku: str | None = Field(description="Stock keeping unit at that time.")
    quantity: int = Field(description="Units; negative in imported returns.")
    unit_price: MoneyV2 = Field(description="Price of one unit.")
    total_price = Field(resolver=lambda root: root.total, description="Price of all units.", graphql_type=MoneyV2)
    variant = Field(
        resolver=line_variant,
        description="The variant as it is sold now; null when it is gone.",
        graphql_type=ProductVariant | None,
    )


@strawberry.type(description="A page of order lines.")
class OrderLineItemConnection(Connection[OrderLineItem]):
    """Lines."""


@strawberry.type(description="A purchase.")
class Order(Node):
    """A view over `domain.orders.Order`."""

    is_type_of = is_record(records.Order)

    id = id_field("Order")
    name: str = Field(description="Its number for people.")
    token: str = Field(description="The secret by which a guest reads it; share it with nobody.")
    status: OrderStatus = Field(description="Its state.")
    email: str | None = Field(description="Where news of it go.")
    processed_at = Field(
        resolver=lambda root: root.created_at, description="When it was placed.", graphql_type=datetime
    )
    cancelled_at = Field(
        resolver=lambda root: root.cancelled_at, description="When it was cancelled.", graphql_type=datetime | None
    )
    currency_code = Field(
        resolver=lambda root: root.total.currency, description="The currency of its prices.", graphql_type=CurrencyCode
    )
    subtotal_price = Field(resolver=lambda root: root.subtotal, description="Price of all lines.", graphql_type=MoneyV2)
    total_price = Field(resolver=lambda root: root.total, description="What is charged.", graphql_type=MoneyV2)
    total_quantity = Field(resolver=resolve.total_quantity, description="Units over all lines.", graphql_type=int)
    line_items = Field(
        resolver=resolve.line_items, description="What was bought.", graphql_type=OrderLineItemConnection
    )


@strawberry.type(description="A page of orders.")
class OrderConnection(Connection[Order]):
    """Orders."""


@strawberry.type
class OrdersQuery:
    """Reading orders."""

    order = Field(
        resolver=resolve.order,
        description="An order, for its customer or for the holder of its token; null for everybody else.",
        graphql_type=Order | None,
    )
