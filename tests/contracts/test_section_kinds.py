"""A kind of homepage section needs only the few modules that CONTRIBUTING.md lists."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import get_args

import pytest

from domain.homepage.kinds import KeyOf, Kind, rules_of
from domain.homepage.records import SECTIONS, Section
from domain.homepage.sources import KINDS
from schema.homepage.inputs import HomepageSectionInput
from schema.homepage.types import SECTION_TYPES
from tests.kit.paths import ROOT

PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["root_packages"]
MOST_MODULES = 5
# Where a kind's records and its GraphQL type are imported from.
HOMES = ("domain.homepage.sources", "domain.homepage.records", "schema.homepage.types")
_HEADING = "## How to add a kind of homepage section"
_ROW = re.compile(r"^\| `([\w/]+\.py)` \|", re.MULTILINE)


def _listed() -> list[str]:
    """The modules that CONTRIBUTING.md says to change."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return _ROW.findall(text.split(_HEADING)[1].split("\n## ")[0])


@cache
def _mentions() -> dict[str, frozenset[str]]:
    """By module: the names that it takes from one of `HOMES`, and the classes and texts in it."""
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return {str(file.relative_to(ROOT)): frozenset(_mentioned(file.read_text(encoding="utf-8"))) for file in files}


def _mentioned(text: str) -> Iterator[str]:
    """Of modules that have to do with homepages."""
    if "homepage" not in text:
        return
    nodes = list(ast.walk(ast.parse(text)))
    modules = dict(pair for node in nodes if isinstance(node, ast.ImportFrom) for pair in _homes(node))
    for node in nodes:
        match node:
            case ast.ImportFrom(module=module, names=names) if module in HOMES:
                yield from (alias.name for alias in names)
            case ast.Attribute(value=ast.Name(id=alias), attr=name) if alias in modules:
                yield name
            case ast.ClassDef(name=name) | ast.Constant(value=str(name)):
                yield name


def _homes(node: ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The modules of `HOMES` that a statement imports as a whole, by the name that they have then."""
    for alias in node.names:
        if (module := f"{node.module}.{alias.name}") in HOMES:
            yield alias.asname or alias.name, module


def _names(kind: Kind) -> set[str]:
    """All by which code can know a kind: its stored name, its records and its GraphQL type."""
    own = SECTIONS.get(kind.name)
    records = [kind.record] if own is None else [kind.record, own, *_types(own)]
    return {kind.name, *(record.__name__ for record in records)}


def _types(section: type) -> list[type]:
    """The GraphQL types that show a section."""
    blank: object = object.__new__(section)
    return [each for each in SECTION_TYPES if each.is_type_of(blank, None)]


def _touched(kind: Kind) -> set[str]:
    return {module for module, mentioned in _mentions().items() if mentioned & _names(kind)}


def test_few_modules_are_listed() -> None:
    """A new kind needs changes in five modules, besides tests."""
    assert len(_listed()) == len(set(_listed())) <= MOST_MODULES
    assert [module for module in _listed() if not (ROOT / module).is_file()] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_known_to_the_listed_modules_alone(kind: Kind) -> None:
    """No other code names its records, its stored name or its type: code for all kinds reads the declarations."""
    assert _touched(kind) <= set(_listed())


def test_a_kind_is_complete() -> None:
    """Each has names of its own and a field of the input; each section is in both lists and has one type."""
    assert len({kind.name for kind in KINDS}) == len({kind.given_as for kind in KINDS}) == len(KINDS)
    assert {kind.given_as for kind in KINDS} <= set(HomepageSectionInput.__annotations__)
    assert set(get_args(Section)) == set(SECTIONS.values())
    assert [len(_types(record)) for record in SECTIONS.values()] == [1] * len(SECTION_TYPES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_input_of_a_kind_calls_its_attributes_as_the_source_does(kind: Kind) -> None:
    """Refusals lead editors to what they gave."""
    given_as = {rule.given_as: name for name, rule in _keys(kind) if rule.given_as}
    (given, _) = get_args(HomepageSectionInput.__annotations__[kind.given_as])
    given_names = (kind.value,) if kind.value else given.__annotations__
    assert {given_as.get(name, name) for name in given_names} == set(rules_of(kind.record)) - {"id", "title"}


def _keys(kind: Kind) -> Iterator[tuple[str, KeyOf]]:
    for name, rules in rules_of(kind.record).items():
        yield from ((name, rule) for rule in rules if isinstance(rule, KeyOf))


@pytest.mark.parametrize("name", SECTIONS)
def test_a_kind_with_a_section_of_its_own_touches_each_of_them(name: str) -> None:
    """The list has nothing that is not needed."""
    (kind,) = (each for each in KINDS if each.name == name)
    assert _touched(kind) == set(_listed())
