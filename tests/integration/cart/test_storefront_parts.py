"""Parts of carts that storefronts of the Storefront API select and send."""

from typing import Any

import pytest

from domain.discounts.rules import DiscountKind
from domain.kit.ids import global_id
from tests.kit.factories.discounts import a_discount, add_discount
from tests.kit.fixtures.graphql_api import Api, Record

MAKE = "mutation($input: CartInput) { cartCreate(input: $input) { cart { id } userErrors { code field } } }"
SHOW = """query($id: ID!) { cart(id: $id) {
  metafield(key: "wrap") { namespace key type value parentResource { ... on Cart { id } } }
  attribute(key: "source_name") { value }
  buyerIdentity { preferences { wallet delivery { deliveryMethod pickupHandle coordinates { latitude } } } }
  delivery { addresses { address { ... on CartDeliveryAddress { city formattedArea } } selected } }
  lines(first: 5, reverse: true) { nodes { viewKey quantity attribute(key: "a") { value } } }
} }"""
SET = """mutation($fields: [CartMetafieldsSetInput!]!) { cartMetafieldsSet(metafields: $fields) {
  metafields { value } userErrors { code field elementIndex } } }"""
DELETE = """mutation($input: CartMetafieldDeleteInput!) { cartMetafieldDelete(input: $input) {
  deletedId userErrors { code field } } }"""
REPLACE = """mutation($id: ID!, $to: [CartSelectableAddressInput!]!) {
  cartDeliveryAddressesReplace(cartId: $id, addresses: $to) { cart { id } userErrors { code } } }"""
HOME = {"address": {"deliveryAddress": {"city": "Leeds", "countryCode": "GB"}}}


async def made(api: Api, **given: Any) -> str:
    """A new cart."""
    answer: Record = (await api.data(MAKE, {"input": given}))["cartCreate"]
    assert answer["userErrors"] == []
    cart_id: str = answer["cart"]["id"]
    return cart_id


async def shown(api: Api, cart_id: str) -> Record:
    """What the cart is now."""
    found: Record = (await api.data(SHOW, {"id": cart_id}))["cart"]
    return found


async def test_a_cart_keeps_what_storefronts_send(api: Api) -> None:
    """Metafields, the source, preferences, and addresses in older names."""
    where = {"countryCode": "GB", "latitude": 51.5, "longitude": 0.0}
    delivery = {"deliveryMethod": ["SHIPPING"], "pickupHandle": ["x"], "coordinates": where}
    old = [{"deliveryAddress": {"city": "York", "country": "United Kingdom"}}]
    buyer = {"preferences": {"wallet": ["y"], "delivery": delivery}, "deliveryAddressPreferences": old}
    field = {"key": "wrap", "type": "boolean", "value": "true"}
    cart_id = await made(api, metafields=[field], sourceName="app", buyerIdentity=buyer)
    cart = await shown(api, cart_id)
    assert cart["metafield"] == field | {"namespace": "custom", "parentResource": {"id": cart_id}}
    assert cart["attribute"] == {"value": "app"}
    preferences = cart["buyerIdentity"]["preferences"]
    kept = {"deliveryMethod": ["SHIPPING"], "pickupHandle": ["x"], "coordinates": {"latitude": 51.5}}
    assert preferences == {"wallet": ["y"], "delivery": kept}
    assert cart["delivery"]["addresses"][0]["address"] == {"city": "York", "formattedArea": "York, United Kingdom"}


async def test_metafields_are_set_and_deleted_by_name(api: Api) -> None:
    """The others stay; a refusal names the metafield in the list."""
    cart_id = await made(api)
    fields = [{"ownerId": cart_id, "key": key, "type": "t", "value": "1"} for key in ("wrap", "gift.note")]
    assert (await api.data(SET, {"fields": fields}))["cartMetafieldsSet"]["metafields"] == [{"value": "1"}] * 2
    blank = [fields[0] | {"value": "2"}, fields[1] | {"value": " "}]
    refused = (await api.data(SET, {"fields": blank}))["cartMetafieldsSet"]
    assert refused["userErrors"] == [{"code": "BLANK", "field": ["metafields", "1", "value"], "elementIndex": 1}]
    assert (await shown(api, cart_id))["metafield"]["value"] == "1"
    name = {"ownerId": cart_id, "key": "custom.wrap"}
    assert (await api.data(DELETE, {"input": name}))["cartMetafieldDelete"]["deletedId"] is not None
    again = (await api.data(DELETE, {"input": name}))["cartMetafieldDelete"]
    assert again == {"deletedId": None, "userErrors": [{"code": "NOT_FOUND", "field": ["input", "key"]}]}
    assert (await shown(api, cart_id))["metafield"] is None


async def test_a_cart_has_at_most_25_metafields(api: Api) -> None:
    """Counted with those that it has already."""
    cart_id = await made(api)
    fields = [{"ownerId": cart_id, "key": f"k{n}", "type": "t", "value": "1"} for n in range(25)]
    assert (await api.data(SET, {"fields": fields}))["cartMetafieldsSet"]["userErrors"] == []
    more = [{"ownerId": cart_id, "key": "k25", "type": "t", "value": "1"}]
    assert (await api.data(SET, {"fields": more}))["cartMetafieldsSet"]["userErrors"][0]["code"] == "TOO_LONG"


