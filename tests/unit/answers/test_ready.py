"""Answers without executing: tried first, found by the bytes of the request, cached by tag."""

import asyncio
from typing import Any

import httpx
import pytest
from graphql import OperationDefinitionNode
from starlette.requests import Request

from bff.answers.ready import KnownRequest, KnownRequests, ReadyAnswer
from bff.edge import GraphQLEndpoint, InContext, RequestLimits
from bff.edge.documents import PreparedDocument
from bff.edge.persisted import PersistedDocuments
from bff.edge.requests import GraphQLRequest, Sent
from datasources.kit.caches import ENTRY_BYTES, MemoryBudget
from tests.unit.edge.shop import SCHEMA, make_context
from tests.unit.edge.test_persisted import Store, persisted

BODY = b'{"data":{"country":"ready"}}'
QUERY = {"query": "{ country }"}
GRAPHQL_JSON = "application/graphql-response+json"


class Answers:
    """Has an answer to every operation on `country`, unless it has none at the moment; its own plan of all of them."""

    field = "country"
    is_repeatable = True

    def __init__(self) -> None:
        self.planned = 0
        self.answered = 0
        self.has_one = True
        self.briefed: list[object] = []
        self.learnt: list[object] = []

    def plan(
        self, prepared: PreparedDocument, operation: OperationDefinitionNode, asked: GraphQLRequest
    ) -> "Answers | None":
        """Looks at the text."""
        self.planned += 1
        return self if "country" in asked.query else None

    def brief(self, context: object) -> None:
        """Remembers what it was."""
        self.briefed.append(context)

    def learn(self, data: dict[str, Any]) -> None:
        """Remembers what it was."""
        self.learnt.append(data)

    async def answer(self, request: Request, said: InContext) -> tuple[ReadyAnswer, float] | None:
        """Seven seconds old."""
        self.answered += 1
        return (ReadyAnswer(BODY, "tag", {"Cache-Control": "public, max-age=1"}), 7.9) if self.has_one else None


@pytest.fixture
def answers() -> Answers:
    """The source that the endpoint tries first."""
    return Answers()


@pytest.fixture
def http(answers: Answers) -> httpx.AsyncClient:
    """A client of the endpoint."""
    endpoint = GraphQLEndpoint(SCHEMA, make_context, RequestLimits(), lambda *_: None, sources=(answers,))
    return httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://shop")


async def test_a_ready_answer_is_sent_as_it_is(http: httpx.AsyncClient, answers: Answers) -> None:
    """With its age, its tag and what caches need to know; the same request is planned once."""
    for _ in range(3):
        answer = await http.post("/", json=QUERY)
        assert (answer.status_code, answer.content) == (200, BODY)
    expected = {"age": "7", "etag": '"tag"', "cache-control": "public, max-age=1", "x-content-type-options": "nosniff"}
    assert expected.items() <= dict(answer.headers).items()
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert (answers.planned, answers.answered) == (1, 3)


async def test_each_media_type_has_its_own_tag(http: httpx.AsyncClient) -> None:
    """The bytes are the same, the answer is not."""
    answer = await http.post("/", json=QUERY, headers={"Accept": GRAPHQL_JSON})
    assert answer.headers["content-type"] == f"{GRAPHQL_JSON}; charset=utf-8"
    assert answer.headers["etag"] == '"tag-g"'


@pytest.mark.parametrize("tags", ['"tag"', 'W/"tag"', '"other", "tag"', "*"])
async def test_who_has_the_answer_already_gets_no_body(http: httpx.AsyncClient, tags: str) -> None:
    """Only by GET."""
    parameters = {"query": "{ country }"}
    answer = await http.get("/", params=parameters, headers={"If-None-Match": tags})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"tag"')
    assert (await http.get("/", params=parameters, headers={"If-None-Match": '"old"'})).content == BODY
    assert (await http.post("/", json=QUERY, headers={"If-None-Match": tags})).content == BODY


async def test_an_answer_that_is_not_there_is_executed(http: httpx.AsyncClient, answers: Answers) -> None:
    """And tried once per request; its plan is called before and after executing, for new and known requests."""
    answers.has_one = False
    for asked in (1, 2):
        assert (await http.post("/", json=QUERY)).json() == {"data": {"country": "None None"}}
        assert (answers.answered, len(answers.briefed)) == (asked, asked)
    assert answers.learnt == [{"country": "None None"}] * 2


async def test_operations_without_a_plan_are_executed(http: httpx.AsyncClient, answers: Answers) -> None:
    """As if nothing was ready."""
    assert (await http.post("/", json={"query": "{ product { title } }"})).json() == {
        "data": {"product": {"title": "Mug"}}
    }
    assert answers.answered == 0


async def test_mutations_are_refused_by_get_whatever_is_known(http: httpx.AsyncClient) -> None:
    """The method is part of a known request."""
    text = 'mutation { rename(title: "country") { title } }'
    await http.post("/", json={"query": text})
    assert (await http.get("/", params={"query": text})).status_code == 405


def test_known_requests_are_bounded_in_bytes() -> None:
    """Those that came longest ago make room; a request put twice counts once."""
    known = KnownRequests(MemoryBudget(2 * ENTRY_BYTES + 100))
    requests = [Sent(text, read_only=False) for text in (b"one", b"two", b"three")]
    for sent in (*requests, requests[-1]):
        known.put(sent, KnownRequest(Answers(), InContext()), 30)
    assert [known.get(sent) is not None for sent in requests] == [False, True, True]
    known.put(Sent(b"four", read_only=False), KnownRequest(Answers(), InContext()), 90)
    assert len(known) == 1


class _Always(Answers):
    """Has an answer to every operation, however its document is named."""

    def plan(self, *_: object) -> Answers:
        """Every time."""
        self.planned += 1
        return self


async def test_ready_answers_count_as_uses_of_their_document() -> None:
    """Their requests are found by their bytes, and never ask which document is meant."""
    store, now, source = Store(), [0.0], _Always()
    documents = PersistedDocuments(store, MemoryBudget(), clock=lambda: now[0])
    endpoint = GraphQLEndpoint(
        SCHEMA, make_context, RequestLimits(), lambda *_: None, sources=[source], persisted=documents
    )
    text = QUERY["query"]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://shop") as client:
        await client.post("/", json={"query": text, "extensions": persisted(text)})
        for minute in range(3):
            now[0] = 60.0 * minute
            for _ in range(2):
                assert (await client.post("/", json={"extensions": persisted(text)})).content == BODY
    await asyncio.sleep(0)  # reports are made in the background
    assert source.planned == 2
    assert store.used == [text] * 3
