"""Documents by their hash: as clients register them, and as the shop does."""

import asyncio
import hashlib
import sys
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import pytest

from bff.edge import GraphQLEndpoint, RequestLimits
from bff.edge.persisted import PersistedDocuments
from bff.edge.requests import GraphQLRequest
from datasources.kit.caches import ENTRY_BYTES, MemoryBudget
from tests.unit.edge.shop import SCHEMA, Client, codes, make_context

QUERY = "{ product { title } }"
MUG = {"data": {"product": {"title": "Mug"}}}


@dataclass
class Store:
    """What all processes share, in memory."""

    texts: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    used: list[str] = field(default_factory=list)

    async def get(self, sha256: str) -> str | None:
        """The text of a hash."""
        self.asked += 1
        return self.texts.get(sha256)

    async def put(self, sha256: str, text: str) -> None:
        """Keeps a text."""
        self.texts[sha256] = text

    async def use(self, sha256: str, text: str) -> None:
        """Keeps a text in use."""
        self.texts[sha256] = text
        self.used.append(text)


def sha256(text: str) -> str:
    """The hash of a text, as clients send it."""
    return hashlib.sha256(text.encode()).hexdigest()


def persisted(text: str) -> dict[str, Any]:
    """The extension that names a document."""
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}


def client_of(documents: PersistedDocuments | None) -> httpx.AsyncClient:
    """A client of a process that knows these documents."""
    endpoint = GraphQLEndpoint(SCHEMA, make_context, RequestLimits(), lambda *_: None, persisted=documents)
    return httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://shop")


async def test_a_client_registers_a_document_by_sending_it_once() -> None:
    """As Apollo's clients do: only the hash, then both, then only the hash by GET; another process knows it too."""
    store = Store()
    client = client_of(PersistedDocuments(store, MemoryBudget()))
    unknown = await client.post("/", json={"extensions": persisted(QUERY)})
    assert (unknown.status_code, codes(unknown)) == (200, ["PERSISTED_QUERY_NOT_FOUND"])
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert unknown.headers["cache-control"] == "no-store"
    assert (await client.post("/", json={"query": QUERY, "extensions": persisted(QUERY)})).json() == MUG
    parameters = {"extensions": orjson.dumps(persisted(QUERY)).decode()}
    assert (await client.get("/", params=parameters)).json() == MUG
    assert store.asked == 1
    other = client_of(PersistedDocuments(store, MemoryBudget()))
    assert [(await other.get("/", params=parameters)).json() for _ in range(3)] == [MUG] * 3
    assert store.asked == 2


async def test_a_hash_of_another_text_is_refused() -> None:
    """Nobody can give a document another one's name."""
    store = Store()
    client = client_of(PersistedDocuments(store, MemoryBudget()))
    answer = await client.post("/", json={"query": "{ country }", "extensions": persisted(QUERY)})
    assert (answer.status_code, codes(answer)) == (400, ["PERSISTED_QUERY_HASH_MISMATCH"])
    store.texts[sha256(QUERY)] = "{ country }"
    assert codes(await client.post("/", json={"extensions": persisted(QUERY)})) == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_documents_that_are_not_valid_are_not_registered() -> None:
    """They are refused each time they are sent."""
    store = Store()
    client = client_of(PersistedDocuments(store, MemoryBudget()))
    for text in ("{ nonsense }", "{"):
        assert "errors" in (await client.post("/", json={"query": text, "extensions": persisted(text)})).json()
    assert store.texts == {}


@pytest.mark.parametrize(
    "extension",
    ["text", {}, {"version": 2, "sha256Hash": "0" * 64}, {"version": 1, "sha256Hash": "0"}, {"version": 1}],
    ids=["text", "empty", "version-2", "short", "no-hash"],
)
async def test_a_name_that_is_none_is_refused(extension: object) -> None:
    """Whether a query comes with it or not."""
    client = client_of(PersistedDocuments(Store(), MemoryBudget()))
    for query in ({}, {"query": QUERY}):
        answer = await client.post("/", json={**query, "extensions": {"persistedQuery": extension}})
        assert (answer.status_code, codes(answer)) == (400, ["BAD_REQUEST"])


async def test_a_shop_may_run_registered_documents_only() -> None:
    """By their hash or written out; nothing else, and nothing new."""
    store = Store()
    client = client_of(PersistedDocuments(store, MemoryBudget(), {sha256(QUERY): QUERY}, only_registered=True))
    for members in (
        {"extensions": persisted(QUERY)},
        {"query": QUERY, "extensions": persisted(QUERY)},
        {"query": QUERY},
    ):
        assert (await client.post("/", json=members)).json() == MUG
    other = "{ country }"
    for members in (
        {"query": other},
        {"query": other, "extensions": persisted(other)},
        {"extensions": persisted(other)},
        {"query": other, "extensions": persisted(QUERY)},
    ):
        answer = await client.post("/", json=members)
        assert codes(answer) == ["PERSISTED_QUERY_NOT_REGISTERED"]
        assert "data" not in answer.json()
    assert (store.texts, store.asked) == ({}, 0)


