"""What the adapter says to a Meilisearch server, and what it makes of the answers."""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from datasources.search.meilisearch import SETTINGS, MeilisearchEngine
from datasources.search.texts import filter_key, filter_keys
from domain.kit import refusals
from domain.search import SearchDocument, SearchQuery, UnavailableProducts
from tests.unit.search.meilisearch_server import KEY, Server, Told

_MUG = SearchDocument(
    product_id=7,
    handle="creme-mug",
    title="Crème Mug",
    vendor="Kiln",
    product_type="Mugs",
    tags=("gift",),
    collections=("table",),
    skus=("M-1",),
    barcodes=("400",),
    description="Holds tea.",
    available=True,
    units_sold=5,
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


async def _asked(server: Server, engine: MeilisearchEngine, query: SearchQuery) -> list[dict[str, Any]]:
    """The searches of one page: first for the product that the text identifies, then for the others."""
    await engine.search(query)
    told = _said(server)
    assert {(each.method, each.path) for each in told} == {("POST", "/indexes/a-3a-bproducts-v3/search")}
    return [each.body for each in told]


async def test_a_search_asks_for_the_exact_code_and_for_all_folded_words(
    server: Server, engine: MeilisearchEngine
) -> None:
    """A page by offset, every word needed, nothing but keys in the answer."""
    code = filter_key("code", "crème mug's ☕")
    page = {"offset": 40, "limit": 20, "matchingStrategy": "all", "attributesToRetrieve": ["id"]}
    assert await _asked(server, engine, SearchQuery("  Crème  MUG's ☕ ", 20, offset=40)) == [
        {"q": "", "filter": [f'filters = "{code}"'], **page},
        {"q": "creme mug", "filter": [f'filters != "{code}"'], **page},
    ]


async def test_filters_hold_no_text_of_the_shopper(server: Server, engine: MeilisearchEngine) -> None:
    """Values are digests of 32 letters and digits; all filters must match, and none of those left out."""
    filters = (("tag", '" OR 1 = 1 OR filters = "'), ("vendor", "O'Neill \\"))
    query = SearchQuery("", 1, filters=filters[:1], without=filters[1:], unavailable=UnavailableProducts.HIDE)
    (options,) = await _asked(server, engine, query)
    assert options["filter"] == [
        f'filters = "{filter_key(*filters[0])}"',
        f'filters = "{filter_key("available", "yes")}"',
        f'filters != "{filter_key(*filters[1])}"',
    ]
    assert all(len(filter_key(*each)) == 32 and filter_key(*each).isalnum() for each in filters)


async def test_sold_out_products_are_a_list_of_their_own(server: Server, engine: MeilisearchEngine) -> None:
    """It begins where the list of the others ends."""
    server.script.answer = {"hits": [], "estimatedTotalHits": 12}
    query = SearchQuery("", 5, offset=14, unavailable=UnavailableProducts.LAST)
    first, then = await _asked(server, engine, query)
    assert (first["filter"], first["offset"]) == ([f'filters = "{filter_key("available", "yes")}"'], 14)
    assert (then["filter"], then["offset"]) == ([f'filters = "{filter_key("available", "no")}"'], 2)


async def test_good_matches_are_searched_for_from_the_best_to_all(server: Server, engine: MeilisearchEngine) -> None:
    """Whole words of title and labels, then beginnings and typos there, then anywhere; each with and without stock."""
    await engine.matches(SearchQuery("mugs", 0))
    asked = [told.body for told in _said(server)]
    whole = filter_key("word", "mug")
    words = [each for each in asked if f'filters != "{filter_key("code", "mugs")}"' in each["filter"]]
    assert [each["q"] for each in words] == ["", "", "mugs", "mugs", "mugs", "mugs"]
    assert [f'filters = "{whole}"' in each["filter"] for each in words] == [True] * 2 + [False] * 4
    assert [each.get("attributesToSearchOn") for each in words] == [None] * 2 + [["title", "labels"]] * 2 + [None] * 2


async def test_every_field_asked_for_is_declared() -> None:
    """A server refuses to filter by what its settings do not name."""
    assert set(SETTINGS["filterableAttributes"]) == {"filters", "id"}


async def test_hits_are_product_ids_in_the_order_of_the_answer(server: Server, engine: MeilisearchEngine) -> None:
    """With the server's estimate of their number."""
    server.script.answer = {"hits": [{"id": _ID}, {"id": "4611686018427387907"}], "estimatedTotalHits": 12}
    hits = await engine.search(SearchQuery("", 2))
    assert (hits.product_ids, hits.total) == ((7, 2**62 + 3), 12)


async def test_reversed_relevance_is_counted_from_the_end(server: Server, engine: MeilisearchEngine) -> None:
    """Of 12 hits the first two in reverse are the eleventh and the twelfth, turned round."""
    server.script.answer = {"hits": [{"id": "1"}, {"id": "2"}], "estimatedTotalHits": 12}
    assert (await engine.search(SearchQuery("", 2, reverse=True))).product_ids == (2, 1)
    count, page = (told.body for told in _said(server))
    assert (count["offset"], count["limit"]) == (0, 0)
    assert (page["offset"], page["limit"]) == (10, 2)


async def test_indexing_sends_documents_and_waits_for_the_task(server: Server, engine: MeilisearchEngine) -> None:
    """The client polls the task until it is done."""
    await engine.index([_MUG])
    (told,) = _said(server)
    assert (told.method, told.path) == ("POST", "/indexes/a-3a-bproducts-v3/documents")
    assert told.body == [
        {
            "id": _ID,
            "title": "Crème Mug",
            "labels": ["Kiln", "Mugs", "gift", "M-1"],
            "description": "Holds tea.",
            "filters": filter_keys(_MUG),
            "units_sold": 5,
        }
    ]
    assert [told.path for told in server.script.told[1:]] == ["/tasks/0", "/tasks/0"]


async def test_removing_and_clearing_name_what_goes(server: Server, engine: MeilisearchEngine) -> None:
    """One request each; removing nothing sends nothing."""
    await engine.remove([])
    await engine.remove([7])
    await engine.clear()
    assert _said(server) == [
        Told("POST", "/indexes/a-3a-bproducts-v3/documents/delete", {"filter": f'id IN ["{_ID}"]'}),
        Told("DELETE", "/indexes/a-3a-bproducts-v3/documents", None),
    ]


def _tasks(server: Server) -> list[str]:
    """What the server had to do in its single queue."""
    return [told.path.rsplit("/", 1)[1] for told in _said(server) if told.method != "GET"]


async def test_preparing_creates_the_index_and_its_settings(server: Server, engine: MeilisearchEngine) -> None:
    """Another worker may create the index in between, which is not a failure."""
    server.script.exists = False
    server.script.tasks = [{"status": "failed", "error": {"code": "index_already_exists"}}]
    await engine.prepare()
    assert [told for told in _said(server) if told.method != "GET"] == [
        Told("POST", "/indexes", {"uid": "a-3a-bproducts-v3", "primaryKey": "id"}),
        Told("PATCH", "/indexes/a-3a-bproducts-v3/settings", SETTINGS),
    ]


async def test_an_unchanged_shop_gives_the_server_nothing_to_do(server: Server, engine: MeilisearchEngine) -> None:
    """Settings index every product again, those that the server has as well, so none are sent."""
    server.script.exists = False
    await engine.prepare()
    server.script.told.clear()
    for _ in range(3):
        await engine.prepare()
    assert _tasks(server) == []


@pytest.mark.parametrize("name", list(SETTINGS))
async def test_only_settings_that_differ_are_sent(server: Server, engine: MeilisearchEngine, name: str) -> None:
    """Whatever somebody changed on the server."""
    server.script.settings = SETTINGS | {name: {} if isinstance(SETTINGS[name], dict) else ["other"]}
    await engine.prepare()
    assert [told.body for told in _said(server) if told.method == "PATCH"] == [{name: SETTINGS[name]}]


RIGHTS = {
    "search": ("search", "matches"),
    "documents.add": ("index",),
    "documents.delete": ("remove", "clear"),
    "indexes.get": ("prepare", "ping"),
    "indexes.create": ("create",),
    "settings.get": ("prepare",),
    "settings.update": ("prepare",),
    "tasks.get": ("index", "prepare"),
}


@pytest.mark.parametrize("right", list(RIGHTS))
async def test_a_key_without_a_right_is_named_with_it(server: Server, engine: MeilisearchEngine, right: str) -> None:
    """The operator reads the setting and the right, never the key."""
    server.script.lacking = frozenset({right})
    server.script.exists = right != "indexes.create"
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "search": lambda: engine.search(SearchQuery("mug", 1)),
        "matches": lambda: engine.matches(SearchQuery("mug", 1)),
        "index": lambda: engine.index([_MUG]),
        "remove": lambda: engine.remove([7]),
        "clear": engine.clear,
        "prepare": engine.prepare,
        "create": engine.prepare,
        "ping": engine.ping,
    }
    for name in RIGHTS[right]:
        with pytest.raises(refusals.Misconfigured, match=f"STOREFRONT_SEARCH_KEY.*`{right}`") as raised:
            await calls[name]()
        assert KEY not in str(raised.value)


@pytest.mark.parametrize("number", [0, 1])
async def test_a_task_that_fails_is_no_success(server: Server, engine: MeilisearchEngine, number: int) -> None:
    """Neither when it creates the index nor when it changes its settings."""
    tasks: list[dict[str, Any]] = [{}, {}]
    tasks[number] = {"status": "failed", "error": {"code": "internal"}}
    server.script.tasks, server.script.exists = tasks, False
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
