"""The codes of refusals: those of the enum are those that some code path refuses with, and clients know them all."""

import ast
from collections.abc import Iterator

import pytest

from domain.kit.refusals import OF_QUERIES, RefusalCode
from schema.errors import UserErrorCode
from tests.kit.paths import ROOT

LAYERS = ("bff", "datasources", "domain", "resolvers", "schema", "services", "workers")
REFUSING = {"PaymentDeclined", "PriceChanged", "Refusal", "per_line", "refuse"}


def codes_refused_with(source: str) -> set[str]:
    """Names of the codes that calls in a module make refusals of; comparing with a code refuses nothing."""
    return {name for call in _refusing_calls(ast.parse(source)) for name in _codes(call)}


def _refusing_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSING:
            yield node


def _codes(call: ast.Call) -> Iterator[str]:
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        match argument:
            case ast.Attribute(value=ast.Name(id="RefusalCode"), attr=name):
                yield name
            case ast.Constant(value=str(text)) if text.isupper() and "_" in text:
                yield text


@pytest.mark.slow
def test_every_code_is_one_that_somebody_can_meet() -> None:
    """The code refuses with each member of the enum, and with nothing else."""
    used: set[str] = set()
    for layer in LAYERS:
        for path in (ROOT / layer).rglob("*.py"):
            used |= codes_refused_with(path.read_text(encoding="utf-8"))
    assert used == {code.name for code in RefusalCode}


def test_a_code_that_is_only_compared_with_is_met_by_nobody() -> None:
    """A member that code reads but never refuses with does not count, nor does one in a comment."""
    source = (
        "if refusal.code is RefusalCode.TAKEN: pass  # refuse(RefusalCode.BLANK)\nraise refuse(RefusalCode.INVALID, '')"
    )
    assert codes_refused_with(source) == {"INVALID"}


def test_clients_know_every_code_of_mutations_with_its_meaning() -> None:
    """The GraphQL enum has the members of the domain's, less those that only queries refuse with."""
    described = {value.name: value.description for value in UserErrorCode.__strawberry_definition__.values}
    assert described == {code.name: code.meaning for code in RefusalCode if code not in OF_QUERIES}
