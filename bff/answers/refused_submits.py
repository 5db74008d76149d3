"""Answers submits of carts that were refused a moment ago without executing them: a sale ends with many of them.

It does so only where the answer cannot depend on the viewer: without a login, and in documents that use variables for
the arguments of the one `cartSubmitForCompletion` and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    FieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    ValueNode,
    VariableNode,
    Visitor,
    visit,
)
from starlette.requests import Request

from bff.answers.ready import Found, ReadyAnswer
from bff.edge.caching import Caching
from bff.edge.documents import PreparedDocument
from bff.edge.heads import heads
from bff.edge.in_context import InContext
from bff.edge.requests import GraphQLRequest
from datasources.kit.caches import ByteCache, MemoryBudget
from domain.checkout.commands import SubmitCart
from domain.kit.refusals import Refusal
from resolvers.cart.access import cart_key
from resolvers.context import Context
from services.checkout.submit import CheckoutService

FIELD = "cartSubmitForCompletion"
_ARGUMENTS = {"cartId", "attemptToken", "payment"}
# The memory of a refusal: a code, a message and a path.
_REFUSAL_BYTES = 500
Refusals = tuple[Refusal, ...]


class RefusedSubmits:
    """Implements `bff.answers.ready.AnswerSource`. It examines each document once. `never`: how its answers are kept.

    Answers are kept by operation and refusals; the least recently used go first.
    """

    field = FIELD

    def __init__(self, checkout: CheckoutService, never: Caching, memory: MemoryBudget) -> None:
        self.checkout = checkout
        self._never = never
        # By the identity of an operation. The entry holds the operation, so that no other one gets the same identity.
        self._fields: ByteCache[int, tuple[OperationDefinitionNode, FieldNode | None]] = ByteCache(
            memory, "submitted_documents"
        )
        self._answers: ByteCache[tuple[int, Refusals], tuple[OperationDefinitionNode, ReadyAnswer]] = ByteCache(
            memory, "refused_submits"
        )

    def plan(
        self, prepared: PreparedDocument, operation: OperationDefinitionNode, asked: GraphQLRequest
    ) -> "SubmitPlan | None":
        """The plan of a plain submit; None for every other operation, and while nothing is known to be sold out."""
        if operation.operation is not OperationType.MUTATION or not self.checkout.refuses_again:
            return None
        field = self._field(prepared, operation)
        command = None if field is None else _command(field, asked.variables)
        return None if command is None else SubmitPlan(self, prepared, operation, command)

    def get(self, operation: OperationDefinitionNode, refusals: Refusals) -> ReadyAnswer | None:
        """The answer, if this operation had these refusals before."""
        kept = self._answers.get((id(operation), refusals))
        return None if kept is None else kept[1]

    def put(
        self,
        prepared: PreparedDocument,
        operation: OperationDefinitionNode,
        refusals: Refusals,
        data: dict[str, Any],
    ) -> None:
        """Keeps the answer of an operation with these refusals."""
        ready = ReadyAnswer(orjson.dumps({"data": data}), None, self._never.headers)
        size = len(ready.body) + _REFUSAL_BYTES * len(refusals) + prepared.estimated_bytes
        self._answers.put((id(operation), refusals), (operation, ready), size)

    def _field(self, prepared: PreparedDocument, operation: OperationDefinitionNode) -> FieldNode | None:
        known = self._fields.get(id(operation))
        if known is None:
            known = operation, _only_submit(prepared, operation)
            self._fields.put(id(operation), known, prepared.estimated_bytes)
        return known[1]


@dataclass(slots=True)
class SubmitPlan:
    """A submit; `refusals` are the gate's, once it has refused the submit."""

    source: RefusedSubmits
    prepared: PreparedDocument
    operation: OperationDefinitionNode
    command: SubmitCart
    refusals: Refusals = ()
    is_repeatable: bool = False

    async def answer(self, request: Request, _said: InContext) -> Found | None:
        """The refusal, if it is certain and was executed for this operation before."""
        if b"authorization" in heads(request.scope):
            return None
        self.refusals = await self.source.checkout.refused_again(self.command) or ()
        ready = self.source.get(self.operation, self.refusals) if self.refusals else None
        return None if ready is None else (ready, 0.0)

    def brief(self, context: Context) -> None:
        """Gives the resolver the gate's refusals."""
        context.refused_submit = self.refusals

    def learn(self, data: dict[str, Any]) -> None:
        """Keeps the answer of a refused submit for the next one."""
        if self.refusals:
            self.source.put(self.prepared, self.operation, self.refusals, data)


def _only_submit(prepared: PreparedDocument, operation: OperationDefinitionNode) -> FieldNode | None:
    """The submit, when it is all that the operation does and nothing besides its arguments uses a variable."""
    match operation.selection_set.selections:
        case (FieldNode() as field,) if field.name.value == FIELD:
            arguments = sum(_variables(argument.value) for argument in field.arguments or ())
            used = _variables(prepared.document) - len(operation.variable_definitions or ())
            return field if used == arguments else None
    return None


def _variables(node: Any) -> int:
    """How many variables are named in a part of a document."""
    counter = _Counter()
    visit(node, counter)
    return counter.variables


class _Counter(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.variables = 0

    def enter_variable(self, *_: Any) -> None:
        self.variables += 1


def _command(field: FieldNode, variables: Mapping[str, Any]) -> SubmitCart | None:
    """The submitted values, when every one is a string."""
    arguments = {argument.name.value: argument.value for argument in field.arguments or ()}
    agreed = arguments.pop("expectedTotal", None)
    if arguments.keys() != _ARGUMENTS or not _is_left_out(agreed, variables):
        return None
    cart_id = _text(arguments["cartId"], variables)
    attempt_token = _text(arguments["attemptToken"], variables)
    payment_token = _token(arguments["payment"], variables)
    if cart_id is None or attempt_token is None or payment_token is None:
        return None
    return SubmitCart(cart_key(cart_id), attempt_token, payment_token, territory="")


def _is_left_out(value: ValueNode | None, variables: Mapping[str, Any]) -> bool:
    return value is None or (isinstance(value, VariableNode) and variables.get(value.name.value) is None)


def _text(value: ValueNode | None, variables: Mapping[str, Any]) -> str | None:
    given: object = None
    if isinstance(value, VariableNode):
        given = variables.get(value.name.value)
    elif isinstance(value, StringValueNode):
        given = value.value
    return given if isinstance(given, str) else None


def _token(value: ValueNode | None, variables: Mapping[str, Any]) -> str | None:
    if isinstance(value, ObjectValueNode):
        fields = {each.name.value: each.value for each in value.fields}
        return _text(fields.get("token"), variables) if len(fields) == 1 else None
    given = variables.get(value.name.value) if isinstance(value, VariableNode) else None
    if not isinstance(given, dict) or list(given) != ["token"]:
        return None
    token = given["token"]
    return token if isinstance(token, str) else None
