"""What happens in a shop before its stores are written down: every kind of record and event comes into being."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.kit.factories.buyers import BUYER
from tests.upgrades import operations

Record = dict[str, Any]
STAFF, SHOPPER, PASSWORD = "staff@example.com", "shopper@example.com", "demo-password"
NEWCOMER = "mary@example.org"
LONG = timedelta(days=30)
DISCOUNT = "UPGRADE15"
MAIN = "gid://storefront/Location/1"


class Client:
    """Sends requests to a running shop, with an access token or as a guest."""

    def __init__(self, http: httpx.Client, token: str | None = None) -> None:
        self._http = http
        self._token = token

    def send(self, query: str, headers: Mapping[str, str] | None = None, **variables: Any) -> httpx.Response:
        """The whole answer to one operation."""
        sent = dict(headers or {}) | ({"Authorization": f"Bearer {self._token}"} if self._token else {})
        return self._http.post("/graphql", json={"query": query, "variables": variables}, headers=sent)

    def ask(self, query: str, **variables: Any) -> Any:
        """The only field of an answer without errors."""
        answer = self.send(query, **variables).json()
        assert "errors" not in answer, answer["errors"]
        (field,) = answer["data"].values()
        assert not (field or {}).get("userErrors"), field
        return field

    def login(self, email: str, password: str = PASSWORD) -> "Client":
        """The same shop as somebody with an account."""
        payload = self.ask(operations.LOGIN, email=email, password=password)
        return Client(self._http, payload["customerAccessToken"]["accessToken"])

    def cart(self, *lines: tuple[str, int], **more: Any) -> Record:
        """A cart with (variant id, units) of somebody who can be reached, and goes somewhere."""
        given = [{"merchandiseId": variant, "quantity": units} for variant, units in lines]
        cart: Record = self.ask(operations.CREATE_CART, input=BUYER | {"lines": given} | more)["cart"]
        return cart

    def submit(self, cart: Record, payment: str = "tok_ok") -> Record:
        """What the attempt to buy a cart came to."""
        answer: Record = self.ask(operations.SUBMIT, cart=cart["id"], attempt=attempt_of(cart), payment=payment)
        return answer

    def buy(self, *lines: tuple[str, int], payment: str = "tok_ok", **more: Any) -> Record:
        """An order, with the id of its cart."""
        cart = self.cart(*lines, **more)
        order: Record = self.submit(cart, payment)["order"]
        return order | {"cart": cart["id"]}

    def product(self, handle: str) -> Record:
        """A product with its variants in a list."""
        found: Record = self.ask(operations.PRODUCT, handle=handle)
        return found | {"variants": found["variants"]["nodes"]}


def attempt_of(cart: Record) -> str:
    """The token of the one attempt to buy a cart."""
    return f"attempt-{cart['id'].rpartition('/')[2]}"


class Story:
    """`facts` are what later releases must still find."""

    def __init__(self, http: httpx.Client) -> None:
        self.guest = Client(http)
        self.staff = self.guest.login(STAFF)
        self.shopper = self.guest.login(SHOPPER)
        self.mug = self.guest.product("harbour-mug")
        self.clock = self.guest.product("numbered-tide-clock")
        self.mug_id = self.mug["variants"][0]["id"]
        self.clock_id = self.clock["variants"][0]["id"]
        self.facts: Record = {}

    def tell(self) -> None:
        """All that may be worked off before the stores are written down."""
        self._change_the_shop()
        self._trade()
        self._deal_with_orders()
        self._edit_pages()
        self._be_somebody()

    def _change_the_shop(self) -> None:
        """Warehouses, limits, discounts, flash sales: one that goes on, one to come, one that was called off."""
        staff = self.staff
        leeds = {"name": "Leeds", "priorities": [{"territory": "GB", "priority": 0}]}
        leeds_id = staff.ask(operations.ADD_LOCATION, input=leeds)["location"]["id"]
        changes = [{"variantId": self.mug_id, "delta": 7, "locationId": leeds_id}]
        staff.ask(operations.ADJUST, input={"reason": "count", "changes": changes})
        ends = {"from": {"locationId": leeds_id}, "to": {"locationId": MAIN}}
        moved = [{"variantId": self.mug_id, "quantity": 2, **ends}]
        staff.ask(operations.MOVE, input={"reason": "move", "changes": moved})
        limits = [{"id": self.mug_id, "quantityRule": {"maximum": 9}, "maximumPerCustomer": 50}]
        staff.ask(operations.LIMIT, product=self.mug["id"], variants=limits)
        basic = {"code": DISCOUNT, "customerGets": {"value": {"percentage": 0.15}}, "usageLimit": 5}
        staff.ask(operations.CREATE_DISCOUNT, given=basic)
        self._plan_sales()

    def _plan_sales(self) -> None:
        now = datetime.now(UTC)
        windows = {
            "live": (now - timedelta(seconds=5), now + LONG),
            "planned": (now + LONG, now + LONG + timedelta(hours=1)),
            "cancelled": (now - timedelta(seconds=5), now + timedelta(hours=1)),
        }
        goods = {"live": self.clock_id, "planned": self.mug_id, "cancelled": self._other("harbour-enamel-kettle")}
        sales = {}
        for name, (start, end) in windows.items():
            item = {"variantId": goods[name], "price": "9.00", "units": 3, "perCustomer": 2}
            given = {"title": name, "startsAt": start.isoformat(), "endsAt": end.isoformat(), "items": [item]}
            sales[name] = self.staff.ask(operations.CREATE_SALE, input=given)["flashSale"]["id"]
        self.staff.ask(operations.UPDATE_SALE, id=sales["live"], input={"title": "still live"})
        self.facts["sales"] = sales

    def _other(self, handle: str) -> str:
        return str(self.guest.product(handle)["variants"][0]["id"])

    def _trade(self) -> None:
        """Orders in each way that a payment may go, one of the flash sale, one with a discount, and carts."""
        shopper, guest = self.shopper, self.guest
        orders = {
            "paid": shopper.buy((self.mug_id, 2), (self.clock_id, 1)),
            "discounted": shopper.buy((self.mug_id, 1), discountCodes=[DISCOUNT]),
            "guest": guest.buy((self.mug_id, 3), note="Leave it at the door"),
            "refunded": shopper.buy((self.mug_id, 2)),
            "cancelled": shopper.buy((self.mug_id, 1)),
            "fulfilled": shopper.buy((self.mug_id, 2)),
            "to_cancel": shopper.buy((self.mug_id, 1)),
            "to_send": shopper.buy((self.mug_id, 1)),
            "to_refund": shopper.buy((self.mug_id, 1)),
        }
        declined = guest.cart((self.mug_id, 1))
        assert guest.submit(declined, "tok_decline")["errors"] == [{"code": "PAYMENT_DECLINED"}]
        attributes = [{"key": "engraving", "value": "für Ödön 🎁"}]
        lines = [{"merchandiseId": self.mug_id, "quantity": 2, "attributes": attributes}]
        cart = guest.cart((self.clock_id, 1), note="not yet", discountCodes=[DISCOUNT])
        cart = guest.ask(operations.ADD_LINES, cart=cart["id"], lines=lines)["cart"]
        self.facts |= {"orders": orders, "cart": cart, "declined_cart": declined["id"]}

    def _deal_with_orders(self) -> None:
        """Staff gives back, cancels, sends, and takes back."""
        staff, orders = self.staff, self.facts["orders"]
        staff.ask(operations.CANCEL, id=orders["cancelled"]["id"])
        line = orders["refunded"]["lineItems"]["nodes"][0]["id"]
        part = [{"lineItemId": line, "quantity": 1, "restockType": "CANCEL"}]
        staff.ask(operations.REFUND, input={"orderId": orders["refunded"]["id"], "refundLineItems": part})
        tracking = {"company": "Post", "number": "42", "url": "https://post.example/42"}
        sent = {"orderId": orders["fulfilled"]["id"], "trackingInfo": tracking}
        staff.ask(operations.FULFIL, fulfillment=sent)
        units = [{"lineItemId": orders["fulfilled"]["lineItems"]["nodes"][0]["id"], "quantity": 1}]
        staff.ask(operations.RETURN, input={"orderId": orders["fulfilled"]["id"], "returnLineItems": units})

    def _edit_pages(self) -> None:
        """A page of its own for one territory, published and published again, and a draft that waits for its time."""
        staff = self.staff
        for revision, text in enumerate(("<p>first</p>", "<p>second</p>", "<p>third</p>")):
            sections = [{"id": "text", "html": text}, *self._sections()]
            staff.ask(operations.SAVE_DRAFT, revision=revision, menu="main-menu", sections=sections)
            if revision < 2:
                staff.ask(operations.PUBLISH, version=revision)
        staff.ask(operations.SCHEDULE, revision=3, at=(datetime.now(UTC) + LONG).isoformat())
        items = [{"title": "Everything", "url": "/collections/all", "type": "CATALOG"}]
        staff.ask(operations.UPDATE_MENU, id="gid://storefront/Menu/footer", title="Foot", items=items)
        texts = {"title": "Harbour mug, blue", "descriptionHtml": "<p>Blue.</p>", "tags": ["blue"]}
        staff.ask(operations.UPDATE_PRODUCT, product={"id": self.mug["id"]} | texts)

    def _sections(self) -> list[Record]:
        """One of every other kind, all of them visible."""
        return [
            {"id": "shelf", "shelf": {"collection": "new-arrivals", "size": 4}},
            {"id": "chosen", "products": {"products": [self.mug["id"], self.clock["id"]]}},
            {"id": "trending", "trending": {"size": 4}},
            {"id": "top", "topCategories": {"categories": 3, "size": 4}},
            {"id": "for-you", "recommendations": {"size": 4}},
            {"id": "sale", "flashSale": {"saleId": self.facts["sales"]["live"]}},
            {"id": "menu", "menu": "footer"},
        ]

    def _be_somebody(self) -> None:
        """An account, and a device with likings and something hidden."""
        self.guest.ask(operations.SIGN_UP, email=NEWCOMER, password=PASSWORD)
        events = [{"type": "ADD_TO_CART", "category": "garden"}, {"type": "VIEW", "productId": self.clock["id"]}]
        tracked = self.guest.send(operations.TRACK, events=events)
        self.facts["device"] = tracked.headers["set-cookie"].partition(";")[0]
        self.guest.send(operations.HIDE, headers={"Cookie": self.facts["device"]}, id=self.mug["id"])

    def tell_unheard(self) -> None:
        """What happens while no worker runs: its events stay in the outbox."""
        orders = self.facts["orders"]
        orders["unheard"] = self.shopper.buy((self.mug_id, 1))
        orders["waiting"] = self.guest.buy((self.mug_id, 1), payment="tok_hang")
        orders["lost_answer"] = self.shopper.buy((self.mug_id, 1), payment="tok_charge_then_timeout")
        orders["late_refund"] = self.shopper.buy((self.mug_id, 1))
        self.staff.ask(operations.CANCEL, id=orders["late_refund"]["id"])
        self.staff.ask(operations.CANCEL_SALE, id=self.facts["sales"]["cancelled"])
        self.staff.ask(operations.UPDATE_PRODUCT, product={"id": self.mug["id"], "title": "Harbour mug, navy"})
        item = {"title": "Nothing", "url": "/collections/all", "type": "CATALOG"}
        self.staff.ask(operations.UPDATE_MENU, id="gid://storefront/Menu/main-menu", title="Head", items=[item])
        changes = [{"variantId": self.mug_id, "delta": 5}]
        self.staff.ask(operations.ADJUST, input={"reason": "count", "changes": changes})
