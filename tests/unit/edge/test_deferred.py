"""What clients defer follows the rest of the answer, over sockets, within the bounds of every request."""

import asyncio
import gc
from typing import Any

import pytest
from graphql import ExecutionResult, OperationDefinitionNode, parse
from starlette.requests import Request

from bff.answers.ready import Found
from bff.edge import RequestLimits
from bff.edge.answer_size import MAX_FRAGMENTS, AnswerSize
from bff.edge.caching import NOTHING_KEPT
from bff.edge.connections import BoundedConnection
from bff.edge.documents import PreparedDocument
from bff.edge.execution import core_schema, execute_operation
from bff.edge.in_context import InContext
from bff.edge.requests import GraphQLRequest
from datasources.kit.turns import Turns, working
from tests.kit.parts import DRAFT, OF_2022, merged
from tests.kit.turns import Clock, turns_during
from tests.unit.edge.deferring_shop import SCHEMA, SECRET, Context, Shop, asked

SLOW = '{ product { id ... @defer(label: "later") { slow } } }'
PENDING = {"id": "0", "path": ["product"], "label": "later"}


async def test_the_rest_arrives_before_what_is_deferred_is_resolved() -> None:
    """The first part is there while the deferred field waits; it ends in a boundary, so that clients can read it."""
    shop = Shop()
    async with shop.client() as client, asked(client, SLOW) as answer:
        parts = answer.parts()
        first = await anext(parts)
        assert first == {"data": {"product": {"id": "1"}}, "pending": [PENDING], "hasNext": True}
        assert shop.finished == []
        shop.context.gate.set()
        last = await anext(parts)
        assert last.pop("extensions") == shop.purse.cost()
        assert last == {"incremental": [{"id": "0", "data": {"slow": "late"}}], "completed": [{"id": "0"}]} | {
            "hasNext": False
        }
        assert [part async for part in parts] == []
    assert shop.finished == [("query", "ok")]


@pytest.mark.parametrize("accept", [OF_2022, {"Accept": "application/json, multipart/mixed"}])
async def test_clients_of_the_form_of_2022_get_patches(accept: dict[str, str]) -> None:
    """So do clients that name no form."""
    shop = Shop()
    shop.context.gate.set()
    first, last = await shop.parts(SLOW, accept)
    assert first == {"data": {"product": {"id": "1"}}, "hasNext": True}
    patch = {"data": {"slow": "late"}, "path": ["product"], "label": "later"}
    assert last == {"incremental": [patch], "hasNext": False}


async def test_headers_say_that_nobody_may_keep_or_hold_back_an_answer_in_parts() -> None:
    """They have what the first part knows of cookies."""
    shop = Shop()
    shop.context.gate.set()
    async with shop.client() as client, asked(client, SLOW) as answer:
        assert [part async for part in answer.parts()]
        headers = answer.response.headers
    assert headers["content-type"] == 'multipart/mixed; boundary="-"; incrementalSpec=v0.2'
    assert (headers["cache-control"], headers["vary"]) == ("no-store", "Accept")
    assert (headers["x-accel-buffering"], headers["x-content-type-options"]) == ("no", "nosniff")
    assert headers["set-cookie"] == "first=1"


async def test_fragments_within_fragments_come_one_after_the_other() -> None:
    """The inner one is announced when the outer one is there."""
    query = '{ product { ... @defer(label: "a") { title same { ... @defer(label: "b") { slow } } } } }'
    shop = Shop()
    async with shop.client() as client, asked(client, query) as answer:
        parts = answer.parts()
        assert (await anext(parts))["pending"] == [{"id": "0", "path": ["product"], "label": "a"}]
        outer = await anext(parts)
        assert outer["pending"] == [{"id": "1", "path": ["product", "same"], "label": "b"}]
        assert (outer["incremental"], outer["completed"], outer["hasNext"]) == (
            [{"id": "0", "data": {"title": "Mug", "same": {}}}],
            [{"id": "0"}],
            True,
        )
        shop.context.gate.set()
        inner = await anext(parts)
        assert inner["incremental"] == [{"id": "1", "data": {"slow": "late"}}]


async def test_what_the_rest_has_is_not_sent_again() -> None:
    """The form of the draft says where below the fragment the rest belongs; that of 2022 has it in the path."""
    query = "{ product { same { id } ... @defer { same { id title } } } ... @defer { product { same { title } } } }"
    _, last = await Shop().parts(query)
    assert last["incremental"] == [{"id": "0", "subPath": ["same"], "data": {"title": "Mug"}}]
    assert last["completed"] == [{"id": "0"}, {"id": "1"}]
    _, last = await Shop().parts(query, OF_2022)
    assert last["incremental"] == [{"data": {"title": "Mug"}, "path": ["product", "same"]}, {"data": {}, "path": []}]


async def test_errors_of_deferred_fields_are_masked() -> None:
    """Each is at its place. The parts before say nothing of it."""
    shop = Shop()
    first, last = await shop.parts("{ product { id ... @defer { crash } } }")
    assert "errors" not in first
    (fields,) = last["incremental"]
    (error,) = fields["errors"]
    assert (fields["data"], error["path"], error["message"]) == (
        {"crash": None},
        ["product", "crash"],
        "Something went wrong.",
    )
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert SECRET not in str(last)
    assert shop.finished == [("query", "partial")]


