"""The event stream of a test."""

import pytest

from datasources.kit.redis import Client
from datasources.kit.stream import EventStream
from tests.kit.consuming import GROUP


@pytest.fixture
async def stream(redis_client: Client, redis_prefix: str) -> EventStream:
    """A stream with one group."""
    stream = EventStream(redis_client, redis_prefix)
    await stream.join(GROUP)
    return stream