async def test_another_cart_s_metafields_are_out_of_reach(api: Api) -> None:
    """A cart that does not exist is refused by the place of its id."""
    fields = [{"ownerId": global_id("Cart", "0" * 32), "key": "k", "type": "t", "value": "1"}]
    refused = (await api.data(SET, {"fields": fields}))["cartMetafieldsSet"]
    assert refused["userErrors"] == [{"code": "INVALID", "field": ["metafields", "0", "ownerId"], "elementIndex": 0}]


async def test_addresses_are_replaced_as_a_whole(api: Api) -> None:
    """One is selected again; an empty list leaves none."""
    cart_id = await made(api, delivery={"addresses": [HOME, HOME]})
    await api.data(REPLACE, {"id": cart_id, "to": [HOME]})
    assert [each["selected"] for each in (await shown(api, cart_id))["delivery"]["addresses"]] == [True]
    await api.data(REPLACE, {"id": cart_id, "to": []})
    assert (await shown(api, cart_id))["delivery"]["addresses"] == []


async def test_lines_are_known_by_their_view_keys(api: Api) -> None:
    """To change and to remove them; a key that names no line is refused."""
    mug = await api.add_product(stock=9)
    line = {"merchandiseId": global_id("ProductVariant", mug.variant_id), "attributes": [{"key": "a", "value": "b"}]}
    cart_id = await made(api, lines=[line])
    (node,) = (await shown(api, cart_id))["lines"]["nodes"]
    assert node["attribute"] == {"value": "b"}
    change = "mutation($id: ID!, $lines: [CartLineUpdateInput!]!) { cartLinesUpdate(cartId: $id, lines: $lines) {"
    change += " cart { totalQuantity } userErrors { code } } }"
    changed = await api.data(change, {"id": cart_id, "lines": [{"viewKey": node["viewKey"], "quantity": 4}]})
    assert changed["cartLinesUpdate"]["cart"]["totalQuantity"] == 4
    remove = "mutation($id: ID!, $keys: [String!]) { cartLinesRemove(cartId: $id, viewKeys: $keys) {"
    remove += " cart { totalQuantity } userErrors { code field } } }"
    refused = (await api.data(remove, {"id": cart_id, "keys": ["x"]}))["cartLinesRemove"]["userErrors"]
    assert [each["code"] for each in refused] == ["LINE_NOT_FOUND"]
    removed = await api.data(remove, {"id": cart_id, "keys": [node["viewKey"]]})
    assert removed["cartLinesRemove"]["cart"]["totalQuantity"] == 0


@pytest.mark.parametrize(
    ("name", "argument", "kind"),
    [
        ("cartGiftCardCodesAdd", "giftCardCodes", "[String!]!"),
        ("cartGiftCardCodesUpdate", "giftCardCodes", "[String!]!"),
        ("cartGiftCardCodesRemove", "appliedGiftCardIds", "[ID!]!"),
    ],
)
async def test_gift_cards_are_refused_beside_the_cart(api: Api, name: str, argument: str, kind: str) -> None:
    """Never ignored: a shopper who pays with one must hear of it."""
    cart_id = await made(api)
    change = f"mutation($id: ID!, $x: {kind}) {{ {name}(cartId: $id, {argument}: $x)"
    answer = await api.data(f"{change} {{ cart {{ id }} userErrors {{ code field }} }} }}", {"id": cart_id, "x": ["a"]})
    assert answer[name] == {"cart": {"id": cart_id}, "userErrors": [{"code": "NOT_SUPPORTED", "field": [argument]}]}


WORTH = """query($id: ID!) { cart(id: $id) {
  discountApplications { targetType totalAllocatedAmount { amount } ... on CartCodeDiscountApplication { code }
    value { ... on MoneyV2 { amount currencyCode } ... on PricingPercentageValue { percentage } } }
  lines(first: 1) { nodes { discountAllocations { discountedAmount { amount } targetType __typename } } }
} }"""


@pytest.mark.parametrize(
    ("facts", "value", "off"),
    [
        ({"kind": DiscountKind.PERCENTAGE, "basis_points": 1_250}, {"percentage": 12.5}, "2.5"),
        ({"kind": DiscountKind.AMOUNT, "minor": 300}, {"amount": "3.0", "currencyCode": "GBP"}, "3.0"),
    ],
)
async def test_a_cart_says_what_its_discount_is_worth(api: Api, facts: Any, value: Any, off: str) -> None:
    """As a share or as money, and what each line gets of it."""
    await api.transact(lambda tx: add_discount(tx, a_discount(code="LESS", **facts)))
    mug = await api.add_product(stock=9, price=2_000)
    line = {"merchandiseId": global_id("ProductVariant", mug.variant_id)}
    cart = (await api.data(WORTH, {"id": await made(api, lines=[line], discountCodes=["less"])}))["cart"]
    applied = {"targetType": "LINE_ITEM", "totalAllocatedAmount": {"amount": off}, "code": "less", "value": value}
    assert cart["discountApplications"] == [applied]
    part = {"discountedAmount": {"amount": off}, "targetType": "LINE_ITEM", "__typename": "CartCodeDiscountAllocation"}
    assert cart["lines"]["nodes"][0]["discountAllocations"] == [part]
