"""A cart as it could be bought at this moment, and every reason why it cannot be."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.cart import Cart, CartLine, units_by_variant
from domain.catalog.records import Variant
from domain.checkout.pricing import CartItem, CartPrice, EnteredCode, price_cart
from domain.discounts.rules import Discount, normal_code
from domain.discounts.usages import UsageKey, discount_usage, sale_usage, variant_usage
from domain.kit.refusals import Refusal, RefusalCode
from domain.territories.addresses import AddressPart, AddressRules
from domain.territories.delivery import Address
from domain.territories.markets import Territory

# The stock of a variant that is sold without end.
ENDLESS = 2**62


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What an offer is made from.

    `discounts` are keyed by normal code; `used` has at least the keys of `usage_keys`; `address_rules` are those of the
    country that the goods go to.
    """

    variants: Mapping[int, Variant]
    discounts: Mapping[str, Discount]
    used: Mapping[UsageKey, int]
    address_rules: AddressRules = field(default_factory=AddressRules)


@dataclass(frozen=True, slots=True)
class Offer:
    """A cart with its price. `buyer` is the key that limits count by, None while the buyer is unknown.

    `dropped` are lines that left the cart with the change that made this offer, as their products are off sale.
    """

    cart: Cart
    territory: Territory
    buyer: str | None
    known: Knowledge
    price: CartPrice
    dropped: tuple[CartLine, ...] = ()

    @property
    def lines(self) -> list[CartLine]:
        """The lines that are for sale, as `price.items` prices them. Shoppers see these, at these positions."""
        return for_sale(self.cart, self.known.variants)

    @property
    def ships(self) -> bool:
        """Whether the cart has goods to send, in a territory that has delivery options."""
        return bool(self.territory.delivery) and any(each.item.variant.requires_shipping for each in self.price.items)


def offer_of(cart: Cart, territory: Territory, default: Territory, buyer: str | None, known: Knowledge) -> Offer:
    """The offer over all lines that are for sale."""
    price = price_cart(
        [CartItem(known.variants[line.variant_id], line.quantity) for line in for_sale(cart, known.variants)],
        territory if is_served(cart, territory) else replace(territory, delivery=()),
        default,
        [_entered(code, buyer, known) for code in cart.discount_codes],
        ships=cart.destination is not None,
        handle=cart.delivery_handle,
    )
    return Offer(cart, territory, buyer, known, price)


def for_sale(cart: Cart, sold: Container[int]) -> list[CartLine]:
    """The lines whose variants are `sold`."""
    return [line for line in cart.lines if line.variant_id in sold]


def _entered(code: str, buyer: str | None, known: Knowledge) -> EnteredCode:
    discount = known.discounts.get(normal_code(code))
    if discount is None:
        return EnteredCode(code)
    by_buyer = None if buyer is None else known.used.get(discount_usage(discount.id, buyer), 0)
    return EnteredCode(code, discount, known.used.get(discount_usage(discount.id), 0), by_buyer)


def usage_keys(
    cart: Cart, buyer: str | None, variants: Mapping[int, Variant], discounts: Mapping[str, Discount]
) -> set[UsageKey]:
    """The usage counts that an offer of the cart depends on."""
    keys = set()
    for code in cart.discount_codes:
        if discount := discounts.get(normal_code(code)):
            keys.add(discount_usage(discount.id))
            if buyer is not None:
                keys.add(discount_usage(discount.id, buyer))
    if buyer is not None:
        wanted = {line.variant_id for line in cart.lines}
        keys |= {key for variant_id in wanted for key, _ in _limits_of(variants.get(variant_id), buyer)}
    return keys


def _limits_of(variant: Variant | None, buyer: str) -> list[tuple[UsageKey, int]]:
    """How many units of a variant one buyer may have, in total and in its flash sale."""
    if variant is None:
        return []
    found = []
    if variant.max_per_customer is not None:
        found.append((variant_usage(variant.id, buyer), variant.max_per_customer))
    if variant.flash is not None and variant.flash.per_customer is not None:
        found.append((sale_usage(variant.flash.sale_id, variant.id, buyer), variant.flash.per_customer))
    return found


def uses(offer: Offer) -> dict[UsageKey, int]:
    """The units of each usage key that an order of this offer takes."""
    taken: dict[UsageKey, int] = {}
    for effect in offer.price.codes:
        if effect.problem is None and effect.discount is not None:
            taken[discount_usage(effect.discount.id)] = 1
            if offer.buyer is not None:
                taken[discount_usage(effect.discount.id, offer.buyer)] = 1
    if offer.buyer is not None:
        for variant_id, count in units_by_variant(offer.cart.lines).items():
            taken |= {key: count for key, _ in _limits_of(offer.known.variants.get(variant_id), offer.buyer)}
    return taken


def limits(offer: Offer) -> dict[UsageKey, int]:
    """The limit of each usage key that has one."""
    most: dict[UsageKey, int] = {}
    for effect in offer.price.codes:
        if effect.discount is None:
            continue
        if effect.discount.total_limit is not None:
            most[discount_usage(effect.discount.id)] = effect.discount.total_limit
        if effect.discount.customer_limit is not None and offer.buyer is not None:
            most[discount_usage(effect.discount.id, offer.buyer)] = effect.discount.customer_limit
    if offer.buyer is not None:
        for variant_id in units_by_variant(offer.cart.lines):
            most |= dict(_limits_of(offer.known.variants.get(variant_id), offer.buyer))
    return most


