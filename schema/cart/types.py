"""Carts as shown, under the names of the Storefront API."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import Parent

from domain import cart as records
from domain.accounts import Customer as CustomerRecord
from domain.ids import global_id
from resolvers import cart as resolve
from resolvers.context import Info
from schema.accounts.types import Customer
from schema.catalog.products import ProductVariant
from schema.common import Attribute, Connection, MoneyV2, Node, always, id_field, is_record, user_errors
from schema.enums import CountryCode, enum_of
from schema.scalars import URL

Field = strawberry.field
# A union of one: later kinds of merchandise join it without breaking clients.
Merchandise = Annotated[ProductVariant, strawberry.union("Merchandise", description="What a line holds.")]

_WARNINGS = {
    "MERCHANDISE_NOT_AVAILABLE": "The product is no longer for sale.",
    "MERCHANDISE_NOT_ENOUGH_STOCK": "There are fewer units than the line asks for.",
    "MERCHANDISE_OUT_OF_STOCK": "The product is sold out.",
}
CartWarningCode = enum_of("CartWarningCode", "Reasons for warnings.", _WARNINGS)


@strawberry.type(description="What a line costs. Taxes are included.")
class CartLineCost:
    """A view over `resolvers.cart.LineCost`."""

    amount_per_quantity: MoneyV2 = Field(description="Price of one unit.")
    compare_at_amount_per_quantity: MoneyV2 | None = Field(description="Price of one unit before a reduction.")
    subtotal_amount = Field(
        resolver=lambda root: root.total_amount, description="Price of all units.", graphql_type=MoneyV2
    )
    total_amount: MoneyV2 = Field(description="Price of all units.")


@strawberry.interface(description="Something in a cart.")
class BaseCartLine:
    """What lines of every kind have."""

    id: strawberry.ID = Field(description="A globally unique id.")
    quantity: int = Field(description="Units.")
    attributes: list[Attribute] = Field(description="Free attributes.")
    merchandise: Merchandise = Field(description="What is in the line.")
    cost: CartLineCost = Field(description="What the line costs.")


def line_id(root: Parent[resolve.PricedLine]) -> strawberry.ID:
    """The global id of a line."""
    return strawberry.ID(global_id("CartLine", root.line.id))


@strawberry.type(description="Units of one variant in a cart.")
class CartLine(BaseCartLine):
    """A view over `resolvers.cart.PricedLine`."""

    is_type_of = is_record(resolve.PricedLine)

    id = Field(resolver=line_id, description="A globally unique id.", graphql_type=strawberry.ID)
    quantity = Field(resolver=lambda root: root.line.quantity, description="Units.", graphql_type=int)
    attributes = Field(
        resolver=lambda root: root.line.attributes, description="Free attributes.", graphql_type=list[Attribute]
    )
    merchandise = Field(
        resolver=lambda root: root.variant, description="What is in the line.", graphql_type=Merchandise
    )
    cost = Field(  # type: ignore[assignment]  # a record here, shown as the interface says
        resolver=resolve.line_cost, description="What the line costs.", graphql_type=CartLineCost
    )


@strawberry.type(description="A part of a bundle in a cart; this shop has no bundles.")
class CartLineComponent(BaseCartLine):
    """Selected by existing clients; no record answers it."""

    is_type_of = is_record(())


@strawberry.type(description="A line with its cursor.")
class BaseCartLineEdge:
    """Relay's edge."""

    node: BaseCartLine = Field(description="The line.")
    cursor: str = Field(description="Where the line is in the list.")


@strawberry.type(description="A page of lines.")
class BaseCartLineConnection(Connection[BaseCartLine]):
    """Lines."""


@strawberry.type(description="What a cart costs. Taxes are included.")
class CartCost:
    """A view over `resolvers.cart.CartCost`."""

    subtotal_amount = Field(
        resolver=lambda root: root.total_amount, description="Price of all lines.", graphql_type=MoneyV2
    )
    total_amount: MoneyV2 = Field(description="Price of all lines.")
    checkout_charge_amount = Field(
        resolver=lambda root: root.total_amount, description="What checkout will charge.", graphql_type=MoneyV2
    )
    total_tax_amount = always(
        None, MoneyV2 | None, "Taxes apart from prices.", "Taxes are included in prices; see totalAmount."
    )


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
    """A view over a code."""

    code = Field(resolver=lambda root: root, description="The code.", graphql_type=str)
    applicable = always(False, bool, "Whether it reduces this cart; no discounts run yet.")


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
    cost = Field(resolver=resolve.cost, description="What it costs at this moment.", graphql_type=CartCost)
    checkout_url = Field(resolver=checkout_url, description="Where it is bought.", graphql_type=URL)
    buyer_identity = Field(resolver=lambda root: root, description="Who will buy.", graphql_type=CartBuyerIdentity)
    discount_codes: list[CartDiscountCode] = Field(description="Codes that the buyer entered.")


@strawberry.type(description="Something that does not stop a cart from being kept but will stop it from being bought.")
class CartWarning:
    """A view over `resolvers.cart.CartWarning`."""

    code = Field(resolver=lambda root: root.code, description="The reason, for programs.", graphql_type=CartWarningCode)
    message: str = Field(description="The reason, for people.")
    target: strawberry.ID = Field(description="The line that it is about.")


def payload(name: str, change: str) -> type:
    """A payload of the usual shape under the name that clients expect."""

    class Payload:
        """A view over `resolvers.cart.CartOutcome`."""

        cart: Cart | None = Field(description="The cart as it is now.")
        user_errors = user_errors()
        warnings = Field(
            resolver=resolve.warnings, description="What will stop the purchase.", graphql_type=list[CartWarning]
        )

    Payload.__name__ = name
    return strawberry.type(Payload, name=name, description=f"What {change} came to.")


CartCreatePayload = payload("CartCreatePayload", "creating a cart")
CartLinesAddPayload = payload("CartLinesAddPayload", "adding lines")
CartLinesUpdatePayload = payload("CartLinesUpdatePayload", "changing lines")
CartLinesRemovePayload = payload("CartLinesRemovePayload", "removing lines")
CartBuyerIdentityUpdatePayload = payload("CartBuyerIdentityUpdatePayload", "changing the buyer")
CartNoteUpdatePayload = payload("CartNoteUpdatePayload", "changing the note")
CartAttributesUpdatePayload = payload("CartAttributesUpdatePayload", "changing attributes")
