"""Wishlists through GraphQL: what people put in and take out, how many lists they have, and who may share what."""

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.accounts import Permission
from domain.catalog.records import ProductStatus
from domain.kit.ids import global_id
from domain.wishlist import MAX_ITEMS, MAX_WISHLISTS
from services.kit.clock import utc_now
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api
from tests.kit.wishlists import (
    ADD,
    CREATE,
    DELETE,
    MINE,
    REMOVE,
    RENAME,
    SHARE,
    SHARED,
    UNSHARE,
    UPDATE,
    changed,
    item_ids,
    new_list,
    nodes,
    outcome,
    read,
    refusals,
    wish,
)


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug in two colors."""
    return await api.add_product(variants=("Red", "Blue"))


async def test_a_list_holds_products_and_variants_with_notes(api: Api, mug: Added) -> None:
    """In the order in which they were added; the product without a variant is another thing than the variant."""
    made = await new_list(
        api,
        wish(mug.product_id, note="Any color", noteIsPrivate=True),
        wish(mug.product_id, mug.variant_id, quantity=3, notify=True),
    )
    shown = [(each["quantity"], each["note"], each["noteIsPrivate"], each["notify"]) for each in nodes(made)]
    assert shown == [(1, "Any color", True, False), (3, "", False, True)]
    assert [each["variantId"] for each in nodes(made)] == [None, global_id("ProductVariant", mug.variant_id)]
    assert (made["name"], made["itemsCount"], made["isClaimed"], made["shareToken"]) == ("Birthday", 2, False, None)
    assert await read(api, made["id"]) == made


async def test_adding_again_changes_nothing_but_a_larger_quantity(api: Api, mug: Added) -> None:
    """Also within one call: a list has each thing once, and keeps the note that it has."""
    made = await new_list(api, wish(mug.product_id, quantity=2, note="Blue, please"), wish(mug.product_id))
    assert [(each["quantity"], each["note"]) for each in nodes(made)] == [(2, "Blue, please")]
    assert await changed(api, ADD, id=made["id"], items=[wish(mug.product_id)]) == made
    larger = await changed(api, ADD, id=made["id"], items=[wish(mug.product_id, quantity=5)])
    assert item_ids(larger) == item_ids(made)
    assert [(each["quantity"], each["note"]) for each in nodes(larger)] == [(5, "Blue, please")]


async def test_lists_and_items_change_and_end(api: Api, mug: Added) -> None:
    """What an update leaves out stays; a deleted list is gone with its items."""
    made = await new_list(api, wish(mug.product_id, note="Old"), wish(mug.product_id, mug.variant_id))
    first, second = item_ids(made)
    updated = await changed(api, UPDATE, id=made["id"], items=[{"id": first, "quantity": 4}])
    assert [(each["quantity"], each["note"]) for each in nodes(updated)] == [(4, "Old"), (1, "")]
    assert nodes(await changed(api, UPDATE, id=made["id"], items=[{"id": first, "note": ""}]))[0]["note"] == ""
    assert item_ids(await changed(api, REMOVE, id=made["id"], items=[second])) == [first]
    assert (await changed(api, RENAME, id=made["id"], name=" Wedding "))["name"] == "Wedding"
    assert await outcome(api, DELETE, id=made["id"]) == {"deletedWishlistId": made["id"], "userErrors": []}
    assert await read(api, made["id"]) is None
    assert await api.rows(tables.wishlist_items) == []
    assert await refusals(api, DELETE, id=made["id"]) == ["NOT_FOUND"]


async def test_refused_input_leaves_the_list_as_it_is(api: Api, mug: Added) -> None:
    """One bad item of a call refuses all of it."""
    other = await api.add_product()
    made = await new_list(api, wish(mug.product_id))
    good, at = wish(other.product_id), {"id": made["id"]}
    for bad, code in (
        (wish(7), "MERCHANDISE_NOT_FOUND"),
        (wish(mug.product_id, 7), "MERCHANDISE_NOT_FOUND"),
        (wish(mug.product_id, other.variant_id), "MERCHANDISE_NOT_FOUND"),
        (wish(mug.product_id, quantity=0), "INVALID_QUANTITY"),
        (wish(mug.product_id, quantity=1_000_001), "INVALID_QUANTITY"),
        (wish(mug.product_id, note="x" * 1_001), "TOO_LONG"),
        (wish(mug.product_id, note="\0"), "INVALID"),
    ):
        refused = await outcome(api, ADD, **at, items=[good, bad])
        assert [(each["code"], each["field"][:2]) for each in refused["userErrors"]] == [(code, ["items", "1"])]
        assert refused["wishlist"] == made
    gone = [{"id": item_ids(made)[0], "quantity": 9}, {"id": "gid://storefront/WishlistItem/1", "quantity": 2}]
    refused = await outcome(api, UPDATE, **at, items=gone)
    assert [(each["code"], each["field"]) for each in refused["userErrors"]] == [("NOT_FOUND", ["items", "1", "id"])]
    assert refused["wishlist"] == made
    for name, code in (("  ", "BLANK"), ("x" * 256, "TOO_LONG"), ("a\nb", "INVALID")):
        assert await refusals(api, RENAME, **at, name=name) == [code]
        assert await refusals(api, CREATE, name=name) == [code]
    assert await read(api, made["id"]) == made


async def test_a_product_that_shoppers_no_longer_see_shows_as_unavailable(api: Api, mug: Added) -> None:
    """The item stays, without what it was, and cannot be added; it comes back with the product."""
    made = await new_list(api, wish(mug.product_id, mug.variant_id))
    query = (
        "query($id: ID!) { wishlist(id: $id) { items(first: 9) { nodes { product { title } variant { title } } } } }"
    )

    async def shown() -> object:
        return (await api.data(query, {"id": made["id"]}))["wishlist"]["items"]["nodes"]

    status = sa.update(tables.products).where(tables.products.c.id == mug.product_id)
    assert await shown() == [{"product": {"title": "Mug"}, "variant": {"title": "Red"}}]
    await api.change(status.values(status=ProductStatus.DRAFT.value))
    assert await shown() == [{"product": None, "variant": None}]
    assert await refusals(api, ADD, id=made["id"], items=[wish(mug.product_id)]) == ["MERCHANDISE_NOT_FOUND"]
    await api.change(status.values(status=ProductStatus.ACTIVE.value))
    assert await shown() == [{"product": {"title": "Mug"}, "variant": {"title": "Red"}}]


async def _full_list(api: Api, room: int) -> tuple[str, list[Added]]:
    """A list with room for some more items, and products that are not in it."""
    products = [await api.add_product() for _ in range(3)]
    variants = await api.add_product(variants=[f"Size {number}" for number in range(MAX_ITEMS - room)])
    made = await new_list(api)
    row = {"wishlist_id": made["id"].rpartition("/")[2], "product_id": variants.product_id, "quantity": 1, "note": ""}
    row |= {"note_is_private": False, "notify": False, "created_at": utc_now()}
    filling = [{**row, "variant_id": key, "variant_key": key} for key in variants.variant_ids]
    await api.change(*(sa.insert(tables.wishlist_items).values(one) for one in filling))
    return made["id"], products


@pytest.mark.slow
async def test_a_full_list_takes_no_more(api: Api) -> None:
    """250 items; what it has already may still be added."""
    full, (first, second, _) = await _full_list(api, 1)
    both = [wish(first.product_id), wish(second.product_id)]
    assert await refusals(api, ADD, id=full, items=both) == ["TOO_MANY_WISHES"]
    assert await refusals(api, ADD, id=full, items=both[:1]) == []
    assert await refusals(api, ADD, id=full, items=both[:1]) == []
    assert await refusals(api, ADD, id=full, items=both[1:]) == ["TOO_MANY_WISHES"]


@pytest.mark.slow
async def test_an_account_has_at_most_fifty_lists(api: Api) -> None:
    """Also of guests' lists that it claims; other people are not concerned."""
    ann = await api.add_account()
    row = {"customer_id": ann.customer_id, "name": "x", "created_at": utc_now(), "updated_at": utc_now()}
    await api.change(*(sa.insert(tables.wishlists).values(id=f"{n:032}", **row) for n in range(MAX_WISHLISTS - 1)))
    last = await new_list(api, token=ann.token)
    assert await refusals(api, CREATE, ann.token, name="One more") == ["TOO_MANY_WISHES"]
    assert len((await api.data(MINE, token=ann.token))["customer"]["wishlists"]["nodes"]) == MAX_WISHLISTS
    await new_list(api)
    await outcome(api, DELETE, ann.token, id=last["id"])
    assert (await new_list(api, token=ann.token))["isClaimed"]


