"""`storefront backup` on an open shop and `storefront restore` beside it, as operators run them."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bff.processes.environment import child_environment
from tests.kit.fixtures.running_shop import Shop

# One running shop for all of them, in one of the processes that run tests.
pytestmark = pytest.mark.xdist_group("shop")


async def _run(data_dir: Path, *arguments: str) -> tuple[int, str]:
    """The exit status and all words of a command."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bff.cli", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=child_environment({"STOREFRONT_DATA_DIR": str(data_dir)}),
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


def _products(data_dir: Path) -> int:
    with closing(sqlite3.connect(data_dir / "storefront.db")) as connection:
        count: int = connection.execute("SELECT count(*) FROM products").fetchone()[0]
    return count


async def test_an_open_shop_is_backed_up_and_brought_back_elsewhere(shop: Shop, tmp_path: Path) -> None:
    """Into embedded stores that were never started before."""
    status, words = await _run(shop.data_dir, "backup", str(tmp_path / "backup"))
    assert (status, "relational products: 200\n" in words) == (0, True)
    status, words = await _run(tmp_path / "data", "restore", str(tmp_path / "backup"))
    assert (status, "are restored" in words) == (0, True)
    assert _products(tmp_path / "data") == _products(shop.data_dir)
    status, words = await _run(tmp_path / "data", "restore", str(tmp_path / "backup"))
    assert (status, "the shop is not empty" in words and "--force" in words) == (1, True)


async def test_an_open_shop_is_not_replaced(shop: Shop, tmp_path: Path) -> None:
    """Its processes would go on with what they remember."""
    status, words = await _run(shop.data_dir, "restore", str(tmp_path), "--force")
    assert status == 1
    assert "stop it before you replace its stores" in words
