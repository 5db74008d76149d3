"""Which part of its arguments each mutation of a cart names in an error."""

from typing import Any

import pytest

from domain.kit.ids import global_id, new_secret
from tests.kit.carts import (
    ADD,
    ATTRIBUTES,
    BUYER,
    CREATE,
    NOTE,
    REMOVE,
    UPDATE,
    line,
    line_ids,
    new_cart,
    outcome,
    variant_gid,
)
from tests.kit.delivery import ADD_ADDRESSES, CHOOSE, REMOVE_ADDRESSES
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api, Record

NOWHERE = global_id("CartLine", 999)
LONG = "x" * 5_001


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug."""
    return await api.add_product()


async def blamed(api: Api, operation: str, **variables: Any) -> tuple[str, str]:
    """Code and path of the only refusal."""
    (error,) = (await outcome(api, operation, **variables))["userErrors"]
    return error["code"], ".".join(error["field"])


async def test_lines_are_named_by_the_argument_and_their_index(api: Api, mug: Added) -> None:
    """One rule blames `lines`, `lineIds` or a part of what a new cart begins with."""
    good, gone = line(mug.variant_id), line(999)
    cart = await new_cart(api, good)
    kept = {"id": line_ids(cart)[0], "quantity": 1}
    at = {"cart": cart["id"]}
    not_found = "MERCHANDISE_NOT_FOUND"
    assert await blamed(api, ADD, **at, lines=[good, gone]) == (not_found, "lines.1.merchandiseId")
    assert await blamed(api, CREATE, input={"lines": [good, gone]}) == (not_found, "input.lines.1.merchandiseId")
    assert await blamed(api, ADD, **at, lines=[line(mug.variant_id, 0)]) == ("INVALID_QUANTITY", "lines.0.quantity")
    changes = [kept, {"id": NOWHERE, "quantity": 1}]
    assert await blamed(api, UPDATE, **at, lines=changes) == ("LINE_NOT_FOUND", "lines.1.id")
    changes = [kept | {"merchandiseId": variant_gid(999)}]
    assert await blamed(api, UPDATE, **at, lines=changes) == (not_found, "lines.0.merchandiseId")
    assert await blamed(api, REMOVE, **at, lines=[kept["id"], NOWHERE]) == ("LINE_NOT_FOUND", "lineIds.1")
    assert await blamed(api, REMOVE, **at, lines=[NOWHERE] * 101) == ("TOO_MANY_LINES", "lineIds")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"note": LONG}, "note"),
        ({"attributes": [{"key": "k" * 256, "value": ""}]}, "attributes"),
        ({"discountCodes": ["x" * 256]}, "discountCodes"),
        ({"buyerIdentity": {"email": "ada"}}, "buyerIdentity.email"),
        ({"buyerIdentity": {"customerAccessToken": "forged"}}, "buyerIdentity.customerAccessToken"),
        ({"buyerIdentity": {"companyLocationId": "1"}}, "buyerIdentity.companyLocationId"),
        ({"giftCardCodes": ["x"]}, "giftCardCodes"),
        ({"lines": [{"merchandiseId": "x", "sellingPlanId": "1"}]}, "lines.0.sellingPlanId"),
        ({"delivery": {"addresses": [{"address": {}}]}}, "delivery.addresses.0.address.deliveryAddress"),
        (
            {"delivery": {"addresses": [{"address": {"copyFromCustomerAddressId": "1"}}]}},
            "delivery.addresses.0.address.copyFromCustomerAddressId",
        ),
        (
            {
                "delivery": {
                    "addresses": [{"address": {"deliveryAddress": {"countryCode": "GB", "provinceCode": LONG}}}]
                }
            },
            "delivery.addresses.0.address.deliveryAddress.provinceCode",
        ),
    ],
)
async def test_a_new_cart_names_the_parts_of_its_input(api: Api, given: Record, field: str) -> None:
    """Each below the one argument `input`."""
    assert (await blamed(api, CREATE, input=given))[1] == f"input.{field}"


async def test_delivery_names_addresses_and_options(api: Api, mug: Added) -> None:
    """Addresses by their index; the one option by its handle."""
    cart = await new_cart(api, line(mug.variant_id))
    addresses = [{"address": {"deliveryAddress": {"countryCode": "GB"}}}, {"address": {"deliveryAddress": {}}}]
    at, country = {"cart": cart["id"]}, "addresses.1.address.deliveryAddress.countryCode"
    assert await blamed(api, ADD_ADDRESSES, **at, addresses=addresses) == ("INVALID", country)
    assert await blamed(api, REMOVE_ADDRESSES, **at, ids=["nothing"]) == ("ADDRESS_NOT_FOUND", "addressIds.0")
    assert await blamed(api, REMOVE_ADDRESSES, **at, ids=["nothing"] * 21) == ("TOO_MANY_ADDRESSES", "addressIds")
    group = {"deliveryGroupId": cart["id"].replace("Cart", "CartDeliveryGroup"), "deliveryOptionHandle": "pigeon"}
    assert await blamed(api, CHOOSE, **at, options=[]) == ("INVALID", "selectedDeliveryOptions")
    handle = "selectedDeliveryOptions.0.deliveryOptionHandle"
    assert await blamed(api, CHOOSE, **at, options=[group]) == ("INVALID_DELIVERY_OPTION", handle)


@pytest.mark.parametrize(
    ("operation", "given", "field"),
    [
        (NOTE, {"note": LONG}, "note"),
        (ATTRIBUTES, {"attributes": [{"key": "a\x00b", "value": ""}]}, "attributes"),
        (BUYER, {"buyer": {"email": "ada"}}, "buyerIdentity.email"),
        (ADD, {"lines": [line(1, -1)]}, "lines.0.quantity"),
        (UPDATE, {"lines": [{"id": NOWHERE, "quantity": -1}]}, "lines.0.quantity"),
    ],
)
async def test_input_is_judged_before_a_cart_is_locked(api: Api, operation: str, given: Record, field: str) -> None:
    """The answer names errors in the input even if there is no cart."""
    assert (await blamed(api, operation, cart=global_id("Cart", new_secret()), **given))[1] == field


async def test_messages_name_the_input_as_the_client_does(api: Api, mug: Added) -> None:
    """The message names the argument, not the domain's name for it."""
    answer = await outcome(api, CREATE, input={"lines": [line(mug.variant_id, 0)], "discountCodes": []})
    assert [error["message"] for error in answer["userErrors"]] == ["`quantity` must be at least 1."]
    answer = await outcome(api, CREATE, input={"discountCodes": [str(number) for number in range(11)]})
    message = "`discountCodes` must be at most 10 codes of at most 255 characters."
    assert [error["message"] for error in answer["userErrors"]] == [message]
