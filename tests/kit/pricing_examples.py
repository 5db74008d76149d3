"""The examples of docs/pricing.md, and the words that they are written in."""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from domain.catalog.records import Variant
from domain.checkout.pricing import CartItem, CartPrice, EnteredCode
from domain.discounts.rules import DiscountKind
from domain.kit.money import Money, minor_units
from domain.territories.delivery import DeliveryOption, DeliveryRate
from domain.territories.markets import Tax, Territory
from tests.kit.factories.discounts import a_discount
from tests.kit.paths import ROOT

DOCUMENT = ROOT / "docs/pricing.md"
SHOP = Territory("SHOP", "The shop", "GBP")
_BLOCK = re.compile(r"^```pricing\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_WHERE = re.compile(r"([A-Z]{3})(?: at ([\d.]+))?, tax ([\d.]+)% (contained|added)")
_LINE = re.compile(r"(\d+) x ([\d.]+)((?:, [a-z0-9 ]+)*)")
_OPTION = re.compile(r"(\w+) ([\d.]+)(?: up to (\d+) g, else ([\d.]+))?(?:, free from ([\d.]+))?")
_CODE = re.compile(r"(?:([\d.]+)(%?) off|free delivery)(?: from ([\d.]+))?")


@dataclass(slots=True)
class Example:
    """A cart, and what it must cost: texts by name."""

    text: str
    where: Territory
    items: list[CartItem] = field(default_factory=list)
    codes: list[EnteredCode] = field(default_factory=list)
    ships: bool = False
    chosen: str | None = None
    expected: dict[str, str] = field(default_factory=dict)

    @property
    def default(self) -> Territory:
        """The territory whose currency discounts are in: an example without an exchange rate is of the shop's own."""
        return SHOP if self.where.rate != 1 else self.where

    def minor(self, text: str) -> int:
        """Minor units of the territory's currency."""
        return minor_units(text, self.where.currency)


def examples() -> list[Example]:
    """All examples of the document."""
    return [_example(block) for block in _BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))]


def _example(block: str) -> Example:
    first, *rest = block.splitlines()
    found = _match(_WHERE, first.removeprefix("territory: "))
    currency, rate, percent, how = found.groups()
    tax = Tax(Decimal(percent) / 100, how == "contained")
    example = Example(block, Territory(currency, currency, currency, Decimal(rate or 1), tax=tax))
    for line in rest:
        name, _, text = line.removeprefix("= ").partition(": ")
        if line.startswith("= "):
            example.expected[name] = text
        else:
            _READERS[name](example, text)
    return example


def _read_line(example: Example, text: str) -> None:
    units, price, facts = _match(_LINE, text).groups()
    said = facts.split(", ")[1:]
    grams = next((int(fact.removesuffix(" g")) for fact in said if fact.endswith(" g")), 0)
    assert {fact for fact in said if not fact.endswith(" g")} <= {"untaxed", "not sent"}
    variant = a_variant(len(example.items), Money(example.minor(price), example.where.currency), grams)
    variant = replace(variant, taxable="untaxed" not in said, requires_shipping="not sent" not in said)
    example.items.append(CartItem(variant, int(units)))


def _read_option(example: Example, text: str) -> None:
    handle, price, grams, heavy, free_from = _match(_OPTION, text).groups()
    light = DeliveryRate(example.minor(price), None if grams is None else int(grams))
    rates = (light,) if heavy is None else (light, DeliveryRate(example.minor(heavy)))
    option = DeliveryOption(
        handle, handle, rates, free_from_minor=None if free_from is None else example.minor(free_from)
    )
    example.where = replace(example.where, delivery=(*example.where.delivery, option))


def _read_code(example: Example, text: str) -> None:
    number, percent, least = _match(_CODE, text).groups()
    minor = minor_units(number, example.default.currency) if number and not percent else 0
    kind = DiscountKind.FREE_SHIPPING if number is None else DiscountKind.PERCENTAGE if percent else DiscountKind.AMOUNT
    discount = replace(
        a_discount(code=f"CODE{len(example.codes)}"),
        kind=kind,
        basis_points=int(Decimal(number) * 100) if percent else 0,
        minor=minor,
        minimum_minor=minor_units(least, example.default.currency) if least else 0,
    )
    example.codes.append(EnteredCode(discount.code, discount))


def _read_destination(example: Example, text: str) -> None:
    assert text == "known"
    example.ships = True


def _read_chosen(example: Example, text: str) -> None:
    example.chosen = text


_READERS = {
    "line": _read_line,
    "option": _read_option,
    "code": _read_code,
    "destination": _read_destination,
    "chosen": _read_chosen,
}


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    assert found is not None, f"an example of docs/pricing.md says {text!r}"
    return found


def a_variant(key: int, price: Money, grams: int = 0) -> Variant:
    """A variant that is taxable and sent."""
    return Variant(
        id=key,
        product_id=1,
        sku=None,
        title="Mug",
        position=1,
        options=(),
        price=price,
        compare_at=None,
        available=1_000,
        sells_out=True,
        grams=grams,
        taxable=True,
        requires_shipping=True,
        barcode=None,
        image_url=None,
    )


def told(price: CartPrice) -> dict[str, str]:
    """Everything that an example can say about a price, in its words."""

    def amount(minor: int) -> str:
        return str(Money(minor, price.currency).decimal)

    delivery = price.delivery
    return {
        "subtotal": str(price.subtotal.decimal),
        "checkout charge": str(price.subtotal.decimal),
        "line discounts": ", ".join(amount(each.discount) for each in price.items),
        "line totals": ", ".join(str(each.total.decimal) for each in price.items),
        "line taxes": ", ".join(amount(each.tax) for each in price.items),
        "codes": ", ".join("ok" if each.problem is None else each.problem for each in price.codes),
        "options": ", ".join(f"{each.option.handle} {amount(each.minor)}" for each in price.options),
        "selected": "none" if delivery is None else delivery.option.handle,
        "delivery": str(price.shipping.decimal),
        "delivery discount": amount(0 if delivery is None else delivery.discount),
        "delivery tax": amount(0 if delivery is None else delivery.tax),
        "tax": str(price.tax.decimal),
        "total": str(price.total.decimal),
    }