async def test_a_token_shows_a_list_and_nothing_of_its_owner(api: Api, mug: Added) -> None:
    """No private notes. The owner ends it; a list that is shared again has another token."""
    ann = await api.add_account()
    made = await new_list(
        api,
        wish(mug.product_id, mug.variant_id, note="For the kitchen"),
        wish(mug.product_id, note="Not from Bob", noteIsPrivate=True),
        token=ann.token,
    )
    token = (await changed(api, SHARE, ann.token, id=made["id"]))["shareToken"]
    assert (await changed(api, SHARE, ann.token, id=made["id"]))["shareToken"] == token
    items = [
        {"quantity": 1, "note": "For the kitchen", "product": {"title": "Mug"}, "variant": {"title": "Red"}},
        {"quantity": 1, "note": "", "product": {"title": "Mug"}, "variant": None},
    ]
    shared = {"sharedWishlist": {"name": "Birthday", "items": {"nodes": items}}}
    assert await api.data(SHARED, {"token": token}) == shared
    assert (await changed(api, UNSHARE, ann.token, id=made["id"]))["shareToken"] is None
    assert await api.data(SHARED, {"token": token}) == {"sharedWishlist": None}
    assert (await changed(api, SHARE, ann.token, id=made["id"]))["shareToken"] not in (None, token)


