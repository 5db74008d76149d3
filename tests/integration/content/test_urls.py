"""URLs in answers: as clients reached the shop, or as settings say, for pages, files and checkout apart."""

from collections.abc import AsyncIterator
from ipaddress import ip_network
from typing import Any

import pytest

from bff.settings.variables import Settings
from datasources.content.writes import ContentStore
from demo.content.shop import shop as demo_shop
from domain.catalog.records import Image, ProductContent
from domain.content import Menu, MenuItem, Shop
from tests.kit.fixtures.graphql import asking
from tests.kit.fixtures.graphql_api import Api
from tests.kit.homepages import KEY, full_page
from tests.kit.waiting import until

PICTURE = "/media/pictures/mug.clay.front.mug.0123456789ab.svg"
FOREIGN = "https://pictures.example/mug.jpg?signature=x"
QUERY = """mutation { cartCreate { cart { checkoutUrl } } }"""
PAGES = """{ menu(handle: "main") { items { url } } shop { primaryDomain { url } privacyPolicy { url } }
  product(handle: "mug") { images(first: 9) { nodes { url } } } }"""
HOMEPAGE = """{ homepage(platform: WEB) { menu { url } sections {
  ... on HomepageBanners { banners { url image { url } } } ... on HomepageShelf { products { image { url } } } } } }"""
SETTINGS = {
    "site_url": "https://www.shop.example",
    "files_url": "https://cdn.example/shop",
    "checkout_url": "https://pay.shop.example",
}


async def _filled(api: Api) -> Api:
    mug = await api.add_product(handle="mug")
    store = ContentStore(api.stores.documents)
    pictures = (Image("1", PICTURE), Image("2", FOREIGN), Image("3", "//cdn.example/a.jpg"), Image("4", "/media/b.jpg"))
    await store.put_products({mug.product_id: ProductContent(mug.product_id, images=pictures)})
    items = (MenuItem("a", "All", "/search"), MenuItem("b", "Blog", "https://blog.example/"))
    await store.put_menu(Menu("main", "main", "Main", items))
    await store.put_shop(demo_shop("Shop", "", "GBP"))
    await api.stores.homepage_records.replace(KEY, full_page())
    await until(lambda: api.stores.homepage_copies.is_settled(KEY))
    return api


@pytest.fixture
async def shop(shop_settings: Settings) -> AsyncIterator[Api]:
    """A shop behind a proxy that it trusts, without addresses of its own."""
    async with asking(shop_settings.model_copy(update={"trusted_proxies": [ip_network("127.0.0.1/32")]})) as api:
        yield await _filled(api)


@pytest.fixture
async def settled(shop_settings: Settings) -> AsyncIterator[Api]:
    """A shop whose pages, files and checkout have addresses of their own."""
    async with asking(shop_settings.model_copy(update=SETTINGS)) as api:
        yield await _filled(api)


