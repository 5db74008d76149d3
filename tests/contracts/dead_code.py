"""Code that nothing uses, tests included, as vulture finds it. As a program it fails when there is any."""

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vulture import Vulture

from tests.kit.paths import ROOT

# Fields of records and members of enums are read under their names: by GraphQL, by SQL and from JSON.
_RECORDS = ("domain", "resolvers", "schema")


def settings() -> dict[str, Any]:
    """The packages, and names and decorators by which frameworks find functions, from pyproject.toml."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    packages = [*tools["importlinter"]["root_packages"], "tests", "benchmarks"]
    return {"packages": packages, **tools["storefront"]["dead_code"]}


def unused(paths: Sequence[Path], names: Sequence[str], decorators: Sequence[str]) -> list[str]:
    """Each piece as `path:line: what it is`."""
    search = Vulture(ignore_names=list(names), ignore_decorators=list(decorators))
    search.scavenge([str(path) for path in paths])
    return [
        f"{item.filename.relative_to(ROOT)}:{item.first_lineno}: {item.message}"
        for item in search.get_unused_code(min_confidence=60)
        if not (item.typ == "variable" and item.filename.relative_to(ROOT).parts[0] in _RECORDS)
    ]


def main() -> int:
    """The number of pieces found, as the exit status."""
    told = settings()
    found = unused([ROOT / package for package in told["packages"]], told["names"], told["decorators"])
    sys.stdout.writelines(f"{line}\n" for line in found)
    return len(found)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
