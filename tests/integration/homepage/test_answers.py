"""The homepage over HTTP: what each visitor gets, what caches may keep, and which stores it never reads."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from ipaddress import ip_network
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette

from bff.app import routes_over
from bff.settings.variables import Settings
from bff.stores.wiring import Stores, open_stores
from bff.worker import taste_keeper
from domain.homepage.keys import HomepageKey, Platform
from tests.kit.fixtures.graphql_api import Api
from tests.kit.fixtures.stores import remove_keys
from tests.kit.homepages import KEY, card, full_page, later, page, shelf

HOMEPAGE = """query($platform: Platform! = WEB) { homepage(platform: $platform) { territory platform version isStale
  personalized sections { __typename id title ... on HomepageShelf { products { id title image { url } } }
    ... on HomepageTopCategories { categories { handle products { id } } } } } }"""
# The query of a client whose visitor allows everything.
CONSENT = "@inContext(visitorConsent: { analytics: true, preferences: true })"
ALLOWED = HOMEPAGE.replace(" = WEB) {", f" = WEB) {CONSENT} {{")
# The query of a client that says where its visitor is, so that caches may keep the answer.
PLACED = HOMEPAGE.replace(" = WEB) {", " = WEB) @inContext(country: GB) {")
# The same and another field, which has to be executed.
EXECUTED = HOMEPAGE.rstrip("} ") + ' } } } } } location: __type(name: "Homepage") { name } }'
SHORT = "{ homepage(platform: WEB) { territory } }"
PROXY = {"CF-IPCountry": "US"}


async def _put_pages(stores: Stores) -> None:
    for territory in stores.territories.all:
        for platform in Platform:
            key = HomepageKey(territory.code, platform)
            await stores.homepage_records.replace(key, full_page(key=key))


@pytest.fixture
async def pages(api: Api) -> Api:
    """A shop with every page."""
    await _put_pages(api.stores)
    await api.add_categories("mugs", *(f"category-{number}" for number in range(5)))
    return api


@pytest.fixture
async def trusting(shop_settings: Settings) -> AsyncIterator[Api]:
    """A shop behind a proxy that it believes."""
    settings = shop_settings.model_copy(update={"trusted_proxies": [ip_network("127.0.0.1/32")]})
    async with open_stores(settings) as stores:
        transport = httpx.ASGITransport(Starlette(routes=routes_over(stores)))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
            await _put_pages(stores)
            yield Api(stores, client)


def _page(answer: httpx.Response) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["data"]["homepage"]
    return found


async def _once(
    ask: Callable[[], Awaitable[httpx.Response]], is_it: Callable[[httpx.Response], bool]
) -> httpx.Response:
    """The first answer of that kind."""
    while True:
        if is_it(answer := await ask()):
            return answer
        await asyncio.sleep(0.05)


def _same(ready: Mapping[str, Any], executed: Mapping[str, Any]) -> None:
    assert ready["data"]["homepage"] == executed["data"]["homepage"]


async def test_a_ready_answer_is_what_executing_answers(pages: Api, executions: list[str]) -> None:
    """For every platform; the executed operation selects another field, too."""
    for count, platform in enumerate(Platform, start=1):
        ready = await pages.send(HOMEPAGE, {"platform": platform.value})
        executed = await pages.send(EXECUTED, {"platform": platform.value})
        assert executions == [EXECUTED] * count
        _same(ready.json(), executed.json())
        assert ready.json()["data"]["homepage"]["platform"] == platform.value


@pytest.mark.slow
async def test_an_answer_is_another_one_when_the_page_is(pages: Api) -> None:
    """Its tag is another one, too; a client that has the page gets 304."""
    parameters = {"query": PLACED}
    first = await pages.client.get("/graphql", params=parameters)
    known = {"If-None-Match": first.headers["etag"]}
    assert (await pages.client.get("/graphql", params=parameters, headers=known)).status_code == 304
    await pages.stores.homepage_records.replace(KEY, later(full_page(), 2))

    async def asked() -> httpx.Response:
        return await pages.client.get("/graphql", params=parameters, headers=known)

    answer = await _once(asked, lambda answer: answer.status_code == 200)
    assert answer.json()["data"]["homepage"]["version"] == 2


async def test_urls_are_those_of_the_address_that_was_asked(pages: Api) -> None:
    """Answers for one address are not sent to another."""
    for host in ("one.test", "two.test", "one.test"):
        sections = (await pages(HOMEPAGE, headers={"Host": host}))["data"]["homepage"]["sections"]
        urls = {each["image"]["url"] for section in sections for each in section.get("products", ()) if each["image"]}
        assert urls
        assert all(url.startswith(f"http://{host}/media/") for url in urls)


async def _territory(api: Api, query: str = SHORT, **headers: str) -> tuple[str, str]:
    """The territory of the answer, and its headers for caches."""
    answer = await api.send(query, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return answer.json()["data"]["homepage"]["territory"], answer.headers["cache-control"].split(",")[0]


IN_CONTEXT = "query @inContext(country: FR) { homepage(platform: WEB) { territory } }"
ARGUMENT = "query @inContext(country: FR) { homepage(platform: WEB, country: US) { territory } }"
UNKNOWN = "query @inContext(country: ZZ) { homepage(platform: WEB) { territory } }"


async def test_the_country_decides_about_the_page(trusting: Api) -> None:
    """Argument, directive, proxy, client's address, default, in this order; caches can share the first three."""
    assert await _territory(trusting, ARGUMENT, CF_IPCountry="GB") == ("US", "public")
    assert await _territory(trusting, IN_CONTEXT, CF_IPCountry="US") == ("EU", "public")
    assert await _territory(trusting, UNKNOWN, CF_IPCountry="US") == ("US", "public")
    assert await _territory(trusting, CF_IPCountry="US") == ("US", "public")
    assert await _territory(trusting, X_Forwarded_For="193.0.0.1") == ("EU", "private")
    assert await _territory(trusting, X_Forwarded_For="8.8.8.8, 193.0.0.1") == ("EU", "private")
    assert await _territory(trusting) == ("GB", "private")
    answer = await trusting.send(SHORT)
    assert {"CF-IPCountry".lower(), "cookie"} <= set(answer.headers["vary"].lower().split(", "))


