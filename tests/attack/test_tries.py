"""What one visitor can try with the budgets that every shop has, from an address of their own behind a proxy."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest

from bff.settings.variables import Settings
from domain.kit.limits import CODES_OF_CART, DECLINES_OF_CART, HELD_BY_DEVICE, HELD_BY_NETWORK
from tests.kit.carts import line
from tests.kit.checkouts import SUBMIT, codes, stock
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql import asking, paying_settings
from tests.kit.fixtures.graphql_api import Api
from tests.kit.running_sandbox import RunningSandbox

pytestmark = pytest.mark.slow

HOSTILE, ELSEWHERE = "203.0.113.7", "198.51.100.1"
CREATE = "mutation($input: CartInput) { cartCreate(input: $input) { cart { id } userErrors { code } } }"
CODES = "cartDiscountCodesUpdate(cartId: $cart, discountCodes: $codes) { userErrors { code } }"
STOCK, UNITS, MANY = 10_000, 150, 60


class Visitors:
    """Guests with addresses, devices and e-mail addresses of their own."""

    def __init__(self, api: Api, mug: Added) -> None:
        self._api = api
        self.mug = mug

    async def cart(self, address: str, units: int = 1, email: str = "guest@example.com") -> str:
        """A new cart."""
        new = {"lines": [line(self.mug.variant_id, units)], "buyerIdentity": {"email": email}}
        made = await self._api.data(CREATE, {"input": new}, headers={"X-Forwarded-For": address})
        return str(made["cartCreate"]["cart"]["id"])

    async def tried(self, query: str, **variables: object) -> Counter[str]:
        """The codes of the errors of a hostile request."""
        answer = await self._api(query, variables, headers={"X-Forwarded-For": HOSTILE})
        return Counter(error["extensions"]["code"] for error in answer.get("errors", ()))

    async def pay(
        self, cart: str, attempt: str, payment: str, address: str = HOSTILE, device: str = "install-1"
    ) -> str:
        """What became of a submit: the state of its order, or the code of what was wrong."""
        variables = {"cart": cart, "attempt": attempt, "payment": payment, "expected": None}
        headers = {"X-Forwarded-For": address, "X-Device-Id": device}
        answer = await self._api(SUBMIT, variables, headers=headers)
        if errors := answer.get("errors"):
            return str(errors[0]["extensions"]["code"])
        submitted = answer["data"]["cartSubmitForCompletion"]
        return str(submitted["order"]["status"]) if submitted["__typename"] == "SubmitSuccess" else codes(submitted)[0]

    async def hold(self, number: int, device: str, address: str = HOSTILE) -> str:
        """Submits a cart whose payment never gets an answer."""
        cart = await self.cart(f"192.0.2.{number}", UNITS, f"guest-{number}@example.com")
        return await self.pay(cart, "one", "tok_hang", address, device)


@pytest.fixture
async def visitors(
    request: pytest.FixtureRequest,
    shop_settings: Settings,
    payment_sandbox: RunningSandbox,
) -> AsyncIterator[Visitors]:
    """A shop behind a proxy, in which everybody can pay."""
    settings = paying_settings(payment_sandbox) | {"trusted_proxies": [ip_network("127.0.0.1/32")]}
    if request.node.get_closest_marker("silent_provider"):
        settings["payment_seconds"] = 0.3
    async with asking(shop_settings.model_copy(update=settings)) as api:
        yield Visitors(api, await api.add_product(stock=STOCK))


async def test_800_codes_in_one_request(visitors: Visitors) -> None:
    """Sixty are looked for; every other field is refused."""
    cart, fields = await visitors.cart(HOSTILE), " ".join(f"a{number}: {CODES}" for number in range(80))
    query = f"mutation($cart: ID!, $codes: [String!]) {{ {fields} }}"
    looked_for = int(CODES_OF_CART.capacity) // 10
    tried = [f"CODE-{number}" for number in range(10)]
    assert await visitors.tried(query, cart=cart, codes=tried) == {"THROTTLED": 80 - looked_for}


async def test_40_declined_cards_on_one_cart(visitors: Visitors) -> None:
    """Ten are charged; then nothing is, not even a good card, and no unit is held."""
    cart, most = await visitors.cart(HOSTILE), int(DECLINES_OF_CART.capacity)
    outcomes = [await visitors.pay(cart, f"try-{number}", "tok_declined") for number in range(40)]
    assert outcomes == ["PAYMENT_DECLINED"] * most + ["THROTTLED"] * (40 - most)
    assert await visitors.pay(cart, "last", "tok_ok") == "THROTTLED"
    assert (await stock(visitors._api, visitors.mug))[1] == 0


@pytest.mark.silent_provider
async def test_all_units_of_a_variant(visitors: Visitors) -> None:
    """A device holds few; a network that invents devices and buyers does not hold all, and others still buy."""
    one_device = [await visitors.hold(number, "install-1") for number in range(4)]
    held = int(HELD_BY_DEVICE.capacity) // UNITS
    assert Counter(one_device) == {"PENDING_PAYMENT": held, "THROTTLED": 4 - held}
    many = await asyncio.gather(*(visitors.hold(number + 10, f"install-{number + 10}") for number in range(MANY)))
    assert set(many) == {"PENDING_PAYMENT", "THROTTLED"}
    available, reserved, _ = await stock(visitors._api, visitors.mug)
    assert reserved <= HELD_BY_NETWORK.capacity
    assert available == STOCK - reserved
    cart = await visitors.cart(ELSEWHERE, email="buyer@example.com")
    assert await visitors.pay(cart, "one", "tok_ok", ELSEWHERE, "install-9") == "PAID"
