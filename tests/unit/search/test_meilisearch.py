"""What the adapter says to a Meilisearch server, and what it makes of the answers."""

import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from datasources.search.meilisearch import SETTINGS, MeilisearchEngine
from datasources.search.texts import filter_key
from domain.kit import refusals
from domain.search import SearchDocument, SearchQuery, SearchSort, UnavailableProducts
from tests.unit.search.meilisearch_server import KEY, Server, Told

_MUG = SearchDocument(
    product_id=7,
    title="Crème Mug",
    vendor="Kiln",
    product_type="Mugs",
    tags=("gift",),
    collections=("table",),
    skus=("M-1",),
    description="Holds tea.",
    price_minor=1_200,
    available=True,
    units_sold=5,
    created_at=100,
)
_ID = "0000000000000000007"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with no story yet."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture
async def engine(server: Server) -> AsyncIterator[MeilisearchEngine]:
    """The adapter of the shop `a:b`."""
    engine = MeilisearchEngine(server.url, KEY, "a:b", 5.0)
    yield engine
    await engine.close()


def _said(server: Server) -> list[Told]:
    """Everything but the questions after tasks."""
    return [told for told in server.script.told if not told.path.startswith("/tasks/")]


async def _options(server: Server, engine: MeilisearchEngine, query: SearchQuery) -> dict[str, Any]:
    await engine.search(query)
    (told,) = _said(server)
    assert (told.method, told.path) == ("POST", "/indexes/a-3a-bproducts/search")
    options: dict[str, Any] = told.body
    return options


async def test_a_search_asks_for_all_folded_words(server: Server, engine: MeilisearchEngine) -> None:
    """A page by offset, every word needed, nothing but keys in the answer."""
    assert await _options(server, engine, SearchQuery("  Crème  MUG's ☕ ", 20, offset=40)) == {
        "q": "creme mug",
        "offset": 40,
        "limit": 20,
        "filter": [],
        "sort": [],
        "matchingStrategy": "all",
        "attributesToRetrieve": ["id"],
    }


async def test_filters_hold_no_text_of_the_shopper(server: Server, engine: MeilisearchEngine) -> None:
    """Values are digests of 32 letters and digits; all filters must match."""
    filters = (("tag", '" OR 1 = 1 OR filters = "'), ("vendor", "O'Neill \\"))
    options = await _options(server, engine, SearchQuery("", 1, filters=filters, unavailable=UnavailableProducts.HIDE))
    assert options["filter"] == [
        f'filters = "{filter_key(*filters[0])}"',
        f'filters = "{filter_key(*filters[1])}"',
        "available = 1",
    ]
    assert all(len(filter_key(*each)) == 32 and filter_key(*each).isalnum() for each in filters)


@pytest.mark.parametrize(
    ("query", "sort"),
    [
        (SearchQuery("", 1, sort=SearchSort.PRICE), ["price_minor:asc", "id:asc"]),
        (SearchQuery("", 1, sort=SearchSort.TITLE, reverse=True), ["title_order:desc", "id:desc"]),
        (SearchQuery("", 1, sort=SearchSort.BEST_SELLING), ["units_sold:asc", "id:asc"]),
        (
            SearchQuery("", 1, sort=SearchSort.CREATED_AT, unavailable=UnavailableProducts.LAST),
            ["available:desc", "created_at:asc", "id:asc"],
        ),
        (SearchQuery("", 1, unavailable=UnavailableProducts.LAST), ["available:desc"]),
    ],
)
async def test_orders_become_sort_expressions(
    server: Server, engine: MeilisearchEngine, query: SearchQuery, sort: list[str]
) -> None:
    """Sold-out products last, then the field, then the key, so that no two products are equal."""
    assert (await _options(server, engine, query))["sort"] == sort


async def test_every_field_asked_for_is_declared() -> None:
    """A server refuses to sort or filter by what its settings do not name."""
    assert set(SETTINGS["sortableAttributes"]) == {
        *("available", "id"),
        *("price_minor", "title_order", "units_sold", "created_at"),
    }
    assert set(SETTINGS["filterableAttributes"]) == {"available", "filters", "id"}


async def test_hits_are_product_ids_in_the_order_of_the_answer(server: Server, engine: MeilisearchEngine) -> None:
    """With the server's estimate of their number."""
    server.script.answer = {"hits": [{"id": _ID}, {"id": "4611686018427387907"}], "estimatedTotalHits": 12}
    hits = await engine.search(SearchQuery("mug", 2))
    assert (hits.product_ids, hits.total) == ((7, 2**62 + 3), 12)


