"""What clients defer is within the bounds of every request: time, size, price, and turns for others."""

import asyncio
import gc
import tracemalloc
from typing import Any

import orjson
import pytest
from graphql import ExecutionResult, parse
from starlette.types import Message, Send

from bff.edge import RequestLimits
from bff.edge.answer_size import MAX_FRAGMENTS, AnswerSize
from bff.edge.connections import BoundedConnection
from bff.edge.documents import DocumentCache
from bff.edge.errors import RequestRefused
from bff.edge.execution import core_schema, execute_operation
from bff.edge.parsing import MAX_NAME
from datasources.kit.caches import MemoryBudget
from datasources.kit.turns import Turns, working
from tests.kit.parts import DRAFT, merged
from tests.kit.turns import Clock, turns_during
from tests.unit.edge.deferring_shop import SCHEMA, Context, Shop, asked

SLOW = '{ product { id ... @defer(label: "later") { slow } } }'


async def test_a_fragment_that_is_too_late_fails_and_the_answer_ends() -> None:
    """With the parts that were ready before, and a last one that says so. Its resolver is cancelled."""
    query = '{ product { id ... @defer(label: "a") { slow } ... @defer(label: "b") { title } } }'
    shop = Shop(RequestLimits(seconds=0.05))
    *_, ready, last = await shop.parts(query)
    assert ready["incremental"] == [{"id": "1", "data": {"title": "Mug"}}]
    (completed,) = last["completed"]
    assert (completed["id"], completed["errors"]) == (
        "0",
        [
            {
                "message": "The request took longer than 0.05 seconds.",
                "extensions": {"code": "DEADLINE_EXCEEDED"},
                "path": ["product"],
            }
        ],
    )
    assert last["hasNext"] is False
    assert shop.context.cancelled.is_set()
    assert shop.finished == [("query", "partial")]
    assert len(shop.purse.settled) == 1


async def test_nothing_more_is_executed_when_the_client_leaves() -> None:
    """The resolver is cancelled, no task is left, and the budget is settled."""
    shop = Shop()
    async with shop.client() as client:
        before = asyncio.all_tasks()
        async with asked(client, SLOW) as answer:
            await anext(answer.parts())
            await shop.context.began.wait()
            assert shop.purse.settled == []
        await shop.context.cancelled.wait()
        while asyncio.all_tasks() - before:  # noqa: ASYNC110  # tasks end on their own, without an event
            await asyncio.sleep(0)
        assert len(shop.purse.settled) == 1
    assert shop.finished == []


class _Impatient(BoundedConnection):
    write_seconds = 0.05


@pytest.mark.slow
async def test_a_client_that_reads_nothing_is_left() -> None:
    """As with any answer; what it deferred is cancelled."""
    shop = Shop(RequestLimits(max_parts=1_000_000))
    query = "{ product { long(characters: 24000000) ... @defer { slow } } }"
    async with shop.client(connection=_Impatient) as client, asked(client, query):
        while not shop.purse.settled:  # noqa: ASYNC110  # the connection has no event for its end
            await asyncio.sleep(0)
    assert shop.finished == []


