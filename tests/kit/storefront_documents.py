"""Documents in the style of ten storefronts: what each selects, and what it gives for its inputs."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLInputObjectType,
    GraphQLSchema,
    ObjectFieldNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    build_schema,
    get_named_type,
    parse,
    type_from_ast,
    visit,
)
from graphql import Visitor as VisitorBase

from tests.kit.paths import ROOT

DIRECTORY = ROOT / "tests" / "e2e" / "clients" / "documents"
_LISTED = re.compile(r"^- (type|interface|input|directive) `@?(\w+)(?:\(([^`]*)\) on [^`]*)?`")
_ENUM = re.compile(r"^- enum `(\w+) \{([^}]*)\}`")
_MEMBER = re.compile(r"`(\w+)(?:\(([^)]*)\))?: ")
_ARGUMENT = re.compile(r"(\w+): ")


@cache
def committed_schema() -> GraphQLSchema:
    """The schema as clients read it."""
    return build_schema((ROOT / "schema" / "schema.graphql").read_text())


@cache
def documents() -> Mapping[str, DocumentNode]:
    """Every document by the name of its storefront."""
    return {file.stem: parse(file.read_text()) for file in sorted(DIRECTORY.glob("*.graphql"))}


@cache
def variables() -> Mapping[str, dict[str, Any]]:
    """The variables of every operation; texts such as `$cart` stand for what only a shop knows."""
    found: dict[str, dict[str, Any]] = json.loads((DIRECTORY / "variables.json").read_text())
    return found


def operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    """The operations of a document in their order."""
    return [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]


def filled(value: Any, known: Mapping[str, str]) -> Any:
    """A variable's value with the ids that are known in place of texts such as `$cart`."""
    if isinstance(value, list):
        return [filled(each, known) for each in value]
    if isinstance(value, dict):
        return {name: filled(each, known) for name, each in value.items()}
    return known[value[1:]] if isinstance(value, str) and value.startswith("$") else value


def used_coordinates(document: DocumentNode) -> set[str]:
    """`Type.field`, `Type.field(argument:)`, `Input.field` and `@directive(argument:)` that a document names."""
    schema = committed_schema()
    collector = _Collector(TypeInfo(schema))
    visit(document, TypeInfoVisitor(collector.types, collector))
    for operation in operations(document):
        given = variables()[operation.name.value] if operation.name else {}
        for definition in operation.variable_definitions or ():
            kind = type_from_ast(schema, definition.type)
            collector.found |= _given(kind, given.get(definition.variable.name.value))
    return collector.found


class _Collector(VisitorBase):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.found: set[str] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.found.add(f"{self.types.get_parent_type()}.{node.name.value}")

    def enter_argument(self, node: ArgumentNode, _key: Any, _parent: Any, _path: Any, ancestors: list[Any]) -> None:
        holder = ancestors[-1] if not isinstance(ancestors[-1], list | tuple) else ancestors[-2]
        if isinstance(holder, FieldNode):
            self.found.add(f"{self.types.get_parent_type()}.{holder.name.value}({node.name.value}:)")
        else:
            self.found.add(f"@{holder.name.value}({node.name.value}:)")

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        parent = self.types.get_parent_input_type()
        self.found.add(f"{get_named_type(parent) if parent else None}.{node.name.value}")


def _given(kind: Any, value: Any) -> set[str]:
    named = get_named_type(kind)
    if isinstance(value, list):
        return {each for one in value for each in _given(named, one)}
    if not isinstance(named, GraphQLInputObjectType) or not isinstance(value, dict):
        return set()
    below = (_given(named.fields[name].type, each) for name, each in value.items())
    return {f"{named.name}.{name}" for name in value}.union(*below)


def listed_coordinates(lines: Iterable[str]) -> set[str]:
    """The coordinates of a list with lines such as "- type `Blog`: `handle: String!`; `articles(first: Int): X!`"."""
    found = set()
    for line in lines:
        if not (listed := _LISTED.match(line)):
            continue
        kind, name, arguments = listed.groups()
        if kind == "directive":
            found |= {f"@{name}({argument}:)" for argument in _ARGUMENT.findall(arguments)}
        for field, arguments in _MEMBER.findall(line):
            found.add(f"{name}.{field}")
            found |= {f"{name}.{field}({argument}:)" for argument in _ARGUMENT.findall(arguments)}
    return found


def listed_enums(lines: Iterable[str]) -> dict[str, set[str]]:
    """The values of each enum of such a list."""
    matches = (_ENUM.match(line) for line in lines)
    return {found[1]: set(found[2].split()) for found in matches if found}


def list_of_clients() -> Path | None:
    """A list of what public storefronts select, where it is."""
    given = os.environ.get("STOREFRONT_TEST_SHARED_CLIENTS")
    file = Path(given or ROOT.parent / "shared" / "storefront_clients.md")
    return file if file.exists() else None
