"""Fixtures of these tests."""

import pytest

from datasources.kit.database import Database
from tests.kit.factories.catalog import Added
from tests.kit.order_desk import Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    """A desk on each relational store."""
    return Desk(database)


@pytest.fixture
async def mug(desk: Desk) -> Added:
    """Ten blue and ten red ones."""
    return await desk.open()
