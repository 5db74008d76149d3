"""What a visitor may cost, and what the shop says of it."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from graphql import ExecutionResult
from starlette.requests import Request

from bff.edge import GraphQLEndpoint, RequestLimits
from bff.edge.budgets import BYTES_PER_COST, COST_HEADER, Budgets, Purse
from bff.edge.visitors import Visitors
from datasources.kit.allowances import Allowances
from datasources.kit.limits import Limits
from datasources.kit.redis import connect
from domain.kit.limits import COST_OF_ACCOUNT, COST_OF_NETWORK
from services.accounts.known_devices import KnownDevices
from services.accounts.tokens import Tokens
from tests.unit.edge.shop import SCHEMA, codes, make_context

QUERY = '{ a: echo(text: "x") b: echo(text: "y") }'
JSON, GRAPHQL = "application/json", "application/graphql-response+json"


@pytest.fixture
async def allowances() -> AsyncIterator[Allowances]:
    """Two hundred units in twenty seconds for a network; no Redis, and time stands still."""
    redis = connect("redis://127.0.0.1:1/0", deadline=0.1)
    limits = Limits(redis, "test:", "secret", factors={COST_OF_NETWORK.name: 200 / COST_OF_NETWORK.capacity})
    allowances = Allowances(limits, lambda: 0.0)
    yield allowances
    await allowances.close()
    await redis.close()


@pytest.fixture
async def http(allowances: Allowances) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a shop with these budgets."""

    def purse(request: Request) -> Purse:
        address = request.headers.get("x-from", "192.0.2.1")
        wants_cost = COST_HEADER in request.headers
        return Purse(allowances, allowances.of(COST_OF_NETWORK, address), address, wants_cost)

    endpoint = GraphQLEndpoint(SCHEMA, make_context, RequestLimits(), lambda *_: None, purse_of=purse)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://shop") as client:
        yield client


async def _post(http: httpx.AsyncClient, query: str = QUERY, **headers: str) -> httpx.Response:
    return await http.post("/", json={"query": query}, headers={"Accept": JSON, **headers})


