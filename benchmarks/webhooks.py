"""`python -m benchmarks.webhooks`: how long a change by staff takes to a subscribed endpoint on this machine.

Each kind of change one at a time, then a hundred changes at once. Times run from the request that makes the change.
"""

import asyncio
import csv
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from benchmarks import servers
from demo.accounts import DEMO_PASSWORD
from demo.kit.data import FOLDER

ONE_BY_ONE, IMPORTS, AT_ONCE = 20, 5, 100
_LONGEST = 60.0
_TOPICS = ("PRODUCTS_UPDATE", "COLLECTIONS_UPDATE", "INVENTORY_LEVELS_UPDATE", "CACHE_INVALIDATE")
_LOG_IN = """mutation ($email: String!, $password: String!) { customerAccessTokenCreate(input: { email: $email,
  password: $password }) { customerAccessToken { accessToken } } }"""
_SUBSCRIBE = """mutation ($topic: WebhookSubscriptionTopic!, $uri: String!) { webhookSubscriptionCreate(topic: $topic,
  webhookSubscription: { uri: $uri }) { userErrors { message } } }"""
_PRODUCTS = """query ($first: Int!) { products(first: $first) { nodes { id handle collections(first: 1) { nodes { id } }
  variants(first: 1) { nodes { id } } } } }"""
_RENAME = """mutation ($id: ID!, $title: String!) { productUpdate(product: { id: $id, title: $title }) {
  userErrors { message } } }"""
_HIDE = """mutation ($id: ID!, $status: ProductStatus!) { productUpdate(product: { id: $id, status: $status }) {
  userErrors { message } } }"""
# Reports what a new price does, which only imports write.
_LIMIT = """mutation ($id: ID!, $variant: ID!, $most: Int!) { productVariantsBulkUpdate(productId: $id,
  variants: [{ id: $variant, quantityRule: { maximum: $most } }]) { userErrors { message } } }"""
_COUNT = """mutation ($variant: ID!) { inventoryAdjustQuantities(input: { reason: "count",
  changes: [{ variantId: $variant, delta: 1 }] }) { userErrors { message } } }"""


@dataclass
class Endpoint:
    """Keeps when something about an object first arrived since the last change of it."""

    arrived: dict[tuple[str, str], asyncio.Future[float]] = field(default_factory=dict)

    def next(self, topic: str, key: str) -> "asyncio.Future[float]":
        """When the next webhook about an object arrives."""
        return self.arrived.setdefault((topic, key), asyncio.get_running_loop().create_future())

    async def take(self, request: web.Request) -> web.Response:
        """Answers a webhook."""
        body, now = await request.json(), time.perf_counter()
        key = str(body.get("inventory_item_id") or body.get("id") or "")
        found = self.arrived.pop((request.headers["X-Shopify-Topic"], key), None)
        if found is not None and not found.done():
            found.set_result(now)
        return web.Response()


