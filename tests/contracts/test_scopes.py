"""Every field of the schema says for whom its value is the same, so that no cache gives it to somebody else."""

from collections.abc import Callable

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, build_schema

from bff.edge.execution import core_schema
from resolvers.kit.scopes import Scope
from schema.build import schema
from schema.scopes import FIELDS, TYPES, declared_scope

CORE = core_schema(schema)
Declared = Callable[[str, str], Scope | None]
# They have no scope of their own to inherit.
ROOTS = {CORE.query_type, CORE.subscription_type} - {None}


def _fields(built: GraphQLSchema) -> set[tuple[str, str]]:
    return {
        (kind.name, field)
        for kind in built.type_map.values()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not kind.name.startswith("__")
        for field in kind.fields
    }


def undeclared(built: GraphQLSchema, declared: Declared) -> list[str]:
    """The fields without a scope."""
    return sorted(f"{kind}.{field}" for kind, field in _fields(built) if declared(kind, field) is None)


def test_every_field_declares_its_scope() -> None:
    """In schema/scopes.py: by its type or by itself."""
    assert undeclared(CORE, declared_scope) == []


def test_a_field_that_is_not_declared_is_found() -> None:
    """Of a new type, and of the query type, whose fields inherit nothing."""
    built = build_schema("type Query { fresh: Fresh shop: Shop } type Fresh { id: ID } type Shop { name: String }")
    declared: dict[str, Scope] = {"Shop": Scope.PUBLIC}
    assert undeclared(built, lambda kind, _field: declared.get(kind)) == ["Fresh.id", "Query.fresh", "Query.shop"]


def test_no_root_has_a_scope_that_new_fields_would_inherit() -> None:
    """Only mutations: nobody keeps any of their answers."""
    assert not {kind.name for kind in ROOTS if kind} & TYPES.keys()
    assert TYPES["Mutation"] is Scope.NEVER


def test_nothing_is_declared_that_the_schema_lacks() -> None:
    """Nor twice."""
    fields = _fields(CORE)
    assert set(FIELDS) <= fields
    assert set(TYPES) <= {kind for kind, _ in fields}
    assert [name for (kind, name), scope in FIELDS.items() if TYPES.get(kind) is scope] == []


@pytest.mark.parametrize(("kind", "scope"), [("Cart", 4), ("Order", 4), ("Customer", 4), ("Node", 4), ("Product", 2)])
def test_what_belongs_to_somebody_is_private(kind: str, scope: int) -> None:
    """Whatever field it is reached by: the scope is one of the type."""
    assert TYPES[kind] == scope
    assert all(each >= scope for (of, _), each in FIELDS.items() if of == kind)
