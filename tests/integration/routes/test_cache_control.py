"""Every HTTP answer of the process says how it may be kept."""

import re
from collections.abc import AsyncIterator
from typing import Never

import httpx
import pytest
from starlette.requests import Request
from starlette.routing import Mount, Route

from bff.app import application, routes_over
from bff.routes import graphiql, pictures
from bff.stores.wiring import Stores

METHODS = ("GET", "HEAD", "POST", "OPTIONS", "DELETE", "TRACE")
PREFLIGHT = {"Origin": "https://www.shop.example", "Access-Control-Request-Method": "POST"}
# None of them is a route: a path that nothing has, one that is redirected, files that are not there.
OTHERS = ("/nothing", "/graphql/", "/media/nothing", "/graphiql/assets/nothing.js", "/api/graphql.json", "//")


async def _crash(_request: Request) -> Never:
    raise RuntimeError


def _routes(stores: Stores) -> list[Route | Mount]:
    routes = [*graphiql.routes(), *pictures.routes(), *routes_over(stores), Route("/crash", _crash)]
    return [route for route in routes if isinstance(route, Route | Mount)]


@pytest.fixture
async def http(stores: Stores) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole application."""
    transport = httpx.ASGITransport(application(_routes(stores)), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        yield client


async def test_every_answer_of_every_route_says_how_it_may_be_kept(stores: Stores, http: httpx.AsyncClient) -> None:
    """With any method, from another origin too; once."""
    paths = [re.sub("{[^}]*}", "x", route.path) for route in _routes(stores)]
    statuses = set()
    for path in (*paths, *OTHERS):
        for method in METHODS:
            for headers in ({}, PREFLIGHT):
                answer = await http.request(method, path, headers=headers)
                said = [value for name, value in answer.headers.multi_items() if name == "cache-control"]
                assert len(said) == 1, (method, path, answer.status_code, said)
                assert answer.status_code < 400 or said[0] in ("no-store", "public, max-age=60"), (path, said)
                statuses.add(answer.status_code)
    assert statuses >= {200, 307, 400, 404, 405, 500}


async def test_an_answer_keeps_what_its_route_says(http: httpx.AsyncClient) -> None:
    """Nothing is added to it."""
    assert (await http.get("/graphiql")).headers["cache-control"] == "no-cache"
