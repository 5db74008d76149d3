"""The median of their pairs says whether one checkout is slower; the rule is stricter where ranges are apart."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import benchmarks.against.verdict
from benchmarks.against.verdict import AS_FAST, NOT_COMPARED, SLOWER, Versus, is_slower, ranges_overlap, ratios
from benchmarks.measured import Run

RATES = st.lists(st.floats(1, 1e6), min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("ours", "theirs", "slower"),
    [
        ([100, 100, 100], [100, 100, 100], False),
        ([120, 120, 120], [100, 100, 100], False),  # faster, ranges apart
        ([95, 95, 95], [100, 100, 100], False),  # apart, exactly at the limit
        ([94, 94, 94], [100, 100, 100], True),  # apart
        ([94, 94, 100], [100, 100, 100], False),  # the same median, but the ranges touch
        ([90, 90, 100], [100, 100, 100], False),  # overlapping, exactly at the limit
        ([89, 89, 100], [100, 100, 100], True),  # overlapping, and still too slow
        ([50, 100, 100, 100, 50], [100, 100, 100, 100, 100], False),  # the median, neither mean nor worst
    ],
)
def test_the_median_of_pairs_decides(ours: list[float], theirs: list[float], slower: bool) -> None:
    """0.95 is demanded where the ranges of the two are apart, 0.90 where they overlap."""
    assert is_slower(ours, theirs) is slower


def test_rates_are_compared_within_their_pair() -> None:
    """A machine that slows down between pairs slows both of a pair: the ratio of medians would be 0.5 here."""
    ours, theirs = [100.0, 50.0, 10.0], [100.0, 100.0, 10.0]
    assert ratios(ours, theirs) == [1.0, 0.5, 1.0]
    assert not is_slower(ours, theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"), [([], []), ([1.0], []), ([1.0], [1.0, 2.0]), ([0.0], [1.0]), ([1.0], [0.0])]
)
def test_incomplete_pairs_are_no_comparison(ours: list[float], theirs: list[float]) -> None:
    """Nothing is called as fast for want of figures."""
    with pytest.raises(ValueError, match=r"Pairs of rates must be complete"):
        is_slower(ours, theirs)


@given(RATES)
def test_whoever_is_compared_with_itself_is_as_fast(rates: list[float]) -> None:
    """Equal rates are never slower."""
    assert not is_slower(rates, rates)


@given(RATES, RATES)
def test_ranges_overlap_the_same_both_ways(ours: list[float], theirs: list[float]) -> None:
    """Which checkout is this one plays no part."""
    assert ranges_overlap(ours, theirs) is ranges_overlap(theirs, ours)


def runs(*rates: int) -> list[Run]:
    return [Run(rate, 1.0, 1.0, 2.0) for rate in rates]


def test_a_scenario_has_one_of_three_verdicts() -> None:
    """A scenario with an objection does not pass."""
    assert Versus("a", runs(100, 90), runs(100, 100)).verdict == AS_FAST
    assert Versus("a", runs(80, 80), runs(100, 100)).verdict == SLOWER
    assert Versus("a", runs(100), runs(100), "3 requests were not answered").verdict == NOT_COMPARED
    assert Versus("a", objection="status 500").verdict == NOT_COMPARED


def test_the_examples_in_the_docs_are_true() -> None:
    """Doctests of the module hold."""
    assert doctest.testmod(benchmarks.against.verdict).failed == 0
