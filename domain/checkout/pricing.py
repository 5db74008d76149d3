"""What a cart costs. One function prices what the shop shows before, what the buyer agrees to, and what is charged.

docs/pricing.md has the rules for people, with examples that are tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.catalog.records import Variant
from domain.discounts.rules import Discount, DiscountKind, DiscountState, allocate, is_enough, reduction
from domain.kit.money import Money, charge_step, chargeable
from domain.territories.delivery import DeliveryOption, OfferedOption, offered
from domain.territories.markets import Territory


class CodeProblem(StrEnum):
    """Why a discount code takes nothing off."""

    NOT_FOUND = "NOT_FOUND"
    INACTIVE = "INACTIVE"
    USED_UP = "USED_UP"
    USED_BY_CUSTOMER = "USED_BY_CUSTOMER"
    CUSTOMER_UNKNOWN = "CUSTOMER_UNKNOWN"
    TOO_LITTLE_BOUGHT = "TOO_LITTLE_BOUGHT"
    NOT_COMBINABLE = "NOT_COMBINABLE"


@dataclass(frozen=True, slots=True)
class CartItem:
    """Units of a variant at its current price."""

    variant: Variant
    quantity: int

    @property
    def minor(self) -> int:
        """Price of all units before discounts."""
        return self.variant.price.minor * self.quantity


@dataclass(frozen=True, slots=True)
class EnteredCode:
    """A code as the buyer entered it, the discount that it names, and how often that discount was used.

    `used_by_buyer` is None while the buyer is unknown.
    """

    code: str
    discount: Discount | None = None
    used: int = 0
    used_by_buyer: int | None = None


@dataclass(frozen=True, slots=True)
class CodeEffect:
    """What a code takes off, in minor units, or why it takes nothing off."""

    code: str
    discount: Discount | None
    minor: int = 0
    problem: CodeProblem | None = None


@dataclass(frozen=True, slots=True)
class ItemPrice:
    """What an item costs, in minor units. `charged` contains `tax`, whether prices include tax or not.

    `tax` is not part of `total` where prices do not contain it.
    """

    item: CartItem
    discount: int
    tax: int
    charged: int

    @property
    def subtotal(self) -> Money:
        """Price of all units before discounts."""
        return self.item.variant.price.times(self.item.quantity)

    @property
    def reduced(self) -> Money:
        """What discounts take off."""
        return Money(self.discount, self.item.variant.price.currency)

    @property
    def total(self) -> Money:
        """Price of all units after discounts; without tax where prices do not contain it, as the subtotal."""
        return Money(self.item.minor - self.discount, self.item.variant.price.currency)


@dataclass(frozen=True, slots=True)
class DeliveryPrice:
    """What delivery costs, in minor units, as for items. `minor` is the cost before the discount."""

    option: DeliveryOption
    minor: int
    discount: int
    tax: int
    charged: int


@dataclass(frozen=True, slots=True)
class CartPrice:
    """The whole price.

    `options` are the delivery options of the cart; `delivery` is None until the destination is known.
    """

    currency: str
    taxes_included: bool
    items: tuple[ItemPrice, ...]
    codes: tuple[CodeEffect, ...]
    options: tuple[OfferedOption, ...]
    delivery: DeliveryPrice | None

    @property
    def subtotal(self) -> Money:
        """Price of all lines before discounts."""
        return self._money(sum(price.item.minor for price in self.items))

    @property
    def discount(self) -> Money:
        """What discounts take off lines and delivery."""
        delivery = 0 if self.delivery is None else self.delivery.discount
        return self._money(sum(price.discount for price in self.items) + delivery)

    @property
    def shipping(self) -> Money:
        """What delivery costs before discounts."""
        return self._money(0 if self.delivery is None else self.delivery.minor)

    @property
    def tax(self) -> Money:
        """Tax in or on the whole price."""
        delivery = 0 if self.delivery is None else self.delivery.tax
        return self._money(sum(price.tax for price in self.items) + delivery)

    @property
    def total(self) -> Money:
        """What the buyer is charged: lines - discounts + delivery, + tax where prices do not contain it."""
        delivery = 0 if self.delivery is None else self.delivery.charged
        return self._money(sum(price.charged for price in self.items) + delivery)

    def _money(self, minor: int) -> Money:
        return Money(minor, self.currency)


def price_cart(
    items: Sequence[CartItem],
    territory: Territory,
    default: Territory,
    codes: Sequence[EnteredCode] = (),
    *,
    ships: bool = False,
    handle: str | None = None,
) -> CartPrice:
    """The price of items in a territory. `ships`: the destination is known; `handle`: the chosen delivery option.

    Codes apply in the order in which they were entered: one to the lines and one to delivery.
    """
    effects = [_effect(entered, items, territory, default) for entered in codes]
    effects = _first_of_each_kind(effects) if len(effects) > 1 else effects
    discounts = _discounts(items, effects, charge_step(territory.currency))
    options = _options(items, discounts, territory)
    prices = tuple(_item_price(item, off, territory) for item, off in zip(items, discounts, strict=True))
    delivery = _delivery(options, items, effects, territory, handle) if ships and options else None
    shipped_free = 0 if delivery is None else delivery.discount
    return CartPrice(
        currency=territory.currency,
        taxes_included=territory.tax.included,
        items=prices,
        codes=tuple(_told(effect, shipped_free) for effect in effects),
        options=options,
        delivery=delivery,
    )


def _effect(entered: EnteredCode, items: Sequence[CartItem], territory: Territory, default: Territory) -> CodeEffect:
    """What the code takes off when no other code is entered."""
    discount = entered.discount
    if discount is None:
        return CodeEffect(entered.code, None, problem=CodeProblem.NOT_FOUND)
    problem = _problem(entered, discount)
    subtotal = sum(item.minor for item in items)
    if problem is None and not (items and is_enough(discount, subtotal, default, territory)):
        problem = CodeProblem.TOO_LITTLE_BOUGHT
    if problem is not None:
        return CodeEffect(entered.code, discount, problem=problem)
    return CodeEffect(entered.code, discount, reduction(discount, subtotal, default, territory))


def _problem(entered: EnteredCode, discount: Discount) -> CodeProblem | None:
    if discount.state is not DiscountState.ACTIVE:
        return CodeProblem.INACTIVE
    if discount.total_limit is not None and entered.used >= discount.total_limit:
        return CodeProblem.USED_UP
    if discount.customer_limit is not None:
        if entered.used_by_buyer is None:
            return CodeProblem.CUSTOMER_UNKNOWN
        if entered.used_by_buyer >= discount.customer_limit:
            return CodeProblem.USED_BY_CUSTOMER
    return None


def _first_of_each_kind(effects: Sequence[CodeEffect]) -> list[CodeEffect]:
    """Keeps the first valid code for lines and the first valid code for delivery."""
    taken: set[bool] = set()
    kept = []
    for effect in effects:
        on_delivery = is_free_shipping(effect)
        if effect.problem is None and on_delivery in taken:
            effect = CodeEffect(effect.code, effect.discount, problem=CodeProblem.NOT_COMBINABLE)
        elif effect.problem is None:
            taken.add(on_delivery)
        kept.append(effect)
    return kept


def is_free_shipping(effect: CodeEffect) -> bool:
    """Whether a code applies to delivery."""
    return effect.discount is not None and effect.discount.kind is DiscountKind.FREE_SHIPPING


def _discounts(items: Sequence[CartItem], effects: Sequence[CodeEffect], step: int) -> list[int]:
    if not effects:
        return [0] * len(items)
    return allocate(sum(effect.minor for effect in effects), [item.minor for item in items], step)


def _options(items: Sequence[CartItem], discounts: Sequence[int], territory: Territory) -> tuple[OfferedOption, ...]:
    parcels = [item for item in items if item.variant.requires_shipping]
    if not parcels:
        return ()
    grams = sum(item.variant.grams * item.quantity for item in parcels)
    found = offered(territory.delivery, grams, sum(item.minor for item in items) - sum(discounts))
    priced = {each.option.handle: chargeable(each.minor, territory.currency) for each in found}
    ordered = (OfferedOption(each, priced[each.handle]) for each in territory.delivery if each.handle in priced)
    return tuple(sorted(ordered, key=lambda each: each.minor))


def _item_price(item: CartItem, discount: int, territory: Territory) -> ItemPrice:
    net = item.minor - discount
    tax = territory.tax.of(Money(net, territory.currency)) if item.variant.taxable else 0
    return ItemPrice(item, discount, tax, net if territory.tax.included else net + tax)


def _delivery(
    options: Sequence[OfferedOption],
    items: Sequence[CartItem],
    effects: Sequence[CodeEffect],
    territory: Territory,
    handle: str | None,
) -> DeliveryPrice:
    """The chosen delivery option, or the cheapest one when none was chosen or the cart no longer has the chosen one."""
    chosen = next((each for each in options if each.option.handle == handle), options[0])
    is_free = any(effect.problem is None and is_free_shipping(effect) for effect in effects)
    discount = chosen.minor if is_free else 0
    net = chosen.minor - discount
    tax = territory.tax.of(Money(_taxable_part(net, items), territory.currency))
    charged = net if territory.tax.included else net + tax
    return DeliveryPrice(chosen.option, chosen.minor, discount, tax, charged)


def _taxable_part(minor: int, items: Sequence[CartItem]) -> int:
    """The part of the price of delivery that falls to taxable goods, by what the goods in the parcels cost.

    Discounts spread over all lines alike, so prices before them have the same proportion. Goods that are all free count
    by their units.
    """
    sent = [item for item in items if item.variant.requires_shipping]
    has_prices = any(item.minor for item in sent)
    weights = [(item.minor if has_prices else item.quantity, item.variant.taxable) for item in sent]
    whole, taxable = sum(weight for weight, _ in weights), sum(weight for weight, is_taxed in weights if is_taxed)
    return (2 * minor * taxable + whole) // (2 * whole)


def _told(effect: CodeEffect, shipped_free: int) -> CodeEffect:
    if effect.problem is None and is_free_shipping(effect):
        return CodeEffect(effect.code, effect.discount, shipped_free)
    return effect
