"""The count of functions that run is of the project's own functions, each once."""

import json
from pathlib import Path
from types import CodeType

import pytest

from tests.kit.functions import Functions

_CODE = """
import json

class Shop:
    def open(self):
        return [json.loads("1") for _ in range(3)]

def twice(work):
    return work(), work()

def idle():
    pass

twice(lambda: Shop().open())
"""


@pytest.fixture
def shop(tmp_path: Path) -> CodeType:
    """A module below `tmp_path/shop`."""
    return compile(_CODE, str(tmp_path / "shop" / "main.py"), "exec")


def test_each_function_that_runs_counts_once(tmp_path: Path, shop: CodeType) -> None:
    """Libraries, comprehensions, the module itself and functions that do not run do not count."""
    ran = Functions(tmp_path, ("shop",))
    with ran.counting():
        exec(shop, {})
    assert ran.names == ["shop/main.py:5 Shop.open", "shop/main.py:8 twice", "shop/main.py:14 <lambda>"]
    assert (len(ran), ran.by_package) == (3, {"shop": 3})


def test_code_beside_the_packages_does_not_count(tmp_path: Path, shop: CodeType) -> None:
    """A folder whose name begins like a package's is another one."""
    ran = Functions(tmp_path, ("sho",))
    with ran.counting():
        exec(shop, {})
    json.loads("1")
    assert ran.names == []


def test_the_packages_are_those_of_the_project(tmp_path: Path) -> None:
    """Without a list of packages the import contracts name them."""
    (tmp_path / "pyproject.toml").write_text('[tool.importlinter]\nroot_packages = ["shop"]\n')
    ran = Functions(tmp_path)
    with ran.counting():
        exec(compile("(lambda: 1)()", str(tmp_path / "shop" / "one.py"), "exec"), {})
    assert ran.names == ["shop/one.py:1 <lambda>"]
