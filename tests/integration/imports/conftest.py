"""Fixtures of these tests."""

import pytest

from datasources.kit.database import Database
from services.imports.writes import ProductWriter
from tests.kit.imports import MARKETS, Contents


@pytest.fixture
def contents() -> Contents:
    """An empty document store."""
    return Contents()


@pytest.fixture
def writer(database: Database, contents: Contents) -> ProductWriter:
    """Writes products."""
    return ProductWriter(database, contents, MARKETS)
