"""Which combinations of options a product has, in the short form that storefronts decode.

The form is a trie over positions of option values, after `v1_`: `:` leads to the next option, a space to the next
value, `-` stands for a range of values, and each `,` ends a prefix.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from domain.catalog.records import ProductOption, Variant

Positions = tuple[int, ...]
VERSION = "v1_"


def encoded(options: Sequence[ProductOption], variants: Iterable[Variant]) -> str:
    """The combinations of some variants of a product; empty when there are none."""
    places = [{value: place for place, value in enumerate(option.values)} for option in options]
    names = [option.name for option in options]
    found = {positions for variant in variants if (positions := _positions(variant, names, places)) is not None}
    return VERSION + encode(sorted(found)) if found else ""


def encode(combinations: Sequence[Positions]) -> str:
    """Sorted combinations of equal length as a trie.

    >>> encode([(0, 0, 0), (0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1), (1, 1, 1), (2, 0, 1), (2, 1, 0)])
    '0:0:0,1:0-1,,1:0:0-1,1:1,,2:0:1,1:0,,'
    >>> encode([(0,), (1,), (2,), (4,)])
    '0-2 4'
    """
    return _branch(combinations).removesuffix(",")


def _branch(combinations: Sequence[Positions]) -> str:
    if not combinations or not combinations[0]:
        return ""
    if len(combinations[0]) == 1:
        return _ranges([place for (place,) in combinations]) + ","
    branches = groupby(combinations, key=lambda each: each[0])
    text = "".join(f"{place}:{_branch([rest[1:] for rest in branch])}" for place, branch in branches)
    return text + ","


def _ranges(places: Sequence[int]) -> str:
    """Neighbours as ranges."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = runs[-1][0], place
        else:
            runs.append((place, place))
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _positions(variant: Variant, names: Sequence[str], places: Sequence[Mapping[str, int]]) -> Positions | None:
    """The places of a variant's values; None for a variant that lacks an option."""
    values = {option.name: option.value for option in variant.options}
    found = [known.get(values.get(name, "")) for name, known in zip(names, places, strict=True)]
    return None if None in found else tuple(place for place in found if place is not None)
