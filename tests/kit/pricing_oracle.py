"""What docs/pricing.md says that a cart costs, computed with fractions and without the code of the shop.

Written from the document alone: a difference is a fault of the document, of the shop, or of this page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

STEPS = {"KWD": 10, "OMR": 10, "MGA": 100}


@dataclass(frozen=True, slots=True)
class Line:
    """Units at a price in minor units."""

    units: int
    price: int
    grams: int = 0
    taxed: bool = True
    sent: bool = True


@dataclass(frozen=True, slots=True)
class Code:
    """A percentage, an amount (in the territory's currency) or free delivery, with a minimum."""

    percent: Fraction | None = None
    amount: int | None = None
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class Option:
    """A delivery option: (most grams or None, price) pairs."""

    name: str
    classes: tuple[tuple[int | None, int], ...]
    free_from: int | None = None


@dataclass(frozen=True, slots=True)
class Market:
    """Where the cart is."""

    currency: str
    tax: Fraction
    contained: bool
    options: tuple[Option, ...] = ()


@dataclass(slots=True)
class Bill:
    """What everything costs, in minor units."""

    discounts: list[int] = field(default_factory=list)
    taxes: list[int] = field(default_factory=list)
    applies: list[bool] = field(default_factory=list)
    offered: list[tuple[str, int]] = field(default_factory=list)
    selected: str | None = None
    delivery: int = 0
    delivery_discount: int = 0
    delivery_tax: int = 0
    subtotal: int = 0
    tax: int = 0
    total: int = 0


def half_up(amount: Fraction, step: int = 1) -> int:
    """The multiple of `step` that is next, the higher one of two."""
    return int((amount / step + Fraction(1, 2)).__floor__()) * step


def bill(lines: Sequence[Line], market: Market, codes: Sequence[Code], known: bool, chosen: str | None) -> Bill:
    """The price of a cart; `known`: whether the destination is."""
    step = STEPS.get(market.currency, 1)
    made = Bill(subtotal=sum(line.units * line.price for line in lines))
    goods, is_free = _valid(codes, made, bool(lines))
    off = 0 if goods is None else _off(goods, made.subtotal, step)
    made.discounts = _spread(off, [line.units * line.price for line in lines], step)
    _deliver(made, lines, market, known, chosen, step)
    made.delivery_discount = made.delivery if is_free else 0
    _tax(made, lines, market, step)
    made.total = made.subtotal - sum(made.discounts) + made.delivery - made.delivery_discount
    made.total += 0 if market.contained else made.tax
    return made


def _valid(codes: Sequence[Code], made: Bill, has_lines: bool) -> tuple[Code | None, bool]:
    """The code for goods, and whether delivery is free."""
    goods, is_free = None, False
    for code in codes:
        fits = has_lines and made.subtotal >= code.minimum
        on_goods = code.percent is not None or code.amount is not None
        applies = fits and (goods is None if on_goods else not is_free)
        made.applies.append(applies)
        if applies and on_goods:
            goods = code
        elif applies:
            is_free = True
    return goods, is_free


def _off(code: Code, subtotal: int, step: int) -> int:
    if code.percent is not None:
        return half_up(subtotal * code.percent / 100, step)
    assert code.amount is not None
    return min(code.amount, subtotal)


def _spread(off: int, subtotals: Sequence[int], step: int) -> list[int]:
    whole = sum(subtotals)
    if not whole:
        return [0 for _ in subtotals]
    exact = [Fraction(off * subtotal, whole * step) for subtotal in subtotals]
    shares = [each.__floor__() for each in exact]
    left = off // step - sum(shares)
    by_remainder = sorted(range(len(exact)), key=lambda place: (shares[place] - exact[place], place))
    return [(share + (place in by_remainder[:left])) * step for place, share in enumerate(shares)]


def _deliver(made: Bill, lines: Sequence[Line], market: Market, known: bool, chosen: str | None, step: int) -> None:
    if not any(line.sent for line in lines):
        return
    grams = sum(line.units * line.grams for line in lines if line.sent)
    after = made.subtotal - sum(made.discounts)
    for option in market.options:
        fitting = [
            (float("inf") if most is None else most, price)
            for most, price in option.classes
            if most is None or grams <= most
        ]
        if fitting:
            is_free = option.free_from is not None and after >= option.free_from
            price = 0 if is_free else min(fitting, key=lambda each: each[0])[1]
            made.offered.append((option.name, half_up(Fraction(price), step)))
    made.offered.sort(key=lambda each: each[1])
    if known and made.offered:
        prices = dict(made.offered)
        made.selected = chosen if chosen in prices else made.offered[0][0]
        made.delivery = prices[made.selected]


def _tax(made: Bill, lines: Sequence[Line], market: Market, step: int) -> None:
    def tax_of(price: int) -> int:
        if market.contained:
            return half_up(price * market.tax / (1 + market.tax))
        return half_up(price * market.tax, step)

    for line, discount in zip(lines, made.discounts, strict=True):
        made.taxes.append(tax_of(line.units * line.price - discount) if line.taxed else 0)
    sent = [line for line in lines if line.sent]
    if made.selected is not None:
        has_prices = any(line.price for line in sent)
        weights = [(line.units * (line.price if has_prices else 1), line.taxed) for line in sent]
        share = Fraction(sum(weight for weight, taxed in weights if taxed), sum(weight for weight, _ in weights))
        made.delivery_tax = tax_of(half_up((made.delivery - made.delivery_discount) * share))
    made.tax = sum(made.taxes) + made.delivery_tax