async def test_no_cache_may_keep_a_list(api: Api, mug: Added) -> None:
    """Neither the owner's nor a shared one, nor an answer with counts for staff."""
    made = await changed(api, SHARE, id=(await new_list(api, wish(mug.product_id)))["id"])
    for query in (
        f'{{ wishlist(id: "{made["id"]}") {{ name }} }}',
        f'{{ sharedWishlist(token: "{made["shareToken"]}") {{ name }} }}',
        f'{{ product(id: "{global_id("Product", mug.product_id)}") {{ wishlistsCount }} }}',
    ):
        kept = (await api.send(query)).headers["Cache-Control"]
        assert "private" in kept or "no-store" in kept, query


async def test_staff_see_in_how_many_lists_a_product_is(api: Api, mug: Added) -> None:
    """Each list counts once, whatever it has of the product; nobody else sees it."""
    plate = await api.add_product()
    await new_list(api, wish(mug.product_id, mug.variant_id), wish(mug.product_id), wish(plate.product_id))
    await new_list(api, wish(mug.product_id, mug.variant_ids[1], quantity=9))
    ids = [global_id("Product", key) for key in (plate.product_id, mug.product_id)]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Product { wishlistsCount } } }"

    async def counts(*permissions: Permission) -> list[object]:
        token = (await api.add_account(*permissions)).token
        return [each["wishlistsCount"] for each in (await api.data(query, {"ids": ids}, token))["nodes"]]

    assert await counts(Permission.PRODUCTS) == [1, 2]
    assert await counts(*set(Permission) - {Permission.PRODUCTS}) == [None, None]
    assert (await api.data(query, {"ids": ids}))["nodes"] == [{"wishlistsCount": None}] * 2


async def test_changing_a_list_takes_a_fixed_number_of_statements(api: Api) -> None:
    """However many items are added, changed and removed at once."""
    database, used = api.stores.database, []
    for count in (1, 20):
        products = [await api.add_product() for _ in range(count)]
        wishes, made = [wish(each.product_id, each.variant_id) for each in products], await new_list(api)
        start = database.statements
        filled = await changed(api, ADD, id=made["id"], items=wishes)
        added = database.statements
        changes = [{"id": item, "quantity": 2} for item in item_ids(filled)]
        updated = await changed(api, UPDATE, id=made["id"], items=changes)
        assert [each["quantity"] for each in nodes(updated)] == [2] * count
        changed_at = database.statements
        await changed(api, REMOVE, id=made["id"], items=item_ids(filled))
        used.append((added - start, changed_at - added, database.statements - changed_at))
    # The products, the lock, the list, its variants and items, the write, and the items of the answer.
    assert used == [(7, 5, 5)] * 2


async def test_reading_lists_takes_a_fixed_number_of_statements(api: Api, mug: Added) -> None:
    """One for each kind of thing, however many lists and items there are."""
    ann = await api.add_account()
    plates = [await api.add_product() for _ in range(3)]
    query = """{ customer { wishlists(first: 50) { nodes { name items(first: 250) { nodes {
      product { title } variant { title } } } } } } }"""
    database = api.stores.database
    used = []
    for _ in range(3):
        await new_list(
            api, *(wish(each.product_id, each.variant_id) for each in (mug, *plates)), name="x", token=ann.token
        )
        before = database.statements
        await api.data(query, token=ann.token)
        used.append(database.statements - before)
    # The token, the account, its lists, their items, products and variants.
    assert used == [6, 6, 6]
