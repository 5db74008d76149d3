"""A shop that is paid by Stripe, in this process, and Stripe's hosts as its buyers' browsers see them.

Stripe is `StrictStripe`; its script is the stand-in of `stripe_js/`.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from playwright.async_api import Route

from bff.app import application, routes_over
from bff.routes import checkout, pictures
from bff.settings.variables import Settings
from bff.stores.payments import has_stripe_form, payment_service
from datasources.content.writes import ContentStore
from demo.content.shop import shop as demo_shop
from services.orders.payment_outcomes import OrderService
from tests.e2e.browser import Tab
from tests.kit.fixtures.graphql_api import Api
from tests.kit.serving import serving
from tests.kit.strict_stripe import StrictStripe
from tests.kit.stripe_shops import PUBLISHABLE_KEY, filled_in, stripe_stores

PLAIN, NEEDS_BANK, DECLINED = "4242 4242 4242 4242", "4000 0027 6000 3184", "4000 0000 0000 0002"
_CARDS = {PLAIN: "pm_card_visa", NEEDS_BANK: "pm_card_threeDSecure2Required", DECLINED: "pm_card_chargeDeclined"}
_FILES = Path(__file__).parent / "stripe_js"
_HOSTS = re.compile(r"https://(js|api|hooks)\.stripe\.com/")
_OPEN = {"Access-Control-Allow-Origin": "*"}
_CREATE = "mutation($input: CartInput!) { cartCreate(input: $input) { cart { id checkoutUrl } } }"
_ORDER = "query($cart: ID!) { order(cartId: $cart) { id status totalQuantity totalPrice { amount } } }"


@dataclass
class StripeShop:
    """The shop, its Stripe, and what buyers sent to Stripe. `is_blocked`: their browsers do not get the script."""

    api: Api
    fake: StrictStripe
    is_blocked: bool = False
    details: list[dict[str, str]] = field(default_factory=list)

    async def new_cart(self, *, is_filled_in: bool = True) -> dict[str, str]:
        """Two mugs: the id of the cart and the address of its checkout; only the payment is open if it is filled in."""
        product = await self.api.add_product(price=1_400)
        given = filled_in(product, 2)
        given = given if is_filled_in else {"lines": given["lines"]}
        cart: dict[str, str] = (await self.api.data(_CREATE, {"input": given}))["cartCreate"]["cart"]
        return cart

    async def order(self, cart: Mapping[str, str]) -> dict[str, Any]:
        """What became of a cart."""
        order: dict[str, Any] = (await self.api.data(_ORDER, {"cart": cart["id"]}))["order"] or {}
        return order

    async def settle(self, order: Mapping[str, Any]) -> None:
        """What the worker does about an order that waits for its payment."""
        stores = self.api.stores
        payments = payment_service(stores.settings, stores.payments, stores.orders, OrderService(stores.database))
        await payments.settle(int(order["id"].rpartition("/")[2]))

    async def show_to(self, tab: Tab) -> None:
        """Answers for Stripe's hosts in the browser of this tab."""
        await tab.page.context.route(_HOSTS, self._answer)

    async def _answer(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.hostname == "api.stripe.com":
            status, content = self._api(route.request.method, parts.path, route.request.post_data or "")
            return await route.fulfill(status=status, headers=_OPEN, json=content)
        if self.is_blocked:
            return await route.abort()
        if parts.path == "/endive/stripe.js":
            return await route.fulfill(path=_FILES / "stripe.js", content_type="text/javascript")
        file = _FILES / Path(parts.path).name
        if file.exists():
            return await route.fulfill(path=file, content_type="text/html")
        return await route.fulfill(body=f"<h1>Stripe's page {parts.path}</h1>", content_type="text/html")

    def _api(self, method: str, path: str, body: str) -> tuple[int, dict[str, Any]]:
        given = {name: values[0] for name, values in parse_qs(body).items()}
        if path == "/v1/confirmation_tokens":
            assert given["key"] == PUBLISHABLE_KEY
            token = f"ctoken_{len(self.details) + 1}"
            self.details.append(given)
            self.fake.confirmation_tokens[token] = _CARDS[given["number"]]
            return 200, {"id": token, "object": "confirmation_token"}
        intent = self.fake.intents[path.split("/")[3]]
        if method == "POST":
            self.fake.authenticate(intent["id"], accepts=given["decision"] == "accept")
        error = intent["last_payment_error"]
        return (200, dict(intent)) if error is None else (402, {"error": json.loads(json.dumps(error))})


@asynccontextmanager
async def stripe_shop(settings: Settings, fake: StrictStripe) -> AsyncIterator[StripeShop]:
    """A shop that browsers can reach."""
    async with stripe_stores(settings, fake) as stores:
        pages = [*checkout.routes(has_stripe_form=has_stripe_form(settings)), *pictures.routes()]
        await ContentStore(stores.documents).put_shop(demo_shop("Mugs", "", "GBP"))
        async with (
            serving(application([*pages, *routes_over(stores)])) as port,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
        ):
            yield StripeShop(Api(stores, client), fake)
