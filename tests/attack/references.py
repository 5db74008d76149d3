"""Finds tests by their names: `tests/unit/edge/test_hosts.py::test_one_host_is_served`."""

import ast
from functools import cache

from tests.kit.paths import ROOT


@cache
def _tests_of(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    found = (ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(each.name for each in ast.walk(tree) if isinstance(each, found) and each.name.startswith("test_"))


def exists(reference: str) -> bool:
    """Whether there is such a test; a path alone stands for all tests of a file."""
    path, _, name = reference.partition("::")
    return name in _tests_of(path) if name else bool(_tests_of(path))
