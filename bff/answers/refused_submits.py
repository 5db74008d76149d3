"""Submits of carts that were refused a moment ago are answered without executing anything: a sale ends in many of them.

Only where the answer cannot depend on who asks: without a login, and in documents that use variables for the arguments
of the one `cartSubmitForCompletion` and nowhere else.
"""

from collections.abc import Hashable, Mapping
from typing import Any, cast

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

from bff.edge.documents import PreparedDocument
from bff.edge.requests import GraphQLRequest
from domain.checkout.commands import SubmitCart
from domain.kit.refusals import Refusal
from resolvers.cart.access import cart_key
from resolvers.context import Context
from services.checkout.submit import CheckoutService

FIELD = "cartSubmitForCompletion"
_ARGUMENTS = {"cartId", "attemptToken", "payment"}
MAX_KNOWN = 500


class RefusedSubmits:
    """The shortcut of submits. What a document asks for is found once."""

    def __init__(self, checkout: CheckoutService) -> None:
        self._checkout = checkout
        self._fields: dict[int, tuple[OperationDefinitionNode, FieldNode | None]] = {}

    async def outcome(
        self, request: Request, prepared: PreparedDocument, operation: OperationDefinitionNode, asked: GraphQLRequest
    ) -> Hashable | None:
        """The refusals, if it will be refused."""
        if operation.operation is not OperationType.MUTATION or "authorization" in request.headers:
            return None
        field = self._field(prepared, operation)
        command = None if field is None else _command(field, asked.variables)
        return None if command is None else await self._checkout.refused_again(command) or None

    def foretell(self, context: object, outcome: Any) -> None:
        """The resolver is told what is known."""
        cast(Context, context).refused_submit = cast(tuple[Refusal, ...], outcome)

    def _field(self, prepared: PreparedDocument, operation: OperationDefinitionNode) -> FieldNode | None:
        known = self._fields.get(id(operation))
        if known is None:
            if len(self._fields) >= MAX_KNOWN:
                self._fields.clear()
            known = self._fields[id(operation)] = operation, _only_submit(prepared, operation)
        return known[1]


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
    """What is submitted, when every value is plainly a text."""
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
