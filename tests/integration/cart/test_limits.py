"""How many carts, codes, accounts, hidden things and declined payments one visitor may have."""

from collections.abc import AsyncIterator
from ipaddress import ip_network
from typing import Any

import pytest

from bff.settings.variables import Settings
from domain.kit.limits import CODES_OF_CART
from tests.kit.carts import line, new_cart
from tests.kit.checkouts import SUBMIT, codes, stock
from tests.kit.fixtures.graphql import asking, paying_settings
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.running_sandbox import RunningSandbox

CODES = "cartDiscountCodesUpdate(cartId: $cart, discountCodes: $codes) { userErrors { code } }"
CREATE = "mutation { cartCreate { cart { id } userErrors { code } } }"
SIGN_UP = 'mutation { customerCreate(input: { email: "x", password: "short" }) { userErrors { code } } }'
HIDE = """mutation @inContext(visitorConsent: { analytics: true, preferences: true }) {
  hideCategory(category: "mugs") { accepted userErrors { code } } }"""
NEAR, FAR = "203.0.113.7", "198.51.100.1"
SMALL = {
    "carts-of-network": 3 / 1_000,
    "sign-ups-of-network": 2 / 60,
    "declines-of-cart": 2 / 10,
    "declines-of-device": 3 / 20,
    "declines-of-network": 4 / 100,
    "hidden-of-device": 2 / 120,
    "hidden-of-network": 3 / 1_200,
}


@pytest.fixture
async def api(
    shop_settings: Settings, payment_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Api]:
    """A shop behind a proxy, with small budgets, in which everybody can pay."""
    monkeypatch.setattr("datasources.kit.limits.PATIENCE_SECONDS", 30.0)
    update = {"trusted_proxies": [ip_network("127.0.0.1/32")], "limits": SMALL} | paying_settings(payment_sandbox)
    async with asking(shop_settings.model_copy(update=update)) as api:
        yield api


async def _asked(api: Api, query: str, address: str = NEAR, device: str = "", **variables: Any) -> list[str]:
    """The codes of all errors of an answer."""
    headers = {"X-Forwarded-For": address} | ({"X-Device-Id": device} if device else {})
    return _codes(await api(query, variables, headers=headers))


def _codes(answer: Record) -> list[str]:
    return [error["extensions"]["code"] for error in answer.get("errors", ())]


async def test_many_codes_in_one_request_are_tries(api: Api) -> None:
    """Every alias and every code counts; another cart goes on, until the network has tried too many."""
    carts = [(await new_cart(api))["id"] for _ in range(3)]
    aliases = " ".join(f"a{number}: {CODES}" for number in range(10))
    query = f"mutation($cart: ID!, $codes: [String!]) {{ {aliases} }}"
    tried = [f"CODE-{number}" for number in range(10)]
    most = int(CODES_OF_CART.capacity) // len(tried)
    for cart in carts:
        assert await _asked(api, query, cart=cart, codes=tried) == ["THROTTLED"] * (10 - most)
    one = f"mutation($cart: ID!, $codes: [String!]) {{ {CODES} }}"
    assert await _asked(api, one, cart=carts[0], codes=["LAST"], address=FAR) == ["THROTTLED"]


@pytest.mark.parametrize(("query", "most"), [(CREATE, 3), (SIGN_UP, 2)])
async def test_one_network_makes_no_more_than_its_budget(api: Api, query: str, most: int) -> None:
    """Carts and accounts, good or bad; another network goes on."""
    answers = [await _asked(api, query) for _ in range(most + 1)]
    assert answers == [[]] * most + [["THROTTLED"]]
    assert await _asked(api, query, FAR) == []


async def test_hiding_has_a_budget(api: Api) -> None:
    """Of the device, and of the network for a client that invents devices."""
    answers = [await _asked(api, HIDE, device="one-install") for _ in range(3)]
    answers += [await _asked(api, HIDE, device=f"other-install-{number}") for number in range(2)]
    assert answers == [[], [], ["THROTTLED"], ["THROTTLED"], ["THROTTLED"]]
    assert await _asked(api, HIDE, FAR, device="far-install") == []


@pytest.mark.slow
async def test_declined_payments_are_followed_by_a_pause(api: Api) -> None:
    """Of the cart, the device and the network: nothing is charged, and no unit is held. Another network buys."""
    mug = await api.add_product(stock=10)
    carts = [await new_cart(api, line(mug.variant_id)) for _ in range(3)]

    async def pay(cart: Record, attempt: str, payment: str = "tok_declined", **who: str) -> list[str]:
        headers = {"X-Forwarded-For": who.get("address", NEAR), "X-Device-Id": who.get("device", "one-install")}
        variables = {"cart": cart["id"], "attempt": attempt, "payment": payment, "expected": None}
        answer = await api(SUBMIT, variables, headers=headers)
        if errors := _codes(answer):
            return errors
        submitted = answer["data"]["cartSubmitForCompletion"]
        return [] if submitted["__typename"] == "SubmitSuccess" else codes(submitted)

    declined, paused = ["PAYMENT_DECLINED"], ["THROTTLED"]
    assert [await pay(carts[0], f"a{number}") for number in range(3)] == [declined, declined, paused]
    assert [await pay(carts[1], f"b{number}") for number in range(2)] == [declined, paused]
    assert [await pay(carts[1], f"c{number}", device=f"other-{number}-install") for number in range(2)] == [
        declined,
        paused,
    ]
    assert await stock(api, mug) == (10, 0, 0)
    assert await pay(carts[2], "d", "tok_ok", device="other-3-install") == paused
    assert await pay(carts[2], "d", "tok_ok", device="other-3-install", address=FAR) == []
