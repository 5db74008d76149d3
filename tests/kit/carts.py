"""Carts in GraphQL, as tests of several domains need them."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.kit.ids import global_id
from tests.kit.fixtures.graphql_api import Api, Record

GUEST = "guest@example.com"
CART = """
fragment Everything on Cart {
  id note totalQuantity
  attributes { key value }
  cost { totalAmount { amount currencyCode } }
  buyerIdentity { email phone countryCode customer { id } }
  discountCodes { code applicable }
  lines(first: 100) { nodes {
    id quantity attributes { key value } merchandise { ... on ProductVariant { id } } cost { totalAmount { amount } }
  } }
}
"""
ANSWER = "{ cart { ...Everything } userErrors { code field message } warnings { code target } }"
CREATE = f"mutation($input: CartInput) {{ cartCreate(input: $input) {ANSWER} }} {CART}"
ADD = (
    f"mutation($cart: ID!, $lines: [CartLineInput!]!) {{ cartLinesAdd(cartId: $cart, lines: $lines) {ANSWER} }} {CART}"
)
UPDATE = (
    "mutation($cart: ID!, $lines: [CartLineUpdateInput!]!) "
    f"{{ cartLinesUpdate(cartId: $cart, lines: $lines) {ANSWER} }} {CART}"
)
REMOVE = f"mutation($cart: ID!, $lines: [ID!]!) {{ cartLinesRemove(cartId: $cart, lineIds: $lines) {ANSWER} }} {CART}"
BUYER = (
    "mutation($cart: ID!, $buyer: CartBuyerIdentityInput!) "
    f"{{ cartBuyerIdentityUpdate(cartId: $cart, buyerIdentity: $buyer) {ANSWER} }} {CART}"
)
NOTE = f"mutation($cart: ID!, $note: String!) {{ cartNoteUpdate(cartId: $cart, note: $note) {ANSWER} }} {CART}"
ATTRIBUTES = (
    "mutation($cart: ID!, $attributes: [AttributeInput!]!) "
    f"{{ cartAttributesUpdate(cartId: $cart, attributes: $attributes) {ANSWER} }} {CART}"
)
READ = f"query($cart: ID!) {{ cart(id: $cart) {{ ...Everything }} }} {CART}"


def variant_gid(variant_id: int) -> str:
    """The global id of a variant."""
    return global_id("ProductVariant", variant_id)


def line(variant_id: int, quantity: int = 1, attributes: Mapping[str, str] | None = None) -> Record:
    """A line to add to a cart."""
    given = [{"key": key, "value": value} for key, value in (attributes or {}).items()]
    return {"merchandiseId": variant_gid(variant_id), "quantity": quantity, "attributes": given}


async def outcome(api: Api, operation: str, token: str | None = None, **variables: Any) -> Record:
    """The payload of a mutation of a cart."""
    (payload,) = (await api.data(operation, variables, token)).values()
    answer: Record = payload
    return answer


async def changed(api: Api, operation: str, token: str | None = None, **variables: Any) -> Record:
    """The cart after a mutation, which must not be refused."""
    payload = await outcome(api, operation, token, **variables)
    assert payload["userErrors"] == []
    cart: Record = payload["cart"]
    return cart


async def refusals(api: Api, operation: str, token: str | None = None, **variables: Any) -> list[str]:
    """The codes by which a mutation is refused; beside them it must answer the cart as it still is."""
    before = await read(api, variables["cart"], token) if "cart" in variables else None
    payload = await outcome(api, operation, token, **variables)
    assert payload["cart"] == before
    return [error["code"] for error in payload["userErrors"]]


async def new_cart(api: Api, *lines: Record, token: str | None = None, **facts: Any) -> Record:
    """A new cart with these lines, of a guest who can be reached unless `facts` say something else."""
    facts.setdefault("buyerIdentity", {"email": GUEST})
    return await changed(api, CREATE, token, input={"lines": list(lines), **facts})


async def read(api: Api, cart_id: str, token: str | None = None) -> Record | None:
    """A cart by its id."""
    cart: Record | None = (await api.data(READ, {"cart": cart_id}, token))["cart"]
    return cart


def quantities(cart: Record) -> list[tuple[str, int]]:
    """Variant and units of every line."""
    return [(node["merchandise"]["id"], node["quantity"]) for node in cart["lines"]["nodes"]]


def line_ids(cart: Record) -> Sequence[str]:
    """The ids of the lines."""
    return [node["id"] for node in cart["lines"]["nodes"]]


def total(cart: Record) -> str:
    """What the cart costs, with its currency."""
    amount = cart["cost"]["totalAmount"]
    return f"{amount['amount']} {amount['currencyCode']}"
