"""Reads `@inContext(country, language, visitorConsent)` off an operation: for whom the answer is meant."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
)

from domain.accounts import StatedConsent

DIRECTIVE = "inContext"
# ISO 3166 keeps it for "unknown", and Hydrogen sends it when it does not know the country.
UNKNOWN_COUNTRY = "ZZ"

_CODE = re.compile("[A-Z]{2}(_[A-Z]{2,4})?")


@dataclass(frozen=True, slots=True)
class InContext:
    """`country` is an ISO 3166 code, `language` as in `EN` or `PT_BR`; None when the client did not say."""

    country: str | None = None
    language: str | None = None
    consent: StatedConsent = StatedConsent()


NOT_SAID = InContext()


def in_context(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> InContext:
    """What the operation says; `variables` as the client sent them. Invalid values read as None: executing refuses
    them."""
    values: dict[str, ValueNode] = {}
    for directive in operation.directives or ():
        if directive.name.value == DIRECTIVE:
            values = {argument.name.value: argument.value for argument in directive.arguments or ()}
    scope = _Variables(operation, variables)
    country = _code(scope.value(values.get("country")))
    consent = _consent(scope.value(values.get("visitorConsent")))
    return InContext(
        None if country == UNKNOWN_COUNTRY else country, _code(scope.value(values.get("language"))), consent
    )


def _code(value: object) -> str | None:
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None


def _consent(value: object) -> StatedConsent:
    """What is said about consent. A value that is wrong in any way says nothing."""
    said = value if isinstance(value, Mapping) else {}
    analytics, preferences = (
        said[name] if isinstance(said.get(name), bool) else None for name in ("analytics", "preferences")
    )
    return StatedConsent(analytics, preferences)


@dataclass(frozen=True, slots=True)
class _Variables:
    """The variables of an operation: as the client sent them, else their defaults."""

    operation: OperationDefinitionNode
    sent: Mapping[str, Any]

    def value(self, node: ValueNode | None) -> object:
        """The value of an argument as JSON has it; None for what is no name, no boolean and no object of these."""
        if isinstance(node, VariableNode):
            return self._of_variable(node.name.value)
        if isinstance(node, ObjectValueNode):
            return {field.name.value: self.value(field.value) for field in node.fields}
        return node.value if isinstance(node, EnumValueNode | BooleanValueNode) else None

    def _of_variable(self, name: str) -> object:
        if name in self.sent:
            return self.sent[name]
        for definition in self.operation.variable_definitions or ():
            if definition.variable.name.value == name and not isinstance(definition.default_value, VariableNode):
                return self.value(definition.default_value)
        return None
