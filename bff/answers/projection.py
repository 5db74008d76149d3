"""Compiles an operation into a function over records, for trees without anything to await.

For each field of each object, graphql-core looks up its name and type and checks whether its value must be awaited.
This module does so once per operation and set of variables; after that it only reads attributes and fills dicts. The
answers equal those of executing, key by key: `collect_fields` and the types' own serialisation make them. For other
operations it raises `NotProjectable`, and they are executed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from operator import attrgetter
from typing import Any, NamedTuple

import orjson
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from strawberry.types.field import StrawberryField

from bff.edge.answer_size import CHARACTERS_PER_PART
from bff.edge.documents import PreparedDocument

DEFINITION = "strawberry-definition"
TYPENAME = "__typename"


class NotProjectable(Exception):
    """The operation, or this answer to it, has to be executed."""


class _Piece(NamedTuple):
    """The JSON of an object under one selection. It holds the object, so that no other one gets the same `id()`."""

    value: Any
    json: orjson.Fragment
    parts: int


# Numbers the selections of lists and never repeats: pieces may outlive the operation that they were made for.
_selections = count()
# The items of lists, by selection and identity of the object.
Pieces = dict[tuple[int, int], _Piece]


@dataclass(slots=True)
class Info:
    """The `info` argument of resolvers: it has the context and nothing else. Counts the parts of the answer.

    The same objects use the `pieces` of an earlier answer again; `keeps_pieces` adds those of this one.
    """

    context: Any
    max_parts: int
    pieces: Pieces = field(default_factory=dict)
    keeps_pieces: bool = False
    parts: int = 0

    def piece(self, selection: int, value: Any, complete: "Complete") -> Any:
        """An object of a list: its earlier result, or a new one."""
        known = self.pieces.get((selection, id(value)))
        if known is not None and known.value is value:
            self.count(known.parts)
            return known.json
        before = self.parts
        completed = complete(value, self)
        if not self.keeps_pieces:
            return completed
        piece = _Piece(value, orjson.Fragment(orjson.dumps(completed)), self.parts - before)
        self.pieces[selection, id(value)] = piece
        return piece.json

    def count(self, parts: int) -> None:
        """Raises `NotProjectable` when the answer grows too large: executing it gives the client the error."""
        self.parts += parts
        if self.parts > self.max_parts:
            raise NotProjectable


Read = Callable[[Any, Info], Any]
Complete = Callable[[Any, Info], Any]


@dataclass(frozen=True, slots=True)
class RootField:
    """A field of the query type: its name in the answer, its name in the schema, its arguments, and what completes it.

    `complete` is None for `__typename`.
    """

    key: str
    name: str
    arguments: dict[str, Any]
    complete: Complete | None


class Compiler:
    """Compiles operations of one schema that select nothing but some fields of the query type."""

    def __init__(self, schema: GraphQLSchema, roots: frozenset[str]) -> None:
        self._schema = schema
        self._roots = roots

    def compile(
        self, prepared: PreparedDocument, operation: OperationDefinitionNode, variables: dict[str, Any]
    ) -> list[RootField]:
        """The root fields in the order of the answer. Raises `NotProjectable`, for wrong variables too."""
        query = self._schema.query_type
        if query is None or not self._selects_only_roots(prepared, operation):
            raise NotProjectable
        values = get_variable_values(self._schema, operation.variable_definitions or (), variables)
        if not isinstance(values, VariableValues):
            raise NotProjectable
        selection = _Selection(self._schema, _fragments(prepared), values, operation)
        fields = collect_fields(self._schema, selection.fragments, values, query, operation).grouped_field_set
        return [selection.root(query, key, details) for key, details in fields.items()]

    def _selects_only_roots(self, prepared: PreparedDocument, operation: OperationDefinitionNode) -> bool:
        """A cheap check first: most operations select other fields."""
        fragments = _fragments(prepared)
        pending, seen = [operation.selection_set], set()
        while pending:
            for selection in pending.pop().selections:
                if isinstance(selection, FieldNode):
                    if selection.name.value not in self._roots and selection.name.value != TYPENAME:
                        return False
                    continue
                name = getattr(selection, "name", None)
                if name is None:
                    pending.append(selection.selection_set)  # type: ignore[attr-defined]  # an inline fragment
                elif name.value in fragments and name.value not in seen:
                    seen.add(name.value)
                    pending.append(fragments[name.value].definition.selection_set)
        return True


def _fragments(prepared: PreparedDocument) -> dict[str, FragmentDetails]:
    return {
        definition.name.value: FragmentDetails(definition)
        for definition in prepared.document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }


@dataclass(frozen=True, slots=True)
class _Selection:
    """One operation with its variables; everything below is compiled for these."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDetails]
    values: VariableValues
    operation: OperationDefinitionNode

    def root(self, query: GraphQLObjectType, key: str, details: list[FieldDetails]) -> RootField:
        node = details[0].node
        if node.name.value == TYPENAME:
            return RootField(key, TYPENAME, {}, None)
        field = query.fields[node.name.value]
        arguments = get_argument_values(field, node, self.values)
        return RootField(key, node.name.value, arguments, self.completer(field.type, details))

    def completer(self, type_: Any, details: list[FieldDetails]) -> Complete:
        """Turns what a field reads into what the answer holds."""
        if isinstance(type_, GraphQLNonNull):
            return _required(self.completer(type_.of_type, details))
        if isinstance(type_, GraphQLList):
            return _each(self.completer(type_.of_type, details), is_leaf_type(get_named_type(type_)))
        if is_leaf_type(type_):
            return _leaf(type_.coerce_output_value)
        if isinstance(type_, GraphQLObjectType):
            return self._object(type_, details)
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            return self._abstract(type_, details)
        raise NotProjectable

    def _object(self, type_: GraphQLObjectType, details: list[FieldDetails]) -> Complete:
        grouped = collect_subfields(self.schema, self.fragments, self.values, self.operation, type_, details)
        fields = [(key, *self._field(type_, inner)) for key, inner in grouped.grouped_field_set.items()]
        size, is_type_of = len(fields), type_.is_type_of

        def complete(value: Any, info: Info) -> Any:
            if value is None:
                return None
            if is_type_of is not None and not is_type_of(value, info):  # type: ignore[arg-type]  # no check reads it
                raise NotProjectable
            info.count(size)
            return {key: finish(read(value, info), info) for key, read, finish in fields}

        return complete

    def _abstract(self, type_: GraphQLInterfaceType | GraphQLUnionType, details: list[FieldDetails]) -> Complete:
        possible = self.schema.get_possible_types(type_)
        by_class: dict[type, Complete] = {}

        def complete(value: Any, info: Info) -> Any:
            if value is None:
                return None
            kind = type(value)
            found = by_class.get(kind)
            if found is None:
                concrete = _concrete(possible, value, info)
                found = by_class[kind] = self._object(concrete, details)
            return found(value, info)

        return complete

    def _field(self, type_: GraphQLObjectType, details: list[FieldDetails]) -> tuple[Read, Complete]:
        name = details[0].node.name.value
        if name == TYPENAME:
            return (lambda _value, _info: type_.name), (lambda value, _info: value)
        field = type_.fields[name]
        read = _reader(field, any(detail.node.arguments for detail in details))
        return read, self.completer(field.type, details)


