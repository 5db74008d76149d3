"""Units that move between a wishlist and a cart."""

from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.cart import MAX_LINES
from domain.catalog.records import ProductStatus
from tests.kit import carts
from tests.kit.carts import line, new_cart, variant_gid
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.wishlists import MOVE, SAVE, item_ids, new_list, nodes, outcome, read, wish


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug in two colors, five of each."""
    return await api.add_product(variants=("Red", "Blue"), stock=5)


async def move(api: Api, wishlist: Record, cart: Record, *items: str) -> Record:
    """Moves these items, or all."""
    return await outcome(api, MOVE, id=wishlist["id"], cart=cart["id"], items=items or item_ids(wishlist))


def reasons(answer: Record) -> list[tuple[str, str]]:
    """What stayed, and why."""
    return [(each["target"], each["code"]) for each in answer["warnings"]]


def left(answer: Record) -> list[tuple[str, int]]:
    """Items and units of the list."""
    return [(each["id"], each["quantity"]) for each in nodes(answer["wishlist"])]


async def limit(api: Api, variant_id: int, most: int) -> None:
    """An order may have so many units of the variant."""
    await api.change(sa.update(tables.variants).where(tables.variants.c.id == variant_id).values(max_per_order=most))


async def test_items_move_to_the_cart_and_leave_the_list(api: Api, mug: Added) -> None:
    """Units add up with those of the cart. A product with one variant needs none in the item."""
    plate = await api.add_product()
    wishlist = await new_list(api, wish(mug.product_id, mug.variant_id, quantity=2), wish(plate.product_id))
    cart = await new_cart(api, line(mug.variant_id, 1))
    answer = await move(api, wishlist, cart)
    assert (answer["userErrors"], reasons(answer), left(answer)) == ([], [], [])
    assert carts.quantities(answer["cart"]) == [(variant_gid(mug.variant_id), 3), (variant_gid(plate.variant_id), 1)]
    stored = await carts.read(api, cart["id"])
    assert stored is not None
    assert carts.quantities(stored) == carts.quantities(answer["cart"])


async def test_units_move_as_far_as_they_are_for_sale(api: Api, mug: Added) -> None:
    """The others stay, with the reason: stock, the limit of an order, a choice that is missing, a product off sale."""
    red, blue = mug.variant_ids
    sold_out, hidden = await api.add_product(stock=0), await api.add_product()
    await limit(api, blue, 2)
    wishlist = await new_list(
        api,
        wish(mug.product_id, red, quantity=9),
        wish(mug.product_id, blue, quantity=3),
        wish(mug.product_id),
        wish(sold_out.product_id),
        wish(hidden.product_id),
    )
    off = sa.update(tables.products).where(tables.products.c.id == hidden.product_id)
    await api.change(off.values(status=ProductStatus.DRAFT.value))
    cart = await new_cart(api, line(red, 1), line(blue, 1, {"engraving": "Ada"}))
    answer = await move(api, wishlist, cart)
    ids = item_ids(wishlist)
    assert reasons(answer) == list(
        zip(
            ids,
            (
                "MERCHANDISE_NOT_ENOUGH_STOCK",
                "MAXIMUM_EXCEEDED",
                "VARIANT_REQUIRED",
                "MERCHANDISE_OUT_OF_STOCK",
                "MERCHANDISE_NOT_AVAILABLE",
            ),
            strict=True,
        )
    )
    assert left(answer) == list(zip(ids, (5, 2, 1, 1, 1), strict=True))
    assert carts.quantities(answer["cart"]) == [(variant_gid(red), 5), (variant_gid(blue), 1), (variant_gid(blue), 1)]


async def test_several_items_share_the_units_of_one_variant(api: Api) -> None:
    """A product with one variant, wished for with and without it: together no more than are for sale."""
    plate = await api.add_product(stock=3)
    wishlist = await new_list(
        api, wish(plate.product_id, quantity=2), wish(plate.product_id, plate.variant_id, quantity=2)
    )
    answer = await move(api, wishlist, await new_cart(api))
    assert carts.quantities(answer["cart"]) == [(variant_gid(plate.variant_id), 3)]
    second = item_ids(wishlist)[1]
    assert (left(answer), reasons(answer)) == ([(second, 1)], [(second, "MERCHANDISE_NOT_ENOUGH_STOCK")])


@pytest.mark.slow
async def test_a_full_cart_takes_units_of_its_lines_alone(api: Api, mug: Added) -> None:
    """What needs another line stays."""
    many = await api.add_product(variants=[f"Size {number}" for number in range(MAX_LINES)])
    cart = await new_cart(api, *map(line, many.variant_ids))
    wishlist = await new_list(api, wish(mug.product_id, mug.variant_id), wish(many.product_id, many.variant_id))
    answer = await move(api, wishlist, cart)
    assert reasons(answer) == [(item_ids(wishlist)[0], "TOO_MANY_LINES")]
    assert carts.quantities(answer["cart"])[0] == (variant_gid(many.variant_id), 2)


@pytest.mark.parametrize("bad", ["cart", "item", "list"])
async def test_a_refused_move_changes_neither_side(api: Api, mug: Added, bad: str) -> None:
    """Another's cart, an unknown item, an unknown list."""
    ann = await api.add_account()
    wishlist, cart = await new_list(api, wish(mug.product_id, mug.variant_id)), await new_cart(api)
    given: dict[str, Any] = {"id": wishlist["id"], "items": item_ids(wishlist), "cart": cart["id"]}
    bob = await api.add_account()
    token = None
    if bad == "cart":
        token, given["cart"] = bob.token, (await new_cart(api, token=ann.token))["id"]
    elif bad == "item":
        given["items"] = [*given["items"], "gid://storefront/WishlistItem/1"]
    else:
        given["id"] = "gid://storefront/Wishlist/1"
    refused = (await outcome(api, MOVE, token, **given))["userErrors"]
    fields = {"cart": ["cartId"], "item": ["itemIds", "1"], "list": ["wishlistId"]}
    assert [each["field"] for each in refused] == [fields[bad]]
    assert await read(api, wishlist["id"]) == wishlist
    unchanged = await carts.read(api, cart["id"])
    assert unchanged is not None
    assert carts.quantities(unchanged) == []


