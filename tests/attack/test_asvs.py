"""Every requirement of OWASP ASVS 5.0, level 2, of the chapters in `docs/asvs.md` has tests that exist, or a reason."""

import re

import pytest

from tests.attack.references import exists
from tests.kit.paths import ROOT

# By section: the numbers of the requirements of levels 1 and 2.
_SECTIONS = {
    "1.1": range(1, 3),
    "1.2": range(1, 10),
    "1.3": range(1, 12),
    "1.4": range(1, 4),
    "1.5": range(1, 3),
    "2.1": range(1, 4),
    "2.2": range(1, 4),
    "2.3": range(1, 5),
    "2.4": range(1, 2),
    "4.1": range(1, 4),
    "4.2": range(1, 2),
    "4.3": range(1, 3),
    "4.4": range(1, 5),
    "5.1": range(1, 2),
    "5.2": range(1, 4),
    "5.3": range(1, 3),
    "5.4": range(1, 4),
    "6.1": range(1, 4),
    "6.2": range(1, 13),
    "6.3": range(1, 5),
    "6.4": range(1, 5),
    "6.5": range(1, 6),
    "6.6": range(1, 4),
    "6.8": range(1, 5),
    "7.1": range(1, 4),
    "7.2": range(1, 5),
    "7.3": range(1, 3),
    "7.4": range(1, 6),
    "7.5": range(1, 3),
    "7.6": range(1, 3),
    "8.1": range(1, 3),
    "8.2": range(1, 4),
    "8.3": range(1, 2),
    "8.4": range(1, 2),
    "9.1": range(1, 4),
    "9.2": range(1, 5),
}
_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.*?) ?\| (.+) \|$", re.MULTILINE)
_TESTS = re.compile(r"`(tests/[\w/]+\.py(?:::\w+)?)`")
_REASON = re.compile(r"(No such part|Not yet|By reading): .+")
ROWS = _ROW.findall((ROOT / "docs/asvs.md").read_text(encoding="utf-8"))


def test_every_requirement_has_one_row() -> None:
    """In the order of the standard."""
    numbers = [f"{section}.{number}" for section, given in _SECTIONS.items() for number in given]
    assert [number for number, _, _ in ROWS] == numbers


@pytest.mark.parametrize(("number", "shop", "shown"), ROWS, ids=[number for number, _, _ in ROWS])
def test_each_row_names_tests_or_a_reason(number: str, shop: str, shown: str) -> None:
    """Tests that exist; a reason of a known kind. Only what the shop does not have needs no words about the shop."""
    tests = _TESTS.findall(shown)
    assert [reference for reference in tests if not exists(reference)] == [], number
    assert bool(tests) != bool(_REASON.fullmatch(shown)), number
    assert shop or shown.startswith("No such part"), number
