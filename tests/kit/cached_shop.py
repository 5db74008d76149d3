"""A shop behind a cache that follows its built-in rules, as both would run: over sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from bff.app import application, routes_over
from bff.stores.wiring import Stores
from datasources.content.writes import ContentStore
from demo.content.shop import shop as demo_shop
from domain.homepage.keys import HomepageKey, Platform
from tests.kit.backends.others import Varnish
from tests.kit.factories.catalog import add_collection
from tests.kit.fixtures.graphql_api import Api
from tests.kit.homepages import full_page
from tests.kit.serving import serving
from tests.kit.waiting import until

PRODUCTS = 24
# Caches tell it apart by `Host` alone.
HOST = "shop.test"


@dataclass(frozen=True, slots=True)
class CachedShop:
    """`api` sends requests past the cache; `front` and `back` are clients of the cache and of the shop behind it."""

    api: Api
    front: httpx.AsyncClient
    back: httpx.AsyncClient
    handles: dict[str, int]


@asynccontextmanager
async def cached_shop(stores: Stores, varnish: Varnish) -> AsyncIterator[CachedShop]:
    """The shop over these stores, filled, and a cache in front of it."""
    async with serving(application(routes_over(stores))) as behind:
        process, port = await asyncio.to_thread(varnish.before, behind)
        try:
            async with _client(port) as front, _client(behind) as back:
                api = Api(stores, back)
                yield CachedShop(api, front, back, await _fill(api))
        finally:
            await asyncio.to_thread(process.stop)


def _client(port: int) -> httpx.AsyncClient:
    """It keeps no cookies: each visitor sends their own."""
    jar = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    url, headers = f"http://127.0.0.1:{port}", {"Host": HOST}
    return httpx.AsyncClient(base_url=url, headers=headers, cookies=jar, timeout=60, trust_env=False)


async def _fill(api: Api) -> dict[str, int]:
    """Products, a collection of all of them, and every homepage; the keys of the products by handle."""
    added = [await api.add_product(handle=f"mug-{number:02}", price=1_000 + number) for number in range(PRODUCTS)]
    keys = {product.handle: product.product_id for product in added}
    collection = partial(add_collection, product_ids=list(keys.values()), handle="all", title="All mugs")
    await api.transact(collection)
    await ContentStore(api.stores.documents).put_shop(demo_shop("Shop", "", "GBP"))
    for territory in api.stores.territories.all:
        for platform in Platform:
            key = HomepageKey(territory.code, platform)
            await api.stores.homepage_records.replace(key, full_page(key=key))
            await until(partial(api.stores.homepage_copies.is_settled, key))
    return keys