def short_of(cart: Cart, left: Mapping[int, int]) -> list[int]:
    """The variants with fewer units left than the cart contains.

    Variants that are not in `left` count as sufficient.
    """
    return [key for key, count in units_by_variant(cart.lines).items() if left.get(key, count) < count]


def reasons(offer: Offer) -> tuple[Refusal, ...]:
    """Every reason why the cart cannot be bought as it is, except lack of stock."""
    if not offer.cart.lines:
        return (Refusal(RefusalCode.CART_EMPTY, "The cart is empty.", ("cart",)),)
    is_short = len(offer.price.items) < len(offer.cart.lines)
    return (
        *((_gone(),) if is_short else ()),
        *(() if offer.cart.email or offer.cart.phone or offer.buyer else (_who(),)),
        *_quantities(offer),
        *(_delivery(offer) if offer.ships else ()),
    )


def _gone() -> Refusal:
    """Shoppers do not see these lines, so the refusal names no position."""
    message = "A product of the cart is no longer for sale; the warnings of the cart name its line."
    return Refusal(RefusalCode.MERCHANDISE_NOT_FOUND, message, ("cart", "lines"))


def out_of_stock(lines: Sequence[CartLine], short: Sequence[int]) -> tuple[Refusal, ...]:
    """The lack of stock, line by line, among the lines that shoppers see."""
    return per_line(lines, short, RefusalCode.OUT_OF_STOCK, "There are not enough units left.")


def per_line(
    lines: Sequence[CartLine], variant_ids: Sequence[int], code: RefusalCode, message: str
) -> tuple[Refusal, ...]:
    """One refusal for each line with one of these variants."""
    return tuple(
        Refusal(code, message, ("cart", "lines", position))
        for position, line in enumerate(lines)
        if line.variant_id in variant_ids
    )


def _quantities(offer: Offer) -> list[Refusal]:
    found: list[Refusal] = []
    for variant_id, count in units_by_variant(offer.cart.lines).items():
        variant = offer.known.variants.get(variant_id)
        if variant is None:
            continue
        if variant.max_per_order is not None and count > variant.max_per_order:
            message = f"The limit for this variant is {variant.max_per_order} per order."
            found += per_line(offer.lines, [variant_id], RefusalCode.MAXIMUM_EXCEEDED, message)
        for key, most in _limits_of(variant, offer.buyer or ""):
            if offer.buyer is None:
                found += [_whose()] if offer.cart.phone else []  # else nobody is known, as `reasons` says
                break
            if offer.known.used.get(key, 0) + count > most:
                message = f"The limit for this variant is {most} per customer."
                found += per_line(offer.lines, [variant_id], RefusalCode.CUSTOMER_LIMIT_REACHED, message)
    return found


def _who() -> Refusal:
    """Digital goods are sent by message; about all others the buyer may have to be reached."""
    return Refusal(
        RefusalCode.BUYER_IDENTITY_REQUIRED,
        "The cart needs the buyer's e-mail address or phone number.",
        ("cart", "buyer_identity", "email"),
    )


def _whose() -> Refusal:
    """Limits per customer count accounts and e-mail addresses."""
    return Refusal(
        RefusalCode.BUYER_IDENTITY_REQUIRED,
        "The cart needs the buyer's e-mail address.",
        ("cart", "buyer_identity", "email"),
    )


def address_refusals(address: Address, rules: AddressRules, path: tuple[str | int, ...]) -> list[Refusal]:
    """What carriers lack in an address."""
    found = []
    if missing := rules.missing(address):
        message = f"The address lacks: {', '.join(missing)}."
        found.append(Refusal(RefusalCode.DELIVERY_ADDRESS_INCOMPLETE, message, path))
    if not rules.accepts_province(address):
        message = f"{address.country} has no province {AddressPart.PROVINCE.of(address)}."
        found.append(Refusal(RefusalCode.DELIVERY_PROVINCE_INVALID, message, path))
    if not rules.accepts_zip(address):
        message = f"The postal code must have the form of {address.country}, such as {rules.example}."
        found.append(Refusal(RefusalCode.DELIVERY_POSTAL_CODE_INVALID, message, path))
    return found


def is_served(cart: Cart, territory: Territory) -> bool:
    """Whether the territory delivers to the country of the address, or else of the buyer; True while it is unknown."""
    country = cart.country if cart.destination is None else cart.destination.address.country
    return country is None or not territory.countries or country in territory.countries


def _delivery(offer: Offer) -> list[Refusal]:
    cart, path = offer.cart, ("cart", "delivery", "addresses")
    if cart.destination is None:
        return [Refusal(RefusalCode.DELIVERY_ADDRESS_REQUIRED, "The cart needs a delivery address.", path)]
    found = address_refusals(cart.destination.address, offer.known.address_rules, path)
    if not offer.price.options:
        found.append(
            Refusal(RefusalCode.DELIVERY_NOT_AVAILABLE, "The shop does not deliver these goods to this address.", path)
        )
    return found
