"""Addresses of storefront clients name a version; the answer says which one was used."""

import httpx
import pytest
from starlette.applications import Starlette

from bff.app import application, routes_over
from bff.stores.wiring import Stores
from domain.kit.ids import PREFIXES, give_out, global_id, key_of
from tests.kit.fixtures.graphql_api import Api

ASK = {"query": "{ publicApiVersions { handle displayName supported } }"}


@pytest.mark.parametrize(
    ("path", "used", "is_deprecated"),
    [
        ("/api/2026-10/graphql.json", "2026-10", False),
        ("/api/2026-10/graphql", "2026-10", False),
        ("/api/unstable/graphql.json", "unstable", False),
        ("/api/2023-01/graphql.json", "2025-10", True),
        ("/api/graphql.json", "2025-10", False),
    ],
)
async def test_the_answer_names_its_version(api: Api, path: str, used: str, is_deprecated: bool) -> None:
    answer = await api.client.post(path, json=ASK)
    assert answer.status_code == 200
    assert answer.headers["X-Shopify-API-Version"] == used
    assert ("X-Shopify-API-Deprecated-Reason" in answer.headers) is is_deprecated
    handles = [each["handle"] for each in answer.json()["data"]["publicApiVersions"]]
    assert (handles[0], handles[-1]) == ("2025-10", "unstable")


@pytest.mark.parametrize("version", ["2030-01", "2026-05", "latest", "2026-10x", "%0d%0a"])
async def test_what_is_no_version_is_not_found(api: Api, version: str) -> None:
    answer = await api.client.post(f"/api/{version}/graphql.json", json=ASK)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_scripts_of_other_origins_read_the_version(stores: Stores) -> None:
    """And may send the headers of storefront clients, after one preflight in two hours."""
    app: Starlette = application(routes_over(stores))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as client:
        asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
        asked |= {"Access-Control-Request-Headers": "content-type,x-shopify-storefront-access-token"}
        allowed = await client.options("/api/2026-10/graphql.json", headers=asked)
        assert allowed.status_code == 200
        assert "x-shopify-storefront-access-token" in allowed.headers["Access-Control-Allow-Headers"]
        assert allowed.headers["Access-Control-Max-Age"] == "7200"
        answer = await client.post("/api/2026-10/graphql.json", json=ASK, headers={"Origin": "https://shop.example"})
        assert "X-Shopify-API-Version" in answer.headers["Access-Control-Expose-Headers"]


async def test_both_prefixes_are_understood_and_one_is_given_out(api: Api) -> None:
    """Storefronts build ids of carts themselves."""
    mug = await api.add_product()
    query = "query($id: ID!) { product(id: $id) { id } }"
    try:
        for name, prefix in PREFIXES.items():
            give_out(name)
            for other in PREFIXES.values():
                gid = f"{other}Product/{mug.product_id}"
                assert (await api.data(query, {"id": gid}))["product"]["id"] == f"{prefix}Product/{mug.product_id}"
                assert key_of(gid, "Product") == mug.product_id
            assert global_id("Cart", "x") == f"{prefix}Cart/x"
    finally:
        give_out("storefront")


async def test_deferred_fragments_come_in_one_part(api: Api) -> None:
    """With the values of what is not deferred."""
    query = """{ ... @defer(label: "a") { publicApiVersions { handle } } ...More @defer @include(if: true) }
      fragment More on QueryRoot { products(first: 1) { nodes { id } } }"""
    answer = await api.data(query)
    assert answer["products"] == {"nodes": []}
    assert answer["publicApiVersions"][0] == {"handle": "2025-10"}
