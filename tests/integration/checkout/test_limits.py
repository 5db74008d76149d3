"""How many carts, codes, accounts, wishlists, hidden things and declined payments one visitor may have."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_network
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from bff.settings.variables import Settings
from datasources import tables
from datasources.kit.rows import seconds_from_now
from domain.kit.limits import CODES_OF_CART
from services.orders.payment_outcomes import OrderService
from tests.kit.carts import line, new_cart
from tests.kit.checkouts import SUBMIT, codes, stock, submit
from tests.kit.fixtures.graphql import asking, paying_settings
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.payment_pages import RETRY, retrying
from tests.kit.running_sandbox import RunningSandbox

CODES = "cartDiscountCodesUpdate(cartId: $cart, discountCodes: $codes) { userErrors { code } }"
CREATE = "mutation { cartCreate { cart { id } userErrors { code } } }"
SIGN_UP = 'mutation { customerCreate(input: { email: "x", password: "short" }) { userErrors { code } } }'
WISH = 'mutation { wishlistCreate(name: "") { userErrors { code } } }'
HIDE = """mutation @inContext(visitorConsent: { analytics: true, preferences: true }) {
  hideCategory(category: "mugs") { accepted userErrors { code } } }"""
NEAR, FAR = "203.0.113.7", "198.51.100.1"
SMALL = {
    "carts-of-network": 3 / 1_000,
    "sign-ups-of-network": 2 / 60,
    "declines-of-cart": 2 / 10,
    "declines-of-device": 3 / 20,
    "declines-of-network": 4 / 100,
    "held-by-device": 4 / 300,
    "held-by-buyer": 6 / 300,
    "held-by-network": 9 / 6_000,
    "hidden-of-device": 2 / 120,
    "hidden-of-network": 3 / 1_200,
    "wishlists-of-network": 2 / 500,
}


@pytest.fixture
async def api(
    request: pytest.FixtureRequest,
    shop_settings: Settings,
    payment_sandbox: RunningSandbox,
) -> AsyncIterator[Api]:
    """A shop behind a proxy, with small budgets, in which everybody can pay."""
    update: dict[str, Any] = {"trusted_proxies": [ip_network("127.0.0.1/32")], "limits": SMALL} | paying_settings(
        payment_sandbox
    )
    if request.node.get_closest_marker("silent_provider"):
        update["payment_seconds"] = 0.3
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


@pytest.mark.parametrize(("query", "most"), [(CREATE, 3), (SIGN_UP, 2), (WISH, 2)])
async def test_one_network_makes_no_more_than_its_budget(api: Api, query: str, most: int) -> None:
    """Carts, accounts and wishlists, good or bad; another network goes on."""
    answers = [await _asked(api, query) for _ in range(most + 1)]
    assert answers == [[]] * most + [["THROTTLED"]]
    assert await _asked(api, query, FAR) == []


async def test_hiding_has_a_budget(api: Api) -> None:
    """Of the device, and of the network for a client that invents devices."""
    await api.add_categories("mugs")
    answers = [await _asked(api, HIDE, device="one-install") for _ in range(3)]
    answers += [await _asked(api, HIDE, device=f"other-install-{number}") for number in range(2)]
    assert answers == [[], [], ["THROTTLED"], ["THROTTLED"], ["THROTTLED"]]
    assert await _asked(api, HIDE, FAR, device="far-install") == []


async def _pay(api: Api, cart: Record, attempt: str, payment: str, address: str, device: str) -> list[str]:
    """The codes of the errors of a submit, or the state of its order."""
    headers = {"X-Forwarded-For": address, "X-Device-Id": device}
    variables = {"cart": cart["id"], "attempt": attempt, "payment": payment, "expected": None}
    answer = await api(SUBMIT, variables, headers=headers)
    if errors := _codes(answer):
        return errors
    submitted = answer["data"]["cartSubmitForCompletion"]
    return [submitted["order"]["status"]] if submitted["__typename"] == "SubmitSuccess" else codes(submitted)


@pytest.mark.slow
async def test_declined_payments_are_followed_by_a_pause(api: Api) -> None:
    """Of the cart, the device and the network: nothing is charged, and no unit is held. Another network buys."""
    mug = await api.add_product(stock=10)
    carts = [await new_cart(api, line(mug.variant_id)) for _ in range(3)]

    async def pay(
        cart: Record, attempt: str, payment: str = "tok_declined", device: str = "one-install", address: str = NEAR
    ) -> list[str]:
        return await _pay(api, cart, attempt, payment, address, device)

    declined, paused = ["PAYMENT_DECLINED"], ["THROTTLED"]
    assert [await pay(carts[0], f"a{number}") for number in range(3)] == [declined, declined, paused]
    assert [await pay(carts[1], f"b{number}") for number in range(2)] == [declined, paused]
    assert [await pay(carts[1], f"c{number}", device=f"other-{number}-install") for number in range(2)] == [
        declined,
        paused,
    ]
    assert await stock(api, mug) == (10, 0, 0)
    assert await pay(carts[2], "d", "tok_ok", device="other-3-install") == paused
    assert await pay(carts[2], "d", "tok_ok", device="other-3-install", address=FAR) == ["PAID"]


@pytest.mark.slow
async def test_other_methods_that_are_declined_draw_on_the_same_budgets(api: Api) -> None:
    """Nobody tries stolen cards on an order that waits, and its units stay held."""
    mug = await api.add_product(stock=10)
    cart = await new_cart(api, line(mug.variant_id))
    order = (await submit(api, cart, payment="tok_3ds"))["order"]
    answers = [await api(RETRY, retrying(order, "tok_decline", f"attempt {number}")) for number in range(3)]
    told = [_codes(answer) or codes(answer["data"]["orderPaymentRetry"]) for answer in answers]
    assert told == [["PAYMENT_DECLINED"], ["PAYMENT_DECLINED"], ["THROTTLED"]]
    assert await stock(api, mug) == (9, 1, 0)


@pytest.mark.slow
@pytest.mark.silent_provider
async def test_guests_hold_a_bounded_number_of_unpaid_units(api: Api) -> None:
    """By device, by buyer and by network; whoever pays holds nothing, and others still buy."""
    mug = await api.add_product(stock=100)

    async def held(
        email: str, device: str, address: str = NEAR, payment: str = "tok_hang", units: int = 3
    ) -> list[str]:
        made = await api(
            "mutation($input: CartInput) { cartCreate(input: $input) { cart { id } } }",
            {"input": {"lines": [line(mug.variant_id, units)], "buyerIdentity": {"email": email}}},
            headers={"X-Forwarded-For": f"192.0.2.{next(addresses)}"},
        )
        return await _pay(api, made["data"]["cartCreate"]["cart"], "one", payment, address, device)

    addresses, waits, refused = count(), ["PENDING_PAYMENT"], ["THROTTLED"]
    assert await held("a@example.com", "install-1") == waits
    assert await held("b@example.com", "install-1") == refused
    assert await held("A@example.com", "install-2") == waits
    assert await held("a@example.com", "install-3") == refused
    for _ in range(4):
        assert await held("b@example.com", "install-4", payment="tok_ok") == ["PAID"]
    assert await held("c@example.com", "install-5") == waits
    assert await held("d@example.com", "install-6") == refused
    assert await held("d@example.com", "install-6", FAR) == waits
    assert await stock(api, mug) == (76, 12, 12)


@pytest.mark.slow
@pytest.mark.silent_provider
async def test_units_that_a_worker_gave_back_are_held_no_more(api: Api) -> None:
    """The process that made the order learns of its end when the guest comes again, and not before it has ended."""
    mug = await api.add_product(stock=100)

    async def held() -> list[str]:
        return await _pay(api, await new_cart(api, line(mug.variant_id, 3)), "one", "tok_hang", NEAR, "one-install")

    assert [await held(), await held()] == [["PENDING_PAYMENT"], ["THROTTLED"]]
    (order,) = await api.rows(tables.orders)
    await api.change(sa.update(tables.orders).values(hold_expires_at=seconds_from_now(api.stores.database.dialect, 0)))
    assert await OrderService(api.stores.database).expire(order.id)
    async with asyncio.timeout(20):
        while (outcome := await held()) == ["THROTTLED"]:
            pass
    assert outcome == ["PENDING_PAYMENT"]
    assert await held() == ["THROTTLED"]


@pytest.mark.slow
@pytest.mark.silent_provider
async def test_submits_that_come_together_hold_no_more(api: Api) -> None:
    """They share a transaction, and each sees the units of those before it."""
    mug = await api.add_product(stock=100)
    carts = [await new_cart(api, line(mug.variant_id, 3)) for _ in range(3)]
    paid = await asyncio.gather(*(_pay(api, cart, "one", "tok_hang", NEAR, "one-install") for cart in carts))
    assert sorted(paid) == [["PENDING_PAYMENT"], ["THROTTLED"], ["THROTTLED"]]
    assert await stock(api, mug) == (97, 3, 0)
