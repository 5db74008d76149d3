"""Who may change what through GraphQL, and what of others' carts and orders can be told from outside: nothing."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.content.writes import ContentStore
from datasources.inventory import locations
from domain.accounts import Permission, Viewer
from domain.content import Menu
from domain.discounts.rules import DiscountKind
from domain.flash_sales import NewFlashSale, NewFlashSaleItem
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.sources import TextSection
from domain.inventory import DEFAULT_LOCATION, LocationKind
from domain.kit.ids import global_id, new_id, new_secret
from schema.build import schema
from services.flash_sales.planning import FlashSaleService
from tests.kit.carts import NOTE, line, new_cart
from tests.kit.factories.catalog import NOW, Added
from tests.kit.factories.discounts import a_discount, add_discount
from tests.kit.factories.orders import add_order, add_paid_order
from tests.kit.fixtures.graphql_api import Api, Record

PUBLIC = {
    "cartAttributesUpdate",
    "cartBuyerIdentityUpdate",
    "cartCreate",
    "cartDeliveryAddressesAdd",
    "cartDeliveryAddressesRemove",
    "cartDeliveryAddressesUpdate",
    "cartDiscountCodesUpdate",
    "cartLinesAdd",
    "cartLinesRemove",
    "cartLinesUpdate",
    "cartNoteUpdate",
    "cartPrepareForCompletion",
    "cartSelectedDeliveryOptionsUpdate",
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
    "productVariantsBulkUpdate": Guarded(
        Permission.PRODUCTS,
        '(productId: "%(product)s", variants: [{ id: "%(variant)s", quantityRule: { maximum: 3 } }])'
        " { userErrors { code } }",
        '(productId: "nothing", variants: []) { userErrors { code } }',
    ),
    "discountCodeBasicCreate": Guarded(
        Permission.DISCOUNTS,
        '(basicCodeDiscount: { code: "NEW", customerGets: { value: { percentage: 0.1 } } }) { userErrors { code } }',
        '(basicCodeDiscount: { code: "" }) { userErrors { code } }',
    ),
    "discountCodeBasicUpdate": Guarded(
        Permission.DISCOUNTS,
        '(id: "%(discount)s", basicCodeDiscount: { usageLimit: 5 }) { userErrors { code } }',
        '(id: "nothing", basicCodeDiscount: { usageLimit: 0 }) { userErrors { code } }',
    ),
    "discountCodeFreeShippingCreate": Guarded(
        Permission.DISCOUNTS,
        '(freeShippingCodeDiscount: { code: "NEW" }) { userErrors { code } }',
        "(freeShippingCodeDiscount: { usageLimit: 0 }) { userErrors { code } }",
    ),
    "discountCodeFreeShippingUpdate": Guarded(
        Permission.DISCOUNTS,
        '(id: "%(shipping)s", freeShippingCodeDiscount: { title: "Changed" }) { userErrors { code } }',
        '(id: "nothing", freeShippingCodeDiscount: { title: "" }) { userErrors { code } }',
    ),
    "discountCodeActivate": Guarded(
        Permission.DISCOUNTS,
        '(id: "%(discount)s") { userErrors { code } }',
        '(id: "nothing") { userErrors { code } }',
    ),
    "discountCodeDeactivate": Guarded(
        Permission.DISCOUNTS,
        '(id: "%(discount)s") { userErrors { code } }',
        '(id: "nothing") { userErrors { code } }',
    ),
    "inventoryAdjustQuantities": Guarded(
        Permission.INVENTORY,
        '(input: { reason: "count", changes: [{ variantId: "%(variant)s", delta: 5 }] }) { userErrors { code } }',
        '(input: { reason: "", changes: [] }) { userErrors { code } }',
    ),
    "inventoryMoveQuantities": Guarded(
        Permission.INVENTORY,
        '(input: { reason: "move", changes: [{ variantId: "%(variant)s", quantity: 1,'
        ' from: { locationId: "%(main)s" }, to: { locationId: "%(near)s" } }] }) { userErrors { code } }',
        '(input: { reason: "", changes: [] }) { userErrors { code } }',
    ),
    "locationAdd": Guarded(
        Permission.INVENTORY,
        '(input: { name: "Leeds", priorities: [{ territory: "GB", priority: 1 }] }) { userErrors { code } }',
        '(input: { name: "" }) { userErrors { code } }',
    ),
    "locationEdit": Guarded(
        Permission.INVENTORY,
        '(id: "%(near)s", input: { name: "York" }) { userErrors { code } }',
        '(id: "nothing", input: { name: "" }) { userErrors { code } }',
    ),
    "flashSaleCreate": Guarded(
        Permission.FLASH_SALES,
        '(input: { title: "Hour", startsAt: "2026-01-01T00:00:00Z", endsAt: "%(later)s",'
        ' items: [{ variantId: "%(variant)s", price: "1.00", units: 1 }] }) { userErrors { code } }',
        '(input: { title: "", startsAt: "2026-01-01T00:00:00Z", endsAt: "2026-01-01T00:00:00Z", items: [] })'
        " { userErrors { code } }",
    ),
    "flashSaleUpdate": Guarded(
        Permission.FLASH_SALES,
        '(id: "%(sale)s", input: { title: "Another hour" }) { userErrors { code } }',
        '(id: "nothing", input: { title: "" }) { userErrors { code } }',
    ),
    "flashSaleCancel": Guarded(
        Permission.FLASH_SALES,
        '(id: "%(sale)s") { userErrors { code } }',
        '(id: "nothing") { userErrors { code } }',
    ),
    "homepagePublish": Guarded(
        Permission.HOMEPAGE,
        '(territory: "GB", platform: WEB, version: 0, menu: "main", sections: [{ id: "a", html: "Hello" }])'
        " { userErrors { code } }",
        '(territory: "Nowhere", platform: WEB, version: 0, menu: "", sections: []) { userErrors { code } }',
    ),
    "homepageDraftSave": Guarded(
        Permission.HOMEPAGE,
        '(territory: "GB", platform: WEB, revision: 1, menu: "main", sections: [{ id: "a", html: "Hello" }])'
        " { userErrors { code } }",
        '(territory: "Nowhere", platform: WEB, revision: 0, menu: "", sections: []) { userErrors { code } }',
    ),
    "homepageRollback": Guarded(
        Permission.HOMEPAGE,
        '(territory: "GB", platform: IOS, version: 2, toVersion: 1) { userErrors { code } }',
        '(territory: "Nowhere", platform: WEB, version: -1, toVersion: -1) { userErrors { code } }',
    ),
    "homepageSchedule": Guarded(
        Permission.HOMEPAGE,
        '(territory: "GB", platform: WEB, revision: 1, at: "%(soon)s") { userErrors { code } }',
        '(territory: "Nowhere", platform: WEB, revision: 0, at: "1970-01-01T00:00:00Z") { userErrors { code } }',
    ),
    "homepageUnschedule": Guarded(
        Permission.HOMEPAGE,
        '(territory: "GB", platform: ANDROID) { userErrors { code } }',
        '(territory: "Nowhere", platform: WEB) { userErrors { code } }',
    ),
    "menuUpdate": Guarded(
        Permission.HOMEPAGE,
        '(id: "gid://storefront/Menu/main", title: "Main", items: [{ title: "Sale", url: "/sale" }])'
        " { userErrors { code } }",
        '(id: "nothing", title: "", items: []) { userErrors { code } }',
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
    """What may be changed, beside homepages with drafts, versions and a schedule, and a menu."""
    pages, text = api.stores.homepage_documents, (TextSection("a", "Hello", ""),)
    await ContentStore(api.stores.documents).put_menu(Menu("main", "main", "Main", ()))
    ios, android = HomepageKey("GB", Platform.IOS), HomepageKey("GB", Platform.ANDROID)
    for version in (0, 1):
        assert await pages.publish(ios, version, "main", text)
    for key in (HomepageKey("GB", Platform.WEB), android):
        assert await pages.save_draft(key, 0, "main", text, "test")
    assert await pages.schedule(android, 1, datetime.now(UTC) + timedelta(days=1), "test")
    return await api.add_product()


async def everything(api: Api) -> dict[str, Any]:
    """All rows that staff can change, what goes with them, and all documents."""
    changeable = (
        *(tables.products, tables.variants, tables.stock_levels, tables.stock_movements, tables.outbox),
        *(tables.orders, tables.order_events, tables.payments, tables.refunds, tables.fulfillments),
        tables.discounts,
        *(tables.locations, tables.location_priorities, tables.flash_sales, tables.flash_sale_items),
    )
    path = sa.make_url(api.stores.settings.database_url.get_secret_value()).database
    with closing(sqlite3.connect(str(path))) as database:
        rows = {
            each.name: database.execute(f"SELECT * FROM {each.name} ORDER BY 1, 2").fetchall() for each in changeable
        }
    names = await api.stores.documents.db.list_collection_names()
    return rows | {name: await api.stores.documents.first(name, 100) for name in sorted(names)}


async def document(api: Api, name: str, mug: Added) -> str:
    """The mutation on that product, on orders of it or on discounts."""
    paid = await api.transact(lambda tx: add_paid_order(tx, mug.variant_id))
    sent = await api.transact(lambda tx: add_paid_order(tx, mug.variant_id, sent=1))
    near = await api.transact(lambda tx: locations.insert(tx, "Near", LocationKind.WAREHOUSE, NOW))
    ten = await api.transact(lambda tx: add_discount(tx, a_discount(is_active=False)))
    free = a_discount(code="FREE", kind=DiscountKind.FREE_SHIPPING, basis_points=0)
    shipping = await api.transact(lambda tx: add_discount(tx, free))
    planner = await api.add_account(Permission.FLASH_SALES)
    viewer = Viewer(planner.customer_id, permissions=frozenset({Permission.FLASH_SALES}))
    other, later = await api.add_product(), datetime.now(UTC) + timedelta(hours=1)
    item = NewFlashSaleItem(other.variant_id, "1.00", 1, None, DEFAULT_LOCATION)
    plan = FlashSaleService(api.stores.database, "GBP").create
    sale = await plan(viewer, NewFlashSale("Hour", later, later + timedelta(hours=1), (item,)))
    ids = {
        "later": later.isoformat(),
        "sale": global_id("FlashSale", sale),
        "main": global_id("Location", DEFAULT_LOCATION),
        "near": global_id("Location", near),
        "discount": global_id("DiscountCodeNode", ten.id),
        "shipping": global_id("DiscountCodeNode", shipping.id),
        "product": global_id("Product", mug.product_id),
        "variant": global_id("ProductVariant", mug.variant_id),
        "paid": global_id("Order", paid),
        "sent": global_id("Order", sent),
        "line": global_id("OrderLineItem", f"{sent}-0"),
        "soon": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
    }
    return f"mutation {{ {name}{STAFF[name].document % ids} }}"


@pytest.mark.parametrize("name", STAFF)
async def test_who_lacks_the_authority_changes_nothing(api: Api, mug: Added, name: str) -> None:
    """The answer is an error without a word about the input, good or bad, and every row and document stays."""
    operations = (await document(api, name, mug), f"mutation {{ {name}{STAFF[name].nonsense} }}")
    for asker, code in REFUSED.items():
        asking = await asker(api, STAFF[name].permission)
        before = await everything(api)
        for operation in operations:
            answer = await asking.ask(api, operation)
            assert [error["extensions"]["code"] for error in answer["errors"]] == [code], asker.__name__
            assert (answer["data"] or {}).get(name) is None, asker.__name__
        assert await everything(api) == before, asker.__name__


@pytest.mark.parametrize("name", STAFF)
async def test_staff_with_the_permission_alone_changes_things(api: Api, mug: Added, name: str) -> None:
    """One permission is enough for its mutation."""
    staff = await api.add_account(STAFF[name].permission)
    good = await document(api, name, mug)
    before = await everything(api)
    assert (await api.data(good, token=staff.token))[name] == {"userErrors": []}
    assert await everything(api) != before


@pytest.mark.parametrize("asker", REFUSED, ids=lambda asker: asker.__name__)
async def test_warehouses_are_shown_to_staff_for_stock_only(
    api: Api, asker: Callable[[Api, Permission], Awaitable[Asker]]
) -> None:
    """Everybody else is told nothing, not even that a cursor is nonsense."""
    asking = await asker(api, Permission.INVENTORY)
    for arguments in ("first: 1", 'first: 1, after: "nonsense"'):
        answer = await asking.ask(api, f"{{ locations({arguments}) {{ nodes {{ name }} }} }}")
        assert [error["extensions"]["code"] for error in answer["errors"]] == [REFUSED[asker]]
        assert answer["data"] == {"locations": None}
    staff = await api.add_account(Permission.INVENTORY)
    shown = await api.data("{ locations(first: 1) { nodes { name } } }", token=staff.token)
    assert shown == {"locations": {"nodes": [{"name": "Main warehouse"}]}}


def test_every_mutation_is_public_or_in_the_matrix() -> None:
    """A new mutation must be put into one of the two lists of this file."""
    mutation = schema._schema.mutation_type
    assert mutation is not None
    assert set(mutation.fields) == PUBLIC | set(STAFF)
    assert not PUBLIC & set(STAFF)


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
    assert answer["data"] is None
    staff = await api.add_account(Permission.HOMEPAGE)
    assert (await api.data(f"{{ {name}{READ_BY_STAFF[name]} }}", token=staff.token))[name]


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
