"""What clients defer follows the rest of the answer as soon as it is there."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode
from starlette.requests import Request

from bff.answers.ready import Found, ReadyAnswer
from bff.edge.caching import NOTHING_KEPT
from bff.edge.documents import PreparedDocument
from bff.edge.in_context import InContext
from bff.edge.requests import GraphQLRequest
from tests.kit.parts import DRAFT, OF_2022, read_parts
from tests.unit.edge.deferring_shop import SECRET, Context, Shop, asked

SLOW = '{ product { id ... @defer(label: "later") { slow } } }'
PENDING = {"id": "0", "path": ["product"], "label": "later"}


@pytest.mark.parametrize(
    ("path", "headers"), [("/", DRAFT), ("/api/2026-10/graphql", {**DRAFT, "Origin": "https://a"})]
)
async def test_the_rest_arrives_before_what_is_deferred_is_resolved(path: str, headers: dict[str, str]) -> None:
    """Straight and through all middleware: each part ends in a boundary at once, so that clients can read it."""
    shop = Shop()
    async with shop.client() as client, asked(client, SLOW, headers, path) as answer:
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


async def test_queries_by_get_come_in_parts_too() -> None:
    """Their requests have no body to end."""
    shop = Shop()
    shop.context.gate.set()
    async with shop.client() as client:
        answer = await client.get("/", params={"query": SLOW}, headers=DRAFT)
    first, last = read_parts(answer.content)
    assert (first["pending"], last["completed"]) == ([PENDING], [{"id": "0"}])


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


@pytest.mark.slow
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


@pytest.mark.slow
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


async def test_a_fragment_of_outermost_fields_hides_why_it_failed() -> None:
    """It has no path, as errors about the client's input have none."""
    _, last = await Shop().parts("{ product { id } ... @defer { abandoned } }")
    ((error,),) = [completed["errors"] for completed in last["completed"]]
    assert (error["message"], error["extensions"]["code"]) == ("Something went wrong.", "INTERNAL_SERVER_ERROR")
    assert "path" not in error


async def test_what_resolvers_say_of_the_answer_is_in_the_last_part() -> None:
    """Warnings of deferred fields have no earlier place."""
    first, last = await Shop().parts("{ product { id ... @defer { warned } } }")
    assert "extensions" not in first
    assert last["extensions"] == {"warnings": ["late"]}


@pytest.mark.slow
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
        self.found: Found | None = None

    async def answer(self, _request: Request, _said: InContext) -> Found | None:
        return self.found

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
    """The plan learns whole answers only. What it has ready comes at once, whatever a client defers."""
    source = _Source()
    shop = Shop(sources=(source,), policy=NOTHING_KEPT)
    shop.context.gate.set()
    (whole,) = await shop.parts(SLOW)
    assert source.made.learned == [whole["data"]] == [{"product": {"id": "1", "slow": "late"}}]
    source.made.found = ReadyAnswer(b'{"data":"ready"}', None, {}), 0.0
    assert await shop.parts(SLOW) == [{"data": "ready"}]
