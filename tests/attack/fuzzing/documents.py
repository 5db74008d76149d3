"""GraphQL documents with random selections and arguments, from the schema."""

import json
import math
import random
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_leaf_type,
)

from tests.attack.fuzzing.values import Forge

DEPTH = 5
_DIRECTIVES = (" @include(if: true)", " @skip(if: false)", " @include(if: true) @skip(if: true)", " @skip(if: 1)")
_INPUT_DEPTH = 5
_DIRECTIVES = (" @include(if: true)", " @skip(if: false)", " @include(if: true) @skip(if: true)", " @skip(if: 1)")
OPTIONAL = 0.4
# What says something of values that other fields need: texts of errors, and what `Loot` collects.
_WANTED = ("id", "handle", "cursor", "token", "code", "message", "field", "endCursor", "userErrors", "nodes", "edges")


class EnumName(str):
    """Written without quotes in a document."""

    __slots__ = ()


@dataclass(slots=True)
class Operation:
    """A document with the values of its variables."""

    text: str = ""
    variables: dict[str, Any] = field(default_factory=dict)


class Writer:
    """Writes operations."""

    def __init__(self, schema: GraphQLSchema, chance: random.Random, forge: Forge) -> None:
        self._schema = schema
        self._chance = chance
        self._forge = forge
        self._variables: dict[str, Any] = {}
        self._declared: list[str] = []

    def operation(self) -> Operation:
        """One operation with one to three fields of its root."""
        self._variables, self._declared = {}, []
        is_mutation = self._chance.random() < 0.4
        root = self._schema.mutation_type if is_mutation else self._schema.query_type
        assert root is not None
        names = self._chance.choices([*root.fields], k=self._chance.choice((1, 1, 2, 3)))
        chosen = " ".join(self._field(root, name, f"r{n}_{name}", DEPTH) for n, name in enumerate(names))
        directive = self._directive()
        declared = f"({', '.join(self._declared)})" if self._declared else ""
        text = f"{'mutation' if is_mutation else 'query'} Any{declared}{directive} {{ {chosen} }}"
        return Operation(text, self._variables)

    def _directive(self) -> str:
        if self._chance.random() < 0.7:
            return ""
        directive = self._schema.get_directive("inContext")
        assert directive is not None
        return f" @inContext{self._arguments(directive.args)}"

    def _field(self, parent: GraphQLObjectType | GraphQLInterfaceType, name: str, alias: str, depth: int) -> str:
        kind: GraphQLField = parent.fields[name]
        shown = f"{alias}: {name}" if alias else name
        directive = self._chance.choice(_DIRECTIVES) if self._chance.random() < 0.02 else ""
        return f"{shown}{self._arguments(kind.args)}{directive}{self._selection(kind, depth)}"

    def _selection(self, kind: GraphQLField, depth: int) -> str:
        named = get_named_type(kind.type)
        if is_leaf_type(named):
            return ""
        if isinstance(named, GraphQLUnionType):
            members = self._chance.sample([*named.types], k=min(2, len(named.types)))
            return (
                f" {{ __typename {' '.join(f'... on {each.name} {self._fields(each, depth)}' for each in members)} }}"
            )
        assert isinstance(named, GraphQLObjectType | GraphQLInterfaceType)
        return f" {self._fields(named, depth)}"

    def _fields(self, parent: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        fields = parent.fields
        fitting = [name for name in fields if depth > 1 or is_leaf_type(get_named_type(fields[name].type))]
        chosen = set(self._chance.sample(fitting, k=min(len(fitting), self._chance.choice((1, 2, 3, 4)))))
        chosen |= {name for name in _WANTED if name in fitting and self._chance.random() < 0.6}
        inner = [self._field(parent, name, "", depth - 1) for name in sorted(chosen)]
        if isinstance(parent, GraphQLInterfaceType):
            inner += [f"... on {each.name} {{ __typename }}" for each in self._schema.get_possible_types(parent)[:3]]
        return "{ " + " ".join(["__typename", *inner]) + " }"

    def _arguments(self, arguments: dict[str, GraphQLArgument]) -> str:
        given = []
        for name, argument in arguments.items():
            is_needed = isinstance(argument.type, GraphQLNonNull) and argument.default_value is Undefined
            is_page = name == "first" and "last" in arguments
            if self._chance.random() < (0.995 if is_needed else 0.85 if is_page else OPTIONAL * 0.6):
                value = self._value(argument.type, name, _INPUT_DEPTH)
                if is_page and self._chance.random() < 0.8:
                    value = self._chance.choice((1, 2, 5))
                given.append(f"{name}: {self._written(argument, value)}")
        return f"({', '.join(given)})" if given else ""

    def _written(self, argument: GraphQLArgument, value: Any) -> str:
        if self._chance.random() < 0.4:
            return literal(value)
        name = f"v{len(self._declared)}"
        self._declared.append(f"${name}: {argument.type}")
        if self._chance.random() < 0.98:
            self._variables[name] = value
        return f"${name}"

    def _value(self, kind: Any, name: str, depth: int) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return None if self._chance.random() < 0.004 else self._present(kind.of_type, name, depth)
        return None if self._chance.random() < 0.04 else self._present(kind, name, depth)

    def _present(self, kind: Any, name: str, depth: int) -> Any:
        if isinstance(kind, GraphQLList):
            if self._chance.random() < 0.05:
                return self._value(kind.of_type, name, depth)
            return [self._value(kind.of_type, name, depth) for _ in range(self._chance.choice((0, 1, 1, 1, 2, 3)))]
        if isinstance(kind, GraphQLInputObjectType):
            return self._input(kind, depth)
        if isinstance(kind, GraphQLEnumType):
            return EnumName(
                self._chance.choice((*kind.values, *(("NOTHING", "__proto__") if self._chance.random() < 0.03 else ())))
            )
        return self._forge.scalar(kind.name, name)

    def _input(self, kind: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, inner in kind.fields.items():
            if self._is_given(inner, depth):
                given[name] = self._value(inner.type, name, depth - 1)
        if self._chance.random() < 0.003:
            given[self._chance.choice(("__class__", "self", "x"))] = 1
        return given

    def _is_given(self, inner: GraphQLInputField, depth: int) -> bool:
        if isinstance(inner.type, GraphQLNonNull) and inner.default_value is Undefined:
            return self._chance.random() < 0.995
        return depth > 0 and self._chance.random() < OPTIONAL


def literal(value: Any) -> str:
    """A value as a document writes it."""
    match value:
        case EnumName():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{name}: {literal(inner)}" for name, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(literal, value)) + "]"
        case float() if not math.isfinite(value):
            return "1e999"
    return json.dumps(value)