async def test_lines_are_saved_for_later(api: Api, mug: Added) -> None:
    """Units of the same variant add up, whatever their attributes; a wrong line refuses all."""
    red, blue = mug.variant_ids
    wishlist = await new_list(api, wish(mug.product_id, red, quantity=2, note="Gift"))
    cart = await new_cart(api, line(red, 1), line(red, 1, {"engraving": "Ada"}), line(blue, 3))
    first, engraved, third = carts.line_ids(cart)
    given = {"id": wishlist["id"], "cart": cart["id"]}
    refused = await outcome(api, SAVE, **given, lines=[first, "gid://storefront/CartLine/1"])
    assert [(each["code"], each["field"]) for each in refused["userErrors"]] == [("LINE_NOT_FOUND", ["lineIds", "1"])]
    assert await read(api, wishlist["id"]) == wishlist
    answer = await outcome(api, SAVE, **given, lines=[first, engraved])
    assert answer["userErrors"] == []
    assert carts.line_ids(answer["cart"]) == [third]
    assert [(each["quantity"], each["note"]) for each in nodes(answer["wishlist"])] == [(4, "Gift")]
    back = await move(api, answer["wishlist"], cart)
    assert carts.quantities(back["cart"]) == [(variant_gid(blue), 3), (variant_gid(red), 4)]


async def test_a_move_takes_a_fixed_number_of_statements(api: Api) -> None:
    """Apart from the one write for each line that is new."""
    database, used = api.stores.database, []
    for count in (1, 4):
        products = [await api.add_product() for _ in range(count)]
        wishlist, cart = await new_list(api, *(wish(each.product_id) for each in products)), await new_cart(api)
        before = database.statements
        answer = await move(api, wishlist, cart)
        assert len(answer["cart"]["lines"]["nodes"]) == count
        used.append(database.statements - before - count)
    assert used[0] == used[1]
