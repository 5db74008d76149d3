"""The delivery addresses and delivery options of a cart, as clients see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import strawberry
from strawberry import Parent

from domain.cart import Cart, territory_of
from domain.checkout.offers import Offer
from domain.kit.ids import global_id, split_global_id
from domain.kit.money import Money
from domain.kit.paging import Page, page_request, slice_of
from domain.territories.delivery import Address, CartAddress, OfferedOption
from resolvers.cart.lines import PricedLine, offer, priced_lines
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Arg, Before, First, Last, Reverse

# The code of a country that is not known.
NOWHERE = "ZZ"


@dataclass(frozen=True, slots=True)
class PricedOption:
    """A delivery option with its price as money."""

    offered: OfferedOption
    cost: Money


@dataclass(frozen=True, slots=True)
class DeliveryGroup:
    """Everything in a cart that needs shipping, and the offer of its whole cart."""

    id: str
    address: Address
    options: tuple[PricedOption, ...]
    selected: PricedOption | None
    lines: tuple[PricedLine, ...]
    offer: Offer


def address_key(gid: str) -> str:
    """The key of an address within its cart; empty for an id of another kind."""
    parts = split_global_id(gid)
    return parts[1] if parts is not None and parts[0] == "CartSelectableAddress" else ""


def group_gid(cart_id: str) -> strawberry.ID:
    """The global id of the one group of a cart."""
    return strawberry.ID(global_id("CartDeliveryGroup", cart_id))


def addresses(
    root: Parent[Cart],
    selected: Annotated[bool | None, Arg(description="Only the selected one, or only the others.")] = None,
) -> Sequence[CartAddress]:
    """The addresses of a cart."""
    return [address for address in root.addresses if selected in (None, address.selected)]


async def groups(
    root: Parent[Cart],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
    with_carrier_rates: Annotated[  # noqa: ARG001  # clients send it
        bool | None, Arg(description="Whether to wait for the prices of carriers; the shop knows all prices.")
    ] = False,
) -> Page[DeliveryGroup]:
    """One group with everything that needs shipping."""
    made = await offer(info.context, root)
    lines = await priced_lines(info.context, root)
    sent = tuple(line for line in lines if line.variant.requires_shipping)
    found = [_group(root, _destination(root, info.context), made, sent)] if sent else []
    return slice_of(found, page_request(first, after, last, before, 100), reverse)


def _destination(cart: Cart, context: Context) -> Address:
    """The selected address; before there is one, what is known of it: its country."""
    if cart.destination is not None:
        return cart.destination.address
    countries = territory_of(cart, context.shop.territories, context.territory).countries
    return Address(cart.market or (countries[0] if countries else NOWHERE))


def _group(cart: Cart, address: Address, made: Offer, lines: tuple[PricedLine, ...]) -> DeliveryGroup:
    options = tuple(PricedOption(each, Money(each.minor, made.price.currency)) for each in made.price.options)
    delivery = made.price.delivery
    selected = [each for each in options if delivery is not None and each.offered.option == delivery.option]
    return DeliveryGroup(cart.id, address, options, selected[0] if selected else None, lines, made)


def group_lines(
    root: Parent[DeliveryGroup],
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
) -> Page[PricedLine]:
    """A page of the lines that need shipping."""
    return slice_of(root.lines, page_request(first, after, last, before, 100), reverse)