async def test_reversed_relevance_is_counted_from_the_end(server: Server, engine: MeilisearchEngine) -> None:
    """Of 12 hits the first two in reverse are the eleventh and the twelfth, turned round."""
    server.script.answer = {"hits": [{"id": "1"}, {"id": "2"}], "estimatedTotalHits": 12}
    query = SearchQuery("mug", 2, reverse=True, unavailable=UnavailableProducts.LAST)
    assert (await engine.search(query)).product_ids == (2, 1)
    count, page = (told.body for told in _said(server))
    assert (count["offset"], count["limit"]) == (0, 0)
    assert (page["offset"], page["limit"], page["sort"]) == (10, 2, ["available:asc"])


async def test_indexing_sends_documents_and_waits_for_the_task(server: Server, engine: MeilisearchEngine) -> None:
    """The client polls the task until it is done."""
    await engine.index([_MUG])
    (told,) = _said(server)
    assert (told.method, told.path) == ("POST", "/indexes/a-3a-bproducts/documents")
    assert told.body == [
        {
            "id": _ID,
            "title": "Crème Mug",
            "labels": ["Kiln", "Mugs", "gift", "M-1"],
            "description": "Holds tea.",
            "filters": [
                filter_key("tag", "gift"),
                filter_key("collection", "table"),
                filter_key("vendor", "Kiln"),
                filter_key("product_type", "Mugs"),
            ],
            "available": 1,
            "price_minor": 1_200,
            "title_order": "creme mug",
            "units_sold": 5,
            "created_at": 100,
        }
    ]
    assert [told.path for told in server.script.told[1:]] == ["/tasks/0", "/tasks/0"]


async def test_removing_and_clearing_name_what_goes(server: Server, engine: MeilisearchEngine) -> None:
    """One request each; removing nothing sends nothing."""
    await engine.remove([])
    await engine.remove([7])
    await engine.clear()
    assert _said(server) == [
        Told("POST", "/indexes/a-3a-bproducts/documents/delete", {"filter": f'id IN ["{_ID}"]'}),
        Told("DELETE", "/indexes/a-3a-bproducts/documents", None),
    ]


async def test_preparing_creates_the_index_and_its_settings(server: Server, engine: MeilisearchEngine) -> None:
    """An index that exists already is no failure."""
    server.script.tasks = [{"status": "failed", "error": {"code": "index_already_exists"}}]
    await engine.prepare()
    assert _said(server) == [
        Told("POST", "/indexes", {"uid": "a-3a-bproducts", "primaryKey": "id"}),
        Told("PATCH", "/indexes/a-3a-bproducts/settings", SETTINGS),
    ]


@pytest.mark.parametrize("number", [0, 1])
async def test_a_task_that_fails_is_no_success(server: Server, engine: MeilisearchEngine, number: int) -> None:
    """Neither when it creates the index nor when it changes its settings."""
    tasks: list[dict[str, Any]] = [{}, {}]
    tasks[number] = {"status": "failed", "error": {"code": "internal"}}
    server.script.tasks = tasks
    with pytest.raises(refusals.Unavailable):
        await engine.prepare()


@pytest.mark.parametrize(
    "failure",
    [
        (500, b'{"message": "boom", "code": "internal"}'),
        (403, b'{"message": "The provided API key is invalid.", "code": "invalid_api_key"}'),
        (404, b'{"message": "Index not found", "code": "index_not_found"}'),
        (502, b"<html>bad gateway</html>"),
        (200, b"not json"),
    ],
)
async def test_failures_of_the_server_are_unavailable(
    server: Server, engine: MeilisearchEngine, failure: tuple[int, bytes]
) -> None:
    """Searching, indexing and the health check say so; no message shows the key or what the server said."""
    server.script.failure = failure
    for call in (engine.search(SearchQuery("mug", 1)), engine.index([_MUG]), engine.ping()):
        with pytest.raises(refusals.Unavailable) as raised:
            await call
        assert raised.value.code == "SEARCH_UNAVAILABLE"
        assert KEY not in raised.value.message


async def test_a_silent_server_is_unavailable_after_the_deadline(server: Server) -> None:
    """The caller is not kept waiting."""
    server.script.silent = threading.Event()
    engine = MeilisearchEngine(server.url, KEY, "", 0.1)
    with pytest.raises(refusals.Unavailable):
        await engine.search(SearchQuery("mug", 1))
    server.script.silent.set()
    await engine.close()


async def test_nobody_listening_is_unavailable() -> None:
    """The caller gets `Unavailable`, not the client's error."""
    engine = MeilisearchEngine("http://127.0.0.1:1", KEY, "", 1.0)
    with pytest.raises(refusals.Unavailable):
        await engine.ping()
    await engine.close()
