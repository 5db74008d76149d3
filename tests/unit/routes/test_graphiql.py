"""What `/graphiql` answers, without a shop behind it."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from bff.routes import graphiql


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application with only the explorer."""
    transport = httpx.ASGITransport(Starlette(routes=graphiql.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as opened:
        yield opened


async def test_the_page_is_revalidated(client: httpx.AsyncClient) -> None:
    """A browser that has the page gets 304 and no body, also when a cache on the way made the tag weak."""
    first = await client.get("/graphiql")
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-cache")
    again = await client.get("/graphiql", headers={"If-None-Match": f"W/{first.headers['etag']}"})
    assert (again.status_code, again.content) == (304, b"")
    other = await client.get("/graphiql", headers={"If-None-Match": '"another"'})
    assert other.status_code == 200


async def test_files_are_named_by_their_content_and_kept(client: httpx.AsyncClient) -> None:
    """Every file the page names is there, comes from the shop itself, and may be kept for a year."""
    page = (await client.get("/graphiql")).text
    named = re.findall(r'(?:src|href)="([^"]+)"', page.replace('href="data:,"', ""))
    assert len(named) == 2
    for path in named:
        assert re.fullmatch(r"/graphiql/assets/explorer-[A-Z0-9]{8}\.(js|css)", path)
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_policy_allows_the_own_origin_alone(client: httpx.AsyncClient) -> None:
    """No source of the policy is a foreign host, inline code or eval."""
    policy = (await client.get("/graphiql")).headers["content-security-policy"]
    sources = {source for part in policy.split(";") for source in part.split()[1:]}
    assert sources == {"'none'", "'self'", "data:"}


async def test_a_file_that_is_not_there_is_not_kept(client: httpx.AsyncClient) -> None:
    """A missing file answers 404 without permission to keep that answer."""
    answer = await client.get("/graphiql/assets/missing.js")
    assert (answer.status_code, answer.headers.get("cache-control")) == (404, None)


async def test_paths_do_not_lead_out_of_the_bundle(client: httpx.AsyncClient) -> None:
    """A path that climbs out of the directory finds nothing."""
    answer = await client.get("/graphiql/assets/%2e%2e/%2e%2e/package.json")
    assert answer.status_code == 404
