"""Measures a document once, in time linear in its length, before anything slower looks at it.

Every selection costs 1 where it is written and wherever a fragment expands it, and so does every directive and
variable; of values, every fourth. Lists cost what their selections can yield, the product of nested limits, up to the
largest answer that the shop gives (`bff/edge/answer_size.py`): a storefront asks for 250 variants of 100 products and
gets the few that exist. So do fragments with `@defer`, which take time wherever the answer has them. Root fields cost
more, because they read the stores. What validation compares in pairs is charged in pairs. Fields that hash a password
cost most: hashing takes a core for a while, and a client with many of them may be guessing. Searches cost what an
engine takes, suggestions more. `benchmarks/costs.py` measures the prices.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
)

from bff.edge.answer_size import MAX_FRAGMENTS, PARTS_PER_FRAGMENT
from bff.edge.list_sizes import DESCRIBED_SIZES, list_size
from bff.edge.parsing import is_deferred

ROOT_FIELD_COSTS = {OperationType.QUERY: 25, OperationType.MUTATION: 50, OperationType.SUBSCRIPTION: 50}
# A list is one more read, and costs 1 more for each object that has it, whatever the answer holds in the end.
LIST_COST = 10
PARTS_PER_COST = 2
YIELD_COST_CAP = 3_500
PAIRS_PER_COST = 10
VALUES_PER_COST = 4
# No input of the schema has more members: validation compares the name of an unknown one with all others.
USUAL_MEMBERS = 50
UNUSUAL_MEMBER_COST = 10
HASHING_FIELDS = frozenset(("customerAccessTokenCreate", "customerActivate", "customerCreate"))
HASH_COST = 1_000
# Suggestions forgive typos, for which the process compares words letter by letter.
COMPARING_FIELD = "predictiveSearch"
COMPARING_COST = 250
SEARCHING_FIELD = "search"
SEARCHING_COST = 25
DESCRIBING_FIELDS = frozenset(("__schema", "__type"))
NOT_SAID: Mapping[str, int] = {}
# Nested fragments double at every level: sums stop growing here, far above any limit.
CAP = 10**9


class Measure(NamedTuple):
    """`depth` is the longest chain of nested fields, `roots` the number of fields in the outermost selection.

    `ahead` is what the cost contains for parts of lists that the answer may or may not have; `fields` are paid without
    that.
    """

    cost: int
    depth: int
    roots: int
    ahead: int = 0
    fields: int = 0

    def actual(self, parts: int) -> int:
        """The cost of an answer that had so many parts in the end."""
        return self.cost - self.ahead + max(parts - self.fields, 0) // PARTS_PER_COST


class _Spread(NamedTuple):
    """A fragment within a selection: under how many fields, and how often at most in the answer."""

    name: str
    fields_above: int
    times: int


class _Sum(NamedTuple):
    """`fields` are those that are written, `parts` those that the answer can have, items of lists counted.

    `lists` are the lists that it can have.
    """

    cost: int
    depth: int
    roots: int
    fields: int
    parts: int
    lists: int


class _Outline(NamedTuple):
    """A selection set by itself, and the fragments it spreads."""

    own: _Sum
    spreads: list[_Spread]


def measure(document: DocumentNode, sizes: Mapping[str, int] = NOT_SAID) -> Measure:
    """The cost of the whole document (all of its operations are validated, though one runs) and its greatest depth.

    `sizes` are those of lists that variables say.
    """
    fragments = {
        definition.name.value: _outline(
            definition.selection_set, sizes, definition.type_condition.name.value.startswith("__")
        )
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    expanded = _expand_fragments(fragments)
    # Fragments are validated where they are written too, even those that no operation spreads.
    cost = len(fragments) ** 2 // PAIRS_PER_COST + sum(fragment.own.cost for fragment in fragments.values())
    depth = roots = parts = lists = fields = 0
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            total = _total(_outline(operation.selection_set, sizes), expanded)
            fields += total.fields
            parts += total.parts - total.fields
            lists += total.lists
            cost += total.cost + total.roots * ROOT_FIELD_COSTS[operation.operation]
            cost += len(operation.directives or ()) + len(operation.variable_definitions or ())
            depth, roots = max(depth, total.depth), roots + total.roots
    ahead = min(parts // PARTS_PER_COST, YIELD_COST_CAP) + lists
    ahead, cost = min(ahead, CAP), min(cost, CAP)
    return Measure(min(cost + ahead, CAP), depth, min(roots, CAP), ahead, min(fields, CAP))


def _outline(outermost: SelectionSetNode, sizes: Mapping[str, int], is_described: bool = False) -> _Outline:
    """`is_described`: whether the selection is of the schema's own description."""
    cost = depth = roots = written = parts = lists = 0
    spreads: list[_Spread] = []
    pending = [(outermost, 0, 1, is_described)]
    while pending:
        selection_set, fields_above, times, is_described = pending.pop()
        cost += _cost_of_pairs(selection_set.selections)
        for selection in selection_set.selections:
            if selection.directives:
                cost += len(selection.directives)
                later = min(times, MAX_FRAGMENTS) if is_deferred(selection) else 0
                parts = min(parts + later * PARTS_PER_FRAGMENT, CAP)
            cost += 1
            fields, each, within = fields_above, times, is_described
            if isinstance(selection, FragmentSpreadNode):
                spreads.append(_Spread(selection.name.value, fields_above, times))
                continue
            if isinstance(selection, FieldNode):
                written += 1
                parts = min(parts + times, CAP)
                size = list_size(selection, sizes)
                described = DESCRIBED_SIZES.get(selection.name.value, 1) if is_described else 1
                within = is_described or selection.name.value in DESCRIBING_FIELDS
                each = min(times * (size or described), CAP)
                cost += _cost_of_values(selection) + _cost_of_work(selection.name.value)
                if size is not None:
                    cost += LIST_COST
                    lists = min(lists + times, CAP)
                fields += 1
                depth = max(depth, fields)
                roots += fields_above == 0
            nested: SelectionSetNode | None = getattr(selection, "selection_set", None)
            if nested is not None:
                pending.append((nested, fields, each, within))
    return _Outline(_Sum(cost, depth, roots, written, parts, lists), spreads)


