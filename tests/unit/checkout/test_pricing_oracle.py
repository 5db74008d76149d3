"""300 random carts cost what docs/pricing.md says, computed in another way."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from domain.checkout.pricing import CartItem, CartPrice, EnteredCode, price_cart
from domain.discounts.rules import DiscountKind
from domain.kit.money import Money
from domain.territories.delivery import DeliveryOption, DeliveryRate
from domain.territories.markets import Tax, Territory
from tests.kit.factories.discounts import a_discount
from tests.kit.pricing_examples import a_variant
from tests.kit.pricing_oracle import STEPS, Bill, Code, Line, Market, Option, bill

CARTS = 300
CURRENCIES = ("GBP", "USD", "JPY", "KWD", "OMR", "MGA")


def a_market(chance: random.Random) -> Market:
    """A currency with a tax and up to three delivery options, some of which refuse heavy carts."""
    currency = chance.choice(CURRENCIES)
    options = []
    for number in range(chance.randrange(4)):
        light = (chance.choice((500, 2_000)), chance.randrange(0, 2_000))
        heavy = chance.choice([None, (None, chance.randrange(0, 4_000)), (9_000, chance.randrange(0, 4_000))])
        classes = (light,) if heavy is None else (heavy, light)
        options.append(Option(f"option{number}", classes, chance.choice((None, chance.randrange(1, 9_000)))))
    rate = Fraction(chance.choice((0, 5, 20, 21, Fraction(29, 4))), 100)
    return Market(currency, rate, chance.random() < 0.5, tuple(options))


def lines_of(chance: random.Random, step: int) -> list[Line]:
    """Up to six lines; free, light, untaxed and digital ones among them."""
    return [
        Line(
            chance.randrange(1, 6),
            chance.choice((0, 1, 7, chance.randrange(1, 3_000))) * step,
            chance.choice((0, 90, 700)),
            chance.random() < 0.7,
            chance.random() < 0.7,
        )
        for _ in range(chance.randrange(7))
    ]


def codes_of(chance: random.Random, step: int) -> list[Code]:
    """Up to three codes of any kind."""
    kinds = (
        lambda minimum: Code(percent=Fraction(chance.randrange(1, 10_001), 100), minimum=minimum),
        lambda minimum: Code(amount=chance.randrange(1, 4_000) * step, minimum=minimum),
        lambda minimum: Code(minimum=minimum),
    )
    return [
        chance.choice(kinds)(chance.choice((0, chance.randrange(6_000) * step))) for _ in range(chance.randrange(4))
    ]


def in_the_shop(market: Market, lines: list[Line], codes: list[Code], known: bool, chosen: str | None) -> CartPrice:
    """The same cart, as the shop prices it."""
    options = tuple(
        DeliveryOption(
            option.name,
            option.name,
            tuple(DeliveryRate(price, most) for most, price in option.classes),
            free_from_minor=option.free_from,
        )
        for option in market.options
    )
    tax = Tax(Decimal(market.tax.numerator) / market.tax.denominator, market.contained)
    where = Territory("HERE", "Here", market.currency, tax=tax, delivery=options)
    items = [
        CartItem(
            replace(
                a_variant(key, Money(line.price, market.currency), line.grams),
                taxable=line.taxed,
                requires_shipping=line.sent,
            ),
            line.units,
        )
        for key, line in enumerate(lines)
    ]
    return price_cart(items, where, where, [_entered(code) for code in codes], ships=known, handle=chosen)


def _entered(code: Code) -> EnteredCode:
    kind = DiscountKind.FREE_SHIPPING
    if code.percent is not None:
        kind = DiscountKind.PERCENTAGE
    elif code.amount is not None:
        kind = DiscountKind.AMOUNT
    made = replace(
        a_discount(kind=kind, basis_points=0, minimum_minor=code.minimum),
        basis_points=int((code.percent or 0) * 100),
        minor=code.amount or 0,
    )
    return EnteredCode(made.code, made)


def as_a_bill(price: CartPrice) -> Bill:
    """What the shop says, in the oracle's words."""
    delivery = price.delivery
    return Bill(
        discounts=[each.discount for each in price.items],
        taxes=[each.tax for each in price.items],
        applies=[each.problem is None for each in price.codes],
        offered=[(each.option.handle, each.minor) for each in price.options],
        selected=None if delivery is None else delivery.option.handle,
        delivery=price.shipping.minor,
        delivery_discount=0 if delivery is None else delivery.discount,
        delivery_tax=0 if delivery is None else delivery.tax,
        subtotal=price.subtotal.minor,
        tax=price.tax.minor,
        total=price.total.minor,
    )


@pytest.mark.parametrize("seed", range(CARTS))
def test_a_random_cart_costs_what_the_document_says(seed: int) -> None:
    """Each part, in six currencies; and a provider can charge the total."""
    chance = random.Random(seed)
    market = a_market(chance)
    step = STEPS.get(market.currency, 1)
    lines, codes = lines_of(chance, step), codes_of(chance, step)
    known, chosen = chance.random() < 0.8, chance.choice((None, "option0", "option1", "gone"))
    price = in_the_shop(market, lines, codes, known, chosen)
    assert as_a_bill(price) == bill(lines, market, codes, known, chosen)
    assert price.total.minor % step == 0
