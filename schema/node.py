"""Queries for any object by its global id."""

import strawberry

from resolvers import node as resolve
from schema.kit.common import Node


@strawberry.type
class NodeQuery:
    """Relay's queries."""

    node = strawberry.field(resolver=resolve.node, description="The object with this id.", graphql_type=Node | None)
    nodes = strawberry.field(
        resolver=resolve.nodes, description="The objects with these ids, in order.", graphql_type=list[Node | None]
    )
