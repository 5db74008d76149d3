"""Where a cart goes and how, under the names of the Storefront API."""

from typing import Annotated

import strawberry
from strawberry import Parent

from domain.kit.ids import global_id
from domain.territories import delivery as records
from resolvers.cart import delivery as resolve
from resolvers.territories import formatted
from schema.cart.lines import BaseCartLineConnection
from schema.enums import CountryCode, enum_of
from schema.kit.common import Connection, MoneyV2, is_record
from schema.territories import MailingAddress

Field = strawberry.field
DeliveryMethodType = enum_of("DeliveryMethodType", "How goods reach the buyer.", {"SHIPPING": "Sent by a carrier."})
CartDeliveryGroupType = enum_of(
    "CartDeliveryGroupType", "What a group of goods has in common.", {"ONE_TIME_PURCHASE": "It is bought once."}
)


def address_id(root: Parent[records.CartAddress]) -> strawberry.ID:
    """Unique within its cart, and drawn at random."""
    return strawberry.ID(global_id("CartSelectableAddress", root.id))


@strawberry.type(description="A postal address to send a cart to.")
class CartDeliveryAddress:
    """A view over `domain.territories.delivery.Address`."""

    is_type_of = is_record(records.Address)

    first_name: str | None = Field(description="First name.")
    last_name: str | None = Field(description="Last name.")
    company: str | None = Field(description="Company.")
    address1: str | None = Field(description="Street and number.")
    address2: str | None = Field(description="More of the address.")
    city: str | None = Field(description="City.")
    province_code = Field(resolver=lambda root: root.province, description="Province.", graphql_type=str | None)
    country_code = Field(resolver=lambda root: root.country, description="Country.", graphql_type=CountryCode | None)
    zip: str | None = Field(description="Postal code.")
    phone: str | None = Field(description="Phone number.")
    formatted = Field(
        resolver=formatted, description="The lines of the address as on a parcel.", graphql_type=list[str]
    )


# A union of one: later kinds of addresses join it without breaking clients.
CartAddress = Annotated[
    CartDeliveryAddress, strawberry.union("CartAddress", description="An address of a cart, of one kind or another.")
]


@strawberry.type(description="An address of a cart; goods go to the selected one.")
class CartSelectableAddress:
    """A view over `domain.territories.delivery.CartAddress`."""

    id = Field(resolver=address_id, description="A globally unique id.", graphql_type=strawberry.ID)
    address: CartAddress = Field(description="The address.")
    selected: bool = Field(description="Whether goods go there.")
    one_time_use: bool = Field(description="Whether it is not to be kept with the account.")


@strawberry.type(description="Where a cart may go.")
class CartDelivery:
    """A view over `domain.cart.Cart`."""

    addresses = Field(
        resolver=resolve.addresses, description="Its addresses.", graphql_type=list[CartSelectableAddress]
    )


@strawberry.type(description="A way of sending a cart, at its price there.")
class CartDeliveryOption:
    """A view over `resolvers.cart.delivery.PricedOption`."""

    handle = Field(
        resolver=lambda root: root.offered.option.handle, description="What it is chosen by.", graphql_type=str
    )
    code = Field(resolver=lambda root: root.offered.option.handle, description="The same.", graphql_type=str | None)
    title = Field(resolver=lambda root: root.offered.option.title, description="Its name.", graphql_type=str | None)
    description = Field(
        resolver=lambda root: root.offered.option.description or None,
        description="More about it.",
        graphql_type=str | None,
    )
    estimated_cost = Field(
        resolver=lambda root: root.cost, description="What it costs before discounts.", graphql_type=MoneyV2
    )
    delivery_method_type = Field(
        resolver=lambda: "SHIPPING", description="Always by carrier.", graphql_type=DeliveryMethodType
    )


def group_id(root: Parent[resolve.DeliveryGroup]) -> strawberry.ID:
    """The global id of the group."""
    return resolve.group_gid(root.id)


@strawberry.type(description="What of a cart is sent together.")
class CartDeliveryGroup:
    """A view over `resolvers.cart.delivery.DeliveryGroup`."""

    id = Field(resolver=group_id, description="A globally unique id.", graphql_type=strawberry.ID)
    delivery_address = Field(
        resolver=lambda root: root.address, description="Where it goes.", graphql_type=MailingAddress | None
    )
    delivery_options = Field(
        resolver=lambda root: root.options, description="Ways of sending it.", graphql_type=list[CartDeliveryOption]
    )
    selected_delivery_option = Field(
        resolver=lambda root: root.selected,
        description="The way it is sent: the one chosen, else the cheapest.",
        graphql_type=CartDeliveryOption | None,
    )
    cart_lines = Field(resolver=resolve.group_lines, description="What is in it.", graphql_type=BaseCartLineConnection)
    group_type = Field(
        resolver=lambda: "ONE_TIME_PURCHASE", description="Always bought once.", graphql_type=CartDeliveryGroupType
    )


@strawberry.type(description="A page of groups.")
class CartDeliveryGroupConnection(Connection[CartDeliveryGroup]):
    """Groups."""
