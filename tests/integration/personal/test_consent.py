"""Consent over the edge: what a client says of its visitor counts, else the setting of the territory."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_network
from typing import Any

import pytest

from bff.settings.variables import Settings
from bff.worker import taste_keeper
from domain.homepage.keys import HomepageKey, Platform
from tests.kit.fixtures.graphql import asking
from tests.kit.fixtures.graphql_api import Api
from tests.kit.homepages import full_page
from tests.kit.waiting import until

HEAD = "($consent: VisitorConsent, $country: CountryCode) @inContext(country: $country, visitorConsent: $consent)"
TRACK = f"""mutation{HEAD} {{ trackEvents(events: [{{ type: ADD_TO_CART, category: "category-3" }}]) {{
  accepted userErrors {{ code }} }} }}"""
HIDE = f"""mutation{HEAD} {{ hideCategory(category: "category-0") {{ accepted userErrors {{ code }} }} }}"""
UNHIDE = f"""mutation{HEAD} {{ unhideCategory(category: "category-0") {{ accepted userErrors {{ code }} }} }}"""
HOMEPAGE = f"query{HEAD} {{ homepage(platform: WEB) {{ personalized }} }}"
LIST = f"query{HEAD} {{ products(first: 9) {{ nodes {{ handle }} }} }}"
ALL = {"analytics": True, "preferences": True}
NONE = {"analytics": False, "preferences": False}


@pytest.fixture
async def shop(shop_settings: Settings) -> AsyncIterator[Api]:
    """A shop that asks nobody in Britain, everybody in the United States, and says nothing about the euro area."""
    gb, us, eu = shop_settings.territories
    own = [gb.model_copy(update={"consent": ["analytics", "preferences"]}), us.model_copy(update={"consent": []}), eu]
    proxies = [ip_network("127.0.0.1/32")]
    async with asking(shop_settings.model_copy(update={"territories": own, "trusted_proxies": proxies})) as api:
        for territory in api.stores.territories.all:
            key = HomepageKey(territory.code, Platform.WEB)
            await api.stores.homepage_records.replace(key, full_page(key=key))
            await until(partial(api.stores.homepage_copies.is_settled, key))
        await api.add_categories("x", "category-0", "category-3")
        await taste_keeper(api.stores).turn()
        yield api


@dataclass
class Visitor:
    """A browser that keeps its cookie, in a country, and what its client says about consent."""

    api: Api
    country: str = "FR"
    consent: Mapping[str, bool] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(self, document: str) -> Any:
        """The only field of the answer."""
        self.api.client.cookies.clear()
        answer = await self.api.send(document, {"country": self.country, "consent": self.consent}, headers=self.headers)
        if cookie := answer.headers.get("set-cookie"):
            self.headers["Cookie"] = cookie.partition(";")[0]
        assert "errors" not in answer.json(), answer.text
        (value,) = answer.json()["data"].values()
        return value

    @property
    def has_cookie(self) -> bool:
        return "Cookie" in self.headers


async def _keys(api: Api) -> list[bytes | str]:
    """What Redis knows of devices."""
    return [key async for key in api.stores.redis.scan_iter(match=f"{api.stores.settings.prefix}taste:*device:*")]


@pytest.mark.parametrize(
    ("country", "said", "remembers", "records"),
    [
        ("FR", None, False, False),
        ("FR", {}, False, False),
        ("FR", ALL, True, True),
        ("FR", {"preferences": True}, True, False),
        ("FR", {"analytics": True}, False, False),
        ("NO", {"analytics": True, "preferences": True, "marketing": False, "saleOfData": False}, True, True),
        ("GB", None, True, True),
        ("GB", NONE, False, False),
        ("GB", {"analytics": False}, True, False),
        ("GB", {"preferences": False}, False, False),
        ("US", None, False, False),
        ("US", ALL, True, True),
    ],
)
async def test_a_guest_is_remembered_with_consent_alone(
    shop: Api, country: str, said: dict[str, bool] | None, remembers: bool, records: bool
) -> None:
    """Preferences: a cookie, what is hidden, a page of their own. Analytics besides: what they do."""
    guest = Visitor(shop, country, said)
    assert await guest.ask(TRACK) == {"accepted": int(records), "userErrors": []}
    assert guest.has_cookie is remembers
    errors = [] if remembers else [{"code": "INVALID"}]
    assert await guest.ask(HIDE) == {"accepted": int(remembers), "userErrors": errors}
    assert guest.has_cookie is remembers
    assert bool(await _keys(shop)) is remembers

    async def is_settled() -> bool:
        return bool((await guest.ask(HOMEPAGE))["personalized"] is remembers)

    await until(is_settled)


async def test_a_country_for_prices_moves_nobody_out_of_the_law_of_their_own(shop: Api) -> None:
    """Whoever shops at British prices in Germany is not remembered, unless the client says that they agreed."""
    guest = Visitor(shop, "GB", None, {"CF-IPCountry": "DE"})
    assert (await guest.ask(TRACK))["accepted"] == 0
    assert not guest.has_cookie
    guest.consent = ALL
    assert (await guest.ask(TRACK))["accepted"] == 1


async def test_consent_that_is_withdrawn_ends_the_use_of_a_device(shop: Api) -> None:
    """Its taste is neither read nor changed, whatever device id is sent; the shopper can still undo what they hid."""
    guest = Visitor(shop, "FR", ALL, {"X-Device-Id": "an-app-install"})
    await guest.ask(TRACK)
    await guest.ask(HIDE)
    before = [await shop.stores.redis.hgetall(key) for key in await _taste_keys(shop)]
    for said in (None, NONE, {"analytics": True}):
        guest.consent = said
        assert (await guest.ask(TRACK))["accepted"] == 0
        assert (await guest.ask(HOMEPAGE)) == {"personalized": False}
        await guest.ask(LIST)
    assert [await shop.stores.redis.hgetall(key) for key in await _taste_keys(shop)] == before
    assert (await guest.ask(UNHIDE)) == {"accepted": 1, "userErrors": []}
    assert not await shop.stores.redis.hexists((await _taste_keys(shop))[0], "c:category-0")


async def _taste_keys(api: Api) -> list[bytes | str]:
    prefix = api.stores.settings.prefix
    return [key async for key in api.stores.redis.scan_iter(match=f"{prefix}taste:*}}")]


async def test_what_an_account_hides_needs_no_consent(shop: Api) -> None:
    """It is data of the account that its owner asked for. Likings need it, and no cookie is set."""
    account = await shop.add_account()
    shopper = Visitor(shop, "FR", NONE, {"Authorization": f"Bearer {account.token}"})
    assert await shopper.ask(TRACK) == {"accepted": 0, "userErrors": []}
    assert await shopper.ask(HOMEPAGE) == {"personalized": False}
    assert await shopper.ask(HIDE) == {"accepted": 1, "userErrors": []}
    assert not shopper.has_cookie

    async def is_personal() -> bool:
        return bool((await shopper.ask(HOMEPAGE))["personalized"])

    await until(is_personal)
    await shopper.ask(UNHIDE)
    shopper.consent = ALL
    await shopper.ask(TRACK)
    await until(is_personal)
    shopper.consent = None
    assert await shopper.ask(HOMEPAGE) == {"personalized": False}


async def test_without_a_country_the_default_territory_decides(shop: Api) -> None:
    """Also where the consent is written into the document."""
    for said, remembers in (("", True), ("@inContext(visitorConsent: { preferences: false })", False)):
        shop.client.cookies.clear()
        answer = await shop.send(f'mutation {said} {{ hideCategory(category: "x") {{ accepted }} }}')
        assert ("set-cookie" in answer.headers) is remembers
