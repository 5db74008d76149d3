"""How the files of pages are sent: compressed for clients that want it, and told apart by caches."""

import asyncio
import gzip
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from bff.app import application
from bff.routes import checkout
from bff.routes.bundles import WEB
from tests.kit.serving import serving

_MAX_SCRIPT_BYTES = 30_000
_BROWSER = "gzip, deflate, br, zstd"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application with only the checkout."""
    transport = httpx.ASGITransport(Starlette(routes=checkout.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as opened:
        yield opened


async def script(client: httpx.AsyncClient) -> str:
    """The path of the page's script."""
    page = (await client.get("/cart/1")).text
    found = re.search(r'src="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("path", ["/cart/1", "/orders/1/secret", None])
async def test_each_encoding_has_its_own_tag(client: httpx.AsyncClient, path: str | None) -> None:
    """The content is the same, and caches keep both apart."""
    path = path or await script(client)
    plain = await client.get(path, headers={"Accept-Encoding": "identity"})
    async with client.stream("GET", path, headers={"Accept-Encoding": _BROWSER}) as packed:
        raw = b"".join([chunk async for chunk in packed.aiter_raw()])
    assert (packed.headers["content-encoding"], "content-encoding" in plain.headers) == ("gzip", False)
    assert (gzip.decompress(raw), len(raw)) == (plain.content, int(packed.headers["content-length"]))
    assert packed.headers["etag"] != plain.headers["etag"]
    for answer in (plain, packed):
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"] == plain.headers["content-type"]
        again = {"If-None-Match": f"W/{answer.headers['etag']}"}
        known = await client.get(path, headers=again | {"Accept-Encoding": _BROWSER})
        assert known.status_code == (304 if answer is packed else 200)
        assert known.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "accepted",
    [
        "gzip;q=0",
        "br",
        "gzip;q=x",
        "*;q=0",
        ";;;,,,=q",
        "gzip" + ";q=1" * 500,
        "\N{SNOWMAN}".encode().decode("latin-1"),
    ],
)
async def test_whatever_a_client_accepts_it_gets_the_file(client: httpx.AsyncClient, accepted: str) -> None:
    """Who does not clearly want gzip gets plain bytes."""
    headers = httpx.Headers([(b"accept-encoding", accepted.encode("latin-1"))])
    answer = await client.get(await script(client), headers=headers)
    assert (answer.status_code, "content-encoding" in answer.headers) == (200, False)
    assert answer.text.startswith("import") or len(answer.text) > _MAX_SCRIPT_BYTES


async def test_all_script_of_the_checkout_is_small_on_the_wire() -> None:
    """Heads included, and the parts for every language and provider, of which a browser loads a few."""
    names = [path.name for path in (WEB / "checkout" / "dist" / "assets").iterdir() if path.suffix == ".js"]
    async with serving(application(checkout.routes())) as port:
        sizes = [await _sent(port, f"/checkout/assets/{name}") for name in names]
    assert len(names) >= 2
    assert 0 < sum(sizes) < _MAX_SCRIPT_BYTES


async def _sent(port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET {path} HTTP/1.1\r\nHost: shop\r\nAccept-Encoding: {_BROWSER}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200 ")
    return len(answer)


async def test_without_stripe_the_policy_names_no_other_host(client: httpx.AsyncClient) -> None:
    """It is as strict as it was before the page could load Stripe's script."""
    assert (await client.get("/cart/1")).headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


async def test_with_stripe_the_policy_names_the_hosts_that_stripe_documents() -> None:
    """And nothing else changes; neither inline code nor eval is allowed."""
    transport = httpx.ASGITransport(Starlette(routes=checkout.routes(["http://sandbox"], has_stripe_form=True)))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        policy = (await client.get("/cart/1")).headers["content-security-policy"]
    assert policy == (
        "default-src 'none'; script-src 'self' https://js.stripe.com https://*.js.stripe.com; style-src 'self'; "
        "img-src 'self' data: https:; connect-src 'self' http://sandbox https://api.stripe.com; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'; "
        "frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com"
    )


@pytest.mark.parametrize(
    ("site", "written"),
    [("", ""), ('https://a.example/"><script>&', "https://a.example/&quot;&gt;&lt;script&gt;&amp;")],
)
async def test_the_page_knows_the_storefront(site: str, written: str) -> None:
    """As an attribute of the page, whatever characters the setting has."""
    transport = httpx.ASGITransport(Starlette(routes=checkout.routes(site_url=site)))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as opened:
        page = await opened.get("/cart/1")
    assert f'<meta name="site" content="{written}">' in page.text
    assert page.headers["content-type"].startswith("text/html")