@dataclass(frozen=True, slots=True)
class Staff:
    """Changes things of a running shop."""

    session: aiohttp.ClientSession
    url: str
    token: str = ""

    async def ask(self, query: str, **variables: object) -> Mapping[str, Any]:
        """The data of an operation. Raises RuntimeError when it has errors."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        body = {"query": query, "variables": variables}
        async with self.session.post(f"{self.url}/graphql", json=body, headers=headers) as response:
            answer = await response.json()
        data: Mapping[str, Any] | None = answer.get("data")
        if data is None or any((isinstance(each, dict) and each.get("userErrors")) for each in data.values()):
            raise RuntimeError(f"the shop refused: {answer}")
        return data


async def measure(url: str, directory: Path) -> None:
    """Prints median and longest time of each kind, of new prices, and of changes at once."""
    endpoint = Endpoint()
    runner, address = await _listen(endpoint)
    async with aiohttp.ClientSession(trust_env=False) as session:
        guest = Staff(session, url)
        given = await guest.ask(_LOG_IN, email="staff@example.com", password=DEMO_PASSWORD)
        staff = Staff(session, url, given["customerAccessTokenCreate"]["customerAccessToken"]["accessToken"])
        for topic in _TOPICS:
            await staff.ask(_SUBSCRIBE, topic=topic, uri=address)
        products = (await staff.ask(_PRODUCTS, first=AT_ONCE))["products"]["nodes"]
        mug = next(each for each in products if each["collections"]["nodes"])
        await asyncio.sleep(3.0)  # until what the start of the shop reported has arrived
        await _each_kind(endpoint, staff, mug)
        await _prices(endpoint, mug, directory)
        await _burst(endpoint, staff, products)
    await runner.cleanup()


async def _each_kind(endpoint: Endpoint, staff: Staff, mug: Mapping[str, Any]) -> None:
    product, variant = mug["id"], mug["variants"]["nodes"][0]["id"]
    times: dict[str, list[float]] = {"product": [], "variant": [], "stock": [], "collection": []}
    for number in range(ONE_BY_ONE):
        status = "DRAFT" if number % 2 == 0 else "ACTIVE"
        changes: dict[str, tuple[str, str, str, dict[str, object]]] = {
            "product": ("products/update", product, _RENAME, {"id": product, "title": f"Mug {number}"}),
            "variant": ("products/update", product, _LIMIT, {"id": product, "variant": variant, "most": 7 + number}),
            "stock": ("inventory_levels/update", variant, _COUNT, {"variant": variant}),
            "collection": (
                "collections/update",
                mug["collections"]["nodes"][0]["id"],
                _HIDE,
                {"id": product, "status": status},
            ),
        }
        for kind, (topic, gid, query, variables) in changes.items():
            arrival, started = endpoint.next(topic, _key(gid)), time.perf_counter()
            await staff.ask(query, **variables)
            times[kind].append(await asyncio.wait_for(arrival, _LONGEST) - started)
            await asyncio.sleep(0.7)  # so that no webhook of the last change counts for the next one
    for kind, taken in times.items():
        print(f"{kind}: {len(taken)} changes, {_figures(taken)}")


async def _prices(endpoint: Endpoint, mug: Mapping[str, Any], directory: Path) -> None:
    """Imports files with another price of a product. Times run from the end of the command, which may come later."""
    after: list[float] = []
    for number in range(IMPORTS):
        file = directory.parent / f"prices{number}.csv"
        _write_price(file, mug["handle"], f"{20 + number}.50")
        arrival = endpoint.next("products/update", _key(mug["id"]))
        command = (sys.executable, "-m", "bff.cli", "import", "products", str(file))
        variables = os.environ | {"STOREFRONT_DATA_DIR": str(directory)}
        process = await asyncio.create_subprocess_exec(*command, env=variables, stdout=asyncio.subprocess.DEVNULL)
        if await process.wait() != 0:
            raise RuntimeError("the import failed")
        ended = time.perf_counter()
        after.append(max(0.0, await asyncio.wait_for(arrival, _LONGEST) - ended))
        await asyncio.sleep(0.7)
    print(f"price: {IMPORTS} imports, after their end {_figures(after)}")


def _write_price(file: Path, handle: str, price: str) -> None:
    """The rows of a product of the demo shop, with another price."""
    with (FOLDER / "products.csv").open(newline="", encoding="utf-8") as source, file.open("w", newline="") as target:
        rows = csv.DictReader(source)
        writer = csv.DictWriter(target, rows.fieldnames or ())
        writer.writeheader()
        writer.writerows(row | {"Variant Price": price} for row in rows if row["Handle"] == handle)


async def _burst(endpoint: Endpoint, staff: Staff, products: Sequence[Mapping[str, Any]]) -> None:
    began = time.perf_counter()

    async def change(number: int, product: Mapping[str, Any]) -> tuple[float, float]:
        arrival, started = endpoint.next("products/update", _key(product["id"])), time.perf_counter()
        await staff.ask(_RENAME, id=product["id"], title=f"Burst {number}")
        answered = time.perf_counter()
        arrived = await asyncio.wait_for(arrival, _LONGEST)
        return answered, arrived - started

    done = await asyncio.gather(*(change(number, product) for number, product in enumerate(products)))
    last_answer = max(answered for answered, _ in done) - began
    print(f"burst: {len(done)} products, {_figures([taken for _, taken in done])}, last answer {last_answer:.2f} s")


def _figures(taken: Sequence[float]) -> str:
    return f"median {statistics.median(taken):.2f} s, longest {max(taken):.2f} s"


def _key(gid: str) -> str:
    return gid.rpartition("/")[2]


async def _listen(endpoint: Endpoint) -> tuple[web.AppRunner, str]:
    app = web.Application()
    app.router.add_post("/hooks", endpoint.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/hooks"


def main() -> None:
    """Starts a new shop and measures it."""
    servers.forget_settings()
    settings = {"STOREFRONT_WEBHOOK_PRIVATE_ENDPOINTS": "true"}
    with (
        tempfile.TemporaryDirectory() as directory,
        servers.shop(Path(directory) / "data", 300, settings) as (url, _),
    ):
        asyncio.run(measure(url, Path(directory) / "data"))


if __name__ == "__main__":
    main()
