"""Types that every part of the schema uses: money, connections, attributes, refusals."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Generic, TypeVar

import strawberry
from strawberry import UNSET, Parent

from domain.kit.ids import global_id
from domain.kit.paging import Page, encode_cursor
from schema.enums import CurrencyCode

T = TypeVar("T")


def id_field(kind: str) -> Any:
    """The global id of a record whose key is `id`."""

    def id_of(root: Parent[Any]) -> strawberry.ID:
        return strawberry.ID(global_id(kind, root.id))

    return strawberry.field(resolver=id_of, description="A globally unique id.", graphql_type=strawberry.ID)


def always(value: Any, type_: Any, description: str, deprecated: str | None = None) -> Any:
    """A field that existing clients select and that has the same value for every record."""
    return strawberry.field(
        resolver=lambda: value, graphql_type=type_, description=description, deprecation_reason=deprecated
    )


def is_record(kind: type | tuple[type, ...]) -> Any:
    """Tells GraphQL the type of a record, for fields with several possible types."""
    return staticmethod(lambda record, _info: isinstance(record, kind))


@strawberry.interface(description="An object with a global id.")
class Node:
    """Relay's interface."""

    id: strawberry.ID = strawberry.field(description="A globally unique id.")


@strawberry.type(description="An amount of money with its currency.")
class MoneyV2:
    """A view over `domain.kit.money.Money`."""

    amount: Decimal = strawberry.field(
        resolver=lambda root: root.brief, description="The amount as a decimal string.", graphql_type=Decimal
    )
    currency_code = strawberry.field(
        resolver=lambda root: root.currency, description="The currency.", graphql_type=CurrencyCode
    )


@strawberry.input(description="An amount of money with its currency.")
class MoneyInput:
    """An amount as clients send it."""

    amount: Decimal = strawberry.field(description="The amount as a decimal string.")
    currency_code: CurrencyCode = strawberry.field(description="The currency.")

    def pair(self) -> tuple[str, str]:
        """The amount as text, and its currency."""
        return str(self.amount), self.currency_code.value


@strawberry.type(description="The position of a page in its list.")
class PageInfo:
    """A view over `domain.kit.paging.Page`."""

    has_next_page = strawberry.field(
        resolver=lambda root: root.has_next, description="Whether more elements follow.", graphql_type=bool
    )
    has_previous_page = strawberry.field(
        resolver=lambda root: root.has_previous, description="Whether more elements come before.", graphql_type=bool
    )
    start_cursor = strawberry.field(
        resolver=lambda root: encode_cursor(root.keys[0]) if root.keys else None,
        description="Cursor of the first element.",
        graphql_type=str | None,
    )
    end_cursor = strawberry.field(
        resolver=lambda root: encode_cursor(root.keys[-1]) if root.keys else None,
        description="Cursor of the last element.",
        graphql_type=str | None,
    )


def edges_of(root: Parent[Page[Any]]) -> list["Edge[Any]"]:
    """Elements with their cursors."""
    return [Edge(node=node, cursor=encode_cursor(key)) for node, key in zip(root.items, root.keys, strict=True)]


@strawberry.type(description="An element of a list with its cursor.")
class Edge(Generic[T]):
    """Relay's edge."""

    node: T = strawberry.field(description="The element.")
    cursor: str = strawberry.field(description="The position of the element in the list.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    """Relay's connection, a view over `domain.kit.paging.Page`."""

    nodes: list[T] = strawberry.field(resolver=lambda root: root.items, description="The elements.")
    edges: list[Edge[T]] = strawberry.field(resolver=edges_of, description="The elements with their cursors.")
    page_info: PageInfo = strawberry.field(
        resolver=lambda root: root, description="The position of the page in the list."
    )


@strawberry.input(description="A key with its value.")
class AttributeInput:
    """A custom attribute of a cart or a line."""

    key: str = strawberry.field(description="The key.")
    value: str = strawberry.field(description="The value.")


@strawberry.type(description="A key with its value.")
class Attribute:
    """A view over a (key, value) pair."""

    key = strawberry.field(resolver=lambda root: root[0], description="The key.", graphql_type=str)
    value = strawberry.field(resolver=lambda root: root[1], description="The value.", graphql_type=str | None)


def cleared(given: str | None) -> str | None:
    """A text of an input whose default is UNSET: None if it was left out, empty if it was null."""
    return None if given is UNSET else given or ""


def pairs(given: Sequence[AttributeInput] | None) -> tuple[tuple[str, str], ...]:
    """The attributes as the domain knows them."""
    return tuple((attribute.key, attribute.value) for attribute in given or ())
