"""How much something sells now: units sold, each worth half as much after every half-life.

Scores are stored as logarithms that do not depend on the time of reading. An old history keeps its rank, nothing has to
be counted again as time passes, and no number grows out of bounds.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HourOfSales:
    """Units of a product sold in a territory in one hour, counted in hours since 1970."""

    territory: str
    product_id: int
    hour: int
    units: int


def score(sold: Iterable[tuple[int, int]], half_life: float) -> float | None:
    """The score of (hour, units) pairs; None when nothing was sold. `half_life` is in hours.

    Twice the units are worth as much as one half-life:

    >>> score([(0, 2)], 24.0) == score([(24, 1)], 24.0)
    True
    >>> score([], 24.0) is None
    True
    """
    return together([hour / half_life + math.log2(units) for hour, units in sold if units > 0])


def together(scores: Iterable[float]) -> float | None:
    """The score of several things together; None for no scores.

    >>> together([3.0, 3.0])
    4.0
    """
    each = sorted(scores)
    if not each:
        return None
    most = each[-1]
    return most + math.log2(math.fsum(2.0 ** (one - most) for one in each))


@dataclass(frozen=True, slots=True)
class Ranking:
    """Best sellers of a territory, best first: collections, and products of each collection, by key."""

    categories: tuple[int, ...]
    products: dict[int, tuple[int, ...]]
