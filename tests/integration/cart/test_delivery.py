"""Where carts go: addresses, ways of sending and taxes, shown as they will be charged."""

from typing import Any

import pytest

from datasources import tables
from tests.kit.carts import changed, line, new_cart, outcome, total
from tests.kit.checkouts import charges, codes, submit
from tests.kit.delivery import (
    ADD_ADDRESSES,
    CHOOSE,
    REMOVE_ADDRESSES,
    UPDATE_ADDRESSES,
    address,
    prepare,
    reasons,
)
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.running_sandbox import RunningSandbox


@pytest.fixture
def api(delivering_api: Api) -> Api:
    """A shop that taxes and delivers."""
    return delivering_api


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug of 100 g at 10.00 GBP, ten in stock."""
    return await api.add_product(title="Mug", price=1_000, stock=10)


@pytest.fixture
async def cart(api: Api, mug: Added) -> Record:
    """A cart with two mugs for somebody in London."""
    where = {"addresses": [{"address": address()}]}
    buyer = {"email": "ada@example.com", "countryCode": "GB"}
    return await new_cart(api, line(mug.variant_id, 2), buyerIdentity=buyer, delivery=where)


async def refused(api: Api, operation: str, **variables: Any) -> list[str]:
    """The codes by which a mutation is refused."""
    return [error["code"] for error in (await outcome(api, operation, **variables))["userErrors"]]


async def test_a_cart_with_an_address_is_shown_with_delivery_and_taxes(api: Api, cart: Record) -> None:
    """The cheapest way is chosen until the buyer chooses; taxes are those in the prices."""
    shown = await changed(api, ADD_ADDRESSES, cart=cart["id"], addresses=[])
    (group,) = shown["deliveryGroups"]["nodes"]
    assert group["deliveryAddress"] == {"city": "London", "countryCodeV2": "GB"}
    assert group["selectedDeliveryOption"] == {"handle": "post"}
    assert [(each["handle"], each["estimatedCost"]["amount"]) for each in group["deliveryOptions"]] == [
        ("post", "4.0"),
        ("courier", "9.0"),
    ]
    assert group["cartLines"]["nodes"] == [{"quantity": 2}]
    assert shown["prices"] == {
        "subtotalAmount": {"amount": "20.0"},
        "totalDiscountAmount": {"amount": "0.0"},
        "totalShippingAmount": {"amount": "4.0"},
        "totalTaxAmount": {"amount": "4.0"},
        "taxesIncluded": True,
    }
    assert total(shown) == "24.0 GBP"


async def test_the_way_of_sending_can_be_chosen(api: Api, cart: Record) -> None:
    """By its handle, for the group of the cart."""
    group = (await changed(api, ADD_ADDRESSES, cart=cart["id"], addresses=[]))["deliveryGroups"]["nodes"][0]["id"]
    option = {"deliveryGroupId": group, "deliveryOptionHandle": "courier"}
    shown = await changed(api, CHOOSE, cart=cart["id"], options=[option])
    assert total(shown) == "29.0 GBP"
    wrong = option | {"deliveryOptionHandle": "pigeon"}
    assert await refused(api, CHOOSE, cart=cart["id"], options=[wrong]) == ["INVALID_DELIVERY_OPTION"]
    other = option | {"deliveryGroupId": "gid://storefront/CartDeliveryGroup/other"}
    assert await refused(api, CHOOSE, cart=cart["id"], options=[other]) == ["INVALID"]


async def test_the_selected_address_decides_the_territory(api: Api, cart: Record) -> None:
    """Prices, taxes and ways of sending are those of the country that the goods go to."""
    shown = await changed(
        api, ADD_ADDRESSES, cart=cart["id"], addresses=[{"address": address("US", city="Boston"), "selected": True}]
    )
    assert [each["selected"] for each in shown["delivery"]["addresses"]] == [False, True]
    # 2 x 12.50, the mail 10.00, and a tenth of it all.
    assert (total(shown), shown["prices"]["totalTaxAmount"]["amount"]) == ("38.5 USD", "3.5")
    assert shown["prices"]["taxesIncluded"] is False


async def test_addresses_are_changed_and_removed(api: Api, cart: Record) -> None:
    """One of them is selected, unless the client takes the selection back."""
    shown = await changed(api, ADD_ADDRESSES, cart=cart["id"], addresses=[{"address": address(city="Leeds")}])
    london, leeds = (each["id"] for each in shown["delivery"]["addresses"])
    change = {"id": leeds, "selected": True, "oneTimeUse": True, "address": address(city="York")}
    shown = await changed(api, UPDATE_ADDRESSES, cart=cart["id"], addresses=[change])
    assert [(each["address"]["city"], each["selected"]) for each in shown["delivery"]["addresses"]] == [
        ("London", False),
        ("York", True),
    ]
    back = {"id": leeds, "selected": False}
    shown = await changed(api, UPDATE_ADDRESSES, cart=cart["id"], addresses=[back])
    assert [each["selected"] for each in shown["delivery"]["addresses"]] == [False, False]
    shown = await changed(api, REMOVE_ADDRESSES, cart=cart["id"], ids=[leeds])
    assert [(each["id"], each["selected"]) for each in shown["delivery"]["addresses"]] == [(london, True)]
    shown = await changed(api, REMOVE_ADDRESSES, cart=cart["id"], ids=[london])
    assert (shown["delivery"]["addresses"], total(shown)) == ([], "20.0 GBP")


async def test_a_group_without_an_address_names_its_country(api: Api, mug: Added) -> None:
    """The buyer's, else one of the territory, so that clients need no case for groups without an address."""
    reached = "deliveryGroups(first: 2, withCarrierRates: true) { nodes { deliveryAddress { city countryCodeV2 } } }"
    for buyer, country in (({"countryCode": "FR"}, "FR"), ({}, "GB")):
        made = await new_cart(api, line(mug.variant_id), buyerIdentity=buyer)
        shown = await api.data(f"query($id: ID!) {{ cart(id: $id) {{ {reached} }} }}", {"id": made["id"]})
        assert shown["cart"]["deliveryGroups"]["nodes"] == [
            {"deliveryAddress": {"city": None, "countryCodeV2": country}}
        ]


