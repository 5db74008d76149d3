"""The documents of ten storefronts, each sent to the running shop as it limits anybody."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import print_ast
from graphql.utilities import separate_operations

from tests.kit.fixtures.running_shop import Shop
from tests.kit.storefront_documents import documents, filled, operations, variables

pytestmark = [pytest.mark.xdist_group("shop"), pytest.mark.slow]

_MUG = '{ product(handle: "harbour-mug") { id selectedOrFirstAvailableVariant { id } } }'
_CART = """mutation($input: CartInput!) { cartCreate(input: $input) { cart {
  id lines(first: 1) { nodes { id } } deliveryGroups(first: 1) { nodes { id } } } userErrors { message } } }"""
_HOME = {"lastName": "Byron", "address1": "1 High Street", "city": "London", "zip": "SW1A 1AA", "countryCode": "GB"}
_SIGN_IN = """mutation($input: CustomerAccessTokenCreateInput!) {
  customerAccessTokenCreate(input: $input) { customerAccessToken { accessToken } } }"""
_SHOPPER = {"email": "shopper@example.com", "password": "demo-password"}


@pytest.mark.parametrize("name", documents())
async def test_the_operations_of_a_storefront_are_answered(shop: Shop, name: str) -> None:
    """Every root field has a value and nothing is refused, except what the shop does not support."""
    document = documents()[name]
    parts = separate_operations(document)
    for operation in operations(document):
        assert operation.name is not None
        title = operation.name.value
        given = variables()[title]
        given = filled(given, await _known(shop, json.dumps(given)))
        data = await shop.data(print_ast(parts[title]), given)
        assert None not in data.values(), (title, data)
        assert not any(_values(data, "userErrors", "customerUserErrors")), (title, data)
        for refusals in _values(data, "refused"):
            assert [each["code"] for each in refusals] == ["NOT_SUPPORTED"], title


async def _known(shop: Shop, given: str) -> dict[str, str]:
    """What the variables refer to, each made for this operation alone."""
    mug = (await shop.data(_MUG))["product"]
    known = {"product": mug["id"], "variant": mug["selectedOrFirstAvailableVariant"]["id"]}
    if any(name in given for name in ("$cart", "$line", "$group")):
        line = {"merchandiseId": known["variant"], "quantity": 2}
        address = {"address": {"deliveryAddress": _HOME}, "selected": True}
        made = {"lines": [line], "delivery": {"addresses": [address]}, "buyerIdentity": {"email": "ada@example.com"}}
        cart = (await shop.data(_CART, {"input": made}))["cartCreate"]["cart"]
        groups = cart["deliveryGroups"]["nodes"]
        known |= {"cart": cart["id"], "line": cart["lines"]["nodes"][0]["id"], "group": groups[0]["id"]}
    if "$token" in given:
        signed = (await shop.data(_SIGN_IN, {"input": _SHOPPER}))["customerAccessTokenCreate"]
        known["token"] = signed["customerAccessToken"]["accessToken"]
    return known


def _values(data: Any, *names: str) -> Iterator[Any]:
    """Every value by one of these names, however deep."""
    if isinstance(data, list):
        for each in data:
            yield from _values(each, *names)
    elif isinstance(data, dict):
        for name, each in data.items():
            if name in names:
                yield each
            yield from _values(each, *names)
