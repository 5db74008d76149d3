"""Whether the paths of user errors lead into the arguments of the mutation that answered them."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    parse,
)

from schema.build import schema

SCHEMA = schema._schema
# The types of refusals in payloads.
_DISPLAYABLE = SCHEMA.type_map["DisplayableError"]
assert isinstance(_DISPLAYABLE, GraphQLInterfaceType)
USER_ERRORS = {each.name for each in SCHEMA.get_implementations(_DISPLAYABLE).objects}
assert SCHEMA.mutation_type is not None
MUTATIONS: Mapping[str, GraphQLField] = SCHEMA.mutation_type.fields


def is_argument_path(mutation: GraphQLField, path: list[str]) -> bool:
    """Whether a path leads to an argument, a field of an input object or an element of a list."""
    if not path or path[0] not in mutation.args:
        return False
    kind: Any = mutation.args[path[0]].type
    for part in path[1:]:
        kind = _below(kind, part)
    return kind is not None


def _below(kind: Any, part: str) -> Any:
    if isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    if isinstance(kind, GraphQLList):
        return kind.of_type if part.isdecimal() else None
    if isinstance(kind, GraphQLInputObjectType) and part in kind.fields:
        return kind.fields[part].type
    return None


def check_error_paths(query: str, answer: Any) -> None:
    """Fails for a user error of a mutation whose `field` is not a path into the arguments of that mutation."""
    for name, field in error_paths(query, answer):
        assert is_argument_path(MUTATIONS[name], field), f"{field} is no path into the arguments of {name}"


def error_paths(query: str, answer: Any) -> Iterator[tuple[str, list[str]]]:
    """Names of mutations with the paths of the user errors that each answered."""
    data = answer.get("data") if isinstance(answer, dict) else None
    if "mutation" not in query or not isinstance(data, dict):
        return
    try:
        definitions = parse(query).definitions
    except GraphQLSyntaxError:
        return
    fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
    for operation in definitions:
        if isinstance(operation, OperationDefinitionNode) and operation.operation is OperationType.MUTATION:
            for _, node in _fields(SCHEMA.mutation_type, operation.selection_set, fragments):
                found = data.get(_key(node))
                name = node.name.value
                yield from ((name, path) for path in _paths(MUTATIONS[name].type, node, found, fragments))


def _paths(kind: Any, node: FieldNode, value: Any, fragments: Mapping[str, Any]) -> Iterator[list[str]]:
    if isinstance(value, list):
        for each in value:
            yield from _paths(kind, node, each, fragments)
    if not isinstance(value, dict) or node.selection_set is None:
        return
    named = get_named_type(kind)
    for parent, child in _fields(named, node.selection_set, fragments):
        inner = value.get(_key(child))
        if named.name in USER_ERRORS and child.name.value == "field":
            yield from () if inner is None else (inner,)
        elif isinstance(parent, GraphQLObjectType) and child.name.value in parent.fields:
            yield from _paths(parent.fields[child.name.value].type, child, inner, fragments)


def _fields(parent: Any, selections: SelectionSetNode, fragments: Mapping[str, Any]) -> Iterator[tuple[Any, FieldNode]]:
    """The fields that are selected, with the type that each is selected of."""
    for each in selections.selections:
        if isinstance(each, FieldNode):
            yield parent, each
            continue
        assert isinstance(each, FragmentSpreadNode | InlineFragmentNode)
        fragment = fragments.get(each.name.value) if isinstance(each, FragmentSpreadNode) else each
        if fragment is not None:
            condition = fragment.type_condition
            inner = parent if condition is None else SCHEMA.type_map.get(condition.name.value)
            yield from _fields(inner, fragment.selection_set, fragments)


def _key(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value
