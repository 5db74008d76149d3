"""Selections of everything that a type has, and what of it an answer really said."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    get_named_type,
    is_leaf_type,
    is_non_null_type,
    parse,
    visit,
)
from graphql import Visitor as VisitorBase

# What required arguments get, and others that change what is answered.
GIVEN = {
    "first": "2",
    "key": '"maker"',
    "identifiers": '[{key: "maker"}]',
    "page": "1",
    "format": "IMAGE",
    "handle": '"why-the-harbour-mug-has-no-glaze-below"',
    "selectedOptions": '[{name: "Colour", value: "Navy"}, {name: "Capacity", value: "250 ml"}]',
}
# Between the type and the field in the names of an answer: every field has its own, so that fragments never conflict.
_BETWEEN = "__of__"
# What is selected of an object whose fields are selected elsewhere.
SHUT = "{ __typename }"


class Selections:
    """Makes selections: each type is opened once on a path, once in the depths of a document, never below `depth`."""

    def __init__(self, schema: GraphQLSchema, given: Mapping[str, str] = GIVEN, depth: int = 7) -> None:
        self._schema = schema
        self._given = given
        self._depth = depth
        self._opened: Counter[str] = Counter()

    def of(self, name: str) -> str:
        """All fields of a type, in braces."""
        return self._open(self._schema.type_map[name], ())

    def field(self, parent: str, name: str, arguments: str = "") -> str:
        """One field with everything below it."""
        kind = self._schema.type_map[parent]
        assert isinstance(kind, GraphQLObjectType)
        below = self._below(get_named_type(kind.fields[name].type), ())
        return f"{parent}{_BETWEEN}{name}: {name}{arguments} {below}"

    def _open(self, kind: GraphQLNamedType, path: tuple[str, ...]) -> str:
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            own = [] if isinstance(kind, GraphQLUnionType) else list(self._fields(kind, path))
            members = ((each.name, self._below(each, path)) for each in self._schema.get_possible_types(kind))
            parts = [f"... on {name} {below}" for name, below in members if below != SHUT]
            return "{ __typename " + " ".join((*own, *parts)) + " }"
        assert isinstance(kind, GraphQLObjectType)
        return "{ __typename " + " ".join(self._fields(kind, (*path, kind.name))) + " }"

    def _fields(self, kind: GraphQLObjectType | GraphQLInterfaceType, path: tuple[str, ...]) -> Iterator[str]:
        for name, field in kind.fields.items():
            arguments = []
            for argument, spec in field.args.items():
                if argument in self._given and (argument != "handle" or is_non_null_type(spec.type)):
                    arguments.append(f"{argument}: {self._given[argument]}")
                elif is_non_null_type(spec.type) and spec.default_value is None:
                    break
            else:
                below = self._below(get_named_type(field.type), path)
                given = f"({', '.join(arguments)})" if arguments else ""
                yield f"{kind.name}{_BETWEEN}{name}: {name}{given} {below}"

    def _below(self, kind: GraphQLNamedType, path: tuple[str, ...]) -> str:
        if is_leaf_type(kind):
            return ""
        if len(path) >= self._depth or kind.name in path or (len(path) > 1 and self._opened[kind.name] > 0):
            return SHUT
        self._opened[kind.name] += 1
        return self._open(kind, path)


def said(schema: GraphQLSchema, data: Any) -> set[str]:
    """Types and fields for which an answer has a value other than null and empty; enums and scalars are types too."""
    found: set[str] = set()
    pending = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending += value
        if not isinstance(value, dict):
            continue
        if "__typename" in value:
            found.add(value["__typename"])
        for name, below in value.items():
            if below in (None, [], {}, ""):
                continue
            pending.append(below)
            if _BETWEEN not in name:
                continue
            parent, _, field = name.partition(_BETWEEN)
            kind = schema.type_map[parent]
            assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
            found |= {f"{parent}.{field}", parent, get_named_type(kind.fields[field].type).name}
    return found


def sent(kind: Any, value: Any) -> set[str]:
    """Input types and input fields with a value."""
    named = get_named_type(kind)
    if isinstance(value, list):
        return {each for one in value for each in sent(named, one)}
    found = {named.name}
    if isinstance(named, GraphQLInputObjectType) and isinstance(value, dict):
        for name, below in value.items():
            if below is not None:
                found |= {f"{named.name}.{name}"} | sent(named.fields[name].type, below)
    return found


def written(schema: GraphQLSchema, text: str) -> set[str]:
    """Input types, input fields and enums in the arguments of a document."""
    types, found = TypeInfo(schema), set[str]()

    class Visitor(VisitorBase):
        def enter_argument(self, *_: Any) -> None:
            if (kind := types.get_input_type()) is not None:
                found.add(get_named_type(kind).name)

        def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
            given = types.get_parent_input_type()
            parent = get_named_type(given) if given is not None else None
            assert isinstance(parent, GraphQLInputObjectType)
            kind = get_named_type(parent.fields[node.name.value].type)
            found.update((f"{parent.name}.{node.name.value}", parent.name, kind.name))

    visit(parse(text), TypeInfoVisitor(types, Visitor()))
    return found