async def test_a_request_that_nobody_can_pay_is_refused(http: httpx.AsyncClient) -> None:
    """With the seconds to wait and the state of the budget; other networks go on."""
    cost = (await _post(http, **{"Shopify-GraphQL-Cost-Debug": "1"})).json()["extensions"]["cost"]["actualQueryCost"]
    while not codes(answer := await _post(http)):
        pass
    assert codes(answer) == ["THROTTLED"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Retry-After"]) >= answer.json()["errors"][0]["extensions"]["retryAfter"] > 0
    shown = answer.json()["extensions"]["cost"]
    assert (shown["requestedQueryCost"], shown["actualQueryCost"]) == (cost, None)
    status = shown["throttleStatus"]
    assert (status["maximumAvailable"], status["restoreRate"]) == (200, 10)
    assert 0 <= status["currentlyAvailable"] < cost
    assert (await _post(http, Accept=GRAPHQL)).status_code == 429
    assert not codes(await _post(http, **{"X-From": "192.0.2.2"}))


async def test_only_requests_that_want_it_see_the_cost(http: httpx.AsyncClient) -> None:
    """No cache keeps the answers that show it."""
    plain, shown = await _post(http), await _post(http, **{"Shopify-GraphQL-Cost-Debug": "1"})
    assert "extensions" not in plain.json()
    assert plain.headers["Cache-Control"] == "private, no-store"
    assert shown.json()["data"] == plain.json()["data"]
    assert shown.headers["Cache-Control"] == "no-store"
    cost = shown.json()["extensions"]["cost"]
    assert cost["requestedQueryCost"] == cost["actualQueryCost"] > 50
    assert cost["throttleStatus"]["currentlyAvailable"] == 200 - 2 * cost["actualQueryCost"]


async def test_what_was_not_used_comes_back(http: httpx.AsyncClient) -> None:
    """A list that could have had 50 items and has 3 costs what 3 cost."""
    many = "{ product { related(first: 50) { id title } } }"
    few = "{ product { related(first: 3) { id title } } }"
    costs = [
        (await _post(http, query, **{"Shopify-GraphQL-Cost-Debug": "1"})).json()["extensions"]["cost"]
        for query in (few, many)
    ]
    assert costs[0]["actualQueryCost"] == costs[1]["actualQueryCost"] < costs[1]["requestedQueryCost"]
    left = [cost["throttleStatus"]["currentlyAvailable"] for cost in costs]
    assert left[1] == left[0] - costs[1]["actualQueryCost"]


@pytest.mark.parametrize("query", ["{ nothing like this }", "{", "{ unknown }"])
async def test_requests_that_fail_cost_their_bytes(http: httpx.AsyncClient, query: str) -> None:
    """Whoever sends many large ones waits."""
    text = query + "#" * 150 * BYTES_PER_COST
    answers = [codes(await _post(http, text))[0] for _ in range(2)]
    assert answers[0] != "THROTTLED"
    assert answers[1] == "THROTTLED"


def _request(**headers: str) -> Request:
    lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": lines, "client": ("192.0.2.1", 1)})


def test_an_account_pays_for_itself(allowances: Allowances) -> None:
    """A forged token pays as its network; so a crowd behind one address starves nobody who signed in."""
    tokens = Tokens("s" * 32, 5)

    def viewer(token: str) -> Any:
        return type("Viewer", (), {"customer_id": 7})() if token == "good" else None

    tokens.viewer = viewer  # type: ignore[assignment]
    devices = KnownDevices("a secret")
    budgets = Budgets(allowances, Visitors([], [], lambda _: None), tokens, devices)
    proof = devices.proof("ada@example.com")
    purses = [budgets.purse(_request(**headers)) for headers in ({"authorization": "Bearer good"}, {})]
    purses += [budgets.purse(_request(authorization="Bearer forged", cookie=f"storefront_login={proof[:-1]}"))]
    purses += [budgets.purse(_request(cookie=f"storefront_login={proof}"))]
    assert [(purse.allowance.common_rule, purse.allowance.subject) for purse in purses] == [
        (COST_OF_ACCOUNT, "7"),
        (COST_OF_NETWORK, "192.0.2.1"),
        (COST_OF_NETWORK, "192.0.2.1"),
        (COST_OF_ACCOUNT, devices.account_of("ada@example.com")),
    ]


async def test_large_requests_of_one_network_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small ones, those of another network and mutations go on beside them."""
    monkeypatch.setattr("bff.edge.endpoint.LARGE", 50)
    limits = Limits(connect("redis://127.0.0.1:1/0", deadline=0.1), "test:", "secret")
    allowances = Allowances(limits, lambda: 0.0)
    under_way: list[str] = []
    most: dict[str, int] = {}
    all_began, end = asyncio.Event(), asyncio.Event()

    class Slow:
        """Waits until the end."""

        async def __call__(self, *_: object, context: Any, **__: object) -> ExecutionResult:
            under_way.append(context.address)
            most[context.address] = max(most.get(context.address, 0), under_way.count(context.address))
            if len(under_way) >= 6:
                all_began.set()
            await end.wait()
            under_way.remove(context.address)
            return ExecutionResult({"ok": True}, None)

    monkeypatch.setattr("bff.edge.endpoint.execute_operation", Slow())

    def purse(request: Request) -> Purse:
        address = request.headers["x-from"]
        return Purse(allowances, allowances.of(COST_OF_NETWORK, address), address)

    def context(request: Request, _: object) -> object:
        return SimpleNamespace(address=request.headers["x-from"])

    endpoint = GraphQLEndpoint(SCHEMA, context, RequestLimits(), lambda *_: None, purse_of=purse)
    large = "{" + "".join(f' a{number}: echo(text: "x")' for number in range(50)) + "}"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://shop") as client:
        renamed = "mutation {" + "".join(f' a{number}: rename(title: "x") {{ id }}' for number in range(50)) + "}"
        visits = [(large, "one")] * 3 + [(large, "two")] + [("{ country }", "small")] * 2 + [(renamed, "buyer")] * 2
        tasks = [asyncio.create_task(_post(client, text, **{"x-from": address})) for text, address in visits]
        await all_began.wait()
        assert sorted(under_way) == ["buyer", "buyer", "one", "small", "small", "two"]
        end.set()
        answers = await asyncio.gather(*tasks)
    assert [answer.status_code for answer in answers] == [200] * 8
    assert most == {"one": 1, "two": 1, "small": 2, "buyer": 2}
