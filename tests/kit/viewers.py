"""The viewers of the authority matrix, and what each asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from datasources import tables
from datasources.content.writes import ContentStore
from demo.content.shop import shop as demo_shop
from domain.accounts import Permission
from domain.kit.ids import global_id, new_secret
from tests.kit.askers import log_out
from tests.kit.authority import Row
from tests.kit.carts import line, line_ids, new_cart
from tests.kit.factories.catalog import Added, add_collection
from tests.kit.factories.discounts import a_discount, add_discount
from tests.kit.factories.orders import add_paid_order
from tests.kit.factories.webhooks import add_webhook
from tests.kit.fixtures.graphql_api import Account, Api, Record
from tests.kit.homepages import KEY, full_page
from tests.kit.waiting import until
from tests.kit.wishlists import SHARE, changed, item_ids, new_list, wish

# The note of every cart and wish of an account, and part of its e-mail address.
SECRET = "secret"
_OF_LISTS = r"%\((list|shared)\)s"
_ADDRESS = {"address": {"deliveryAddress": {"countryCode": "GB"}}, "selected": True}


@dataclass(frozen=True, slots=True)
class Viewers:
    """Accounts and orders that stay; carts are new for each question."""

    api: Api
    mug: Added
    owner: Account
    other: Account
    ended: Account
    staff: Account
    orders: Mapping[str, Mapping[str, str]]
    clerks: dict[Permission | None, str] = field(default_factory=dict)

    async def ask(self, root: str, name: str, row: Row, viewer: str) -> Record:
        """What this viewer gets."""
        has_cart = "%(cart)s" in row.document and viewer != "guest"
        ids = dict(self.orders[viewer]) | (await self._cart(viewer) if has_cart else _no_cart())
        ids |= await self._list(viewer) if re.search(_OF_LISTS, row.document) and viewer != "guest" else _no_list()
        ids |= {
            "product": global_id("Product", self.mug.product_id),
            "variant": global_id("ProductVariant", self.mug.variant_id),
            "sale": global_id("FlashSale", 7),
            "access": "x.y.z",
            "book": global_id("MailingAddress", 7),
            "group": ids["cart"].replace("/Cart/", "/CartDeliveryGroup/"),
        }
        operation = f"{root} {{ {name}{row.document % ids} }}"
        return await self.api(operation, token=await self._token(viewer, row.permission))

    async def _token(self, viewer: str, lacking: Permission | None) -> str | None:
        if viewer == "clerk":
            if lacking not in self.clerks:
                granted = set(Permission) - {lacking}
                self.clerks[lacking] = (await self.api.add_account(*granted)).token
            return self.clerks[lacking]
        account = {"owner": self.owner, "other": self.other, "ended": self.ended, "staff": self.staff}.get(viewer)
        return None if account is None else account.token

    async def _cart(self, viewer: str) -> dict[str, str]:
        owner = None if viewer in ("holder", "ended") else self.owner.token
        buyer = {"delivery": {"addresses": [_ADDRESS]}, "note": "" if owner is None else SECRET}
        cart = await new_cart(self.api, line(self.mug.variant_id), token=owner, **buyer)
        read = "query($id: ID!) { cart(id: $id) { delivery { addresses { id } } } }"
        (address,) = (await self.api.data(read, {"id": cart["id"]}, owner))["cart"]["delivery"]["addresses"]
        return {"cart": cart["id"], "line": line_ids(cart)[0], "address": address["id"]}

    async def _list(self, viewer: str) -> dict[str, str]:
        owner = None if viewer in ("holder", "ended") else self.owner.token
        wished = wish(self.mug.product_id, self.mug.variant_id, note="" if owner is None else SECRET)
        made = await new_list(self.api, wished, token=owner)
        shared = await changed(self.api, SHARE, owner, id=made["id"])
        return {"list": made["id"], "item": item_ids(made)[0], "shared": shared["shareToken"]}


def _no_list() -> dict[str, str]:
    return {"list": global_id("Wishlist", new_secret()), "item": "x", "shared": new_secret()}


def _no_cart() -> dict[str, str]:
    return {"cart": global_id("Cart", new_secret()), "line": "x", "address": "x"}


async def viewers_of(api: Api, mug: Added) -> Viewers:
    """Everybody of the matrix, in a shop with a page, a collection and a discount."""
    await api.transact(lambda tx: add_collection(tx, [mug.product_id], handle="all"))
    discount = await api.transact(lambda tx: add_discount(tx, a_discount()))
    webhook = await api.transact(add_webhook)
    await ContentStore(api.stores.documents).put_shop(demo_shop("Shop", "", "GBP"))
    await api.stores.homepage_records.replace(KEY, full_page(key=KEY))
    await until(lambda: api.stores.homepage_copies.is_settled(KEY))
    owner = await api.add_account(email=f"{SECRET}@example.com")
    other, ended = await api.add_account(), await api.add_account()
    staff = await api.add_account(*Permission)
    await log_out(api, ended.token)
    placed = [await _order(api, mug, each) for each in (owner.customer_id, ended.customer_id, None)]
    (own, _), (dead, _), (guests, token) = placed
    asked = {"guest": own, "holder": guests, "owner": own, "other": own, "ended": dead, "clerk": own, "staff": own}
    orders = {
        viewer: {
            "order": order,
            "token": token if viewer == "holder" else "",
            "discount": global_id("DiscountCodeNode", discount.id),
            "webhook": global_id("WebhookSubscription", webhook),
        }
        for viewer, order in asked.items()
    }
    return Viewers(api, mug, owner, other, ended, staff, orders)


async def _order(api: Api, mug: Added, customer_id: int | None) -> tuple[str, str]:
    key = await api.transact(lambda tx: add_paid_order(tx, mug.variant_id, customer_id=customer_id))
    (row,) = [row for row in await api.rows(tables.orders) if row.id == key]
    return global_id("Order", key), row.token
