"""A desk of webhooks on every relational store."""

from collections.abc import AsyncIterator

import pytest

from datasources.kit.database import Database
from tests.kit.webhook_receiver import Receiver, listening
from tests.kit.webhooks import WebhookDesk


@pytest.fixture
def desk(database: Database) -> WebhookDesk:
    """Nobody has subscribed yet."""
    return WebhookDesk(database)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A server that receives webhooks."""
    async with listening() as receiver:
        yield receiver
