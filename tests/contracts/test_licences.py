"""Everything shipped with the shop may be shipped under Apache-2.0, and docs/licences.md is correct."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.licences import NEVER_SHIPPED, ROOT, is_allowed, licence_of, packages, pins, table, written_table

_IMPORT = re.compile(r"^\s*(?:from|import) secantus\b", re.MULTILINE)


def _modules() -> Iterator[Path]:
    for folder in ROOT.iterdir():
        if folder.is_dir() and not folder.name.startswith("."):
            yield from folder.rglob("*.py")


def test_every_locked_package_has_a_licence_that_allows_shipping() -> None:
    """The embedded document store is the only exception."""
    licences = {name: licence_of(name) for name in packages("production") | packages("run")}
    refused = {name: licence for name, licence in licences.items() if not is_allowed(licence)}
    assert set(refused) == {NEVER_SHIPPED}, refused


def test_production_never_installs_the_gpl_document_store() -> None:
    """It is only in the lock for development."""
    assert NEVER_SHIPPED not in packages("production")
    assert NEVER_SHIPPED in packages("run")


def test_no_module_imports_the_gpl_document_store() -> None:
    """It is a program of its own: what imports it would be under its licence."""
    modules = list(_modules())
    assert len(modules) > 100
    assert [path for path in modules if _IMPORT.search(path.read_text(encoding="utf-8"))] == []


def test_production_runs_the_versions_that_tests_run() -> None:
    """Every pin of the production lock is one of the development lock."""
    assert pins("production") - pins("dev") == set()


@pytest.mark.parametrize(("page", "fewest"), [("graphiql", 10), ("checkout", 1)])
def test_everything_in_a_bundled_page_may_be_shipped(page: str, fewest: int) -> None:
    """Packages of the bundle, without those that only build it."""
    lock = json.loads((ROOT / "web" / page / "package-lock.json").read_text(encoding="utf-8"))
    shipped = {name: one for name, one in lock["packages"].items() if name and not one.get("dev")}
    assert len(shipped) >= fewest
    assert [name for name, one in shipped.items() if not is_allowed(one.get("license", ""))] == []


def test_the_table_of_licences_is_current() -> None:
    """`make licences` writes it."""
    assert written_table() == table()
