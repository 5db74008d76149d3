"""What a visitor may cost, and what the shop says of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from bff.edge import GraphQLEndpoint, RequestLimits
from bff.edge.budgets import BYTES_PER_COST, COST_HEADER, Budgets, Purse
from bff.edge.visitors import Visitors
from datasources.kit.allowances import Allowances
from datasources.kit.limits import Limits
from datasources.kit.redis import connect
from datasources.kit.turns import Turns, Work
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
        return Purse(allowances, allowances.of(COST_OF_NETWORK, address), address, wants_cost=wants_cost)

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


async def test_large_requests_of_a_payer_begin_one_after_the_other(
    allowances: Allowances, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While an older one computes; small ones and those of others begin at once."""
    monkeypatch.setattr("bff.edge.endpoint.LARGE_COST", 10)
    turns = Turns()

    def purse(request: Request) -> Purse:
        address = request.headers["x-from"]
        return Purse(allowances, allowances.of(COST_OF_NETWORK, address), address, address)

    async def compute(ended: asyncio.Event) -> None:
        older = Work(turns, "busy")
        while not ended.is_set():
            await older.turn()

    endpoint = GraphQLEndpoint(SCHEMA, make_context, RequestLimits(), lambda *_: None, purse_of=purse, turns=turns)
    large = "{" + "".join(f' a{number}: echo(text: "x")' for number in range(4)) + "}"
    ended = asyncio.Event()
    computing = asyncio.create_task(compute(ended))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://shop") as client:
        held_up = asyncio.create_task(_post(client, large, **{"x-from": "busy"}))
        others = [
            await _post(client, large, **{"x-from": "other"}),
            await _post(client, "{ country }", **{"x-from": "busy"}),
        ]
        for _ in range(100):
            await asyncio.sleep(0)
        assert not held_up.done()
        ended.set()
        answers = [*others, await held_up]
    await computing
    assert [answer.json().get("errors") for answer in answers] == [None] * 3
