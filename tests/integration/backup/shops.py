"""Shops for backups, and empty ones to restore into."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from bff.settings.variables import Settings
from bff.stores.migrate import migrate
from bff.stores.wiring import Stores, open_stores
from datasources import tables
from datasources.kit import redis
from datasources.kit.documents import Documents
from tests.kit.fixtures.stores import present, remove_keys, unique_name


@asynccontextmanager
async def empty_shop(database_url: str, redis_url: str, directory: Path, **more: Any) -> AsyncIterator[Settings]:
    """Settings of a migrated shop over a database and a Redis; its documents and keys end with it."""
    name = unique_name()
    settings = Settings(
        data_dir=directory,
        database_url=SecretStr(database_url),
        mongo_url=SecretStr(present("mongo").url()),
        mongo_database=name,
        redis_url=SecretStr(redis_url),
        prefix=f"{name}:",
        search_url=f"tantivy://{directory / name}",
        sandbox_url="http://127.0.0.1:9",
        token_secret=SecretStr("a secret of the backups, long enough to sign"),
    ).model_copy(update=more)
    await migrate(settings)
    yield settings
    documents = Documents(settings.mongo_url.get_secret_value(), name)
    await documents.db.client.drop_database(name)
    await documents.close()
    client = redis.connect(redis_url, deadline=5.0)
    await remove_keys(client, settings.prefix)
    await client.close()


async def everything(settings: Settings) -> dict[str, list[Any]]:
    """Every row and every document of a shop."""
    async with open_stores(settings) as stores:
        return await _rows(stores) | await _documents(stores)


async def _rows(stores: Stores) -> dict[str, list[Any]]:
    found = {}
    for table in tables.metadata.sorted_tables:
        rows = await stores.database.all(sa.select(table).order_by(*table.primary_key.columns))
        found[table.name] = [tuple(row) for row in rows]
    return found


async def _documents(stores: Stores) -> dict[str, list[Any]]:
    database = stores.documents.db
    names = await database.list_collection_names()
    found = {f"documents of {name}": await database[name].find().sort("_id", 1).to_list(None) for name in names}
    return {name: documents for name, documents in found.items() if documents}
