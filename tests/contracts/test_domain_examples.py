"""The examples in docstrings are true."""

import doctest
import importlib

import pytest

from tests.kit.paths import ROOT

PACKAGES = ("domain", "datasources", "services", "demo", "resolvers", "workers", "schema", "bff")


def _modules_with_examples() -> list[str]:
    files = (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py")))
    return [
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for file in files
        if ">>> " in file.read_text()
    ]


@pytest.mark.parametrize("name", _modules_with_examples())
def test_examples_are_true(name: str) -> None:
    """Every example of the module gives what it says."""
    results = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert results.attempted > 0
    assert results.failed == 0