@pytest.mark.parametrize("name", ["broken", "abandoned"])
async def test_a_fragment_that_must_not_be_null_fails_alone(name: str) -> None:
    """By a resolver that fails, or whose work somebody else has cancelled."""
    query = f"{{ product {{ id ... @defer {{ title {name} }} }} }}"
    first, last = await Shop().parts(query)
    assert first["data"] == {"product": {"id": "1"}}
    (completed,) = last["completed"]
    assert "incremental" not in last
    assert [error["extensions"]["code"] for error in completed["errors"]] == ["INTERNAL_SERVER_ERROR"]
    assert SECRET not in str(last)
    _, last = await Shop().parts(query, OF_2022)
    (patch,) = last["incremental"]
    assert (patch["data"], patch["path"], len(patch["errors"])) == (None, ["product"], 1)


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


async def test_all_parts_together_are_within_the_size_of_an_answer() -> None:
    """The fragment that goes beyond it fails, the first part stays. A fragment counts for more than its fields."""
    limits = RequestLimits(max_parts=30)
    assert "errors" not in str(await Shop(limits).parts("{ product { id ... @defer { title } } }"))
    first, last = await Shop(limits).parts("{ product { id ... @defer { related(first: 5) { id title } } } }")
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


async def test_what_resolvers_say_of_the_answer_is_in_the_last_part() -> None:
    """Warnings of deferred fields have no earlier place."""
    first, last = await Shop().parts("{ product { id ... @defer { warned } } }")
    assert "extensions" not in first
    assert last["extensions"] == {"warnings": ["late"]}


async def test_data_that_json_cannot_hold_fails_its_fragment() -> None:
    """The answer ends as it should; in the first part it is an error of the request."""
    _, last = await Shop().parts("{ product { id ... @defer { halfACharacter } } }")
    assert [each["errors"][0]["extensions"]["code"] for each in last["completed"]] == ["INTERNAL_SERVER_ERROR"]
    assert last["hasNext"] is False
    shop = Shop()
    async with shop.client() as client:
        refused = await client.post("/", json={"query": SLOW.replace("id", "halfACharacter")}, headers=DRAFT)
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (500, "INTERNAL_SERVER_ERROR")
    assert shop.finished == [("query", "error")]


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (SLOW, {"Accept": "application/json"}),
        (SLOW, {"Accept": "*/*"}),
        (SLOW.replace("(", "(if: false, "), DRAFT),
        ("query($now: Boolean! = false) { product { id ... @defer(if: $now) { slow } } }", DRAFT),
        ('mutation { rename { id ... @defer(label: "later") { slow } } }', DRAFT),
        ("{ product { id slow } }", DRAFT),
    ],
)
async def test_answers_in_one_part(query: str, accept: dict[str, str]) -> None:
    """To clients that read no other, to mutations, and when nothing is deferred."""
    shop = Shop()
    shop.context.gate.set()
    (whole,) = await shop.parts(query, accept)
    (product,) = whole["data"].values()
    assert (product, "hasNext" in whole) == ({"id": "1", "slow": "late"}, False)


@pytest.mark.parametrize(
    "query",
    [
        "{ product { related @stream { id } } }",
        '{ product { ... @defer(label: "a") { id } ... @defer(label: "a") { title } } }',
        "query($name: String) { product { ... @defer(label: $name) { id } } }",
        "{ product { ... @defer(unless: true) { id } } }",
        "mutation { ... @defer { rename { id } } }",
    ],
)
@pytest.mark.parametrize("accept", [DRAFT, {"Accept": "application/json"}])
async def test_directives_are_checked_however_the_answer_is_wanted(query: str, accept: dict[str, str]) -> None:
    """There is no `@stream`. Labels are unique and no variables."""
    async with Shop().client() as client:
        refused = await client.post("/", json={"query": query}, headers=accept)
    assert {error["extensions"]["code"] for error in refused.json()["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}


class _Plan:
    is_repeatable = True

    def __init__(self) -> None:
        self.learned: list[Any] = []

    async def answer(self, _request: Request, _said: InContext) -> Found | None:
        return None

    def brief(self, _context: Context) -> None:
        pass

    def learn(self, data: dict[str, Any]) -> None:
        self.learned.append(data)


class _Source:
    field = "product"

    def __init__(self) -> None:
        self.made = _Plan()

    def plan(self, _prepared: PreparedDocument, _operation: OperationDefinitionNode, _asked: GraphQLRequest) -> _Plan:
        return self.made


async def test_what_a_plan_may_answer_the_next_time_comes_in_one_part() -> None:
    """The plan learns whole answers only."""
    source = _Source()
    shop = Shop(sources=(source,), policy=NOTHING_KEPT)
    shop.context.gate.set()
    (whole,) = await shop.parts(SLOW)
    assert source.made.learned == [whole["data"]] == [{"product": {"id": "1", "slow": "late"}}]


async def test_parts_leave_no_garbage_of_their_size() -> None:
    """Like whole answers: nothing of their fields waits for Python to look for garbage."""
    shop = Shop()
    shop.context.gate.set()
    query = "{ product { related(first: 100) { ... @defer { id slow ... @defer { title } } } } }"
    await shop.parts(query)
    gc.collect()
    await shop.parts(query)
    assert gc.collect() < 300


@pytest.mark.parametrize(
    "related",
    [
        "related(first: 300) { id ... @defer { title } }",
        "related(first: 300) { id } ... @defer { related(first: 300) { title } }",
        "related(first: 300) { id } same { ... @defer { same { related(first: 300) { ... @defer { title } } } } }",
        "related(first: 30) { id " + "... @defer { title same { id } } same { ... @defer { title } }" * 20 + " }",
    ],
)
async def test_a_hundred_fragments_come_later_and_all_others_with_the_rest(related: str) -> None:
    """Nothing is lost, and nothing is sent twice; no turn of the event loop is long."""
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
