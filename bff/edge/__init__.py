"""The GraphQL edge over HTTP: limits, strict reading, cost, execution, safe errors, content negotiation."""

from bff.edge.endpoint import GraphQLEndpoint
from bff.edge.in_context import InContext
from bff.edge.limits import RequestLimits

__all__ = ["GraphQLEndpoint", "InContext", "RequestLimits"]
