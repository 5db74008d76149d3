"""Measures a document once, in time linear in its length, before anything slower looks at it.

Every selection costs 1 where it is written and wherever a fragment expands it, and so does every directive and
variable. Lists are charged by what is selected from them, not by the product of their limits: a storefront asks for 250
variants of 100 products and gets the few that exist. Root fields cost more, because they read the stores. What
validation compares in pairs is charged in pairs. Fields that hash a password cost most: hashing takes a core for a
while, and a client with many of them may be guessing. Suggestions cost more than other fields.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

ROOT_FIELD_COSTS = {OperationType.QUERY: 25, OperationType.MUTATION: 50, OperationType.SUBSCRIPTION: 50}
# `first: 25` costs 1 more, and no list more than 10; a variable counts as 100.
LIST_SIZE_PER_COST = 25
LIST_COST_CAP = 10
LIST_COST_OF_VARIABLE = 4
PAIRS_PER_COST = 10
HASHING_FIELDS = frozenset(("customerAccessTokenCreate", "customerActivate", "customerCreate"))
HASH_COST = 1_000
# Suggestions forgive typos, for which the process compares words letter by letter.
COMPARING_FIELD = "predictiveSearch"
COMPARING_COST = 250
# Nested fragments double at every level: sums stop growing here, far above any limit.
CAP = 10**9


class Measure(NamedTuple):
    """`depth` is the longest chain of nested fields, `roots` the number of fields in the outermost selection."""

    cost: int
    depth: int
    roots: int


class _Outline(NamedTuple):
    """A selection set by itself: its own measure and the fragments it spreads, each under how many fields."""

    own: Measure
    spreads: list[tuple[str, int]]


def measure(document: DocumentNode) -> Measure:
    """The cost of the whole document (all of its operations are validated, though one runs) and its greatest depth."""
    fragments = {
        definition.name.value: _outline(definition.selection_set)
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    expanded = _expand_fragments(fragments)
    # Fragments are validated where they are written too, even those that no operation spreads.
    cost = len(fragments) ** 2 // PAIRS_PER_COST + sum(fragment.own.cost for fragment in fragments.values())
    depth = roots = 0
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            total = _total(_outline(operation.selection_set), expanded)
            cost += total.cost + total.roots * ROOT_FIELD_COSTS[operation.operation]
            cost += len(operation.directives or ()) + len(operation.variable_definitions or ())
            depth, roots = max(depth, total.depth), roots + total.roots
    return Measure(min(cost, CAP), depth, min(roots, CAP))


def _outline(outermost: SelectionSetNode) -> _Outline:
    cost = depth = roots = 0
    spreads: list[tuple[str, int]] = []
    pending = [(outermost, 0)]
    while pending:
        selection_set, fields_above = pending.pop()
        cost += _cost_of_pairs(selection_set.selections)
        for selection in selection_set.selections:
            cost += 1 + len(selection.directives or ())
            fields = fields_above
            if isinstance(selection, FragmentSpreadNode):
                spreads.append((selection.name.value, fields_above))
                continue
            if isinstance(selection, FieldNode):
                cost += _cost_of_list(selection) + _cost_of_work(selection.name.value)
                fields += 1
                depth = max(depth, fields)
                roots += fields_above == 0
            nested: SelectionSetNode | None = getattr(selection, "selection_set", None)
            if nested is not None:
                pending.append((nested, fields))
    return _Outline(Measure(cost, depth, roots), spreads)


def _cost_of_work(name: str) -> int:
    return HASH_COST * (name in HASHING_FIELDS) + COMPARING_COST * (name == COMPARING_FIELD)


def _cost_of_pairs(selections: Iterable[SelectionNode]) -> int:
    """Fields under one response name are compared with each other, and so are the fragments of one selection."""
    repeats = Counter(_response_names(selections))
    return sum(count * count for count in repeats.values() if count > 1) // PAIRS_PER_COST


def _response_names(selections: Iterable[SelectionNode]) -> Iterator[str | None]:
    for selection in selections:
        if isinstance(selection, FieldNode):
            yield (selection.alias or selection.name).value
        elif isinstance(selection, FragmentSpreadNode):
            yield None


def _cost_of_list(selected: FieldNode) -> int:
    cost = 0
    for argument in selected.arguments or ():
        if argument.name.value in ("first", "last"):
            if isinstance(argument.value, IntValueNode):
                cost += _cost_of_size(argument.value.value)
            elif isinstance(argument.value, VariableNode):
                cost += LIST_COST_OF_VARIABLE
    return cost


def _cost_of_size(digits: str) -> int:
    if len(digits) > 4:  # also keeps Python from reading a number of a thousand digits
        return LIST_COST_CAP
    return min(max(int(digits), 0) // LIST_SIZE_PER_COST, LIST_COST_CAP)


def _expand_fragments(fragments: Mapping[str, _Outline]) -> dict[str, Measure]:
    """The total of every fragment, each added up once; a spread that closes a cycle adds nothing."""
    expanded: dict[str, Measure] = {}
    entered: set[str] = set()
    pending = list(fragments)
    while pending:
        name = pending[-1]
        if name not in entered:
            entered.add(name)
            spread = {spread for spread, _ in fragments[name].spreads}
            pending.extend(each for each in spread if each in fragments and each not in entered)
            continue
        pending.pop()
        if name not in expanded:
            expanded[name] = _total(fragments[name], expanded)
    return expanded


def _total(outline: _Outline, expanded: Mapping[str, Measure]) -> Measure:
    cost, depth, roots = outline.own
    for name, fields_above in outline.spreads:
        inner = expanded.get(name)
        if inner is not None:
            cost += inner.cost
            depth = max(depth, fields_above + inner.depth)
            roots += inner.roots if fields_above == 0 else 0
    return Measure(min(cost, CAP), depth, min(roots, CAP))
