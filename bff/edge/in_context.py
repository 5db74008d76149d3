"""Reads `@inContext(country, language)` off an operation: for whom the answer is meant."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import EnumValueNode, OperationDefinitionNode, ValueNode, VariableNode

DIRECTIVE = "inContext"
# ISO 3166 keeps it for "unknown", and Hydrogen sends it when it does not know the country.
UNKNOWN_COUNTRY = "ZZ"

_CODE = re.compile("[A-Z]{2}(_[A-Z]{2,4})?")


@dataclass(frozen=True, slots=True)
class InContext:
    """`country` is an ISO 3166 code, `language` as in `EN` or `PT_BR`; None when the client did not say."""

    country: str | None = None
    language: str | None = None


NOT_SAID = InContext()


def in_context(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> InContext:
    """What the operation says; `variables` as the client sent them. Invalid values read as None: executing refuses
    them."""
    values: dict[str, ValueNode] = {}
    for directive in operation.directives or ():
        if directive.name.value == DIRECTIVE:
            values = {argument.name.value: argument.value for argument in directive.arguments or ()}
    country = _code(values.get("country"), operation, variables)
    language = _code(values.get("language"), operation, variables)
    return InContext(None if country == UNKNOWN_COUNTRY else country, language)


def _code(value: ValueNode | None, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> str | None:
    name: object = None
    if isinstance(value, VariableNode):
        name = _variable(value.name.value, operation, variables)
    elif isinstance(value, EnumValueNode):
        name = value.value
    return name if isinstance(name, str) and _CODE.fullmatch(name) else None


def _variable(name: str, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> object:
    if name in variables:
        return variables[name]
    for definition in operation.variable_definitions or ():
        if definition.variable.name.value == name and isinstance(definition.default_value, EnumValueNode):
            return definition.default_value.value
    return None
