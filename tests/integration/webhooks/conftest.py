"""A desk of webhooks on every relational store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from datasources.kit.database import Database
from tests.kit.backends.databases import Databases
from tests.kit.fixtures.stores import present
from tests.kit.webhook_receiver import Receiver, listening
from tests.kit.webhooks import WebhookDesk


@pytest.fixture
def desk(database: Database) -> WebhookDesk:
    """Nobody has subscribed yet."""
    return WebhookDesk(database)


@pytest.fixture
async def lone_desk(all_databases: dict[str, Databases], tmp_path: Path) -> AsyncIterator[WebhookDesk]:
    """A desk on SQLite alone, for long stories whose statements other tests run on every store."""
    database = Database(await all_databases[present("sqlite").name].clean(tmp_path))
    yield WebhookDesk(database)
    await database.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A server that receives webhooks."""
    async with listening() as receiver:
        yield receiver
