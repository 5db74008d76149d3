"""Markets that tax and deliver, and carts that go somewhere, as tests of several domains need them."""

from decimal import Decimal

from bff.settings.territories import DeliverySettings, RateSettings, TerritorySettings
from tests.kit.carts import ANSWER, CART
from tests.kit.fixtures.graphql_api import Api, Record

MARKETS = [
    TerritorySettings(
        code="GB",
        name="United Kingdom",
        currency="GBP",
        countries=["GB"],
        tax_rate=Decimal("0.2"),
        delivery=[
            DeliverySettings(handle="courier", title="Courier", rates=[RateSettings(minor=900)]),
            DeliverySettings(
                handle="post", title="Post", rates=[RateSettings(minor=400, up_to_grams=1_000), RateSettings(minor=700)]
            ),
        ],
    ),
    TerritorySettings(
        code="US",
        name="United States",
        currency="USD",
        rate=Decimal("1.25"),
        countries=["US"],
        tax_rate=Decimal("0.1"),
        taxes_included=False,
        delivery=[
            DeliverySettings(handle="mail", title="Mail", rates=[RateSettings(minor=1_000, up_to_grams=5_000)]),
        ],
    ),
]
PLACE = """
fragment Place on Cart {
  ...Everything
  delivery { addresses { id selected oneTimeUse address { ... on CartDeliveryAddress { city countryCode } } } }
  deliveryGroups(first: 5) { nodes {
    id groupType deliveryAddress { city countryCodeV2 } cartLines(first: 5) { nodes { quantity } }
    selectedDeliveryOption { handle } deliveryOptions { handle title estimatedCost { amount } deliveryMethodType }
  } }
  prices: cost {
    subtotalAmount { amount } totalDiscountAmount { amount } totalShippingAmount { amount } totalTaxAmount { amount }
    taxesIncluded
  }
  discountAllocations { discountedAmount { amount } }
}
"""
_PLACED = ANSWER.replace("...Everything", "...Place") + " }" + PLACE + CART
ADD_ADDRESSES = (
    "mutation($cart: ID!, $addresses: [CartSelectableAddressInput!]!) "
    f"{{ cartDeliveryAddressesAdd(cartId: $cart, addresses: $addresses) {_PLACED}"
)
UPDATE_ADDRESSES = (
    "mutation($cart: ID!, $addresses: [CartSelectableAddressUpdateInput!]!) "
    f"{{ cartDeliveryAddressesUpdate(cartId: $cart, addresses: $addresses) {_PLACED}"
)
REMOVE_ADDRESSES = (
    f"mutation($cart: ID!, $ids: [ID!]!) {{ cartDeliveryAddressesRemove(cartId: $cart, addressIds: $ids) {_PLACED}"
)
CHOOSE = (
    "mutation($cart: ID!, $options: [CartSelectedDeliveryOptionInput!]!) "
    f"{{ cartSelectedDeliveryOptionsUpdate(cartId: $cart, selectedDeliveryOptions: $options) {_PLACED}"
)
CODES = (
    "mutation($cart: ID!, $codes: [String!]) "
    f"{{ cartDiscountCodesUpdate(cartId: $cart, discountCodes: $codes) {_PLACED}"
)
PREPARE = """
mutation($cart: ID!) { cartPrepareForCompletion(cartId: $cart) {
  result {
    __typename
    ... on CartStatusReady { checkoutURL cart { cost { totalAmount { amount currencyCode } } } }
    ... on CartStatusNotReady { errors { code field recordField message } cart { id } }
    ... on CartThrottled { pollAfter }
  }
  userErrors { code }
} }
"""


_PLACES = {
    "GB": {"city": "London", "zip": "SW1Y 4LB"},
    "NO": {"city": "Oslo", "zip": "0150"},
    "US": {"city": "Boston", "provinceCode": "MA", "zip": "02108"},
}


def address(country: str = "GB", **facts: str) -> Record:
    """An address as a client gives it, with all that the post of its country needs."""
    given = {"lastName": "Byron", "address1": "12 St James's Square", "countryCode": country} | _PLACES[country]
    return {"deliveryAddress": given | facts}


async def prepare(api: Api, cart: Record, token: str | None = None) -> Record:
    """What preparing a cart came to."""
    payload: Record = (await api.data(PREPARE, {"cart": cart["id"]}, token))["cartPrepareForCompletion"]
    return payload


async def reasons(api: Api, cart: Record, token: str | None = None) -> list[str]:
    """Why a cart is not ready."""
    payload = await prepare(api, cart, token)
    assert payload["userErrors"] == []
    return [error["code"] for error in payload["result"].get("errors", [])]
