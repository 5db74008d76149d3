"""Who can be reached and where goods can go: what an order needs of its buyer, country by country."""

from typing import Any

import pytest

from tests.kit.carts import BUYER, changed, line, new_cart, outcome
from tests.kit.checkouts import codes, submit
from tests.kit.delivery import ADD_ADDRESSES, address, reasons
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api, Record

STRICT = {"validationStrategy": "STRICT"}
BARE: dict[str, Any] = {"lastName": "Byron", "address1": "1 Main Street", "city": "Somewhere"}


@pytest.fixture
def api(delivering_api: Api) -> Api:
    """A shop that taxes and delivers."""
    return delivering_api


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug at 10.00 GBP."""
    return await api.add_product(price=1_000, stock=10)


@pytest.mark.parametrize("buyer", [{"email": "ada@example.com"}, {"phone": "+44 20 7946 0018"}])
async def test_either_way_to_reach_a_buyer_is_enough(paying_api: Api, buyer: dict[str, str]) -> None:
    """An e-mail address or a phone number, also for what is not shipped; the order keeps it."""
    song = await paying_api.add_product()
    cart = await new_cart(paying_api, line(song.variant_id), buyerIdentity=buyer)
    order = (await submit(paying_api, cart))["order"]
    query = "query($id: ID!, $token: String) { order(id: $id, token: $token) { status email phone } }"
    shown = (await paying_api.data(query, {"id": order["id"], "token": order["token"]}))["order"]
    assert shown == {"status": "PAID", "email": None, "phone": None} | buyer


async def test_nobody_buys_what_nobody_could_be_told_about(paying_api: Api) -> None:
    """Digital goods of a buyer without e-mail address and phone number are refused, and bought once there is one."""
    song = await paying_api.add_product()
    cart = await new_cart(paying_api, line(song.variant_id), buyerIdentity={})
    assert codes(await submit(paying_api, cart)) == ["BUYER_IDENTITY_REQUIRED"]
    await changed(paying_api, BUYER, cart=cart["id"], buyer={"email": "ada@example.com"})
    assert (await submit(paying_api, cart, attempt="second"))["order"]["email"] == "ada@example.com"


@pytest.mark.parametrize(
    ("country", "given", "lacking"),
    [
        ("GB", BARE, "zip"),
        ("US", BARE, "provinceCode, zip"),
        ("IE", BARE, ""),
        ("HK", {"lastName": "Li", "address1": "1 Road"}, "provinceCode"),
        ("JP", {"lastName": "Sato", "address1": "1-1", "provinceCode": "JP-13"}, "zip"),
        ("DE", BARE | {"city": " "}, "city, zip"),
        ("AE", BARE, "provinceCode"),
    ],
)
async def test_each_country_has_required_parts(api: Api, country: str, given: dict[str, str], lacking: str) -> None:
    """A strict address has what the post of its country needs, and nothing that the country does not know."""
    cart = await new_cart(api)
    wanted = {"address": {"deliveryAddress": given | {"countryCode": country}}} | STRICT
    answer = await outcome(api, ADD_ADDRESSES, cart=cart["id"], addresses=[wanted])
    messages = [error["message"] for error in answer["userErrors"]]
    assert messages == ([f"The address lacks: {lacking}."] if lacking else [])


@pytest.mark.parametrize(
    ("country", "code", "is_right"),
    [
        ("GB", "sw1y4lb", True),
        ("GB", "12345", False),
        ("DE", "1011", False),
        ("DE", "10115", True),
        ("NL", "1012 AB", True),
        ("NL", "AB 1012", False),
        ("XK", "10000", True),
        ("AQ", "any thing", True),
    ],
)
async def test_postal_codes_have_the_form_of_their_country(
    api: Api, country: str, code: str, *, is_right: bool
) -> None:
    """In any case and spacing that the country's post takes."""
    cart = await new_cart(api)
    wanted = {"address": {"deliveryAddress": BARE | {"countryCode": country, "zip": code}}} | STRICT
    answer = await outcome(api, ADD_ADDRESSES, cart=cart["id"], addresses=[wanted])
    assert [error["code"] for error in answer["userErrors"]] == ([] if is_right else ["DELIVERY_POSTAL_CODE_INVALID"])