async def test_wrong_addresses_are_refused(api: Api, cart: Record) -> None:
    """Without a country, incomplete in strict mode, too long, too many, unknown."""
    bare = {"deliveryAddress": {"countryCode": "GB"}}
    for given, code in (
        ({"address": {"deliveryAddress": {"city": "London"}}}, "INVALID"),
        ({"address": {}}, "INVALID"),
        ({"address": bare, "validationStrategy": "STRICT"}, "DELIVERY_ADDRESS_INCOMPLETE"),
        ({"address": address(city="x" * 256)}, "TOO_LONG"),
    ):
        assert await refused(api, ADD_ADDRESSES, cart=cart["id"], addresses=[given]) == [code]
    many = [{"address": address()}] * 20
    assert await refused(api, ADD_ADDRESSES, cart=cart["id"], addresses=many) == ["TOO_MANY_ADDRESSES"]
    unknown = "gid://storefront/CartSelectableAddress/0"
    assert await refused(api, REMOVE_ADDRESSES, cart=cart["id"], ids=[unknown]) == ["ADDRESS_NOT_FOUND"]
    assert await refused(api, UPDATE_ADDRESSES, cart=cart["id"], addresses=[{"id": unknown}]) == ["ADDRESS_NOT_FOUND"]


async def test_what_was_shown_is_charged_and_kept_with_the_order(
    api: Api, cart: Record, payment_sandbox: RunningSandbox
) -> None:
    """Lines, delivery and taxes, to the penny; and where it goes, and how."""
    order = (await submit(api, cart))["order"]
    assert charges(payment_sandbox, order) == [("CAPTURED", 2_400)]
    query = """query($id: ID!, $token: String) { order(id: $id, token: $token) {
      subtotalPrice { amount } totalShippingPrice { amount } totalTax { amount } totalPrice { amount }
      shippingTitle shippingAddress { lastName city countryCodeV2 formatted }
      lineItems(first: 1) { nodes { discountedTotalPrice { amount } } } } }"""
    shown = (await api.data(query, {"id": order["id"], "token": order["token"]}))["order"]
    assert shown == {
        "subtotalPrice": {"amount": "20.0"},
        "totalShippingPrice": {"amount": "4.0"},
        "totalTax": {"amount": "4.0"},
        "totalPrice": {"amount": "24.0"},
        "shippingTitle": "Post",
        "shippingAddress": {
            "lastName": "Byron",
            "city": "London",
            "countryCodeV2": "GB",
            "formatted": ["Byron", "12 St James's Square", "London SW1Y 4LB", "United Kingdom"],
        },
        "lineItems": {"nodes": [{"discountedTotalPrice": {"amount": "20.0"}}]},
    }


async def test_the_address_of_an_account_needs_more_than_the_token_of_the_order(api: Api, mug: Added) -> None:
    """The account sees where its order goes; others see that there is one."""
    ann = await api.add_account()
    buyer, where = {"customerAccessToken": ann.token, "countryCode": "GB"}, {"addresses": [{"address": address()}]}
    order = (await submit(api, await new_cart(api, line(mug.variant_id), buyerIdentity=buyer, delivery=where)))["order"]
    query = "query($id: ID!, $token: String) { order(id: $id, token: $token) { name shippingAddress { city } } }"
    asked = {"id": order["id"], "token": order["token"]}
    assert (await api.data(query, asked))["order"] == {"name": order["name"], "shippingAddress": None}
    shown = (await api.data(query, asked, ann.token))["order"]
    assert shown["shippingAddress"] == {"city": "London"}


