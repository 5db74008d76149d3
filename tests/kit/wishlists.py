"""Wishlists in GraphQL, as tests need them."""

from typing import Any

from domain.kit.ids import global_id
from tests.kit.fixtures.graphql_api import Api, Record

LIST = """
fragment Everything on Wishlist {
  id name shareToken isClaimed itemsCount
  items(first: 250) { nodes { id productId variantId quantity note noteIsPrivate notify } }
}
"""
_ANSWER = "{ wishlist { ...Everything } userErrors { code field } }"


def _mutation(name: str, declared: str, given: str, answer: str = _ANSWER) -> str:
    return f"mutation({declared}) {{ {name}({given}) {answer} }} {LIST}"


CREATE = _mutation("wishlistCreate", "$name: String!, $items: [WishlistItemInput!]", "name: $name, items: $items")
RENAME = _mutation("wishlistUpdate", "$id: ID!, $name: String!", "id: $id, name: $name")
DELETE = "mutation($id: ID!) { wishlistDelete(id: $id) { deletedWishlistId userErrors { code field } } }"
CLAIM = _mutation("wishlistClaim", "$id: ID!, $into: ID", "id: $id, into: $into")
SHARE = _mutation("wishlistShare", "$id: ID!", "id: $id")
UNSHARE = _mutation("wishlistUnshare", "$id: ID!", "id: $id")
ADD = _mutation("wishlistItemsAdd", "$id: ID!, $items: [WishlistItemInput!]!", "wishlistId: $id, items: $items")
UPDATE = _mutation(
    "wishlistItemsUpdate", "$id: ID!, $items: [WishlistItemUpdateInput!]!", "wishlistId: $id, items: $items"
)
REMOVE = _mutation("wishlistItemsRemove", "$id: ID!, $items: [ID!]!", "wishlistId: $id, itemIds: $items")
_MOVED = """{ wishlist { ...Everything } userErrors { code field } %s
  cart { id lines(first: 100) { nodes { id quantity merchandise { ... on ProductVariant { id } } } } } }"""
MOVE = _mutation(
    "wishlistItemsMoveToCart",
    "$id: ID!, $items: [ID!]!, $cart: ID!",
    "wishlistId: $id, itemIds: $items, cartId: $cart",
    _MOVED % "warnings { code message target }",
)
SAVE = _mutation(
    "cartLinesSaveForLater",
    "$id: ID!, $lines: [ID!]!, $cart: ID!",
    "wishlistId: $id, lineIds: $lines, cartId: $cart",
    _MOVED % "",
)
READ = f"query($id: ID!) {{ wishlist(id: $id) {{ ...Everything }} }} {LIST}"
SHARED = """query($token: String!) { sharedWishlist(token: $token) {
  name items(first: 250) { nodes { quantity note product { title } variant { title } } } } }"""
MINE = f"{{ customer {{ wishlists(first: 50) {{ nodes {{ ...Everything }} }} }} }} {LIST}"


def wish(product_id: int, variant_id: int | None = None, **facts: Any) -> Record:
    """An item to add."""
    chosen = {} if variant_id is None else {"variantId": global_id("ProductVariant", variant_id)}
    return {"productId": global_id("Product", product_id), **chosen, **facts}


async def outcome(api: Api, operation: str, token: str | None = None, **variables: Any) -> Record:
    """The payload of a mutation."""
    (payload,) = (await api.data(operation, variables, token)).values()
    answer: Record = payload
    return answer


async def changed(api: Api, operation: str, token: str | None = None, **variables: Any) -> Record:
    """The list after a mutation, which must not be refused."""
    payload = await outcome(api, operation, token, **variables)
    assert payload["userErrors"] == []
    wishlist: Record = payload["wishlist"]
    return wishlist


async def refusals(api: Api, operation: str, token: str | None = None, **variables: Any) -> list[str]:
    """The codes by which a mutation is refused."""
    return [error["code"] for error in (await outcome(api, operation, token, **variables))["userErrors"]]


async def new_list(api: Api, *items: Record, name: str = "Birthday", token: str | None = None) -> Record:
    """A new list with these items."""
    return await changed(api, CREATE, token, name=name, items=list(items))


async def read(api: Api, gid: str, token: str | None = None) -> Record | None:
    """A list by its id."""
    found: Record | None = (await api.data(READ, {"id": gid}, token))["wishlist"]
    return found


def nodes(wishlist: Record) -> list[Record]:
    """The items."""
    found: list[Record] = wishlist["items"]["nodes"]
    return found


def item_ids(wishlist: Record) -> list[str]:
    """The ids of the items."""
    return [node["id"] for node in nodes(wishlist)]
