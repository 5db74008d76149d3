"""Who may use a wishlist: attacks with ids and tokens of others, and lists that get an account."""

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.kit.ids import global_id, new_secret
from tests.kit.askers import log_out
from tests.kit.carts import line, new_cart
from tests.kit.carts import line_ids as cart_line_ids
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.wishlists import (
    ADD,
    CLAIM,
    DELETE,
    MINE,
    MOVE,
    READ,
    REMOVE,
    RENAME,
    SAVE,
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
    """A mug."""
    return await api.add_product()


async def attempts(api: Api, mug: Added, gid: str, item: str) -> list[tuple[str, Record]]:
    """Every way to write the list with that id, with a cart of the attacker's own."""
    cart = await new_cart(api, line(mug.variant_id))
    return [
        (ADD, {"items": [wish(mug.product_id, quantity=7)]}),
        (UPDATE, {"items": [{"id": item, "quantity": 7}]}),
        (REMOVE, {"items": [item]}),
        (RENAME, {"name": "Mine"}),
        (SHARE, {}),
        (UNSHARE, {}),
        (MOVE, {"items": [item], "cart": cart["id"]}),
        (SAVE, {"lines": cart_line_ids(cart), "cart": cart["id"]}),
        (DELETE, {}),
    ]


async def test_the_list_of_an_account_is_for_that_account_alone(api: Api, mug: Added) -> None:
    """Whoever else knows its id reads nothing, changes nothing, and gets the answer for a list that does not exist."""
    ann, bob = await api.add_account(), await api.add_account()
    made = await new_list(api, wish(mug.product_id, note="secret"), token=ann.token)
    missing = global_id("Wishlist", new_secret())
    node = "query($id: ID!) { node(id: $id) { ... on Wishlist { name } } }"
    for token in (None, bob.token):
        assert await read(api, made["id"], token) is None
        assert await api.data(node, {"id": made["id"]}, token) == {"node": None}
        for operation, given in [*await attempts(api, mug, made["id"], item_ids(made)[0]), (CLAIM, {})]:
            if operation == CLAIM and token is None:
                continue
            answer = await outcome(api, operation, token, id=made["id"], **given)
            assert [each["code"] for each in answer["userErrors"]] == ["NOT_FOUND"], operation
            assert answer == await outcome(api, operation, token, id=missing, **given), operation
    assert await read(api, made["id"], ann.token) == made
    assert await api.data(node, {"id": made["id"]}, ann.token) == {"node": {"name": "Birthday"}}


async def test_a_share_token_writes_nothing_and_opens_no_other_door(api: Api, mug: Added) -> None:
    """It is no id, not even of a guest's list, and a list's id is no token."""
    made = await changed(api, SHARE, id=(await new_list(api, wish(mug.product_id)))["id"])
    forged = global_id("Wishlist", made["shareToken"])
    assert await read(api, forged) is None
    bob = await api.add_account()
    for operation, given in [*await attempts(api, mug, forged, item_ids(made)[0]), (CLAIM, {})]:
        assert await refusals(api, operation, bob.token, id=forged, **given) == ["NOT_FOUND"], operation
    for token in (made["id"], made["id"].rpartition("/")[2], made["shareToken"] + " ", "", "%"):
        assert await api.data(SHARED, {"token": token}) == {"sharedWishlist": None}, token
    assert await read(api, made["id"]) == made


async def test_items_of_one_list_are_not_reached_through_another(api: Api, mug: Added) -> None:
    """The list of the item counts, not only one that the visitor may use."""
    victim, own = await new_list(api, wish(mug.product_id)), await new_list(api)
    (item,) = item_ids(victim)
    cart = await new_cart(api)
    for operation, given in (
        (UPDATE, {"items": [{"id": item, "quantity": 7}]}),
        (REMOVE, {"items": [item]}),
        (MOVE, {"items": [item], "cart": cart["id"]}),
    ):
        assert await refusals(api, operation, id=own["id"], **given) == ["NOT_FOUND"], operation
    assert await read(api, victim["id"]) == victim


async def test_ids_of_other_forms_name_no_list(api: Api) -> None:
    """Another kind, a case that differs, a space at the end, which MySQL ignores, and a wildcard."""
    made = await new_list(api)
    secret = made["id"].rpartition("/")[2]
    forms = (secret.upper(), f"{secret} ", f"{secret}%", "%", secret[:31], "x" * 5_000)
    wrong = [global_id("Cart", secret), secret, "", *(global_id("Wishlist", form) for form in forms)]
    for gid in wrong:
        if gid != made["id"]:
            assert await read(api, gid) is None, gid
            assert await refusals(api, RENAME, id=gid, name="x") == ["NOT_FOUND"], gid
    assert await read(api, made["id"]) == made


async def test_a_shopper_claims_a_guests_list_once_for_good(api: Api, mug: Added) -> None:
    """The guest's device no longer reads it, another account cannot have it, and to claim it again changes nothing."""
    ann, bob = await api.add_account(), await api.add_account()
    made = await new_list(api, wish(mug.product_id, note="From the phone"))
    claimed = await changed(api, CLAIM, ann.token, id=made["id"])
    assert claimed == made | {"isClaimed": True}
    assert (await api.data(MINE, token=ann.token))["customer"]["wishlists"]["nodes"] == [claimed]
    assert await refusals(api, CLAIM, bob.token, id=made["id"]) == ["NOT_FOUND"]
    assert await changed(api, CLAIM, ann.token, id=made["id"]) == claimed
    assert await read(api, made["id"]) is None
    assert (await api.data(MINE, token=bob.token))["customer"]["wishlists"]["nodes"] == []


async def test_a_claimed_list_becomes_part_of_another(api: Api, mug: Added) -> None:
    """Each thing once, with the larger quantity and the account's own note; the guest's list and its token end."""
    ann, plate = await api.add_account(), await api.add_product()
    own = await new_list(api, wish(mug.product_id, quantity=2, note="Mine"), token=ann.token)
    phone = await new_list(
        api,
        wish(mug.product_id, quantity=5, note="Phone", noteIsPrivate=True),
        wish(plate.product_id, note="New", noteIsPrivate=True, notify=True),
    )
    token = (await changed(api, SHARE, id=phone["id"]))["shareToken"]
    merged = await changed(api, CLAIM, ann.token, id=phone["id"], into=own["id"])
    assert merged["id"] == own["id"]
    shown = [(each["quantity"], each["note"], each["noteIsPrivate"], each["notify"]) for each in nodes(merged)]
    assert shown == [(5, "Mine", False, False), (1, "New", True, True)]
    assert await read(api, phone["id"], ann.token) is None
    assert await api.data(SHARED, {"token": token}) == {"sharedWishlist": None}


async def test_items_are_merged_into_a_list_of_the_own_account_alone(api: Api, mug: Added) -> None:
    """Not into another's, a guest's or the same one; the list that was to be claimed stays as it is."""
    ann, bob = await api.add_account(), await api.add_account()
    phone, own = await new_list(api, wish(mug.product_id)), await new_list(api, token=ann.token)
    for into, code in (
        ((await new_list(api, token=bob.token))["id"], "NOT_FOUND"),
        ((await new_list(api))["id"], "NOT_FOUND"),
        (global_id("Wishlist", new_secret()), "NOT_FOUND"),
        (phone["id"], "INVALID"),
    ):
        answer = await outcome(api, CLAIM, ann.token, id=phone["id"], into=into)
        assert [(each["code"], each["field"]) for each in answer["userErrors"]] == [(code, ["into"])]
    theirs = await new_list(api, wish(mug.product_id), token=bob.token)
    answer = await outcome(api, CLAIM, ann.token, id=theirs["id"], into=own["id"])
    assert [(each["code"], each["field"]) for each in answer["userErrors"]] == [("NOT_FOUND", ["id"])]
    assert (await read(api, phone["id"]), await read(api, theirs["id"], bob.token)) == (phone, theirs)
    assert await read(api, own["id"], ann.token) == own


async def test_nobody_claims_a_list_without_an_account(api: Api) -> None:
    """Neither a guest nor the bearer of a token that a logout has ended."""
    made, ann = await new_list(api), await api.add_account()
    await log_out(api, ann.token)
    for token in (None, ann.token):
        answer = await api(CLAIM, {"id": made["id"]}, token)
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await read(api, made["id"]) == made


async def test_lists_cannot_be_counted_or_guessed(api: Api) -> None:
    """Ids and tokens have 128 random bits, and no query lists the lists of guests."""
    made = [await changed(api, SHARE, id=(await new_list(api))["id"]) for _ in range(4)]
    secrets = [each["id"].rpartition("/")[2] for each in made] + [each["shareToken"] for each in made]
    assert {len(secret) for secret in secrets} == {32}
    assert len({secret[:4] for secret in secrets} | {secret[-4:] for secret in secrets}) > len(secrets)
    ann = await api.add_account()
    assert (await api.data(MINE, token=ann.token))["customer"]["wishlists"]["nodes"] == []
    rows = await api.stores.database.all(sa.select(tables.wishlists.c.customer_id))
    assert {row.customer_id for row in rows} == {None}
    assert (await api(READ, {"id": made[0]["id"]}))["data"]["wishlist"]["name"] == "Birthday"
