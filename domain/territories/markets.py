"""Territories: where a visitor shops, in which currency, and what a price is there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from domain.kit.money import Money, convert
from domain.territories.delivery import DeliveryOption


@dataclass(frozen=True, slots=True)
class Tax:
    """The tax on a sale: a fraction of its price, contained in it (`included`) or added to it."""

    rate: Decimal = Decimal(0)
    included: bool = True

    def of(self, minor: int) -> int:
        """The tax in or on a price, in minor units, rounded half up.

        >>> Tax(Decimal("0.2")).of(1200), Tax(Decimal("0.2"), included=False).of(1200)
        (200, 240)
        >>> Tax(Decimal("0.12")).of(14)
        2
        """
        tax = minor * self.rate
        if self.included:
            tax /= 1 + self.rate  # last, so that a half stays one
        return int(tax.to_integral_value(ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Territory:
    """A market. `rate` is units of its currency for one unit of the shop's; `countries` are ISO 3166 codes.

    A territory without delivery options sends everything free of charge and requires no address.
    """

    code: str
    name: str
    currency: str
    rate: Decimal = Decimal(1)
    countries: tuple[str, ...] = ()
    language: str = "EN"
    tax: Tax = Tax()
    delivery: tuple[DeliveryOption, ...] = ()


@dataclass(frozen=True, slots=True)
class Territories:
    """All markets of the shop. The first is the default: the shop's own prices are its prices."""

    all: tuple[Territory, ...]
    _by_country: dict[str, Territory] = field(init=False)
    _by_code: dict[str, Territory] = field(init=False)

    def __post_init__(self) -> None:
        if not self.all:
            raise ValueError("a shop must have at least one territory")
        object.__setattr__(self, "_by_code", {territory.code: territory for territory in self.all})
        countries = {country: territory for territory in reversed(self.all) for country in territory.countries}
        object.__setattr__(self, "_by_country", countries)

    @property
    def default(self) -> Territory:
        """The territory of every visitor that no other territory serves."""
        return self.all[0]

    def of_country(self, country: str | None) -> Territory:
        """The territory that serves a country; the default one for unknown countries."""
        return self._by_country.get(country or "", self.default)

    def of_code(self, code: str) -> Territory:
        """The territory with that code; the default one when it no longer exists."""
        return self._by_code.get(code, self.default)


@dataclass(frozen=True, slots=True)
class ListPrice:
    """A price set for one territory, in minor units of its currency."""

    territory: str
    minor: int
    compare_at_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What a unit costs in a territory, and what it cost before a reduction."""

    price: Money
    compare_at: Money | None = None


def price_in(territory: Territory, default: Territory, prices: Sequence[ListPrice]) -> Price | None:
    """The price in a territory: its own if set, else the default territory's price at the exchange rate.

    >>> gb, us = Territory("GB", "UK", "GBP"), Territory("US", "USA", "USD", Decimal("1.25"))
    >>> price_in(us, gb, [ListPrice("GB", 1000)]).price
    Money(minor=1250, currency='USD')
    """
    by_territory = {price.territory: price for price in prices}
    if own := by_territory.get(territory.code):
        return _priced(own.minor, own.compare_at_minor, territory.currency)
    if (base := by_territory.get(default.code)) is None:
        return None

    def exchanged(minor: int) -> int:
        return convert(minor, default.currency, territory.currency, territory.rate)

    compare_at = None if base.compare_at_minor is None else exchanged(base.compare_at_minor)
    return _priced(exchanged(base.minor), compare_at, territory.currency)


def _priced(minor: int, compare_at: int | None, currency: str) -> Price:
    return Price(Money(minor, currency), None if compare_at is None else Money(compare_at, currency))