async def _answered(shop: Shop, query: str, send: Send) -> None:
    body = orjson.dumps({"query": query})
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        for message in messages:
            return message
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    headers = [(b"content-type", b"application/json"), (b"accept", DRAFT["Accept"].encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    await shop.endpoint(scope, receive, send)


async def test_time_is_up_for_a_client_that_does_not_read() -> None:
    """What is deferred does not even begin before the parts on the way are read; the answer ends as it should."""
    shop, written = Shop(RequestLimits(seconds=0.05)), bytearray()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            while not message["body"]:
                await asyncio.Event().wait()
            written.extend(message["body"])

    await _answered(shop, SLOW, send)
    assert b'"code":"DEADLINE_EXCEEDED"' in written
    assert written.endswith(b"-----\r\n")
    assert not shop.context.began.is_set()
    assert len(shop.purse.settled) == 1


async def test_parts_that_were_sent_are_not_held() -> None:
    """However long the client takes to read them, and the others take to come."""
    shop, held = Shop(), list[int]()

    async def send(message: Message) -> None:
        if not message.get("body", b"-"):
            held.append(tracemalloc.get_traced_memory()[0])
            if len(held) == 2:
                shop.context.gate.set()

    more = '... @defer { more: long(characters: 4000000) } ... @defer(label: "later") { slow }'
    tracemalloc.start()
    try:
        await _answered(shop, f"{{ product {{ long(characters: 4000000) {more} }} }}", send)
    finally:
        tracemalloc.stop()
    assert len(held) == 2
    assert max(held) < 1_000_000


async def test_all_parts_together_are_within_the_size_of_an_answer() -> None:
    """The fragment that goes beyond it fails, the first part stays. A fragment counts for more than its fields."""
    limits = RequestLimits(max_parts=30)
    assert "errors" not in str(await Shop(limits).parts("{ product { id ... @defer { title } } }"))
    first, last = await Shop(limits).parts("{ product { id ... @defer { related(first: 6) { id title } } } }")
    assert first["data"] == {"product": {"id": "1"}}
    assert [each["errors"][0]["extensions"] for each in last["completed"]] == [
        {"code": "ANSWER_TOO_LARGE", "maxParts": 30}
    ]
    (whole,) = await Shop(limits).parts("{ product { related(first: 5) { ... @defer { id } } } }")
    assert [error["extensions"]["code"] for error in whole["errors"]] == ["ANSWER_TOO_LARGE"]


async def test_a_budget_is_settled_once_for_all_parts() -> None:
    """After the last resolver, by what all parts had."""
    shop, whole = Shop(), Shop()
    await shop.parts("{ product { ... @defer { related(first: 200) { id title } } } }")
    await whole.parts("{ product { related(first: 200) { id title } } }")
    assert len(shop.purse.settled) == 1
    assert shop.purse.cost()["cost"] >= whole.purse.cost()["cost"] > 200


async def test_parts_leave_no_garbage_of_their_size() -> None:
    """Like whole answers: nothing of their fields waits for Python to look for garbage."""
    shop = Shop()
    shop.context.gate.set()
    query = "{ product { related(first: 100) { ... @defer { id slow ... @defer { title } } } } }"
    await shop.parts(query)
    gc.collect()
    await shop.parts(query)
    assert gc.collect() < 300


@pytest.mark.slow
@pytest.mark.parametrize(
    "related",
    [
        "related(first: 600) { id ... @defer { title } }",
        "related(first: 600) { id } ... @defer { related(first: 600) { title } }",
        "related(first: 600) { id } same { ... @defer { same { related(first: 600) { ... @defer { title } } } } }",
        "related(first: 30) { id " + "... @defer { title same { id } } same { ... @defer { title } }" * 20 + " }",
    ],
)
async def test_only_so_many_fragments_come_later_and_all_others_with_the_rest(related: str) -> None:
    """Nothing is lost, and all that was announced is completed."""
    query = f"{{ product {{ {related} }} }}"
    parts = await Shop(RequestLimits(max_cost=100_000)).parts(query, DRAFT)
    (whole,) = await Shop(RequestLimits(max_cost=100_000)).parts(query, {"Accept": "application/json"})
    assert merged(parts) == whole["data"]
    brought = [each for part in parts[1:] for each in part.get("incremental", ())]
    assert 0 < len(brought) <= MAX_FRAGMENTS
    completed = [each["id"] for part in parts[1:] for each in part.get("completed", ())]
    assert sorted(completed) == sorted(each["id"] for part in parts for each in part.get("pending", ()))


async def test_others_get_turns_while_fragments_of_a_list_are_completed() -> None:
    """The same fragments, quick enough, take a few."""
    document = parse("{ product { related(first: 100) { ... @defer { title } } } }")

    async def executed(turns: Turns) -> None:
        with working(turns):
            terms: dict[str, Any] = {
                "operation_name": None,
                "variables": {},
                "context": Context(),
                "suggestions": False,
            }
            size = AnswerSize(50_000)
            result = await execute_operation(core_schema(SCHEMA), document, **terms, size=size, defers=True)
            assert not isinstance(result, ExecutionResult)
            assert len([each async for part in result.subsequent_results for each in part.completed or ()]) == 100

    assert await turns_during(executed(Turns(3.0, Clock()))) > 20
    assert await turns_during(executed(Turns(3.0, lambda: 0.0))) < 10


@pytest.mark.parametrize(
    "text",
    [
        "{{ {0}: product {{ title }} }}",
        "query {0} {{ product {{ title }} }}",
        '{{ product {{ ... @defer(label: "{0}") {{ title }} }} }}',
        'fragment f on Product {{ title }} {{ product {{ ...f @defer(if: true, label: """{0}""") }} }}',
    ],
)
def test_names_and_labels_are_short(text: str) -> None:
    """Answers repeat them for every object: 60 kB in a document were gigabytes in its answer."""
    documents = DocumentCache(core_schema(SCHEMA), RequestLimits(), MemoryBudget(1_000_000))
    documents.prepare(text.format("a" * MAX_NAME))
    with pytest.raises(RequestRefused) as refused:
        documents.prepare(text.format("a" * (MAX_NAME + 1)))
    (error,) = refused.value.errors
    assert error["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"
    assert error["message"].endswith("has 257 characters; 256 is the limit.")
