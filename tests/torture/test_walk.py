"""The random walk in short: `make torture` walks ten thousand steps on every relational database."""

from pathlib import Path

import pytest

from datasources.kit.database import Database
from tests.torture.walk import walk

SHORT = 150


@pytest.mark.timeout(120)
async def test_a_random_walk_keeps_every_invariant(database: Database, tmp_path: Path) -> None:
    """Catalog edits, imports, carts, flash sales, orders and refunds in any order leave no contradiction."""
    assert await walk(database, tmp_path, seed=1, steps=SHORT) == []
