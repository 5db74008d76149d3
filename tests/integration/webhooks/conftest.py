"""A desk of webhooks on every relational store."""

import pytest

from datasources.kit.database import Database
from tests.kit.webhooks import WebhookDesk


@pytest.fixture
def desk(database: Database) -> WebhookDesk:
    """Nobody has subscribed yet."""
    return WebhookDesk(database)
