"""Money: exact in both directions, refused when it is not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kit.money import Money, convert, currency_digits, minor_units

currencies = st.sampled_from(["GBP", "JPY", "KWD", "CLF", "EUR"])
amounts = st.integers(-(10**15), 10**15)
rates = st.decimals(Decimal("0.0001"), Decimal(10_000), places=4)


@given(amounts, currencies)
def test_what_clients_read_means_the_same_minor_units(minor: int, currency: str) -> None:
    """Writing an amount and reading it back changes nothing."""
    assert minor_units(str(Money(minor, currency).decimal), currency) == minor


@given(amounts, amounts, currencies)
def test_sums_are_exact(one: int, other: int, currency: str) -> None:
    """The sum of amounts is the sum of their minor units."""
    assert Money(one, currency) + Money(other, currency) == Money(one + other, currency)


def test_currencies_are_never_mixed() -> None:
    """Pounds and euros have no sum."""
    with pytest.raises(ValueError, match="cannot add EUR to GBP"):
        Money(1, "GBP") + Money(1, "EUR")


@given(st.integers(1, 9), st.integers(1, 6), currencies)
def test_more_places_than_the_currency_has_are_refused(digit: int, extra: int, currency: str) -> None:
    """A tenth of a penny is not an amount."""
    with pytest.raises(ValueError, match="is not an amount"):
        minor_units(f"0.{'0' * (currency_digits(currency) + extra - 1)}{digit}", currency)


@pytest.mark.parametrize(
    "text",
    ["", "ten", "NaN", "Infinity", "-Infinity", "1e30", "1,5", "£1", "0x10", "sNaN", "1_0", "١٢", f"12.34{'0' * 25}1"],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    """Only plain decimal numbers of a possible size are amounts."""
    with pytest.raises(ValueError, match="is not an amount"):
        minor_units(text, "GBP")


@given(st.text(max_size=20), currencies)
def test_any_text_is_an_amount_or_refused(text: str, currency: str) -> None:
    """No input raises anything but `ValueError`."""
    try:
        assert abs(minor_units(text, currency)) <= 10**15
    except ValueError as error:
        assert "is not an amount" in str(error)


@given(st.integers(0, 10**12), currencies)
def test_a_rate_of_one_keeps_the_amount(minor: int, currency: str) -> None:
    """Converting into the same currency at 1 changes nothing."""
    assert convert(minor, currency, currency, Decimal(1)) == minor


@given(st.integers(0, 10**9), st.integers(0, 10**9), currencies, currencies, rates)
def test_a_higher_price_stays_at_least_as_high(one: int, other: int, source: str, target: str, rate: Decimal) -> None:
    """Conversion keeps the order of amounts."""
    low, high = sorted((one, other))
    assert convert(low, source, target, rate) <= convert(high, source, target, rate)


@given(st.integers(0, 10**9), rates)
def test_conversion_errs_by_half_a_minor_unit_at_most(minor: int, rate: Decimal) -> None:
    """Rounded half up, never truncated."""
    assert abs(convert(minor, "GBP", "EUR", rate) - minor * rate) <= Decimal("0.5")
