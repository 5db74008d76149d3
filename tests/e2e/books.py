"""What an embedded shop and its payment provider wrote into their books."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.kit.fixtures.running_shop import Shop

_LEVELS = """SELECT sum(available), sum(reserved), sum(sold) FROM stock_levels WHERE variant_id IN
  (SELECT variants.id FROM variants JOIN products ON products.id = product_id WHERE handle = ?)"""
_CHARGES = "SELECT key, state, amount_minor - refunded_minor FROM charges"


@dataclass(frozen=True, slots=True)
class Books:
    """The units of one product, and each charge at the provider with what it holds."""

    available: int
    reserved: int
    sold: int
    charges: Counter[tuple[str, str, int]]

    def since(self, earlier: "Books") -> tuple[tuple[int, int, int], list[tuple[str, int]]]:
        """How the units changed, and state and amount of every charge that is new or other than before."""
        units = (self.available - earlier.available, self.reserved - earlier.reserved, self.sold - earlier.sold)
        return units, sorted((state, minor) for _, state, minor in self.charges - earlier.charges)


def books(shop: Shop, handle: str) -> Books:
    """As they are now."""
    [(available, reserved, sold)] = _rows(shop.data_dir / "storefront.db", _LEVELS, handle)
    charges = _rows(shop.data_dir / "sandbox" / "sandbox.db", _CHARGES)
    return Books(available, reserved, sold, Counter(charges))


def _rows(file: Path, query: str, *arguments: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.execute(query, arguments).fetchall()
