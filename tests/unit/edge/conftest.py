"""A client of the small shop."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.edge.shop import Client


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A client with the default limits."""
    client = Client()
    async with client.http:
        yield client
