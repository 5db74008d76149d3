"""Events have names of their own, by which versions of the shop know them."""

import ast

import pytest
import sqlalchemy as sa

from datasources.tables import outbox
from domain.events import EVENT_TYPES
from tests.contracts.test_layout import PACKAGES
from tests.kit.paths import ROOT

pytestmark = pytest.mark.slow


def _public_names() -> dict[str, list[str]]:
    """The modules that define each public class or function."""
    homes: dict[str, list[str]] = {}
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    homes.setdefault(node.name, []).append(str(file.relative_to(ROOT)))
    return homes


def test_no_event_shares_its_name() -> None:
    """Each is defined once in the project, on the page of events."""
    homes = _public_names()
    assert {name: homes[name] for name in EVENT_TYPES} == {name: ["domain/events.py"] for name in EVENT_TYPES}


def test_every_event_of_the_page_is_an_event() -> None:
    """Every event that is defined there is in the union; otherwise nobody could read it."""
    defined = {name for name, homes in _public_names().items() if "domain/events.py" in homes}
    assert defined == set(EVENT_TYPES)


def test_every_name_fits_into_the_outbox() -> None:
    kind = outbox.c.kind.type
    assert isinstance(kind, sa.String)
    assert kind.length is not None
    assert max(map(len, EVENT_TYPES)) <= kind.length
