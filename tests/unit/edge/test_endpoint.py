"""The endpoint as a whole: what runs, what does not, and how requests end early."""

import gc

import pytest
from graphql import build_client_schema, get_introspection_query
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Message

from bff.edge import RequestLimits
from tests.unit.edge.shop import Client, codes


async def test_a_mutation_runs_by_post(client: Client) -> None:
    """With the characters of any language."""
    response = await client.post("mutation($t: String!) { rename(title: $t) { id title } }", variables={"t": "茶 🏃"})
    assert response.json() == {"data": {"rename": {"id": "1", "title": "茶 🏃"}}}


async def test_one_of_several_operations_runs(client: Client) -> None:
    """The named one."""
    text = "query A { country } query B { product { title } }"
    assert (await client.post(text, operationName="B")).json() == {"data": {"product": {"title": "Mug"}}}


async def test_subscriptions_are_refused(client: Client) -> None:
    """They belong on a WebSocket."""
    response = await client.post("subscription { ticks }")
    assert (response.status_code, codes(response)) == (400, ["OPERATION_NOT_SUPPORTED"])


async def test_the_schema_can_be_introspected(client: Client) -> None:
    """By the query that explorers send."""
    response = await client.post(
        get_introspection_query(input_value_deprecation=True), operationName="IntrospectionQuery"
    )
    assert build_client_schema(response.json()["data"]).get_type("Sku") is not None


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), ("application/graphql-response+json", 504)])
async def test_a_request_ends_at_its_deadline(accept: str, status: int) -> None:
    """Its resolvers are cancelled, and its client gets an error."""
    response = await Client(RequestLimits(seconds=0.05)).post("{ slow product { title } }", accept=accept)
    assert (response.status_code, codes(response)) == (status, ["DEADLINE_EXCEEDED"])
    assert "data" not in response.json()


async def test_an_answer_that_grows_too_large_is_stopped() -> None:
    """A short document of lists in lists: one error, and unfinished fields are null."""
    client = Client(RequestLimits(max_parts=100))
    nested = (
        "{ product { related(first: 3) { related(first: 3) { related(first: 3) { related(first: 3) { id } } } } } }"
    )
    response = await client.post(nested)
    assert codes(response) == ["ANSWER_TOO_LARGE"]
    assert response.json()["data"] is None


async def test_an_answer_of_long_texts_is_stopped() -> None:
    """One long text under many names."""
    client = Client(RequestLimits(max_parts=100))
    aliases = " ".join(f"a{number}: echo(text: $t)" for number in range(10))
    short = await client.post(f"query($t: String) {{ {aliases} }}", variables={"t": "a" * 2_000})
    long = await client.post(f"query($t: String) {{ {aliases} }}", variables={"t": "a" * 20_000})
    assert codes(short) == []
    assert codes(long) == ["ANSWER_TOO_LARGE"]


async def test_one_answer_has_parts_of_its_own() -> None:
    """What an earlier answer took is not missing in the next."""
    client = Client(RequestLimits(max_parts=10))
    for _ in range(5):
        assert codes(await client.post("{ product { id title related(first: 1) { id title } } }")) == []


@pytest.mark.parametrize("operation", ['mutation { rename(title: "x")', "{ product"])
async def test_an_operation_leaves_no_garbage_of_its_size(client: Client, operation: str) -> None:
    """Its document is freed with the cache: nothing of its fields waits for Python to look for garbage."""
    document = f"{operation} {{ {' '.join(f'a{number}: id' for number in range(600))} }} }}"
    assert not codes(await client.post(document))
    gc.collect()
    await client.post(document)
    assert gc.collect() < 300


async def test_a_client_that_leaves_while_sending_is_left_alone(client: Client) -> None:
    """Nothing is sent to nobody, and nothing is raised."""
    sent: list[Message] = []
    messages: list[Message] = [
        {"type": "http.request", "body": b'{"query"', "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "query_string": b""}
    await client.endpoint(scope, receive, send)
    assert (sent, messages) == ([], [])


async def test_the_endpoint_is_mounted_as_a_route(client: Client) -> None:
    """Starlette hands it every method, so that it answers 405 in GraphQL's words."""
    app = Starlette(routes=[Route("/graphql", client.endpoint)])
    matched = [route for route in app.routes if isinstance(route, Route)]
    assert [(route.path, route.methods) for route in matched] == [("/graphql", None)]
