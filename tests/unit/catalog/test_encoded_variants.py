"""Storefronts decode which combinations of options a product has."""

import itertools
import random
import re

import pytest

from domain.catalog.encoded_variants import Positions, encode

_TOKEN = re.compile("[ :,-]")


def decoded(text: str) -> list[Positions]:
    """As the decoder of hydrogen-react 2026.4 reads the form `v1_`."""
    found: list[Positions] = []
    current: list[int] = []
    start, depth, range_from = 0, 0, None
    for token in _TOKEN.finditer(text):
        number = int(text[start : token.start()] or 0)
        current[depth:] = current[depth : depth + 1] or [0]
        if range_from is not None:
            found += [(*current[:depth], each) for each in range(range_from, number)]
            range_from = None
        current[depth] = number
        match token[0]:
            case "-":
                range_from = number
            case ":":
                depth += 1
            case sign:
                if sign == " " or text[token.start() - 1] != ",":
                    found.append(tuple(current))
                if sign == ",":
                    current.pop()
                    depth -= 1
        start = token.end()
    if last := re.search(r"[0-9]+$", text):
        first = int(last[0]) if range_from is None else range_from
        found += [(each,) for each in range(first, int(last[0]) + 1)]
    return found


@pytest.mark.parametrize("sizes", [(2_000,), (1,), (45, 44), (20, 10, 10), (1, 1, 1), (3, 1, 7)])
@pytest.mark.parametrize("share", [1.0, 0.5, 0.03])
def test_what_is_encoded_is_decoded(sizes: tuple[int, ...], share: float) -> None:
    """All variants of a product with up to 2,000, half of them, and a few."""
    every = list(itertools.product(*map(range, sizes)))
    chosen = sorted(random.Random(7).sample(every, max(1, int(len(every) * share))))
    assert decoded(encode(chosen)) == chosen


def test_nothing_is_encoded_of_nothing() -> None:
    assert encode([]) == ""


def test_a_full_product_is_short() -> None:
    """Ranges, not 2,000 names."""
    assert len(encode(list(itertools.product(range(20), range(10), range(10))))) < 2_000
