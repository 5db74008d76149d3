"""What discounts take off a cart: one application for each code with an effect, and its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from strawberry import Parent

from domain.cart import Cart
from domain.checkout.offers import Offer
from domain.checkout.pricing import CodeEffect, is_free_shipping
from domain.discounts.rules import DiscountKind
from domain.kit.money import Money
from domain.territories.markets import Territories
from resolvers.cart.delivery import DeliveryGroup
from resolvers.cart.lines import PricedLine, offer
from resolvers.context import Info
from resolvers.kit.arguments import Arg

LineLevelOnly = Annotated[
    bool | None, Arg(description="Only discounts of this line alone; the shop's codes are for whole carts.")
]


@dataclass(frozen=True, slots=True)
class PercentOff:
    """A share of a price, in percent."""

    percentage: float


@dataclass(frozen=True, slots=True)
class Application:
    """A discount of a cart. `target` is LINE_ITEM or SHIPPING_LINE, `amount` what it takes off in all."""

    code: str
    target: str
    value: Money | PercentOff
    amount: Money


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a discount takes off a part of a cart."""

    application: Application
    amount: Money


async def applications(root: Parent[Cart], info: Info) -> Sequence[Application]:
    """The discounts that reduce the price of the cart."""
    return _applied(await offer(info.context, root), info.context.shop.territories)


async def of_cart(root: Parent[Cart], info: Info) -> Sequence[Allocation]:
    """The amounts that codes take off the cart; codes without effect are left out."""
    return [Allocation(each, each.amount) for each in await applications(root, info)]


async def of_line(root: Parent[PricedLine], info: Info, line_level_only: LineLevelOnly = False) -> Sequence[Allocation]:
    """What the code for lines takes off this one."""
    if line_level_only or not root.price.discount:
        return ()
    found = _applied(root.offer, info.context.shop.territories)
    return [Allocation(each, root.price.reduced) for each in found if each.target == "LINE_ITEM"]


def of_group(root: Parent[DeliveryGroup], info: Info) -> Sequence[Allocation]:
    """What the code for delivery takes off."""
    found = _applied(root.offer, info.context.shop.territories)
    return [Allocation(each, each.amount) for each in found if each.target == "SHIPPING_LINE"]


def _applied(made: Offer, territories: Territories) -> list[Application]:
    effects = [effect for effect in made.price.codes if effect.minor]
    return [_application(effect, made, territories) for effect in effects]


def _application(effect: CodeEffect, made: Offer, territories: Territories) -> Application:
    currency = made.price.currency
    target = "SHIPPING_LINE" if is_free_shipping(effect) else "LINE_ITEM"
    return Application(effect.code, target, _value(effect, made, territories), Money(effect.minor, currency))


def _value(effect: CodeEffect, made: Offer, territories: Territories) -> Money | PercentOff:
    discount = effect.discount
    if discount is None or discount.kind is DiscountKind.FREE_SHIPPING:
        return PercentOff(100.0)
    if discount.kind is DiscountKind.PERCENTAGE:
        return PercentOff(discount.basis_points / 100)
    return Money(made.territory.exchanged(discount.minor, territories.default), made.price.currency)