def _cost_of_work(name: str) -> int:
    if name in HASHING_FIELDS:
        return HASH_COST
    return COMPARING_COST * (name == COMPARING_FIELD) + SEARCHING_COST * (name == SEARCHING_FIELD)


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


def _cost_of_values(selected: FieldNode) -> int:
    """What its arguments cost, which may be lists and objects of thousands of values."""
    values = extra = 0
    pending = [argument.value for argument in selected.arguments or ()]
    while pending:
        value = pending.pop()
        values += 1
        if isinstance(value, ObjectValueNode):
            pending.extend(member.value for member in value.fields)
            extra += max(len(value.fields) - USUAL_MEMBERS, 0) * UNUSUAL_MEMBER_COST
        elif isinstance(value, ListValueNode):
            pending.extend(value.values)
    return values // VALUES_PER_COST + extra


def _expand_fragments(fragments: Mapping[str, _Outline]) -> dict[str, _Sum]:
    """The total of every fragment, each added up once; a spread that closes a cycle adds nothing."""
    expanded: dict[str, _Sum] = {}
    entered: set[str] = set()
    pending = list(fragments)
    while pending:
        name = pending[-1]
        if name not in entered:
            entered.add(name)
            spread = {spread.name for spread in fragments[name].spreads}
            pending.extend(each for each in spread if each in fragments and each not in entered)
            continue
        pending.pop()
        if name not in expanded:
            expanded[name] = _total(fragments[name], expanded)
    return expanded


def _total(outline: _Outline, expanded: Mapping[str, _Sum]) -> _Sum:
    cost, depth, roots, fields, parts, lists = outline.own
    for name, fields_above, times in outline.spreads:
        inner = expanded.get(name)
        if inner is not None:
            cost += inner.cost
            depth = max(depth, fields_above + inner.depth)
            roots += inner.roots if fields_above == 0 else 0
            fields += inner.fields
            parts += inner.parts * times
            lists += inner.lists * times
    return _Sum(min(cost, CAP), depth, min(roots, CAP), min(fields, CAP), min(parts, CAP), min(lists, CAP))
