"""Discounts: what they take off and how that is spread."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.discounts.rules import DiscountKind, allocate, is_enough, normal_code, reduction
from domain.territories.markets import Territory
from tests.kit.factories.discounts import a_discount

GB = Territory("GB", "United Kingdom", "GBP")
JP = Territory("JP", "Japan", "JPY", Decimal("190.5"))
lines = st.lists(st.integers(0, 10**12), max_size=20)


@given(lines, st.data())
def test_shares_add_up_exactly_and_fit_their_lines(prices: list[int], data: st.DataObject) -> None:
    """Every minor unit is given to some line, none gets more than it costs or less than nothing."""
    amount = data.draw(st.integers(0, sum(prices)))
    shares = allocate(amount, prices)
    assert sum(shares) == amount
    assert len(shares) == len(prices)
    assert all(0 <= share <= price for share, price in zip(shares, prices, strict=True))


@given(lines.filter(any), st.data())
def test_no_share_is_a_whole_unit_away_from_its_proportion(prices: list[int], data: st.DataObject) -> None:
    """The exact proportion is rounded up or down."""
    amount = data.draw(st.integers(0, sum(prices)))
    for share, price in zip(allocate(amount, prices), prices, strict=True):
        assert abs(share * sum(prices) - amount * price) < sum(prices)


@pytest.mark.parametrize(("amount", "prices"), [(1, []), (1, [0, 0]), (6, [5]), (-1, [5])])
def test_more_than_all_lines_cannot_be_spread(amount: int, prices: list[int]) -> None:
    """An amount that fits no lines is a mistake of the caller."""
    with pytest.raises(ValueError, match="cannot be taken off"):
        allocate(amount, prices)


@given(st.integers(0, 10**15), st.integers(1, 10_000))
def test_a_percentage_is_rounded_half_up(subtotal: int, basis_points: int) -> None:
    """It errs by half a minor unit at most and is never more than the products."""
    discount = replace(a_discount(), kind=DiscountKind.PERCENTAGE, basis_points=basis_points)
    off = reduction(discount, subtotal, GB, GB)
    exact = Decimal(subtotal) * basis_points / 10_000
    assert 0 <= off <= subtotal
    assert Decimal("-0.5") < off - exact <= Decimal("0.5")


def test_an_amount_is_converted_and_stops_at_the_price_of_the_products() -> None:
    """Five pounds are 953 yen, but of products for 800 yen only 800 are taken off."""
    discount = replace(a_discount(), kind=DiscountKind.AMOUNT, basis_points=0, minor=500)
    assert [reduction(discount, subtotal, GB, JP) for subtotal in (2_000, 800)] == [953, 800]
    assert reduction(discount, 2_000, GB, GB) == 500


def test_free_shipping_takes_nothing_off_products() -> None:
    """It is the price of shipping that falls."""
    assert reduction(replace(a_discount(), kind=DiscountKind.FREE_SHIPPING, basis_points=0), 2_000, GB, GB) == 0


def test_the_subtotal_that_is_needed_is_converted() -> None:
    """Twenty pounds are 3,810 yen."""
    discount = replace(a_discount(), minimum_minor=2_000)
    assert [is_enough(discount, subtotal, GB, JP) for subtotal in (3_809, 3_810)] == [False, True]
    assert [is_enough(discount, subtotal, GB, GB) for subtotal in (1_999, 2_000)] == [False, True]


@given(st.text(max_size=50))
def test_making_a_code_normal_again_changes_nothing(text: str) -> None:
    """A normalized code stays the same when it is normalized again."""
    assert normal_code(normal_code(text)) == normal_code(text)