async def test_no_line_shows_a_tax_that_its_prices_do_not_contain(api: Api, mug: Added) -> None:
    """Lines and what is due at checkout are without it, as the subtotal; the total and the charge have it."""
    buyer = {"email": "ada@example.com", "countryCode": "US"}
    where = {"addresses": [{"address": address("US", city="Boston")}]}
    cart = await new_cart(api, line(mug.variant_id, 2), buyerIdentity=buyer, delivery=where)
    query = """query($id: ID!) { cart(id: $id) {
      cost { subtotalAmount { amount } checkoutChargeAmount { amount } totalTaxAmount { amount } totalAmount { amount }
      }
      lines(first: 1) { nodes { cost { subtotalAmount { amount } totalAmount { amount } } } } } }"""
    shown = (await api.data(query, {"id": cart["id"]}))["cart"]
    assert shown["lines"]["nodes"] == [
        {"cost": {"subtotalAmount": {"amount": "25.0"}, "totalAmount": {"amount": "25.0"}}}
    ]
    assert {name: money["amount"] for name, money in shown["cost"].items()} == {
        "subtotalAmount": "25.0",
        "checkoutChargeAmount": "25.0",
        "totalAmount": "38.5",
        "totalTaxAmount": "3.5",
    }
    order = (await submit(api, cart))["order"]
    lines = "lineItems(first: 1) { nodes { originalTotalPrice { amount } discountedTotalPrice { amount } } }"
    query = f"query($id: ID!, $token: String) {{ order(id: $id, token: $token) {{ totalPrice {{ amount }} {lines} }} }}"
    assert (await api.data(query, {"id": order["id"], "token": order["token"]}))["order"] == {
        "totalPrice": {"amount": "38.5"},
        "lineItems": {
            "nodes": [{"originalTotalPrice": {"amount": "25.0"}, "discountedTotalPrice": {"amount": "25.0"}}]
        },
    }


async def test_a_cart_that_cannot_be_sent_says_everything_that_is_missing(api: Api, mug: Added) -> None:
    """Nobody is known, nowhere to go, and more than there is; a submit says the same."""
    cart = await new_cart(api, line(mug.variant_id, 2), buyerIdentity={})
    assert await reasons(api, cart) == ["BUYER_IDENTITY_REQUIRED", "DELIVERY_ADDRESS_REQUIRED"]
    assert codes(await submit(api, cart)) == ["BUYER_IDENTITY_REQUIRED", "DELIVERY_ADDRESS_REQUIRED"]
    half = [{"address": {"deliveryAddress": {"countryCode": "GB", "city": "London"}}}]
    await changed(api, ADD_ADDRESSES, cart=cart["id"], addresses=half)
    assert "DELIVERY_ADDRESS_INCOMPLETE" in await reasons(api, cart)
    assert await api.rows(tables.orders) == []


async def test_nothing_is_sent_where_nobody_delivers(api: Api, cart: Record, mug: Added) -> None:
    """The country has no territory, or the cart is too heavy for every carrier."""
    abroad = [{"address": address("NO", city="Oslo"), "selected": True}]
    await changed(api, ADD_ADDRESSES, cart=cart["id"], addresses=abroad)
    assert await reasons(api, cart) == ["DELIVERY_NOT_AVAILABLE"]
    where = {"addresses": [{"address": address("US", city="Boston")}]}
    heavy = await new_cart(api, line(mug.variant_id, 60), buyerIdentity={"email": "a@example.com"}, delivery=where)
    assert await reasons(api, heavy) == ["DELIVERY_NOT_AVAILABLE", "OUT_OF_STOCK"]


async def test_a_ready_cart_is_charged_what_it_was_prepared_with(api: Api, cart: Record) -> None:
    """The answer has the total; the submit after it needs no other agreement."""
    result = (await prepare(api, cart))["result"]
    assert result["__typename"] == "CartStatusReady"
    assert result["cart"]["cost"]["totalAmount"] == {"amount": "24.0", "currencyCode": "GBP"}
    assert result["checkoutURL"].startswith("http://shop.test/cart/")
    assert (await submit(api, cart))["order"]["totalPrice"]["amount"] == "24.0"
    assert (await prepare(api, cart))["userErrors"] == [{"code": "CART_COMPLETED"}]


async def test_another_total_than_the_one_agreed_to_is_never_charged(api: Api, cart: Record) -> None:
    """Neither more nor less nor in another currency; an invalid amount is refused as such."""
    for amount, currency in (("23.99", "GBP"), ("24.01", "GBP"), ("24.00", "USD")):
        answer = await submit(api, cart, expected={"amount": amount, "currencyCode": currency})
        assert codes(answer) == ["PRICE_CHANGED"]
        assert answer["totalAmount"] == {"amount": "24.0", "currencyCode": "GBP"}
    assert codes(await submit(api, cart, expected={"amount": "24.001", "currencyCode": "GBP"})) == ["INVALID"]
    agreed = {"amount": "24.00", "currencyCode": "GBP"}
    assert (await submit(api, cart, expected=agreed))["__typename"] == "SubmitSuccess"