async def _urls(api: Api, **headers: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    data = await api.data(PAGES, headers=named)
    cart = await api.data(QUERY, headers=named)
    return {
        "menu": [item["url"] for item in data["menu"]["items"]],
        "domain": data["shop"]["primaryDomain"]["url"],
        "policy": data["shop"]["privacyPolicy"]["url"],
        "pictures": [image["url"] for image in data["product"]["images"]["nodes"]],
        "checkout": cart["cartCreate"]["cart"]["checkoutUrl"].partition("/cart/")[0],
    }


async def test_urls_are_those_that_a_trusted_proxy_saw(shop: Api) -> None:
    """Of several proxies the nearest is believed; what is no host and no scheme is not read."""
    base = "https://shop.example"
    found = await _urls(shop, X_Forwarded_Proto="https", X_Forwarded_Host="forged.example, shop.example")
    assert found == {
        "menu": [f"{base}/search", "https://blog.example/"],
        "domain": base,
        "policy": f"{base}/policies/privacy-policy",
        "pictures": [f"{base}{PICTURE}?v=0123456789ab", FOREIGN, "https://cdn.example/a.jpg", f"{base}/media/b.jpg"],
        "checkout": base,
    }
    assert (await _urls(shop, X_Forwarded_Proto="HTTPS"))["domain"] == "https://shop.test"
    assert (await _urls(shop, X_Forwarded_Host="shop.example:8443"))["domain"] == "http://shop.example:8443"
    for strange in ({"X_Forwarded_Host": "shop.example/<script>"}, {"X_Forwarded_Proto": "javascript"}, {}):
        assert (await _urls(shop, **strange))["domain"] == "http://shop.test"


async def test_urls_of_a_client_that_nobody_trusts_stay_its_own(api: Api) -> None:
    """Whatever it says of itself."""
    await _filled(api)
    found = await _urls(api, X_Forwarded_Proto="https", X_Forwarded_Host="forged.example")
    assert found["domain"] == found["checkout"] == "http://shop.test"
    assert found["pictures"][0] == f"http://shop.test{PICTURE}?v=0123456789ab"


async def test_homepages_are_kept_apart_by_address(shop: Api) -> None:
    """Ready answers for one address are not sent to another; the headers that decide are in `Vary`."""
    for host in ("one.example", "two.example", "one.example"):
        answer = await shop.send(HOMEPAGE, headers={"X-Forwarded-Host": host, "X-Forwarded-Proto": "https"})
        page = answer.json()["data"]["homepage"]
        assert page["menu"][0]["url"] == f"https://{host}/shop"
        assert {"x-forwarded-host", "x-forwarded-proto"} <= set(answer.headers["vary"].lower().split(", "))
        assert page["sections"][0]["banners"][0]["image"]["url"] == f"https://{host}/media/spring.svg"


async def test_no_cache_keeps_urls_of_a_host_that_it_does_not_see(shop: Api) -> None:
    """Neither of pages that are the same everywhere nor of homepages; with the request's own host both are kept."""
    for query in ("{ shop { primaryDomain { url } } }", HOMEPAGE.replace("{", "query @inContext(country: GB) {", 1)):
        for host, kept in (("other.example", "private, no-store"), ("shop.test", "public")):
            answer = await shop.send(query, headers={"X-Forwarded-Host": host})
            assert answer.headers["cache-control"].startswith(kept)


async def test_a_cookie_is_secure_where_a_proxy_speaks_https(shop: Api) -> None:
    """The proxy ends TLS; browsers then never send the name of the device in clear."""
    hide = 'mutation @inContext(visitorConsent: {preferences: true}) { hideCategory(category: "x") { accepted } }'
    await shop.add_categories("x")
    for scheme in ("http", "https"):
        shop.client.cookies.clear()
        answer = await shop.send(hide, headers={"X-Forwarded-Proto": scheme})
        assert ("Secure" in answer.headers["set-cookie"]) is (scheme == "https")
        assert answer.headers["set-cookie"].startswith("__Host-") is (scheme == "https")


async def test_settings_count_before_the_request(settled: Api) -> None:
    """Each for its own kind of URL, on homepages too."""
    found = await _urls(settled)
    site, files, checkout = SETTINGS.values()
    assert found == {
        "menu": [f"{site}/search", "https://blog.example/"],
        "domain": site,
        "policy": f"{site}/policies/privacy-policy",
        "pictures": [f"{files}{PICTURE}?v=0123456789ab", FOREIGN, "https://cdn.example/a.jpg", f"{files}/media/b.jpg"],
        "checkout": checkout,
    }
    page = (await settled.data(HOMEPAGE))["homepage"]
    assert page["menu"][0]["url"] == f"{site}/shop"
    banner = page["sections"][0]["banners"][0]
    assert (banner["url"], banner["image"]["url"]) == (f"{site}/spring", f"{files}/media/spring.svg")


async def test_the_address_in_the_description_counts_without_a_setting(api: Api, settled: Api) -> None:
    """As before; the setting wins."""
    described = Shop("Shop", "", "https://described.example", "GBP")
    for shop, domain in ((api, "https://described.example"), (settled, SETTINGS["site_url"])):
        await ContentStore(shop.stores.documents).put_shop(described)
        data = await shop.data("{ shop { primaryDomain { url } } }")
        assert data["shop"]["primaryDomain"]["url"] == domain


@pytest.mark.parametrize("name", ["public_url", *SETTINGS])
def test_an_address_is_a_url_that_paths_can_follow(name: str) -> None:
    """Without its final slash; anything else is refused when the shop starts."""
    assert getattr(Settings.model_validate({name: "https://shop.example/eu/"}), name) == "https://shop.example/eu"
    assert getattr(Settings.model_validate({name: ""}), name) == ""
    for wrong in ("shop.example", "ftp://shop.example", "https://", "https://shop.example/?a=b", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="must be an http or https URL"):
            Settings.model_validate({name: wrong})
