"""One module writes each thing that others depend on, and no transaction waits for another store."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.paths import ROOT

LAYERS = ("bff", "datasources", "domain", "resolvers", "schema", "services", "workers")
WRITES = {"insert", "update"}
STATEMENT = re.compile(r"\b(insert\s+into|update)\s+[`\"]?orders\b", re.IGNORECASE)


def modules() -> list[Path]:
    return sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def names_of_orders(tree: ast.AST) -> set[str]:
    """The names of the table in a module."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module is not None)
    tables = (node for node in imports if (node.module or "").startswith("datasources.tables"))
    return {name.asname or name.name for node in tables for name in node.names if name.name == "orders"}


def is_table(node: ast.expr, names: set[str]) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "orders" and isinstance(node.value, ast.Name) and node.value.id == "tables"
    return isinstance(node, ast.Name) and node.id in names


def writes(source: str) -> Iterator[int]:
    """Lines that write rows of orders: `insert(orders)`, `orders.update()`, SQL as text."""
    tree = ast.parse(source)
    names = names_of_orders(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.search(node.value):
            yield node.lineno
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        owner = [called.value] if isinstance(called, ast.Attribute) else []
        if name in WRITES and any(is_table(part, names) for part in (*owner, *node.args[:1])):
            yield node.lineno


@pytest.mark.slow
def test_one_module_writes_orders() -> None:
    """Every change of `orders.status` is guarded in one place, `datasources/orders/transitions.py`."""
    writers = {str(path.relative_to(ROOT)) for path in modules() if any(writes(path.read_text()))}
    assert writers == {"datasources/orders/transitions.py"}


@pytest.mark.parametrize(
    "source",
    [
        "from datasources.tables import orders\nsa.update(orders).values(status='PAID')",
        "from datasources.tables.orders import orders as o\ninsert(o)",
        "from datasources import tables\ntables.orders.update()",
        "text('UPDATE orders SET status = 1')",
    ],
)
def test_a_second_writer_is_found(source: str) -> None:
    """The search finds the table under every name that a module may give it."""
    assert list(writes(source))


STORES = {"Content", "ContentEdits", "ContentStore", "Documents", "HomepageDocuments", "PageReferences"}


def stores_of(tree: ast.AST) -> set[str]:
    """Names of parameters that are document stores, with and without the underscore of attributes."""
    parameters = (node for node in ast.walk(tree) if isinstance(node, ast.arg) and node.annotation is not None)
    named = {each.arg for each in parameters if ast.unparse(each.annotation or each) in STORES | {"ProductContents"}}
    return named | {f"_{name}" for name in named}


def asked_in_transactions(source: str) -> Iterator[int]:
    """Lines in functions with a transaction that call a document store."""
    tree = ast.parse(source)
    stores = stores_of(tree)
    for function in ast.walk(tree):
        if not isinstance(function, ast.AsyncFunctionDef | ast.Lambda):
            continue
        if "tx" not in {parameter.arg for parameter in function.args.args}:
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and node.attr in stores:
                yield node.lineno


def test_no_transaction_waits_for_the_document_store() -> None:
    """A slow document store would block every writer of rows."""
    sources = {path: path.read_text() for path in (ROOT / "services").rglob("*.py")}
    assert any(stores_of(ast.parse(source)) for source in sources.values())
    found = {str(path.relative_to(ROOT)): list(asked_in_transactions(source)) for path, source in sources.items()}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_a_transaction_that_waits_is_found() -> None:
    """The search finds the stores by the types of parameters."""
    source = (
        "class Service:\n"
        "    def __init__(self, edits: ContentEdits): self._edits = edits\n"
        "    async def write(self, tx): await self._edits.replace_menu(menu)\n"
    )
    assert list(asked_in_transactions(source)) == [3]
