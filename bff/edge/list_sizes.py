"""How many items the lists of a document can have: what it says itself, and what its variables say."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    IntValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

LARGEST_LIST = 250
SIZES = ("first", "last")
# The lists of the schema's own description, which say no size.
DESCRIBED_SIZES = {"types": 500, "fields": 10, "args": 3, "inputFields": 10, "enumValues": 10, "possibleTypes": 3}
# Names of variables with the sizes that they say.
ListSizes: TypeAlias = tuple[tuple[str, int], ...]


def list_size(selected: FieldNode, sizes: Mapping[str, int]) -> int | None:
    """The most items of a list; None for a field that does not say how many. A variable without a size counts as 1."""
    said = [_size(argument.value, sizes) for argument in selected.arguments or () if argument.name.value in SIZES]
    return max(said, default=None)


def size_variables(document: DocumentNode) -> frozenset[str]:
    """The variables that say the sizes of lists."""
    return frozenset(
        argument.value.name.value
        for selected in _fields(document)
        for argument in selected.arguments or ()
        if argument.name.value in SIZES and isinstance(argument.value, VariableNode)
    )


def list_sizes(names: frozenset[str], operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> ListSizes:
    """The sizes that these variables have in one request, or by the operation's defaults."""
    sizes = {name: _said(variables[name]) for name in names if name in variables}
    for definition in operation.variable_definitions or ():
        name, default = definition.variable.name.value, definition.default_value
        if name in names and name not in sizes and default is not None:
            sizes[name] = _size(default, {})
    return tuple(sorted(sizes.items()))


def _size(value: ValueNode, sizes: Mapping[str, int]) -> int:
    if isinstance(value, VariableNode):
        return sizes.get(value.name.value, 1)
    if isinstance(value, IntValueNode) and len(value.value) < 4:  # Python need not read a number of a thousand digits
        return _said(int(value.value))
    return 1 if isinstance(value, NullValueNode) else LARGEST_LIST


def _said(value: object) -> int:
    """What JSON says; execution refuses all but numbers and null."""
    if isinstance(value, int):
        return min(max(value, 1), LARGEST_LIST)
    return 1 if value is None else LARGEST_LIST


def _fields(document: DocumentNode) -> Iterator[FieldNode]:
    pending: list[SelectionSetNode | None] = [getattr(each, "selection_set", None) for each in document.definitions]
    while pending:
        selection_set = pending.pop()
        for selection in () if selection_set is None else selection_set.selections:
            if isinstance(selection, FieldNode):
                yield selection
            pending.append(getattr(selection, "selection_set", None))
