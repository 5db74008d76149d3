"""Who reads what: for strangers, orders, carts and what staff edit do not exist."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from datasources import tables
from domain.accounts import Permission
from domain.kit.ids import global_id, new_id, new_secret
from tests.kit.askers import REFUSED, Asker, everything, log_out
from tests.kit.carts import NOTE, line, new_cart
from tests.kit.factories.catalog import Added
from tests.kit.factories.orders import add_order
from tests.kit.fixtures.graphql_api import Api
from tests.kit.guarded_mutations import ORDER


@pytest.mark.parametrize("asker", REFUSED, ids=lambda asker: asker.__name__)
async def test_warehouses_are_shown_to_staff_for_stock_only(
    api: Api, asker: Callable[[Api, Permission], Awaitable[Asker]]
) -> None:
    """Everybody else learns nothing, not even that a cursor is invalid."""
    asking = await asker(api, Permission.INVENTORY)
    for arguments in ("first: 1", 'first: 1, after: "nonsense"'):
        answer = await asking.ask(api, f"{{ locations({arguments}) {{ nodes {{ name }} }} }}")
        assert [error["extensions"]["code"] for error in answer["errors"]] == [REFUSED[asker]]
        assert answer["data"] == {"locations": None}
    staff = await api.add_account(Permission.INVENTORY)
    shown = await api.data("{ locations(first: 1) { nodes { name } } }", token=staff.token)
    assert shown == {"locations": {"nodes": [{"name": "Main warehouse"}]}}


READ_BY_STAFF = {
    "homepageDocument": '(territory: "GB", platform: WEB) { draft { revision } previewToken }',
    "homepageHistory": '(territory: "GB", platform: IOS) { actor }',
}


@pytest.mark.parametrize("name", READ_BY_STAFF)
@pytest.mark.parametrize("asker", REFUSED, ids=lambda asker: asker.__name__)
async def test_who_lacks_the_authority_reads_nothing_of_what_is_edited(
    api: Api, mug: Added, name: str, asker: Callable[[Api, Permission], Awaitable[Asker]]
) -> None:
    """Drafts, tokens to see them, and who did what are for staff with the permission."""
    answer = await (await asker(api, Permission.HOMEPAGE)).ask(api, f"{{ {name}{READ_BY_STAFF[name]} }}")
    assert [error["extensions"]["code"] for error in answer["errors"]] == [REFUSED[asker]]
    assert answer["data"] == {name: None}
    staff = await api.add_account(Permission.HOMEPAGE)
    assert (await api.data(f"{{ {name}{READ_BY_STAFF[name]} }}", token=staff.token))[name]


NODE = "query($id: ID!) { node(id: $id) { id __typename } }"


NODES = "query($id: ID!) { nodes(ids: [$id, $id]) { id ... on Order { token } ... on Cart { note } } }"


CART = "query($id: ID!) { cart(id: $id) { id note } }"


async def placed(api: Api, customer_id: int | None) -> tuple[str, str]:
    """Global id and token of an order."""
    order_id = await api.transact(lambda tx: add_order(tx, customer_id=customer_id))
    (row,) = [row for row in await api.rows(tables.orders) if row.id == order_id]
    return global_id("Order", order_id), row.token


async def test_a_foreign_order_answers_like_a_missing_one(api: Api) -> None:
    """Byte for byte: with only an id, with a wrong token, as another shopper, with a dead token, as a node."""
    owner, other = await api.add_account(), await api.add_account()
    foreign, _ = await placed(api, owner.customer_id)
    missing = global_id("Order", new_id())
    dead = api.token(owner.customer_id, age=timedelta(days=2))
    ended = (await api.add_account()).token
    await log_out(api, ended)
    wrong: list[str | None] = [None, "", "wrong", new_secret(), "é"]
    for viewer in (None, other.token, dead, ended):
        for query, tokens in ((ORDER, wrong), (NODE, [None]), (NODES, [None])):
            for token in tokens:
                told = [await _bytes(api, query, gid, token, viewer) for gid in (foreign, missing)]
                assert told[0] == told[1]


async def test_an_order_is_read_by_its_customer_and_by_its_token(api: Api) -> None:
    """Nobody else reads it; a guest's order has no customer at all."""
    owner, other = await api.add_account(), await api.add_account()
    bought, token = await placed(api, owner.customer_id)
    guests, guests_token = await placed(api, None)
    assert (await api.data(ORDER, {"id": bought}, owner.token))["order"]["id"] == bought
    assert (await api.data(NODE, {"id": bought}, owner.token))["node"]["id"] == bought
    assert (await api.data(ORDER, {"id": bought, "token": token}))["order"]["id"] == bought
    assert (await api.data(ORDER, {"id": guests, "token": guests_token}, other.token))["order"]["id"] == guests
    assert (await api.data(ORDER, {"id": guests, "token": token}, other.token))["order"] is None
    assert (await api.data(ORDER, {"id": guests}))["order"] is None


async def test_a_cart_of_another_shopper_answers_like_a_missing_one(api: Api, mug: Added) -> None:
    """Byte for byte: read, as a node, changed and submitted by another signed-in shopper."""
    owner, other = await api.add_account(), await api.add_account()
    foreign = (await new_cart(api, line(mug.variant_id), token=owner.token, note="secret"))["id"]
    missing = global_id("Cart", new_secret())
    change = NOTE.replace("$cart: ID!, $note: String!", "$id: ID!").replace("$cart", "$id").replace("$note", '"x"')
    submit = """mutation($id: ID!) { cartSubmitForCompletion(cartId: $id, attemptToken: "a", payment: { token: "t" }) {
        __typename ... on SubmitFailed { errors { code field message } } } }"""
    before = await everything(api)
    for query in (CART, NODE, NODES, change, submit):
        told = [await _bytes(api, query, gid, None, other.token) for gid in (foreign, missing)]
        assert told[0] == told[1]
        assert b"secret" not in told[0]
    assert await everything(api) == before
    assert (await api.data(CART, {"id": foreign}, owner.token))["cart"]["note"] == "secret"


async def _bytes(api: Api, query: str, gid: str, token: str | None, viewer: str | None) -> bytes:
    variables = {"id": gid} | ({"token": token} if "$token" in query else {})
    return (await api.send(query, variables, viewer)).content
