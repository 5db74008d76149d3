"""Delivery addresses and options of carts, under the names of the Storefront API."""

from typing import Annotated

import strawberry
from strawberry import Parent

from domain.kit.ids import global_id
from domain.territories import delivery as records
from resolvers.cart import delivery as resolve
from resolvers.cart import discounts as resolve_discounts
from resolvers.territories import formatted, formatted_area, full_name
from schema.cart.discounts import CartDiscountAllocation
from schema.cart.lines import BaseCartLineConnection
from schema.enums import enum_of
from schema.kit.common import Connection, MoneyV2, always, is_record
from schema.territories import MailingAddress

Field = strawberry.field
DeliveryMethodType = enum_of("DeliveryMethodType", "How the goods reach the buyer.", {"SHIPPING": "Sent by a carrier."})
CartDeliveryGroupType = enum_of(
    "CartDeliveryGroupType", "How the goods of a group are bought.", {"ONE_TIME_PURCHASE": "A one-time purchase."}
)


def address_id(root: Parent[records.CartAddress]) -> strawberry.ID:
    """Random, and unique within its cart."""
    return strawberry.ID(global_id("CartSelectableAddress", root.id))


@strawberry.type(description="A postal address to send a cart to.")
class CartDeliveryAddress:
    """A view over `domain.territories.delivery.Address`."""

    is_type_of = is_record(records.Address)

    first_name: str | None = Field(description="First name.")
    last_name: str | None = Field(description="Last name.")
    company: str | None = Field(description="Company.")
    address1: str | None = Field(description="Street and number.")
    address2: str | None = Field(description="A second address line.")
    city: str | None = Field(description="City.")
    province_code = Field(resolver=lambda root: root.province, description="Province.", graphql_type=str | None)
    country_code = Field(
        resolver=lambda root: root.country, description="The code of the country.", graphql_type=str | None
    )
    zip: str | None = Field(description="Postal code.")
    phone: str | None = Field(description="Phone number.")
    name = Field(resolver=full_name, description="First and last name.", graphql_type=str | None)
    formatted_area = Field(resolver=formatted_area, description="City, province and country.", graphql_type=str | None)
    latitude = always(None, float | None, "Degrees north; always null: this shop does not look addresses up.")
    longitude = always(None, float | None, "Degrees east; always null: this shop does not look addresses up.")
    formatted = Field(
        resolver=formatted, description="The lines of the address as printed on a parcel.", graphql_type=list[str]
    )


# A union with one member, so that later kinds of addresses can join without breaking clients.
CartAddress = Annotated[
    CartDeliveryAddress, strawberry.union("CartAddress", description="A delivery address of a cart, of any kind.")
]


@strawberry.type(description="A delivery address of a cart. The cart ships to the selected one.")
class CartSelectableAddress:
    """A view over `domain.territories.delivery.CartAddress`."""

    id = Field(resolver=address_id, description="A globally unique id.", graphql_type=strawberry.ID)
    address: CartAddress = Field(description="The address.")
    selected: bool = Field(description="Whether the cart ships to this address.")
    one_time_use: bool = Field(description="Whether to use it once, without saving it to the account.")


@strawberry.type(description="The delivery addresses of a cart.")
class CartDelivery:
    """A view over `domain.cart.Cart`."""

    addresses = Field(
        resolver=resolve.addresses, description="The addresses.", graphql_type=list[CartSelectableAddress]
    )


@strawberry.type(description="A delivery option, with its price at the destination.")
class CartDeliveryOption:
    """A view over `resolvers.cart.delivery.PricedOption`."""

    handle = Field(
        resolver=lambda root: root.offered.option.handle, description="The handle to choose it by.", graphql_type=str
    )
    code = Field(
        resolver=lambda root: root.offered.option.handle, description="Equal to the handle.", graphql_type=str | None
    )
    title = Field(resolver=lambda root: root.offered.option.title, description="Its name.", graphql_type=str | None)
    description = Field(
        resolver=lambda root: root.offered.option.description or None,
        description="A description.",
        graphql_type=str | None,
    )
    estimated_cost = Field(
        resolver=lambda root: root.cost, description="The price before discounts.", graphql_type=MoneyV2
    )
    delivery_method_type = Field(
        resolver=lambda: "SHIPPING", description="Always shipping by carrier.", graphql_type=DeliveryMethodType
    )


def group_id(root: Parent[resolve.DeliveryGroup]) -> strawberry.ID:
    """The global id of the group."""
    return resolve.group_gid(root.id)


@strawberry.type(description="Goods of a cart that ship together.")
class CartDeliveryGroup:
    """A view over `resolvers.cart.delivery.DeliveryGroup`."""

    id = Field(resolver=group_id, description="A globally unique id.", graphql_type=strawberry.ID)
    delivery_address = Field(
        resolver=lambda root: root.address,
        description="The destination; only its country until the cart has an address.",
        graphql_type=MailingAddress,
    )
    delivery_options = Field(
        resolver=lambda root: root.options,
        description="The available delivery options.",
        graphql_type=list[CartDeliveryOption],
    )
    selected_delivery_option = Field(
        resolver=lambda root: root.selected,
        description="The selected option: the one the buyer chose, else the cheapest.",
        graphql_type=CartDeliveryOption | None,
    )
    cart_lines = Field(
        resolver=resolve.group_lines, description="The lines in the group.", graphql_type=BaseCartLineConnection
    )
    discount_allocations = Field(
        resolver=resolve_discounts.of_group,
        description="The amounts that discounts take off the delivery.",
        graphql_type=list[CartDiscountAllocation],
    )
    group_type = Field(
        resolver=lambda: "ONE_TIME_PURCHASE",
        description="Always a one-time purchase.",
        graphql_type=CartDeliveryGroupType,
    )


@strawberry.type(description="A page of groups.")
class CartDeliveryGroupConnection(Connection[CartDeliveryGroup]):
    """Groups."""
