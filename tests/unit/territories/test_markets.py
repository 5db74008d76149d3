"""Prices in territories: a territory's own price wins, others are converted, nothing is guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts import FULL_CONSENT, NO_CONSENT
from domain.kit.money import Money
from domain.territories.markets import ListPrice, Territories, Territory, price_in

GB = Territory("GB", "United Kingdom", "GBP", countries=("GB",))
US = Territory("US", "United States", "USD", Decimal("1.25"), ("US",))
JP = Territory("JP", "Japan", "JPY", Decimal(190), ("JP",))
SHOP = Territories((GB, US, JP))
minors = st.integers(0, 10**9)
reductions = st.one_of(st.none(), minors)


@given(minors, reductions, minors)
def test_a_price_of_ones_own_wins(own: int, compare_at: int | None, base: int) -> None:
    """The default territory's price does not matter where another is set."""
    price = price_in(US, GB, [ListPrice("GB", base, base), ListPrice("US", own, compare_at)])
    assert price is not None
    assert price.price == Money(own, "USD")
    assert price.compare_at == (None if compare_at is None else Money(compare_at, "USD"))


@given(minors, reductions)
def test_the_default_territory_never_exchanges(minor: int, compare_at: int | None) -> None:
    """Its prices are shown as they were set."""
    price = price_in(GB, GB, [ListPrice("GB", minor, compare_at), ListPrice("US", 1)])
    assert price is not None
    assert price.price == Money(minor, "GBP")
    assert price.compare_at == (None if compare_at is None else Money(compare_at, "GBP"))


@given(minors, st.integers(0, 10**6), st.sampled_from([US, JP]))
def test_a_reduction_stays_one_after_the_exchange(minor: int, more: int, territory: Territory) -> None:
    """A price is shown as reduced only if it is lower in the territory's currency."""
    price = price_in(territory, GB, [ListPrice("GB", minor, minor + more)])
    assert price is not None
    assert price.compare_at is not None
    assert price.compare_at.minor >= price.price.minor
    assert price.price.currency == price.compare_at.currency == territory.currency


def test_without_a_price_there_is_none() -> None:
    """A price of a third territory does not count here."""
    assert price_in(US, GB, [ListPrice("JP", 100)]) is None
    assert price_in(US, GB, []) is None


@pytest.mark.parametrize(
    ("country", "territory"), [("US", US), ("JP", JP), ("GB", GB), ("FR", GB), ("", GB), (None, GB)]
)
def test_visitors_of_unknown_countries_shop_in_the_default_territory(country: str | None, territory: Territory) -> None:
    """Known countries have their territory."""
    assert SHOP.of_country(country) == territory


def test_a_country_of_two_territories_belongs_to_the_first() -> None:
    """The order of the settings decides."""
    other = Territory("EU", "Europe", "EUR", countries=("JP",))
    assert Territories((GB, JP, other)).of_country("JP") == JP


def test_a_shop_needs_a_territory() -> None:
    """There would be no currency."""
    with pytest.raises(ValueError, match="at least one territory"):
        Territories(())


@pytest.mark.parametrize(
    ("territory", "country", "allowed"),
    [
        (GB, "GB", False),
        (GB, None, False),
        (GB, "BR", False),
        (US, "US", True),
        (US, None, True),
        (US, "NO", False),
        (US, "CH", True),
        (Territory("ALL", "World", "USD"), None, False),
        (Territory("ALL", "World", "USD"), "JP", True),
        (Territory("GB", "UK", "GBP", countries=("GB",), consent=FULL_CONSENT), "GB", True),
        (Territory("US", "USA", "USD", countries=("US",), consent=NO_CONSENT), "US", False),
    ],
)
def test_silence_is_no_consent_where_the_law_asks_first(
    territory: Territory, country: str | None, allowed: bool
) -> None:
    """In the EEA and the United Kingdom, unless the territory's setting says otherwise."""
    assert territory.consent_of(country) == (FULL_CONSENT if allowed else NO_CONSENT)
