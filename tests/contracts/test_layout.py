"""The tree keeps the law of layer / domain / part that pyproject.toml states."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kit.paths import ROOT

_PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
LAYOUT = _PROJECT["storefront"]["layout"]
LAYERS: list[str] = LAYOUT["layers"]
DOMAINS = set(LAYOUT["domains"])
ROOTS = set(LAYOUT["roots"])
PACKAGES: list[str] = _PROJECT["importlinter"]["root_packages"]
TEST_KINDS = {"attack", "contracts", "e2e", "integration", "kit", "outage", "torture", "unit", "upgrades"}

each_layer = pytest.mark.parametrize("layer", LAYERS)


def _modules(package: str) -> Iterator[Path]:
    return (file for file in sorted((ROOT / package).rglob("*.py")) if "__pycache__" not in file.parts)


def _name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _is_root(module: str) -> bool:
    return any(module == root or module.startswith(f"{root}.") for root in ROOTS)


def _domain(module: str) -> str:
    return module.split(".")[1]


def _imported(file: Path) -> Iterator[str]:
    """Modules that a module imports, those inside functions and type checks too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@each_layer
def test_every_module_is_in_a_domain_a_kit_or_a_root(layer: str) -> None:
    """A reader finds a rule by the name of its domain."""
    modules = [_name(file) for file in _modules(layer) if _name(file) != layer]
    homeless = [name for name in modules if not _is_root(name) and _domain(name) not in DOMAINS | {"kit"}]
    assert homeless == []


def test_the_edge_is_split_by_mechanism() -> None:
    """`bff` has its listed parts, and beside them only what starts a process."""
    parts = {_domain(_name(file)) for file in _modules("bff") if file.parent != ROOT / "bff"}
    assert parts == set(LAYOUT["mechanisms"])
    assert {file.stem for file in (ROOT / "bff").glob("*.py")} <= {"__init__", "app", "worker"}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_package_holds_one_module(package: str) -> None:
    """A short domain is one file."""
    folders = {file.parent for file in _modules(package) if file.parent != ROOT / package}
    lonely = [folder for folder in folders if len(list(folder.glob("*.py"))) == 2 and not _folders(folder)]
    assert [str(folder.relative_to(ROOT)) for folder in lonely] == []


def _folders(folder: Path) -> list[Path]:
    return [each for each in folder.iterdir() if each.is_dir() and each.name != "__pycache__"]


@pytest.mark.parametrize("package", [*PACKAGES, "tests", "benchmarks"])
def test_no_module_is_long(package: str) -> None:
    """A file that passes the limit is split by part."""
    texts = ((file, file.read_text(encoding="utf-8")) for file in _modules(package) if "versions" not in file.parts)
    long = {_name(file): text.count("\n") for file, text in texts if text.count("\n") > LAYOUT["longest_module"]}
    assert long == {}


@each_layer
def test_a_kit_imports_no_domain(layer: str) -> None:
    """What belongs to no domain knows none."""
    wrong = [
        f"{_name(file)} -> {target}"
        for file in _modules(f"{layer}/kit")
        for target in _imported(file)
        if target.split(".")[0] in LAYERS and "." in target and _domain(target) in DOMAINS
    ]
    assert wrong == []


def test_datasources_of_a_domain_import_no_other() -> None:
    """Those that still do are listed, and nothing is listed that no longer does."""
    found = {
        f"{_domain(_name(file))} -> {_domain(target)}"
        for file in _modules("datasources")
        if _domain(f"{_name(file)}.") in DOMAINS
        for target in _imported(file)
        if target.startswith("datasources.") and _domain(target) in DOMAINS - {_domain(_name(file))}
    }
    assert sorted(found) == LAYOUT["datasource_imports"]


def test_tests_mirror_the_code() -> None:
    """`tests/<kind>/<domain>/`, helpers in `tests/kit/`."""
    known = DOMAINS | {"kit", "demo", "sandbox", "benchmarks", *LAYOUT["mechanisms"]}
    folders = [file.relative_to(ROOT / "tests").parts[:-1] for file in _modules("tests")]
    assert {parts[0] for parts in folders if parts} <= TEST_KINDS
    assert {parts[1] for parts in folders if len(parts) > 1 and parts[0] in ("unit", "integration")} <= known


def test_every_package_is_checked() -> None:
    """There is one list of packages, and it has every package of the project."""
    packages = {file.parent.name for file in ROOT.glob("*/__init__.py")}
    assert packages - {"tests", "benchmarks"} == set(PACKAGES)


def test_no_two_records_share_a_name() -> None:
    """A public class below the schema has a name of its own, so that a reader knows which one is meant."""
    homes: dict[str, list[str]] = {}
    for package in PACKAGES:
        for file in _modules(package):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and package != "schema":
                    homes.setdefault(node.name, []).append(_name(file))
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}
