"""Fixtures of these tests."""

from collections.abc import AsyncIterator

import pytest

from datasources.kit.database import Database
from tests.kit.flash_sales import Stall, open_stall


@pytest.fixture
async def database(relational_url: str) -> AsyncIterator[Database]:
    """Patient: a crowd on a slow machine waits for connections longer than one request of a shop would."""
    database = Database(relational_url, deadline=60)
    yield database
    await database.close()


@pytest.fixture
async def stall(database: Database) -> Stall:
    """A stall on each relational store."""
    return await open_stall(database)
