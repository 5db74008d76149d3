"""The shop answers in parts: with the same data and reads as in one part, through all that stands around GraphQL."""

from typing import Any

import httpx
import pytest

from bff.app import application, routes_over
from bff.edge.budgets import COST_HEADER
from bff.stores.wiring import Stores
from tests.kit.fixtures.graphql_api import Api
from tests.kit.parts import DRAFT, OF_2022, merged, read_parts

LISTING = """query($first: Int!) { products(first: $first, sortKey: TITLE) { nodes {
    id title ...Prices @defer(label: "prices") ... @defer { title collections(first: 2) { nodes { handle } } }
  } } }
  fragment Prices on Product { priceRange { minVariantPrice { amount } } variants(first: 3) { nodes {
    id product { title } ... @defer(label: "stock") { quantityAvailable availableForSale }
  } } }"""


@pytest.fixture
async def filled(api: Api) -> Api:
    """A shop of 24 products of three variants."""
    for number in range(24):
        await api.add_product(title=f"Mug {number:02}", variants=("S", "M", "L"), stock=number)
    return api


async def _parts(api: Api, headers: dict[str, str], first: int) -> tuple[list[Any], int]:
    before = api.stores.database.statements
    answer = await api.send(LISTING, {"first": first}, headers=headers)
    assert answer.status_code == 200
    return read_parts(answer.content), api.stores.database.statements - before


@pytest.mark.slow
@pytest.mark.parametrize("headers", [DRAFT, OF_2022])
async def test_all_parts_together_are_the_answer_in_one_part(filled: Api, headers: dict[str, str]) -> None:
    """With no more reads for many products than for one: fragments that are deferred together read together."""
    parts, statements = await _parts(filled, headers, 24)
    assert len(parts) > 1
    assert parts[0]["data"]["products"]["nodes"][0].keys() == {"id", "title"}
    assert merged(parts) == await filled.data(LISTING, {"first": 24})
    _, of_one = await _parts(filled, headers, 1)
    assert statements == of_one


async def test_answers_in_parts_have_the_headers_of_all_answers(stores: Stores) -> None:
    """The version, for scripts of every origin; its cost comes with the last part."""
    sent = {**DRAFT, "Origin": "https://shop.example", COST_HEADER: "1"}
    query = '{ product(handle: "none") { id } ... @defer { products(first: 1) { nodes { id } } } }'
    app = application(routes_over(stores), is_https=True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as client:
        answer = await client.post("/api/2026-10/graphql.json", json={"query": query}, headers=sent)
    assert answer.headers["X-Shopify-API-Version"] == "2026-10"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"Accept", "Cookie"} <= set(answer.headers["Vary"].replace(" ", "").split(","))
    assert "Strict-Transport-Security" in answer.headers
    first, last = read_parts(answer.content)
    assert "extensions" not in first
    cost = last["extensions"]["cost"]
    assert 0 < cost["actualQueryCost"] < cost["requestedQueryCost"]
    assert merged([first, last])["products"] == {"nodes": []}
