"""Answers that are known before an operation is executed, because the same operation was answered so before.

What is executed each time costs a hundred times more than what is looked up. An answer may be kept only while nothing
in it depends on the values of variables: who offers a shortcut says so.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import OperationDefinitionNode
from starlette.requests import Request

from bff.edge.documents import PreparedDocument
from bff.edge.requests import GraphQLRequest

MAX_KEPT = 500


class Shortcut(Protocol):
    """Knows of operations what will come of them."""

    async def outcome(
        self, request: Request, prepared: PreparedDocument, operation: OperationDefinitionNode, asked: GraphQLRequest
    ) -> Hashable | None:
        """What will come of it, equal for equal answers to this operation; None when it has to be executed to know."""

    def foretell(self, context: object, outcome: Any) -> None:
        """Has the operation, executed in this context, come to that."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer; its operation is kept along, so that no other one gets its identity."""

    operation: OperationDefinitionNode
    data: dict[str, Any]


class KnownAnswers:
    """Data of answers by operation and outcome; the least recently used go first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, Hashable], _Kept] = OrderedDict()

    def get(self, operation: OperationDefinitionNode, outcome: Hashable) -> dict[str, Any] | None:
        """The data, if such an answer was given before."""
        kept = self._kept.get((id(operation), outcome))
        if kept is None:
            return None
        self._kept.move_to_end((id(operation), outcome))
        return kept.data

    def put(self, operation: OperationDefinitionNode, outcome: Hashable, data: dict[str, Any]) -> None:
        """Keeps the data of an answer without errors."""
        self._kept[id(operation), outcome] = _Kept(operation, data)
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