async def test_every_query_is_answered_for_the_country(trusting: Api) -> None:
    """Not the homepage alone: prices are those of the visitor's territory too."""
    await trusting.add_product(handle="mug", price=1_000)
    query = '{ product(handle: "mug") { priceRange { minVariantPrice { currencyCode } } } }'
    data = await trusting.data(query, headers=PROXY)
    assert data["product"]["priceRange"]["minVariantPrice"]["currencyCode"] == "USD"


async def test_forged_headers_are_not_read(pages: Api) -> None:
    """No proxy is trusted: the page is that of the client's own address, which is nowhere."""
    forged = {"CF_IPCountry": "US", "CloudFront_Viewer_Country": "US", "X_Forwarded_For": "8.8.8.8"}
    assert await _territory(pages, **forged) == ("GB", "private")


def _by_hash(query: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}}


async def test_a_page_is_asked_for_by_the_hash_of_its_query(pages: Api) -> None:
    """By GET, so that a CDN can keep it; every process finds the text in Redis."""
    parameters = {"extensions": orjson.dumps(_by_hash(PLACED)).decode()}
    assert (await pages.client.get("/graphql", params=parameters)).json()["errors"][0]["message"] == (
        "PersistedQueryNotFound"
    )
    sent = await pages.client.post("/graphql", json={"query": PLACED, "extensions": _by_hash(PLACED)})
    async with open_stores(pages.stores.settings) as stores:
        transport = httpx.ASGITransport(Starlette(routes=routes_over(stores)))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as other:
            answer = await other.get("/graphql", params=parameters)
    assert answer.content == sent.content
    assert answer.headers["etag"] == sent.headers["etag"]
    assert answer.headers["cache-tag"] == "homepage,homepage-GB-web"


TRACK = f"""mutation($events: [ShopperEventInput!]!) {CONSENT} {{ trackEvents(events: $events) {{ accepted
  userErrors {{ code field }} }} }}"""


def _rows(answer: Mapping[str, Any]) -> list[str]:
    sections = {section["id"]: section for section in answer["data"]["homepage"]["sections"]}
    return [row["handle"] for row in sections["top"]["categories"]]


async def _personal(api: Api, headers: Mapping[str, str], query: str = ALLOWED) -> httpx.Response:
    """An answer that is personal: a busy machine may miss the deadline of 20 ms."""
    return await _once(lambda: api.send(query, headers=headers), lambda answer: _page(answer)["personalized"])


async def test_a_guest_is_named_and_gets_a_page_in_their_order(pages: Api) -> None:
    """The first event brings a cookie; no cache keeps a personal page, and others still get the common one."""
    events = [{"type": "ADD_TO_CART", "category": "category-3"}, {"type": "VIEW", "category": "category-1"}]
    tracked = await pages.send(TRACK, {"events": events})
    assert tracked.json() == {"data": {"trackEvents": {"accepted": 2, "userErrors": []}}}
    cookie = {"Cookie": tracked.headers["set-cookie"].partition(";")[0]}
    assert "HttpOnly" in tracked.headers["set-cookie"]
    answer = await _personal(pages, cookie)
    assert _rows(answer.json()) == ["category-3", "category-1", "category-0", "category-2", "category-4"]
    assert answer.headers["cache-control"] == "private, no-store"
    assert "set-cookie" not in answer.headers
    pages.client.cookies.clear()
    common = await pages.send(HOMEPAGE)
    assert _rows(common.json()) == [f"category-{number}" for number in range(5)]
    assert common.json()["data"]["homepage"]["personalized"] is False


