"""Money is an integer of minor units inside the shop, and a decimal string only at its edges."""

import functools
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# The highest price of anything.
MAX_MINOR = 10**15
# What a Decimal represents exactly. Decimal itself accepts more: underscores, exponents, digits of all alphabets.
_AMOUNT = re.compile(r"[+-]?(?:[0-9]{1,16}(?:\.[0-9]{0,10})?|\.[0-9]{1,10})", re.ASCII)
# ISO 4217 currencies whose minor unit is not a hundredth.
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_DIGITS = {
    **dict.fromkeys(_NO_DIGITS.split(), 0),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}
# Payment providers charge at most two decimal places, and whole units of these currencies.
_CHARGED_DIGITS = 2
_CHARGED_WHOLE = {"MGA"}


def currency_digits(currency: str) -> int:
    """Decimal places of a currency.

    >>> currency_digits("GBP"), currency_digits("JPY"), currency_digits("KWD")
    (2, 0, 3)
    """
    return _DIGITS.get(currency, 2)


@functools.lru_cache(maxsize=256)
def charge_step(currency: str) -> int:
    """The smallest amount that payment providers charge, in minor units. They charge no amount between two steps.

    >>> charge_step("GBP"), charge_step("JPY"), charge_step("KWD"), charge_step("MGA")
    (1, 1, 10, 100)
    """
    digits = currency_digits(currency)
    return int(10 ** max(digits - (0 if currency in _CHARGED_WHOLE else _CHARGED_DIGITS), 0))


def chargeable(minor: int, currency: str) -> int:
    """An amount rounded half up to one that providers charge.

    >>> chargeable(1235, "KWD"), chargeable(1234, "KWD"), chargeable(1235, "GBP")
    (1240, 1230, 1235)
    """
    step = charge_step(currency)
    return (2 * minor + step) // (2 * step) * step


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (pence, cents) of an ISO 4217 currency."""

    minor: int
    currency: str

    @property
    def decimal(self) -> Decimal:
        """The amount with all decimal places of its currency.

        >>> str(Money(1234, "GBP").decimal), str(Money(500, "JPY").decimal)
        ('12.34', '500')
        """
        return Decimal(self.minor).scaleb(-currency_digits(self.currency))

    @property
    def brief(self) -> Decimal:
        """The amount as Shopify's API writes it: without zeros at its end, save for one decimal place.

        >>> [str(Money(minor, "GBP").brief) for minor in (1234, 1230, 1200, 0)], str(Money(500, "JPY").brief)
        (['12.34', '12.3', '12.0', '0.0'], '500')
        """
        minor, digits = self.minor, currency_digits(self.currency)
        while digits > 1 and minor % 10 == 0:
            minor, digits = minor // 10, digits - 1
        return Decimal(minor).scaleb(-digits)

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency)

    def times(self, quantity: int) -> "Money":
        """The price of `quantity` units."""
        return Money(self.minor * quantity, self.currency)


def minor_units(text: str, currency: str) -> int:
    """Minor units of a decimal text. Refuses more decimal places than the currency has.

    >>> minor_units("12.3", "GBP")
    1230
    >>> minor_units("0.001", "GBP")
    Traceback (most recent call last):
    ValueError: '0.001' is not an amount of GBP
    >>> minor_units("1_0", "GBP")
    Traceback (most recent call last):
    ValueError: '1_0' is not an amount of GBP
    """
    found = _AMOUNT.fullmatch(text.strip())
    scaled = Decimal(found[0]).scaleb(currency_digits(currency)) if found else None
    if scaled is None or scaled != scaled.to_integral_value() or abs(scaled) > MAX_MINOR:
        raise ValueError(f"{text!r} is not an amount of {currency}")
    return int(scaled)


def convert(minor: int, source: str, target: str, rate: Decimal) -> int:
    """Converts `minor` units of `source` to minor units of `target`, rounding half up to an amount that can be charged.

    An amount that needs no exchange stays as it is.

    >>> convert(1000, "GBP", "JPY", Decimal("190.5")), convert(999, "GBP", "KWD", Decimal("0.39"))
    (1905, 3900)
    """
    if source == target and rate == 1:
        return minor
    step = charge_step(target)
    shift = currency_digits(target) - currency_digits(source)
    steps = (Decimal(minor) * rate).scaleb(shift) / step
    return int(steps.to_integral_value(ROUND_HALF_UP)) * step
