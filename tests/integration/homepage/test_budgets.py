"""Ready homepages draw on a budget as well, in the memory of the process."""

from collections.abc import AsyncIterator
from ipaddress import ip_network
from typing import Any

import httpx
import pytest

from bff.settings.variables import Settings
from domain.homepage.keys import HomepageKey, Platform
from tests.kit.fixtures.graphql import asking
from tests.kit.fixtures.graphql_api import Api
from tests.kit.homepages import full_page

SHORT = "{ homepage(platform: WEB) { territory } }"
BUDGET = 100


@pytest.fixture
async def thrifty(shop_settings: Settings) -> AsyncIterator[Api]:
    """A shop behind a proxy that it believes, with small budgets."""
    update = {"trusted_proxies": [ip_network("127.0.0.1/32")], "limits": {"cost-of-network": BUDGET / 400_000}}
    async with asking(shop_settings.model_copy(update=update)) as api:
        for territory in api.stores.territories.all:
            key = HomepageKey(territory.code, Platform.WEB)
            await api.stores.homepage_records.replace(key, full_page(key=key))
        yield api


async def _visit(api: Api, address: str, **headers: str) -> httpx.Response:
    return await api.send(SHORT, headers={"X-Forwarded-For": address, **headers})


async def test_many_visits_of_one_network_are_throttled(thrifty: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer costs one unit, without a call to Redis below a twentieth; another network goes on."""
    monkeypatch.setattr(thrifty.stores.allowances, "clock", lambda: 0.0)
    drawn: list[float] = []
    draw = thrifty.stores.limits.draw

    async def counted(rule: Any, subject: str, units: float) -> float | None:
        drawn.append(units)
        return await draw(rule, subject, units)

    thrifty.stores.limits.draw = counted  # type: ignore[method-assign]
    answers = [(await _visit(thrifty, f"2001:db8::{number:x}")).json() for number in range(BUDGET + 20)]
    await thrifty.stores.allowances.settled()
    throttled = [answer["errors"][0]["extensions"]["code"] for answer in answers if "errors" in answer]
    assert set(throttled) == {"THROTTLED"}
    assert 20 <= len(throttled) <= 25
    assert len(drawn) <= 20
    assert "errors" not in (await _visit(thrifty, "2001:db8:0:1::1")).json()


async def test_the_cost_of_a_ready_answer_is_shown_to_who_wants_it(thrifty: Api) -> None:
    """It is not the answer that caches keep."""
    await _visit(thrifty, "203.0.113.1")
    shown = await _visit(thrifty, "203.0.113.2", **{"Shopify-GraphQL-Cost-Debug": "1"})
    plain = await _visit(thrifty, "203.0.113.2")
    assert "public" in plain.headers["Cache-Control"] or "private" in plain.headers["Cache-Control"]
    assert (shown.headers["Cache-Control"], "ETag" in shown.headers) == ("no-store", False)
    assert shown.json()["extensions"]["cost"]["actualQueryCost"] == 1
    assert {"data": shown.json()["data"]} == plain.json()
