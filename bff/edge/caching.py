"""How each GraphQL answer may be kept: the one rule for browsers, CDNs and proxies.

An answer is public when caches can tell, by the headers in `Vary` alone, every other visitor whose answer would be the
same. Everything else is kept by nobody. Every answer has the same `Vary`: a cache remembers by it, too, which requests
have no answer to keep, and one visitor's answer must not end the keeping of everybody's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    is_introspection_type,
)

from resolvers.kit.scopes import Scope

# For a day caches may answer with what they cannot refresh because the shop fails.
STALE_IF_ERROR = 86_400
DeclaredScope = Callable[[str, str], Scope | None]
_Part = tuple[SelectionSetNode, GraphQLCompositeType]


@dataclass(frozen=True, slots=True)
class Caching:
    """The headers of an answer that say how to keep it."""

    headers: Mapping[str, str]
    is_public: bool = False


class CachePolicy:
    """`declared` tells the scope of a field by the names of its type and itself. `vary`: what answers depend on.

    `max_age`: for how many seconds caches may keep a public answer.
    """

    def __init__(self, declared: DeclaredScope, vary: Iterable[str], max_age: int) -> None:
        self.declared = declared
        varies = {"Vary": ", ".join(vary)}
        public = f"public, max-age={max_age}, stale-if-error={STALE_IF_ERROR}"
        self.public = Caching({"Cache-Control": public, **varies}, is_public=True)
        self.private = Caching({"Cache-Control": "private, no-store", **varies})
        self.never = Caching({"Cache-Control": "no-store", **varies})

    def of(self, scope: Scope, shareable: Scope | None) -> Caching:
        """For an answer of this scope. `shareable` is the request's: `bff.edge.visits.Visit.shareable`."""
        if scope is Scope.NEVER:
            return self.never
        return self.public if shareable is not None and scope <= shareable else self.private


def undeclared(_type: str, _field: str) -> None:
    """For endpoints whose fields declare nothing."""


NOTHING_KEPT = CachePolicy(undeclared, ("Accept",), 0)


def scope_of(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, declared: DeclaredScope
) -> Scope:
    """The scope of the answers to an operation of a valid document, whatever its variables leave out.

    A field without a scope is private. Takes as many steps as the cost of the document counts selections.
    """
    root = schema.get_root_type(operation.operation)
    if operation.operation is not OperationType.QUERY or root is None:
        return Scope.NEVER
    return max(_scopes(schema, document, operation.selection_set, root, declared), default=Scope.PRIVATE)


def _scopes(
    schema: GraphQLSchema,
    document: DocumentNode,
    outermost: SelectionSetNode,
    root: GraphQLCompositeType,
    declared: DeclaredScope,
) -> Iterator[Scope]:
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    pending: list[_Part] = [(outermost, root)]
    while pending:
        selection_set, parent = pending.pop()
        for selection in selection_set.selections:
            part: _Part | None = None
            if isinstance(selection, FieldNode):
                yield _scope_of_field(parent, selection.name.value, declared)
                part = _within_field(schema, parent, selection)
            elif isinstance(selection, InlineFragmentNode):
                part = _within(schema, parent, selection.type_condition, selection.selection_set)
            # Once each: a fragment has the same scope wherever it is spread.
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value in fragments:
                fragment = fragments.pop(selection.name.value)
                part = _within(schema, parent, fragment.type_condition, fragment.selection_set)
            if part is not None:
                pending.append(part)


def _within_field(schema: GraphQLSchema, parent: GraphQLCompositeType, selected: FieldNode) -> _Part | None:
    found = schema.get_field(parent, selected.name.value)
    kind = get_named_type(found.type) if found else None
    return (selected.selection_set, kind) if selected.selection_set and is_composite_type(kind) else None


def _within(
    schema: GraphQLSchema,
    parent: GraphQLCompositeType,
    condition: NamedTypeNode | None,
    selection_set: SelectionSetNode,
) -> _Part:
    kind = schema.get_type(condition.name.value) if condition else None
    return selection_set, kind if is_composite_type(kind) else parent


def _scope_of_field(parent: GraphQLCompositeType, name: str, declared: DeclaredScope) -> Scope:
    """The schema describes itself to everybody in the same way."""
    if name.startswith("__") or is_introspection_type(parent):
        return Scope.PUBLIC
    return declared(parent.name, name) or Scope.PRIVATE