@pytest.mark.parametrize(
    ("country", "code", "is_right"),
    [
        ("US", "NY", True),
        ("US", "us-ny", True),
        ("US", "New York", True),
        ("US", "ZZ", False),
        ("CA", "US-NY", False),
        ("IT", "MI", True),
        ("JP", "JP-13", True),
        ("GB", "Essex", True),
    ],
)
async def test_provinces_are_those_of_their_country(api: Api, country: str, code: str, *, is_right: bool) -> None:
    """By code or name; any text where the country's post has no codes."""
    cart = await new_cart(api)
    given = BARE | {"countryCode": country, "provinceCode": code, "zip": ZIPS[country]}
    wanted = {"address": {"deliveryAddress": given}} | STRICT
    answer = await outcome(api, ADD_ADDRESSES, cart=cart["id"], addresses=[wanted])
    assert [error["code"] for error in answer["userErrors"]] == ([] if is_right else ["DELIVERY_PROVINCE_INVALID"])


ZIPS = {"US": "10001", "CA": "K1A 0B1", "IT": "20121", "JP": "100-0001", "GB": "SW1Y 4LB"}


async def test_a_cart_with_a_wrong_postal_code_is_not_ready(api: Api, mug: Added) -> None:
    """Without strict validation the address is kept, and refused when the cart is bought."""
    wrong = {"address": address(zip="12345")}
    cart = await new_cart(api, line(mug.variant_id), delivery={"addresses": [wrong]})
    assert await reasons(api, cart) == ["DELIVERY_POSTAL_CODE_INVALID"]
    assert codes(await submit(api, cart)) == ["DELIVERY_POSTAL_CODE_INVALID"]


@pytest.mark.parametrize(
    ("country", "phone", "is_right"),
    [("GB", "020 7946 0018", True), ("GB", "+1 212 555 0100", True), ("GB", "12", False), ("US", "+1 555", False)],
)
async def test_phone_numbers_have_the_length_of_their_country(
    api: Api, country: str, phone: str, *, is_right: bool
) -> None:
    """Of an address and of the buyer, national or international."""
    cart = await new_cart(api)
    wanted = {"address": {"deliveryAddress": BARE | {"countryCode": country, "phone": phone}}}
    answers = [
        await outcome(api, ADD_ADDRESSES, cart=cart["id"], addresses=[wanted]),
        await outcome(api, BUYER, cart=cart["id"], buyer={"phone": phone, "countryCode": country}),
    ]
    expected = [] if is_right else ["INVALID"]
    assert [[error["code"] for error in answer["userErrors"]] for answer in answers] == [expected, expected]


@pytest.mark.parametrize(
    "facts",
    [
        {"delivery": {"addresses": [{"address": address("NO", city="Oslo")}]}},
        {"buyerIdentity": {"email": "kari@example.com", "countryCode": "NO"}},
    ],
    ids=["address", "buyer"],
)
async def test_a_country_that_is_not_served_has_no_delivery_options_and_a_warning(
    api: Api, mug: Added, facts: Record
) -> None:
    """The buyer learns it before the purchase, also by reading the cart, and before there is an address."""
    cart = await new_cart(api, line(mug.variant_id), **facts)
    query = """query($cart: ID!) { cart(id: $cart) { warnings { code }
      deliveryGroups(first: 1) { nodes { deliveryOptions { handle } } } } }"""
    shown: Record = (await api.data(query, {"cart": cart["id"]}))["cart"]
    assert shown == {
        "warnings": [{"code": "DELIVERY_NOT_AVAILABLE"}],
        "deliveryGroups": {"nodes": [{"deliveryOptions": []}]},
    }
    assert await reasons(api, cart) == [
        "DELIVERY_NOT_AVAILABLE" if "delivery" in facts else "DELIVERY_ADDRESS_REQUIRED"
    ]