def _concrete(possible: Sequence[GraphQLObjectType], value: Any, info: Info) -> GraphQLObjectType:
    for each in possible:
        if each.is_type_of is not None and each.is_type_of(value, info):  # type: ignore[arg-type]  # as above
            return each
    raise NotProjectable


def _reader(field: GraphQLField, has_arguments: bool) -> Read:
    """Reads an attribute, or calls a plain function without arguments of its own. Everything else is executed."""
    definition = field.extensions.get(DEFINITION)
    has_arguments = has_arguments or any(map(is_required_argument, field.args.values()))
    if not isinstance(definition, StrawberryField) or has_arguments or definition.extensions or definition.is_async:
        raise NotProjectable
    resolver = definition.base_resolver
    if resolver is None:
        get = attrgetter(definition.python_name)
        return lambda value, _info: get(value)
    if resolver.self_parameter is not None:
        raise NotProjectable
    parents = [each.name for each in (resolver.parent_parameter, resolver.root_parameter) if each is not None]
    information = resolver.info_parameter.name if resolver.info_parameter is not None else None
    call: Callable[..., Any] = resolver.wrapped_func  # type: ignore[assignment]  # a function without `self`

    def read(value: Any, info: Info) -> Any:
        given = dict.fromkeys(parents, value)
        if information is not None:
            given[information] = info
        return call(**given)

    return read


def _required(complete: Complete) -> Complete:
    def required(value: Any, info: Info) -> Any:
        completed = complete(value, info)
        if completed is None:
            raise NotProjectable
        return completed

    return required


def _each(complete: Complete, is_leaf: bool) -> Complete:
    selection = next(_selections)

    def each(values: Any, info: Info) -> Any:
        if values is None:
            return None
        if not isinstance(values, list | tuple):
            raise NotProjectable
        info.count(len(values))
        if is_leaf or not (info.pieces or info.keeps_pieces):
            return [complete(value, info) for value in values]
        return [info.piece(selection, value, complete) for value in values]

    return each


def _leaf(coerce: Callable[[Any], Any]) -> Complete:
    def leaf(value: Any, info: Info) -> Any:
        if value is None:
            return None
        coerced = coerce(value)
        if coerced is None:
            raise NotProjectable
        if type(coerced) is str and len(coerced) >= CHARACTERS_PER_PART:
            info.count(len(coerced) // CHARACTERS_PER_PART)
        return coerced

    return leaf