async def test_no_more_texts_are_kept_in_memory_than_told() -> None:
    """Dropped texts are read from the store again."""
    store = Store()
    documents = PersistedDocuments(
        store, MemoryBudget(sys.getsizeof(QUERY) + sys.getsizeof(sha256(QUERY)) + ENTRY_BYTES)
    )
    client = client_of(documents)
    other = "{ country } "
    for text in (QUERY, other):
        await client.post("/", json={"query": text, "extensions": persisted(text)})
    assert (await client.post("/", json={"extensions": persisted(QUERY)})).json() == MUG
    assert store.asked == 1


async def test_an_endpoint_without_documents_says_so(client: Client) -> None:
    """Apollo's clients stop sending hashes then."""
    answer = await client.post_body(orjson.dumps({"extensions": persisted(QUERY)}))
    assert codes(answer) == ["PERSISTED_QUERY_NOT_SUPPORTED"]


async def test_a_network_registers_a_bounded_number_of_documents() -> None:
    """Beyond it documents run, but are not kept; those that are known do not count."""
    store, left = Store(), [2]
    documents = PersistedDocuments(store, MemoryBudget())

    def may_register() -> bool:
        left[0] -= 1
        return left[0] >= 0

    texts = ["{ a: country }", "{ a: country }", "{ b: country }", "{ c: country }"]
    for text in texts:
        await documents.keep(GraphQLRequest(text, sha256=sha256(text)), may_register)
    assert list(store.texts.values()) == ["{ a: country }", "{ b: country }"]


def by_hash(text: str) -> GraphQLRequest:
    """A request that names its document."""
    return GraphQLRequest("", sha256=sha256(text))


async def test_uses_are_reported_once_a_minute() -> None:
    """The first one at once, and again a minute later; a text that was only registered is in no use."""
    store, now = Store(), [0.0]
    documents = PersistedDocuments(store, MemoryBudget(), clock=lambda: now[0])
    await documents.keep(GraphQLRequest(QUERY, sha256=sha256(QUERY)))
    await asyncio.sleep(0)
    assert store.used == []
    for seconds, reports in ((0.0, 1), (59.0, 1), (60.0, 2), (61.0, 2)):
        now[0] = seconds
        for _ in range(3):
            assert await documents.text(by_hash(QUERY)) == QUERY
        await asyncio.sleep(0)
        assert store.used == [QUERY] * reports


async def test_a_client_that_always_sends_the_text_uses_it_too() -> None:
    """Beginning with the second time: anyone sends a text once."""
    store = Store()
    documents = PersistedDocuments(store, MemoryBudget())
    for _ in range(3):
        await documents.keep(GraphQLRequest(QUERY, sha256=sha256(QUERY)))
    await asyncio.sleep(0)
    assert store.used == [QUERY]


async def test_reports_that_wait_for_the_store_are_bounded() -> None:
    """While it is silent; the others are made with a later use."""
    store, answering, now = Store(), asyncio.Event(), [0.0]

    async def use(sha256: str, text: str) -> None:
        await answering.wait()
        store.used.append(text)

    store.use = use  # type: ignore[method-assign]
    documents = PersistedDocuments(store, MemoryBudget(), clock=lambda: now[0])
    texts = [f"{{ a{number}: country }}" for number in range(40)]
    for text in texts * 2:
        await documents.keep(GraphQLRequest(text, sha256=sha256(text)))
    answering.set()
    await _settle()
    assert len(store.used) == 32
    for text in texts:
        documents.used(sha256(text))
    await _settle()
    assert sorted(store.used) == sorted(texts)


async def _settle() -> None:
    """Lets the tasks run that wait for nothing."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_flood_does_not_push_a_document_in_use_out_of_memory() -> None:
    """One that is used between the others stays, without a question to the store."""
    store = Store()
    documents = PersistedDocuments(store, MemoryBudget(100_000))
    await documents.keep(GraphQLRequest(QUERY, sha256=sha256(QUERY)))
    for number in range(1_000):
        text = f"{{ a{number}: country }}"
        await documents.keep(GraphQLRequest(text, sha256=sha256(text)))
        if number % 50 == 0:
            assert await documents.text(by_hash(QUERY)) == QUERY
    assert store.asked == 0
