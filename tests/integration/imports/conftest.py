"""Fixtures of these tests."""

from pathlib import Path

import pytest

from datasources.kit.database import Database
from services.imports.writes import ProductWriter
from tests.kit.fixtures.graphql_api import Api
from tests.kit.imported_shop import ImportedShop
from tests.kit.imports import MARKETS, Contents


@pytest.fixture
def shop(api: Api, tmp_path: Path) -> ImportedShop:
    """An empty shop with the territories GB, US and EU, to import files into and to ask."""
    return ImportedShop(api, tmp_path)


@pytest.fixture
def contents() -> Contents:
    """An empty document store."""
    return Contents()


@pytest.fixture
def writer(database: Database, contents: Contents) -> ProductWriter:
    """Writes products."""
    return ProductWriter(database, contents, MARKETS)
