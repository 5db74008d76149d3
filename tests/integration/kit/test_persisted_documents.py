"""Documents that clients registered, on each Redis."""

import hashlib
import itertools

import pytest

from bff.edge.persisted import PersistedDocuments
from bff.edge.requests import GraphQLRequest
from datasources.kit import redis
from datasources.kit.allowances import Allowances
from datasources.kit.caches import MemoryBudget
from datasources.kit.limits import Limits
from datasources.kit.persisted_documents import MAX_BYTES, PersistedDocumentStore
from datasources.kit.redis import Client
from domain.kit.limits import DOCUMENTS_OF_NETWORK


async def _put(store: PersistedDocumentStore, *names: str) -> None:
    for name in names:
        await store.put(name, f"{{ {name} }}")


async def _found(store: PersistedDocumentStore, *names: str) -> list[bool]:
    return [await store.get(name) is not None for name in names]


async def test_a_document_is_found_by_its_hash(redis_client: Client, redis_prefix: str) -> None:
    """Others are not, and long ones are not kept."""
    await redis_client.ping()
    store = PersistedDocumentStore(redis_client, redis_prefix)
    await _put(store, "one")
    await store.put("long", "é" * (MAX_BYTES // 2 + 1))
    assert [await store.get(name) for name in ("one", "two", "long")] == ["{ one }", None, None]


def _ticking(client: Client, prefix: str, most: int) -> PersistedDocumentStore:
    """A store of `most` documents; each call is a millisecond later."""
    times = itertools.count(1_000_000)
    return PersistedDocumentStore(client, prefix, most, clock=lambda: next(times) / 1_000)


async def test_the_oldest_documents_go_when_there_are_too_many(redis_client: Client, redis_prefix: str) -> None:
    """Registering again makes one new."""
    await redis_client.ping()
    store = _ticking(redis_client, redis_prefix, 2)
    await _put(store, "one", "two", "one", "three")
    assert await _found(store, "one", "two", "three") == [True, False, True]


async def test_documents_in_use_stay_and_the_newest_has_a_place(redis_client: Client, redis_prefix: str) -> None:
    """One use is worth a minute; the many uses of one minute are worth no more than one."""
    await redis_client.ping()
    now = [1_000.0]
    store = PersistedDocumentStore(redis_client, redis_prefix, 3, clock=lambda: now[0])
    await _put(store, "used", "busy")
    for _ in range(9):
        await store.use("busy", "{ busy }")
    for minute in range(3):
        now[0] = 1_000.0 + 60 * minute
        await store.use("used", "{ used }")
    now[0] += 1
    await _put(store, "junk-1", "junk-2")
    assert await _found(store, "used", "busy", "junk-1", "junk-2") == [True, False, True, True]
    now[0] += 170
    await _put(store, "junk-3", "junk-4")
    assert await _found(store, "used", "junk-3", "junk-4") == [True, True, True]
    now[0] += 30
    await _put(store, "junk-5", "junk-6", "junk-7")
    assert await _found(store, "used", "junk-5", "junk-6", "junk-7") == [False, True, True, True]


async def test_a_document_in_use_returns_when_it_was_lost(redis_client: Client, redis_prefix: str) -> None:
    """A report brings the text along."""
    await redis_client.ping()
    store = _ticking(redis_client, redis_prefix, 2)
    await store.use("used", "{ used }")
    assert await store.get("used") == "{ used }"


@pytest.mark.slow
async def test_a_flood_by_several_networks_leaves_a_document_in_use(redis_client: Client, redis_prefix: str) -> None:
    """Each network within its budget, together more than the store holds; a process that starts then finds it."""
    await redis_client.ping()
    store = _ticking(redis_client, redis_prefix, 60)
    process = PersistedDocuments(store, MemoryBudget())
    used = "{ used }"
    await process.keep(GraphQLRequest(used, sha256=_sha256(used)))
    assert await process.text(GraphQLRequest("", sha256=_sha256(used))) == used
    limits = Limits(redis_client, redis_prefix, "a secret", factors={DOCUMENTS_OF_NETWORK.name: 0.05})
    allowances, registered = Allowances(limits), 0
    for network, number in itertools.product(range(4), range(40)):
        text = f"{{ junk{network}_{number} }}"

        def may_register(address: str = f"10.0.0.{network}") -> bool:
            return not allowances.take(DOCUMENTS_OF_NETWORK, address, 1)

        await process.keep(GraphQLRequest(text, sha256=_sha256(text)), may_register)
        registered += await store.get(_sha256(text)) is not None
    await allowances.close()
    assert 60 < registered < 160
    started = PersistedDocuments(store, MemoryBudget())
    assert await started.text(GraphQLRequest("", sha256=_sha256(used))) == used


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1", "redis+cluster://127.0.0.1:1"])
async def test_without_redis_no_document_is_found(url: str) -> None:
    """And none is kept: clients send the text."""
    client = redis.connect(url, deadline=0.2)
    store = PersistedDocumentStore(client, "")
    await _put(store, "one")
    assert await store.get("one") is None
    await client.close()