async def test_a_personal_answer_is_what_executing_answers(pages: Api, executions: list[str]) -> None:
    """For an app that names itself."""
    device = {"X-Device-Id": "an-app-install"}
    await pages.send(TRACK, {"events": [{"type": "ADD_TO_CART", "category": "category-2"}]}, headers=device)
    ready = await _personal(pages, device)
    assert ALLOWED not in executions
    executed = await _personal(pages, device, ALLOWED.rstrip("} ") + EXECUTED[len(HOMEPAGE.rstrip("} ")) :])
    assert executions
    _same(ready.json(), executed.json())


async def test_an_event_on_a_product_counts_for_its_categories(pages: Api) -> None:
    """As the page shows them. The one statement is the look whether the token still counts."""
    cards = [card(1), card(2)]
    tagged = [type(each)(**{**_fields(each), "categories": (f"of-{n}",)}) for n, each in enumerate(cards)]
    await pages.stores.homepage_records.replace(
        KEY, page(shelf("of-0", tagged[0]), shelf("of-1", tagged[1]), version=9)
    )
    await pages.data(SHORT)
    account = await pages.add_account()
    await taste_keeper(pages.stores).turn()
    before = pages.stores.database.statements
    tracked = await pages(TRACK, {"events": [{"type": "VIEW", "productId": tagged[1].id}]}, token=account.token)
    assert tracked == {"data": {"trackEvents": {"accepted": 1, "userErrors": []}}}
    answer = await _personal(pages, {"Authorization": f"Bearer {account.token}"})
    assert pages.stores.database.statements == before + 1
    assert [section["id"] for section in answer.json()["data"]["homepage"]["sections"]] == ["s-of-1", "s-of-0"]


def _fields(each: Any) -> dict[str, Any]:
    return {name: getattr(each, name) for name in type(each).__dataclass_fields__}


async def test_what_a_shopper_hides_never_appears_again(pages: Api) -> None:
    """From the next request on, in every process; until it is unhidden."""
    device, gid = {"X-Device-Id": "another-install"}, card(1).id
    await pages.add_product(product_id=1)

    async def change(mutation: str) -> None:
        answer = await pages(
            f"mutation {CONSENT} {{ {mutation} {{ accepted userErrors {{ code }} }} }}", headers=device
        )
        (payload,) = answer["data"].values()
        assert payload == {"accepted": 1, "userErrors": []}

    await change(f'hideProduct(productId: "{gid}")')
    await change('hideCategory(category: "category-1")')
    answer = await _personal(pages, device)
    assert f'"{gid}"' not in answer.text
    assert "category-1" not in _rows(answer.json())
    await change(f'unhideProduct(productId: "{gid}")')
    answer = await _personal(pages, device)
    assert f'"{gid}"' in answer.text
    await change('unhideCategory(category: "category-1")')
    answer = await pages.send(ALLOWED, headers=device)
    assert answer.json()["data"]["homepage"]["personalized"] is False
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    "events",
    [
        [],
        [{"type": "VIEW"}],
        [{"type": "VIEW", "category": " "}],
        [{"type": "VIEW", "category": "x" * 256}],
        [{"type": "VIEW", "category": "mugs"}, {"type": "VIEW", "category": "mugs", "productId": "x"}],
    ],
    ids=["none", "about-nothing", "blank", "long", "no-product"],
)
async def test_events_about_nothing_are_refused(pages: Api, events: list[dict[str, str]]) -> None:
    """Nothing is noted."""
    answer = await pages(TRACK, {"events": events}, headers={"X-Device-Id": "some-install"})
    assert [error["code"] for error in answer["data"]["trackEvents"]["userErrors"]] == ["INVALID"]


async def test_too_many_events_are_refused(pages: Api) -> None:
    """In one request, and in a minute."""
    device = {"X-Device-Id": "busy-install"}

    async def code(count: int) -> list[str]:
        events = [{"type": "VIEW", "category": "mugs"}] * count
        answer = await pages(TRACK, {"events": events}, headers=device)
        return [error["code"] for error in answer["data"]["trackEvents"]["userErrors"]]

    assert await code(51) == ["INVALID"]
    assert [await code(50) for _ in range(5)] == [[], [], [], [], ["RATE_LIMITED"]]


@pytest.mark.slow
async def test_a_lost_page_is_answered_stale_with_its_age(pages: Api) -> None:
    await pages.data(SHORT)
    await remove_keys(pages.stores.redis, pages.stores.settings.prefix)
    answer = await _once(lambda: pages.send(PLACED), lambda answer: _page(answer)["isStale"])
    assert int(answer.headers["age"]) >= 1
