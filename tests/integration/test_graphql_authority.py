"""Who may change what through GraphQL, and what of others' carts and orders can be told from outside: nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.accounts import Permission
from domain.ids import global_id, new_id, new_secret
from schema.build import schema
from tests.factories.catalog import Added
from tests.factories.orders import add_order, add_paid_order
from tests.fixtures.graphql_api import Api, Record
from tests.integration.graphql_carts import NOTE, line, new_cart

PUBLIC = {
    "cartAttributesUpdate",
    "cartBuyerIdentityUpdate",
    "cartCreate",
    "cartLinesAdd",
    "cartLinesRemove",
    "cartLinesUpdate",
    "cartNoteUpdate",
    "cartSubmitForCompletion",
    "customerAccessTokenCreate",
    "customerAccessTokenDelete",
    "customerCreate",
    "hideCategory",
    "hideProduct",
    "trackEvents",
    "unhideCategory",
    "unhideProduct",
}


@dataclass(frozen=True, slots=True)
class Guarded:
    """A mutation for staff with a permission: its arguments, once good and once bad, and what it answers."""

    permission: Permission
    document: str
    nonsense: str


STAFF = {
    "productUpdate": Guarded(
        Permission.PRODUCTS,
        '(product: { id: "%(product)s", title: "Changed", tags: ["changed"] }) { userErrors { code } }',
        '(product: { id: "nothing", title: "" }) { userErrors { code } }',
    ),
    "inventoryAdjustQuantities": Guarded(
        Permission.INVENTORY,
        '(input: { reason: "count", changes: [{ variantId: "%(variant)s", delta: 5 }] }) { userErrors { code } }',
        '(input: { reason: "", changes: [] }) { userErrors { code } }',
    ),
    "homepagePublish": Guarded(
        Permission.HOMEPAGE,
        '(territory: "GB", platform: WEB, version: 0, menu: "main", sections: [{ id: "a", html: "Hello" }])'
        " { userErrors { code } }",
        '(territory: "Nowhere", platform: WEB, version: 0, menu: "", sections: []) { userErrors { code } }',
    ),
    "orderCancel": Guarded(
        Permission.ORDERS,
        '(orderId: "%(paid)s", reason: CUSTOMER, restock: true, refund: false) { userErrors { code } }',
        '(orderId: "nothing", reason: OTHER, restock: true) { userErrors { code } }',
    ),
    "refundCreate": Guarded(
        Permission.ORDERS,
        '(input: { orderId: "%(paid)s", amount: "1.00" }) { userErrors { code } }',
        '(input: { orderId: "nothing" }) { userErrors { code } }',
    ),
    "fulfillmentCreate": Guarded(
        Permission.ORDERS,
        '(fulfillment: { orderId: "%(paid)s" }) { userErrors { code } }',
        '(fulfillment: { orderId: "nothing", lineItems: [] }) { userErrors { code } }',
    ),
    "returnCreate": Guarded(
        Permission.ORDERS,
        '(returnInput: { orderId: "%(sent)s", returnLineItems: [{ lineItemId: "%(line)s", quantity: 1 }] })'
        " { userErrors { code } }",
        '(returnInput: { orderId: "nothing", returnLineItems: [] }) { userErrors { code } }',
    ),
}


@dataclass(frozen=True, slots=True)
class Asker:
    """What a request carries."""

    token: str | None = None
    device_id: str | None = None

    async def ask(self, api: Api, document: str) -> Record:
        """The whole answer."""
        headers = {} if self.device_id is None else {"X-Device-Id": self.device_id}
        return await api(document, token=self.token, headers=headers)


async def anonymous(api: Api, permission: Permission) -> Asker:
    return Asker()


async def device(api: Api, permission: Permission) -> Asker:
    return Asker(device_id="device-1")


async def shopper(api: Api, permission: Permission) -> Asker:
    return Asker((await api.add_account()).token)


async def other_staff(api: Api, permission: Permission) -> Asker:
    return Asker((await api.add_account(*set(Permission) - {permission})).token)


async def revoked_staff(api: Api, permission: Permission) -> Asker:
    staff = await api.add_account(*Permission)
    granted = tables.staff_permissions.c
    mine = (granted.customer_id == staff.customer_id) & (granted.permission == permission.value)
    await api.change(sa.delete(tables.staff_permissions).where(mine))
    return Asker(staff.token)


async def logged_out_staff(api: Api, permission: Permission) -> Asker:
    staff = await api.add_account(*Permission)
    await log_out(api, staff.token)
    return Asker(staff.token)


async def log_out(api: Api, token: str) -> None:
    """Ends every token of the account."""
    await api.data(f'mutation {{ customerAccessTokenDelete(customerAccessToken: "{token}") {{ deletedAccessToken }} }}')


async def forger(api: Api, permission: Permission) -> Asker:
    staff = await api.add_account(*Permission)
    return Asker(api.token(staff.customer_id, *Permission, secret="another secret, long enough to sign with"))


async def shopper_with_forged_permissions(api: Api, permission: Permission) -> Asker:
    """Even a token signed by the shop cannot give what the account was not granted."""
    account = await api.add_account()
    return Asker(api.token(account.customer_id, *Permission))


async def expired_staff(api: Api, permission: Permission) -> Asker:
    staff = await api.add_account(*Permission)
    return Asker(api.token(staff.customer_id, *Permission, age=timedelta(days=2)))


async def deleted_staff(api: Api, permission: Permission) -> Asker:
    return Asker(api.token(999_999, *Permission))


REFUSED: dict[Callable[[Api, Permission], Awaitable[Asker]], str] = {
    anonymous: "UNAUTHENTICATED",
    device: "UNAUTHENTICATED",
    shopper: "FORBIDDEN",
    other_staff: "FORBIDDEN",
    revoked_staff: "FORBIDDEN",
    shopper_with_forged_permissions: "FORBIDDEN",
    logged_out_staff: "UNAUTHENTICATED",
    forger: "UNAUTHENTICATED",
    expired_staff: "UNAUTHENTICATED",
    deleted_staff: "UNAUTHENTICATED",
}


@pytest.fixture
async def mug(api: Api) -> Added:
    """What may be changed."""
    return await api.add_product()


async def everything(api: Api) -> dict[str, Any]:
    """All rows that staff can change, what goes with them, and all documents."""
    changeable = (
        *(tables.products, tables.variants, tables.stock_levels, tables.stock_movements, tables.outbox),
        *(tables.orders, tables.order_events, tables.payments, tables.refunds, tables.fulfillments),
    )
    rows: dict[str, Any] = {table.name: await api.rows(table) for table in changeable}
    names = await api.stores.documents.db.list_collection_names()
    documents = {name: await api.stores.documents.first(name, 100) for name in sorted(names)}
    return rows | documents


async def document(api: Api, name: str, mug: Added) -> str:
    """The mutation on that product, or on orders of it."""
    paid = await api.transact(lambda tx: add_paid_order(tx, mug.variant_id))
    sent = await api.transact(lambda tx: add_paid_order(tx, mug.variant_id, sent=1))
    ids = {
        "product": global_id("Product", mug.product_id),
        "variant": global_id("ProductVariant", mug.variant_id),
        "paid": global_id("Order", paid),
        "sent": global_id("Order", sent),
        "line": global_id("OrderLineItem", f"{sent}-0"),
    }
    return f"mutation {{ {name}{STAFF[name].document % ids} }}"


@pytest.mark.parametrize("name", STAFF)
@pytest.mark.parametrize("asker", REFUSED, ids=lambda asker: asker.__name__)
async def test_who_lacks_the_authority_changes_nothing(
    api: Api, mug: Added, name: str, asker: Callable[[Api, Permission], Awaitable[Asker]]
) -> None:
    """The answer is an error without a word about the input, good or bad, and every row and document stays."""
    asking = await asker(api, STAFF[name].permission)
    good = await document(api, name, mug)
    before = await everything(api)
    for operation in (good, f"mutation {{ {name}{STAFF[name].nonsense} }}"):
        answer = await asking.ask(api, operation)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [REFUSED[asker]]
        assert (answer["data"] or {}).get(name) is None
    assert await everything(api) == before


@pytest.mark.parametrize("name", STAFF)
async def test_staff_with_the_permission_alone_changes_things(api: Api, mug: Added, name: str) -> None:
    """One permission is enough for its mutation."""
    staff = await api.add_account(STAFF[name].permission)
    good = await document(api, name, mug)
    before = await everything(api)
    assert (await api.data(good, token=staff.token))[name] == {"userErrors": []}
    assert await everything(api) != before


def test_every_mutation_is_public_or_in_the_matrix() -> None:
    """A new mutation must be put into one of the two lists of this file."""
    mutation = schema._schema.mutation_type
    assert mutation is not None
    assert set(mutation.fields) == PUBLIC | set(STAFF)
    assert not PUBLIC & set(STAFF)


ORDER = "query($id: ID!, $token: String) { order(id: $id, token: $token) { id name token email } }"
NODE = "query($id: ID!) { node(id: $id) { id __typename } }"
NODES = "query($id: ID!) { nodes(ids: [$id, $id]) { id ... on Order { token } ... on Cart { note } } }"
CART = "query($id: ID!) { cart(id: $id) { id note } }"


async def placed(api: Api, customer_id: int | None) -> tuple[str, str]:
    """Global id and token of an order."""
    order_id = await api.transact(lambda tx: add_order(tx, customer_id=customer_id))
    (row,) = [row for row in await api.rows(tables.orders) if row.id == order_id]
    return global_id("Order", order_id), row.token


async def test_a_foreign_order_answers_like_a_missing_one(api: Api) -> None:
    """Byte for byte: by id alone, with a wrong token, as another shopper, with a dead token, as a node."""
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
