"""A shop in production: what it serves, how it names its cookies, and which accounts keep it from starting."""

from functools import partial
from typing import Never

import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.routing import Route

from bff.processes.problems import ProcessProblem
from bff.settings.variables import Settings
from bff.stores.production import demo_logins, require_production
from bff.stores.wiring import Stores
from demo.accounts import DEMO_PASSWORD
from services.accounts.passwords import Passwords
from tests.kit.factories.accounts import add_customer
from tests.kit.factories.catalog import add_collection
from tests.kit.production import PRODUCTION, in_production, serving

HIDE = 'mutation @inContext(visitorConsent: {preferences: true}) { hideCategory(category: "mugs") { accepted } }'
HIDDEN = "query @inContext(visitorConsent: {preferences: true}) { hiddenItems { category } }"
DEVICE = "storefront_device"


async def _crash(_request: Request) -> Never:
    raise RuntimeError


@pytest.mark.parametrize("is_production", [False, True], ids=["development", "production"])
async def test_every_answer_in_production_forbids_plain_http(shop_settings: Settings, is_production: bool) -> None:
    """Also what no route answers, and what a broken route does; never in development, where plain HTTP is usual."""
    settings = in_production(shop_settings) if is_production else shop_settings
    async with serving(settings, [Route("/crash", _crash)]) as (client, _):
        answers = [await client.get(path) for path in ("/nothing", "/crash", "/healthz", "/graphql?query={__typename}")]
        answers.append(await client.get("/healthz", headers=[("Host", "a"), ("Host", "b")]))
        assert [answer.status_code for answer in answers] == [404, 500, 200, 200, 400]
    expected = "max-age=31536000; includeSubDomains" if is_production else None
    assert {answer.headers.get("strict-transport-security") for answer in answers} == {expected}


@pytest.mark.parametrize("is_on", [None, True, False])
@pytest.mark.parametrize("is_production", [False, True], ids=["development", "production"])
async def test_the_explorer_and_the_schema_are_shown_where_their_switches_are_on(
    shop_settings: Settings, is_production: bool, is_on: bool | None
) -> None:
    """By default in development alone. Without the explorer `/` leads nowhere."""
    switches = {} if is_on is None else {"graphiql": is_on, "introspection": is_on}
    settings = in_production(shop_settings, **switches) if is_production else shop_settings
    shown = not is_production if is_on is None else is_on
    async with serving(settings.model_copy(update=switches)) as (client, _):
        assert [(await client.get(path)).status_code for path in ("/graphiql", "/")] == (
            [200, 307] if shown else [404, 404]
        )
        asked = await client.post("/graphql", json={"query": "{ __schema { queryType { name } } }"})
        named = await client.post("/graphql", json={"query": "{ __typename }"})
    assert named.json() == {"data": {"__typename": "QueryRoot"}}
    codes = [error["extensions"]["code"] for error in asked.json().get("errors", ())]
    assert codes == ([] if shown else ["INTROSPECTION_DISABLED"])


async def test_cookies_in_production_are_bound_to_their_host(shop_settings: Settings) -> None:
    """What the shop set is read again; the same value under a name that other hosts can set is not."""
    async with serving(in_production(shop_settings)) as (client, stores):
        await stores.database.transact(lambda tx: add_collection(tx, product_ids=[], handle="mugs"))
        first = await client.post("/graphql", json={"query": HIDE})
        name, _, rest = first.headers["set-cookie"].partition("=")
        value, *attributes = rest.split("; ")
        client.cookies.clear()
        assert name == f"__Host-{DEVICE}"
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes)
        assert not any(attribute.startswith("Domain") for attribute in attributes)
        for sent, hidden in ((name, [{"category": "mugs"}]), (DEVICE, [])):
            answer = await client.post("/graphql", json={"query": HIDDEN}, headers={"Cookie": f"{sent}={value}"})
            assert answer.json() == {"data": {"hiddenItems": hidden}}


@pytest.mark.slow
async def test_public_passwords_keep_a_shop_from_starting(stores: Stores, shop_settings: Settings) -> None:
    """The demo shop's accounts, by name; an account of that name with a password of its own is no problem."""
    hashes = {text: await Passwords().hash(text) for text in (DEMO_PASSWORD, "another password")}
    for email, password in (("staff@example.com", DEMO_PASSWORD), ("stock@example.com", "another password")):
        await stores.database.transact(partial(add_customer, email=email, password_hash=hashes[password]))
    assert await demo_logins(stores.database) == ["staff@example.com"]
    secret = {"token_secret": SecretStr(str(PRODUCTION["token_secret"]))}
    settings = in_production(shop_settings).model_copy(update=secret)
    with pytest.raises(ProcessProblem, match=r"staff@example\.com"):
        await require_production(settings)
    await require_production(shop_settings)


async def test_a_shop_starts_while_its_database_is_down(shop_settings: Settings) -> None:
    """Its homepages do not need the database; that the accounts were not looked at is in the log."""
    nowhere = {"database_url": SecretStr("mysql+aiomysql://shop@127.0.0.1:1/shop"), "store_seconds": 0.5}
    secret = {"token_secret": SecretStr(str(PRODUCTION["token_secret"]))}
    await require_production(in_production(shop_settings).model_copy(update=nowhere | secret))
