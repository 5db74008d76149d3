"""Every mutation of staff with the permission that it needs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from datasources.inventory import locations
from domain.accounts import Permission, Viewer
from domain.discounts.rules import DiscountKind
from domain.flash_sales import NewFlashSale, NewFlashSaleItem
from domain.inventory import DEFAULT_LOCATION, LocationKind
from domain.kit.ids import global_id
from services.flash_sales.planning import FlashSaleService
from tests.kit.factories.catalog import NOW, Added
from tests.kit.factories.discounts import a_discount, add_discount
from tests.kit.factories.mails import add_refused_mail
from tests.kit.factories.orders import add_paid_order
from tests.kit.factories.webhooks import DONE_EVENT, add_done_webhook
from tests.kit.fixtures.graphql_api import Api


@dataclass(frozen=True, slots=True)
class Guarded:
    """A mutation for staff with a permission: its arguments, once good and once bad, and what it answers.

    `changes`: whether it leaves a trace.
    """

    permission: Permission
    document: str
    nonsense: str
    changes: bool = True


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
    "menuDelete": Guarded(
        Permission.HOMEPAGE,
        '(id: "gid://storefront/Menu/main", platform: IOS) { userErrors { code } }',
        '(id: "nothing", platform: WEB, version: -1) { userErrors { code } }',
    ),
    "menuRollback": Guarded(
        Permission.HOMEPAGE,
        '(id: "gid://storefront/Menu/main", platform: IOS, toVersion: 1) { userErrors { code } }',
        '(id: "nothing", toVersion: -1) { userErrors { code } }',
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
    "mailTemplateUpdate": Guarded(
        Permission.MAILS,
        '(kind: ORDER_CONFIRMED, territory: "GB", template: { subject: "S", text: "T", html: "H" })'
        " { userErrors { code } }",
        '(kind: ORDER_CONFIRMED, territory: "nowhere", template: { subject: "", text: "", html: "" })'
        " { userErrors { code } }",
    ),
    "mailTemplateReset": Guarded(
        Permission.MAILS,
        '(kind: ORDER_CONFIRMED, territory: "GB") { userErrors { code } }',
        '(kind: ORDER_CONFIRMED, territory: "nowhere") { userErrors { code } }',
    ),
    "mailTemplatePreview": Guarded(
        Permission.MAILS,
        '(kind: ORDER_CONFIRMED, territory: "GB") { userErrors { code } }',
        '(kind: ORDER_CONFIRMED, territory: "nowhere") { userErrors { code } }',
        changes=False,
    ),
    "mailSendAgain": Guarded(
        Permission.MAILS,
        '(id: "%(mail)s") { userErrors { code } }',
        '(id: "nothing") { userErrors { code } }',
    ),
    "webhookSubscriptionCreate": Guarded(
        Permission.WEBHOOKS,
        '(topic: PRODUCTS_UPDATE, webhookSubscription: { uri: "https://erp.example/new" }) { userErrors { code } }',
        '(topic: ORDERS_PAID, webhookSubscription: { uri: "" }) { userErrors { code } }',
    ),
    "webhookSubscriptionUpdate": Guarded(
        Permission.WEBHOOKS,
        '(id: "%(webhook)s", webhookSubscription: { name: "changed" }) { userErrors { code } }',
        '(id: "nothing", webhookSubscription: { uri: "" }) { userErrors { code } }',
    ),
    "webhookSubscriptionDelete": Guarded(
        Permission.WEBHOOKS,
        '(id: "%(webhook)s") { userErrors { code } }',
        '(id: "nothing") { userErrors { code } }',
    ),
    "webhookSubscriptionTest": Guarded(
        Permission.WEBHOOKS,
        '(id: "%(webhook)s") { userErrors { code } }',
        '(id: "nothing") { userErrors { code } }',
    ),
    "webhookDeliveriesReplay": Guarded(
        Permission.WEBHOOKS,
        '(eventId: "%(event)s") { userErrors { code } }',
        "{ userErrors { code } }",
    ),
}


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
    webhook = await api.transact(add_done_webhook)
    mail = await api.transact(lambda tx: add_refused_mail(tx, paid))
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
        "webhook": global_id("WebhookSubscription", webhook),
        "event": DONE_EVENT,
        "mail": global_id("Mail", mail),
        "soon": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
    }
    return f"mutation {{ {name}{STAFF[name].document % ids} }}"


ORDER = "query($id: ID!, $token: String) { order(id: $id, token: $token) { id name token email } }"
