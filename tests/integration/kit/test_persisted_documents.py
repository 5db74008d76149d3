"""Documents that clients registered, on each Redis."""

import asyncio

import pytest

from datasources.kit import redis
from datasources.kit.persisted_documents import MAX_CHARACTERS, PersistedDocumentStore
from datasources.kit.redis import Client


async def _put(store: PersistedDocumentStore, *names: str) -> None:
    for name in names:
        await store.put(name, f"{{ {name} }}")
        await asyncio.sleep(0.002)  # the next one is later


async def test_a_document_is_found_by_its_hash(redis_client: Client, redis_prefix: str) -> None:
    """Others are not, and long ones are not kept."""
    await redis_client.ping()
    store = PersistedDocumentStore(redis_client, redis_prefix)
    await _put(store, "one")
    await store.put("long", "x" * (MAX_CHARACTERS + 1))
    assert [await store.get(name) for name in ("one", "two", "long")] == ["{ one }", None, None]


async def test_the_oldest_documents_go_when_there_are_too_many(redis_client: Client, redis_prefix: str) -> None:
    """Registering again makes one new."""
    await redis_client.ping()
    store = PersistedDocumentStore(redis_client, redis_prefix, max_documents=2)
    await _put(store, "one", "two", "one", "three")
    assert [await store.get(name) is not None for name in ("one", "two", "three")] == [True, False, True]


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1", "redis+cluster://127.0.0.1:1"])
async def test_without_redis_no_document_is_found(url: str) -> None:
    """And none is kept: clients send the text."""
    client = redis.connect(url, deadline=0.2)
    store = PersistedDocumentStore(client, "")
    await _put(store, "one")
    assert await store.get("one") is None
    await client.close()
