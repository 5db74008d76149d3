"""Territories: where a visitor shops, in which currency, and what a price is there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from domain.accounts import FULL_CONSENT, NO_CONSENT, Consent
from domain.kit.money import Money, charge_step, chargeable, convert
from domain.payments.records import PaymentMethod
from domain.territories.delivery import DeliveryOption

# The European Economic Area, with the territories that have codes of their own, and the United Kingdom: a shop may
# remember nothing of a visitor there before the visitor agrees.
ASK_FIRST = frozenset(
    {
        *("AT", "AX", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GF", "GG", "GI", "GP", "GR"),
        *("HR", "HU", "IE", "IM", "IS", "IT", "JE", "LI", "LT", "LU", "LV", "MF", "MQ", "MT", "NL", "NO", "PL", "PT"),
        *("RE", "RO", "SE", "SI", "SK", "YT"),
    }
)


@dataclass(frozen=True, slots=True)
class Tax:
    """The tax on a sale: a fraction of its price, contained in it (`included`) or added to it."""

    rate: Decimal = Decimal(0)
    included: bool = True

    def of(self, price: Money) -> int:
        """The tax in or on a price, in minor units, rounded half up. Tax that is added is an amount to charge.

        >>> Tax(Decimal("0.2")).of(Money(1200, "GBP")), Tax(Decimal("0.2"), included=False).of(Money(1200, "GBP"))
        (200, 240)
        >>> Tax(Decimal("0.12")).of(Money(14, "GBP")), Tax(Decimal("0.05"), included=False).of(Money(1500, "OMR"))
        (2, 80)
        """
        if self.included:
            return _half_up(price.minor * self.rate / (1 + self.rate))  # division last, so that a half stays one
        step = charge_step(price.currency)
        return _half_up(price.minor * self.rate / step) * step


@dataclass(frozen=True, slots=True)
class Territory:
    """A market. `rate` is units of its currency for one unit of the shop's; `countries` are ISO 3166 codes.

    A territory without delivery options sends everything free of charge and requires no address. `consent` is that of
    visitors whose clients say nothing about it; None for the default of the law. Buyers choose one of its payment
    methods.
    """

    code: str
    name: str
    currency: str
    rate: Decimal = Decimal(1)
    countries: tuple[str, ...] = ()
    language: str = "EN"
    tax: Tax = Tax()
    delivery: tuple[DeliveryOption, ...] = ()
    consent: Consent | None = None
    payment_methods: tuple[PaymentMethod, ...] = ()

    def consent_of(self, country: str | None) -> Consent:
        """What a visitor allows whose client says nothing: the setting, else nothing where the law asks first.

        That is so for visitors of such a country, for territories that serve one, and where no country is known.

        >>> Territory("US", "USA", "USD", countries=("US",)).consent_of(None).preferences
        True
        >>> Territory("GB", "UK", "GBP", countries=("GB",)).consent_of("US").preferences
        False
        """
        if self.consent is not None:
            return self.consent
        known = {*self.countries, *(() if country is None else (country,))}
        return FULL_CONSENT if known and ASK_FIRST.isdisjoint(known) else NO_CONSENT

    def exchanged(self, minor: int, default: "Territory") -> int:
        """An amount of the default territory in this one's currency, rounded half up to one that can be charged.

        >>> gb, kw = Territory("GB", "UK", "GBP"), Territory("KW", "Kuwait", "KWD", Decimal("0.39"))
        >>> kw.exchanged(999, gb), gb.exchanged(999, gb)
        (3900, 999)
        """
        return chargeable(convert(minor, default.currency, self.currency, self.rate), self.currency)


@dataclass(frozen=True, slots=True)
class Territories:
    """All markets of the shop. The first is the default: the shop's own prices are its prices."""

    all: tuple[Territory, ...]
    _by_country: dict[str, Territory] = field(init=False, compare=False)
    _by_code: dict[str, Territory] = field(init=False, compare=False)

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

    Both are rounded half up to an amount that providers charge.

    >>> gb, us = Territory("GB", "UK", "GBP"), Territory("US", "USA", "USD", Decimal("1.25"))
    >>> price_in(us, gb, [ListPrice("GB", 1000)]).price
    Money(minor=1250, currency='USD')
    """
    by_territory = {price.territory: price for price in prices}
    if own := by_territory.get(territory.code):
        return _priced(own.minor, own.compare_at_minor, territory.currency)
    if (base := by_territory.get(default.code)) is None:
        return None

    compare_at = None if base.compare_at_minor is None else territory.exchanged(base.compare_at_minor, default)
    return _priced(territory.exchanged(base.minor, default), compare_at, territory.currency)


def _priced(minor: int, compare_at: int | None, currency: str) -> Price:
    before = None if compare_at is None else Money(chargeable(compare_at, currency), currency)
    return Price(Money(chargeable(minor, currency), currency), before)


def _half_up(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_UP))
